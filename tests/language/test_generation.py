"""Words are drawn at a temperature; one by one or in batches gives the same words."""

from collections import Counter
from collections.abc import Callable
from dataclasses import astuple

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chisquare

from recipegen.language.generation import Sample, generate, uniform_numbers
from recipegen.language.model import ModelConfig, RecipeLSTM
from recipegen.language.sampling import Drawn, Sampling, draw, draw_words, heat
from recipegen.language.text_generator import TextGenerator, likely_at_each_step, likely_words
from recipegen.language.vocabulary import Vocabulary

VOCABULARY = Vocabulary(["", "[UNK]", "recipe", "for", "|", *"abcdefghij"])
PROMPTS = ["recipe for", "recipe for a b |", "recipe for zzz |", "recipe"]


def network(seed: int = 0, sharpness: float = 8.0) -> RecipeLSTM:
    torch.manual_seed(seed)
    model = RecipeLSTM(ModelConfig(len(VOCABULARY), 6, 7)).eval()
    with torch.no_grad():
        model.embedding.weight.mul_(10)
        model.output.weight.mul_(sharpness)
        model.output.bias[0] = -1.0
    return model


def adaptive_network() -> RecipeLSTM:
    torch.manual_seed(5)
    model = RecipeLSTM(ModelConfig(len(VOCABULARY), 6, 9, softmax_cutoffs=(5, 9))).eval()
    with torch.no_grad():
        model.embedding.weight.mul_(10)
        for weights in model.output.parameters():
            weights.mul_(8)
    return model


def draw_all(logits: torch.Tensor, uniform: torch.Tensor, how: Sampling) -> Drawn:
    """One word from each row, all drawn with the same settings."""
    settings = torch.tensor([astuple(how)] * len(logits), dtype=torch.float64)
    cuts = [how.cut] if how.cut else []
    return draw_words(logits.log_softmax(dim=-1), uniform, settings, cuts)


class Numbers:
    """Gives the uniform numbers that it was made with, one after the other."""

    def __init__(self, numbers: np.ndarray) -> None:
        self._numbers = iter(numbers.tolist())

    def random(self) -> float:
        return next(self._numbers)


@pytest.mark.parametrize("make", [network, adaptive_network])
@pytest.mark.parametrize("temperature", [0.0, 0.3, 1.0, 1.5])
def test_batches_draw_what_the_step_by_step_generator_draws(
    temperature: float, make: Callable[[], RecipeLSTM]
) -> None:
    model, longest = make(), 30
    encoded = [VOCABULARY.encode(prompt) for prompt in PROMPTS * 5]
    uniforms = np.stack(
        [uniform_numbers(1, temperature, number, longest) for number in range(len(encoded))]
    )
    samples = generate(model, encoded, [Sampling(temperature)] * len(encoded), longest, uniforms)
    for sample, prompt, tokens, numbers in zip(
        samples, PROMPTS * 5, encoded, uniforms, strict=True
    ):
        generator = TextGenerator(model, VOCABULARY, Numbers(numbers[len(tokens) :]))  # type: ignore[arg-type]
        steps = generator.generate(prompt, longest, temperature)
        assert VOCABULARY.decode(sample.tokens) == generator.text(prompt, steps)
        assert sample.stopped == (steps[-1]["word"] == "")
        assert len(sample.tokens) <= longest


def test_a_sample_does_not_depend_on_its_batch() -> None:
    model, longest = network(1), 40
    encoded = [VOCABULARY.encode(PROMPTS[number % 4]) for number in range(64)]
    uniforms = np.stack([uniform_numbers(2, 1.0, number, longest) for number in range(64)])
    together = generate(model, encoded, [Sampling(1.0)] * len(encoded), longest, uniforms)
    alone = [
        generate(model, [tokens], [Sampling(1.0)], longest, numbers[None])[0]
        for tokens, numbers in zip(encoded, uniforms, strict=True)
    ]
    assert [sample.tokens for sample in together] == [sample.tokens for sample in alone]
    for one, other in zip(together, alone, strict=True):
        assert one.log_probability == pytest.approx(other.log_probability, abs=1e-4)


