"""Words are drawn as if all rare words were worked out, and entropies estimated without bias."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chisquare

from recipegen.language.fast_softmax import AdaptiveSoftmax
from recipegen.language.model import ModelConfig, RecipeLSTM
from recipegen.language.sampling import Drawn, draw_words

TEMPERATURES = [0.2, 1.0, 1.5]


def network(sharpness: float = 6.0) -> RecipeLSTM:
    """Twenty frequent words and two clusters, of 40 and of 140 words, that are drawn often."""
    torch.manual_seed(4)
    model = RecipeLSTM(ModelConfig(200, 6, 16, softmax_cutoffs=(20, 60))).eval()
    with torch.no_grad():
        for weights in model.output.parameters():
            weights.mul_(sharpness)
        model.output.head.bias[20:] += 2.0  # type: ignore[union-attr,index]
    return model


def softmax(model: RecipeLSTM, every: int, *, gathers: bool = True) -> AdaptiveSoftmax:
    return AdaptiveSoftmax(model.output, every, gathers=gathers)  # type: ignore[arg-type]


def features(count: int, seed: int = 0) -> torch.Tensor:
    return torch.rand((count, 16), generator=torch.Generator().manual_seed(seed)) * 2 - 1


def numbers(count: int, seed: int = 1) -> torch.Tensor:
    return torch.from_numpy(np.random.default_rng(seed).random(count))


@torch.no_grad()
def draw(
    every: int,
    temperature: float | torch.Tensor,
    seen: torch.Tensor,
    uniform: torch.Tensor,
    *,
    measured: torch.Tensor | None = None,
    gathers: bool = True,
) -> Drawn:
    if measured is None:
        measured = torch.arange(len(seen)) % every == 0
    at = torch.as_tensor(temperature, dtype=torch.float64).expand(len(seen))
    return softmax(network(), every, gathers=gathers).draw(seen, uniform, at, measured)


@pytest.mark.parametrize("temperature", [0.0, 1e-3, 0.2, 0.7, 1.0, 1.2, 1.5, 5.0])
def test_words_are_those_that_are_drawn_with_all_words_worked_out(temperature: float) -> None:
    seen, uniform = features(20_000), numbers(20_000)
    some, every = (draw(each, temperature, seen, uniform) for each in (8, 1))
    assert torch.equal(some.words, every.words)
    assert torch.equal(some.log_probability, every.log_probability)
    assert (every.words >= 20).double().mean() > 0.1


@pytest.mark.parametrize("temperature", [0.0, 0.2, 1.0, 1.5])
@torch.no_grad()
def test_with_all_words_worked_out_a_draw_is_that_from_the_plain_softmax(
    temperature: float,
) -> None:
    model, seen, uniform = network(), features(20_000), numbers(20_000)
    logs = model.log_probabilities(seen)
    how = torch.tensor([[temperature, 0.0, 1.0, 0.0]], dtype=torch.float64).expand(len(seen), -1)
    found, plain = draw(1, temperature, seen, uniform), draw_words(logs, uniform, how)
    # A number within rounding of the border of two words may give the other one.
    same = found.words == plain.words
    assert same.double().mean() > 0.9995
    for name in ("log_probability", "heated_log_probability"):
        torch.testing.assert_close(
            getattr(found, name)[same], getattr(plain, name)[same], atol=1e-4, rtol=1e-5
        )
    torch.testing.assert_close(found.entropy, plain.entropy, atol=1e-4, rtol=1e-4)


@pytest.mark.parametrize("temperature", TEMPERATURES)
@torch.no_grad()
def test_words_follow_the_heated_distribution(temperature: float) -> None:
    count, seen = 40_000, features(1, seed=2)
    logs = network().log_probabilities(seen)[0].double()
    expected = torch.softmax(logs / temperature, dim=0).numpy() * count
    drawn = draw(8, temperature, seen.expand(count, -1), numbers(count))
    observed = np.bincount(drawn.words.numpy(), minlength=200)
    often = expected >= 5
    seen_often = np.append(observed[often], observed[~often].sum())
    wanted = np.append(expected[often], expected[~often].sum())
    kept = wanted > 0.5
    assert (
        chisquare(seen_often[kept], wanted[kept] * seen_often[kept].sum() / wanted[kept].sum())[1]
        > 0.001
    )


@pytest.mark.parametrize("temperature", [0.4, *TEMPERATURES])
def test_a_random_share_of_the_steps_estimates_entropy_and_weight_without_bias(
    temperature: float,
) -> None:
    every, seen = 8, features(400)
    uniform = numbers(400)
    truth = draw(1, temperature, seen, uniform)
    phases = [
        draw(every, temperature, seen, uniform, measured=torch.arange(400) % every == phase)
        for phase in range(every)
    ]
    for name in ("entropy", "heated_log_probability"):
        mean = torch.stack([getattr(each, name) for each in phases]).mean(dim=0)
        torch.testing.assert_close(mean, getattr(truth, name), atol=1e-6, rtol=1e-6)


def test_at_temperatures_zero_and_one_the_heated_log_probability_is_never_estimated() -> None:
    seen, uniform, none = features(500), numbers(500), torch.zeros(500, dtype=torch.bool)
    cold, plain = (draw(8, t, seen, uniform, measured=none) for t in (0.0, 1.0))
    assert cold.heated_log_probability.tolist() == [0.0] * 500
    torch.testing.assert_close(
        plain.heated_log_probability, plain.log_probability, atol=1e-5, rtol=0
    )


def test_a_row_does_not_depend_on_the_rows_beside_it() -> None:
    seen, uniform = features(512), numbers(512)
    at = torch.tensor([0.0, 0.3, 1.0, 1.5], dtype=torch.float64).repeat(128)
    measured = torch.arange(512) % 5 == 0
    together = draw(8, at, seen, uniform, measured=measured)
    order = torch.from_numpy(np.random.default_rng(3).permutation(512))
    for first in range(0, 512, 128):
        rows = order[first : first + 128]
        apart = draw(8, at[rows], seen[rows], uniform[rows], measured=measured[rows])
        for one, other in zip(apart, together, strict=True):
            assert torch.equal(one, other[rows])


@pytest.mark.parametrize("temperature", [0.0, 0.3, 1.0, 1.5])
def test_without_gathering_rows_as_on_a_gpu_all_is_the_same(temperature: float) -> None:
    seen, uniform = features(2000), numbers(2000)
    here, there = (draw(8, temperature, seen, uniform, gathers=each) for each in (True, False))
    same = here.words == there.words
    assert same.double().mean() > 0.999
    for one, other in zip(here[1:], there[1:], strict=True):
        torch.testing.assert_close(one[same], other[same], atol=1e-4, rtol=1e-5)


@given(
    st.lists(st.floats(-30, 30), min_size=1, max_size=50),
    st.floats(0.1, 10),
)
def test_the_sum_of_heated_probabilities_lies_between_one_and_a_power_of_their_number(
    logits: list[float], temperature: float
) -> None:
    odds = torch.softmax(torch.tensor(logits, dtype=torch.float64), dim=0)
    total = float((odds ** (1 / temperature)).sum())
    limits = sorted([1.0, len(logits) ** (1 - 1 / temperature)])
    assert limits[0] * (1 - 1e-9) <= total <= limits[1] * (1 + 1e-9)


@torch.no_grad()
def test_judged_words_have_the_probabilities_of_the_plain_softmax() -> None:
    model, seen = network(), features(300)
    words = torch.arange(300) % 200
    logs = model.log_probabilities(seen).double()
    found, entropy = softmax(model, 1).judge(seen, words, torch.ones(300, dtype=torch.bool))
    torch.testing.assert_close(found, logs.gather(1, words[:, None])[:, 0], atol=1e-4, rtol=0)
    torch.testing.assert_close(entropy, -(logs.exp() * logs).sum(dim=1), atol=1e-4, rtol=1e-4)


@torch.no_grad()
def test_few_rows_are_worked_out_if_clusters_are_improbable() -> None:
    model = network()
    model.output.head.bias[20:] -= 14.0  # type: ignore[union-attr,index]
    drawing = softmax(model, 8)
    cold = torch.full((5000,), 0.5, dtype=torch.float64)
    drawing.draw(features(5000), numbers(5000), cold, torch.zeros(5000, dtype=torch.bool))
    assert drawing.rows == 5000
    assert int(drawing.worked_out) < 50