def test_the_log_probability_is_that_of_the_words_at_temperature_one() -> None:
    model = network(3)
    tokens = VOCABULARY.encode("recipe for")
    (sample,) = generate(model, [tokens], [Sampling(0.7)], 12, np.full((1, 12), 0.4))
    words = list(sample.tokens) + ([0] if sample.stopped else [])
    log_odds = model(torch.tensor([words]))[0][0].detach().log_softmax(-1)
    by_hand = sum(float(log_odds[at - 1, words[at]]) for at in range(2, len(words)))
    assert sample.log_probability == pytest.approx(by_hand, abs=1e-4)


def test_a_prompt_as_long_as_the_limit_is_left_alone() -> None:
    model = network()
    tokens = VOCABULARY.encode("recipe for a b c")
    samples = generate(model, [tokens, tokens[:2]], [Sampling(1.0)] * 2, 4, np.full((2, 4), 0.5))
    assert samples[0].tokens == tuple(tokens[:4])
    assert (samples[0].stopped, samples[0].log_probability) == (False, 0.0)
    generator = TextGenerator(model, VOCABULARY)
    assert generator.generate("recipe for a b c", 4, 1.0) == []
    assert generator.text("recipe for a b c", []) == "recipe for a b c"


def test_the_steps_are_those_of_the_book() -> None:
    steps = TextGenerator(network(), VOCABULARY, np.random.default_rng(0)).generate(
        "Recipe for", 8, 1.0
    )
    assert steps[0]["prompt"] == "recipe for"
    assert steps[1]["prompt"] == f"recipe for {steps[0]['word']}"
    for step in steps:
        assert step["word_probs"].shape == (len(VOCABULARY),)
        assert step["word_probs"].sum() == pytest.approx(1)


def test_a_prompt_needs_a_word() -> None:
    with pytest.raises(ValueError, match="at least one word"):
        TextGenerator(network(), VOCABULARY).generate("  ", 8, 1.0)


@pytest.mark.parametrize(
    ("temperature", "expected"),
    [
        (0.0, [0.0, 1.0, 0.0, 0.0]),
        (0.5, [0.04 / 0.3, 0.16 / 0.3, 0.1 / 0.3, 0.0]),
        (1.0, [0.2, 0.4, 0.1**0.5, 0.0]),
        (1e-300, [0.0, 1.0, 0.0, 0.0]),
    ],
)
def test_temperature_raises_and_renormalises(temperature: float, expected: list[float]) -> None:
    generator = TextGenerator(network(), VOCABULARY)
    _, heated = generator.sample_from([0.2, 0.4, 0.1**0.5, 0.0], temperature)
    assert heated == pytest.approx(np.array(expected) / sum(expected))


@pytest.mark.parametrize("temperature", [-1.0, float("nan"), float("inf")])
def test_an_impossible_temperature_is_refused(temperature: float) -> None:
    with pytest.raises(ValueError, match="temperature"):
        TextGenerator(network(), VOCABULARY).sample_from([0.5, 0.5], temperature)


@pytest.mark.parametrize("temperature", [0.2, 1.0, 1.5])
def test_words_follow_the_plain_formula_and_their_facts_are_those_of_the_distribution(
    temperature: float,
) -> None:
    size, count = 230, 40_000  # three blocks, the last one not full
    logits = 2 * torch.randn(1, size, generator=torch.Generator().manual_seed(5))
    cold = torch.softmax(logits[0].double(), dim=0).numpy()
    expected = cold ** (1 / temperature)
    expected /= expected.sum()
    uniform = torch.from_numpy(np.random.default_rng(4).random(count))
    drawn = draw_all(logits.expand(count, -1), uniform, Sampling(temperature))
    observed = np.bincount(drawn.words.numpy(), minlength=size)
    often = expected * count >= 5
    seen = np.append(observed[often], observed[~often].sum())
    wanted = np.append(expected[often], expected[~often].sum()) * count
    if wanted[-1] < 5:
        seen, wanted = seen[:-1], wanted[:-1] * seen[:-1].sum() / wanted[:-1].sum()
    assert chisquare(seen, wanted).pvalue > 0.001
    words = drawn.words.numpy()
    assert drawn.log_probability.numpy() == pytest.approx(np.log(cold[words]), abs=1e-5)
    assert drawn.heated_log_probability.numpy() == pytest.approx(np.log(expected[words]), abs=1e-5)
    by_hand = -(expected * np.log(expected)).sum()
    assert drawn.entropy.numpy() == pytest.approx(by_hand, rel=1e-4)


@pytest.mark.parametrize("temperature", [0.0, 1e-300, 1e-30, 1e-3])
def test_the_smallest_temperatures_draw_the_most_probable_word(temperature: float) -> None:
    logits = torch.tensor([[0.0, 3.0, 2.9, -50.0], [9.0, 0.0, -9.0, 8.5]])
    drawn = draw_all(logits, torch.tensor([0.999999, 0.0]).double(), Sampling(temperature))
    assert drawn.words.tolist() == [1, 0]
    by_hand = logits.double().log_softmax(dim=1)[[0, 1], [1, 0]]
    assert drawn.log_probability.numpy() == pytest.approx(by_hand.numpy(), abs=1e-6)
    assert drawn.heated_log_probability.tolist() == pytest.approx([0.0, 0.0])
    assert drawn.entropy.tolist() == pytest.approx([0.0, 0.0], abs=1e-6)


@pytest.mark.parametrize(
    ("how", "kept"),
    [
        (Sampling(1.0, top_k=2), {0, 3}),
        (Sampling(1.0, top_k=9), {0, 1, 2, 3}),
        (Sampling(1.0, top_p=0.4), {0}),
        (Sampling(1.0, top_p=0.5), {0, 3}),
        (Sampling(1.0, top_p=0.75), {0, 2, 3}),
        (Sampling(1.0, top_k=3, top_p=0.5), {0, 3}),
        (Sampling(1.0, min_p=0.6), {0, 3}),
        (Sampling(1.0, min_p=0.45), {0, 2, 3}),
        (Sampling(0.5, min_p=0.45), {0, 3}),
    ],
)
def test_cuts_keep_the_most_probable_words(how: Sampling, kept: set[int]) -> None:
    logits = torch.tensor([[0.4, 0.1, 0.2, 0.3]]).log().expand(2000, -1)
    uniform = torch.from_numpy(np.random.default_rng(0).random(2000))
    assert set(draw_all(logits, uniform, how).words.tolist()) == kept


@pytest.mark.parametrize("make", [lambda: network(2, sharpness=2.0), adaptive_network])
def test_batches_of_any_size_and_mixture_draw_the_same_words(
    make: Callable[[], RecipeLSTM],
) -> None:
    model = make()
    kinds = [Sampling(0.0), Sampling(0.3), Sampling(0.9), Sampling(0.9, 5), Sampling(1.5, 0, 0.8)]
    work = [
        (VOCABULARY.encode(PROMPTS[number % 4]), how, uniform_numbers(3, 0.9, number, 40))
        for how in kinds
        for number in range(40)
    ]
    mixed = [work[place] for place in np.random.default_rng(1).permutation(len(work))]
    found = {
        name: {
            (how, numbers[0]): sample
            for first in range(0, len(work), size)
            for (_, how, numbers), sample in zip(
                order[first : first + size], drawn(model, order[first : first + size]), strict=True
            )
        }
        for name, size, order in (("7", 7, work), ("64", 64, work), ("all", 200, mixed))
    }
    for name in ("64", "all"):
        for key, one in found["7"].items():
            other = found[name][key]
            assert one.tokens == other.tokens
            for fact in ("log_probability", "heated_log_probability", "entropy"):
                assert getattr(one, fact) == pytest.approx(getattr(other, fact), abs=1e-4)


def drawn(model: RecipeLSTM, work: list[tuple[list[int], Sampling, np.ndarray]]) -> list[Sample]:
    prompts, hows, numbers = zip(*work, strict=True)
    # More samples than rows: those that end make room for the next.
    return generate(model, prompts, hows, 40, np.stack(numbers), batch_size=64)


@pytest.mark.parametrize("make", [network, adaptive_network])
def test_looking_rarely_for_samples_that_have_ended_changes_nothing(
    make: Callable[[], RecipeLSTM],
) -> None:
    encoded = [VOCABULARY.encode(PROMPTS[number % 4]) for number in range(300)]
    hows = [Sampling(temperature) for temperature in (0.0, 0.5, 1.0, 1.5) for _ in range(75)]
    uniforms = np.stack([uniform_numbers(2, how.temperature, 9, 30) for how in hows])
    always, rarely = (
        generate(make(), encoded, hows, 30, uniforms, 128, checks=checks) for checks in (1, 7)
    )
    assert always == rarely


def test_working_out_all_words_at_each_step_draws_the_same_words() -> None:
    encoded = [VOCABULARY.encode(PROMPTS[number % 4]) for number in range(400)]
    hows = [Sampling(temperature) for temperature in (0.0, 0.5, 1.0, 1.5) for _ in range(100)]
    uniforms = np.stack(
        [uniform_numbers(4, how.temperature, at, 40) for at, how in enumerate(hows)]
    )
    some, every = (
        generate(adaptive_network(), encoded, hows, 40, uniforms, every=each) for each in (8, 1)
    )
    assert [sample.tokens for sample in some] == [sample.tokens for sample in every]
    for fact in ("entropy", "heated_log_probability"):
        errors = np.array(
            [getattr(a, fact) - getattr(b, fact) for a, b in zip(some, every, strict=True)]
        )
        assert abs(errors.mean()) < 4 * errors.std() / len(errors) ** 0.5


@pytest.mark.parametrize("temperature", [0.2, 1.0, 1.5])
def test_draws_follow_the_heated_distribution(temperature: float) -> None:
    probabilities = np.array([0.05, 0.3, 0.15, 0.1, 0.4])
    expected = probabilities ** (1 / temperature)
    expected /= expected.sum()
    uniform = torch.from_numpy(np.random.default_rng(4).random(20_000))
    heated = heat(torch.from_numpy(np.log(probabilities))[None], temperature)
    drawn = Counter(draw(heated.expand(len(uniform), -1), uniform).tolist())
    observed = [drawn[word] for word in range(5)]
    assert chisquare(observed, expected * len(uniform)).pvalue > 0.001


@given(
    st.lists(st.floats(0, 1, width=32), min_size=1, max_size=30).filter(lambda some: sum(some) > 0),
    st.floats(0, 1, exclude_max=True),
)
def test_a_word_without_probability_is_never_drawn(weights: list[float], uniform: float) -> None:
    probabilities = torch.tensor([weights])
    word = int(draw(probabilities, torch.tensor([uniform], dtype=torch.float64)))
    assert probabilities[0, word] > 0


def test_random_numbers_belong_to_seed_temperature_and_sample() -> None:
    numbers = uniform_numbers(1, 0.5, 7, 20)
    assert numbers.tolist() == uniform_numbers(1, 0.5, 7, 20).tolist()
    assert numbers[:5].tolist() == uniform_numbers(1, 0.5, 7, 5).tolist()
    others = [uniform_numbers(*key, 20)[0] for key in ((2, 0.5, 7), (1, 0.6, 7), (1, 0.5, 8))]
    assert len({numbers[0], *others}) == 4


def test_the_steps_of_a_sample_are_those_it_was_drawn_by() -> None:
    model, tokens = network(), VOCABULARY.encode("recipe for")
    (sample,) = generate(model, [tokens], [Sampling(1.5)], 12, np.full((1, 12), 0.7))
    recipe = [*sample.tokens, *([0] if sample.stopped else [])]
    rows = likely_at_each_step(model, VOCABULARY, recipe, 2, 1.5, 3)
    chosen = [row for row in rows if row["drawn"]]
    assert [row["word"] for row in chosen] == [VOCABULARY.words[word] for word in recipe[2:]]
    logs = sum(np.log(float(str(row["probability"]))) for row in chosen)
    assert logs == pytest.approx(sample.heated_log_probability, abs=1e-4)
    at_first = [row for row in rows if row["position"] == 2]
    assert [row["rank"] for row in at_first][:3] == [1, 2, 3]
    assert likely_at_each_step(model, VOCABULARY, recipe[:2], 2, 1.5, 3) == []


def test_likely_words_are_ranked_with_their_entropy() -> None:
    rows = likely_words(network(), VOCABULARY, "recipe for", 1.0, 3)
    assert [row["rank"] for row in rows] == [1, 2, 3]
    chances = [float(str(row["probability"])) for row in rows]
    assert chances == sorted(chances, reverse=True)
    (certain,) = likely_words(network(), VOCABULARY, "recipe for", 0.0, 1)
    assert (certain["word"], certain["probability"]) == (rows[0]["word"], 1.0)
    assert certain["entropy"] == 0.0
