"""Samples are drawn from a model of the library transformers as they are from the LSTM."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

pytest.importorskip("transformers", reason="the extra [transformers] is not installed")

from recipegen.config import TransformersModel
from recipegen.errors import UsageError
from recipegen.generators.requests import Answer, Asked, answer_rows, asked
from recipegen.generators.transformers_model import asking_transformers
from recipegen.language.sample_grid import Planned, Prompt
from recipegen.language.sampling import Sampling
from tests.generators.tiny import save_tiny_model

CPU = torch.device("cpu")
TITLES = ["Pea Soup", "Cake", "Garlic Bread with Butter"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_tiny_model(tmp_path_factory.mktemp("tiny"))


def settings(folder: Path, **more: object) -> TransformersModel:
    values = {"kind": "transformers", "name": "tiny", "model": str(folder), "max_new_tokens": 24}
    return TransformersModel.model_validate(values | more)


def some(model: TransformersModel, how: Sampling, count: int = 6) -> list[Asked]:
    plans = [
        Planned(
            how,
            number,
            Prompt("recipe for", "open")
            if number == 0
            else Prompt("", "title", f"r{number}", TITLES[number % 3]),
        )
        for number in range(count)
    ]
    return asked(model, plans, seed=5)


def draw(model: TransformersModel, samples: list[Asked], seed: int = 5) -> list[Answer]:
    return list(asking_transformers(model, seed, CPU)(samples))


def greedy(folder: Path, prompt: str, length: int) -> tuple[str, float, bool]:
    """The text that the library itself writes at temperature 0, and its log-probability."""
    from transformers import AutoModelForCausalLM, AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
    model = AutoModelForCausalLM.from_pretrained(folder, local_files_only=True).eval()
    given = tokenizer(prompt, return_tensors="pt")
    found = model.generate(
        **given,
        do_sample=False,
        max_new_tokens=length,
        output_scores=True,
        return_dict_in_generate=True,
        pad_token_id=0,
    )
    scores = model.compute_transition_scores(found.sequences, found.scores, normalize_logits=True)
    ids = found.sequences[0, given["input_ids"].shape[1] :].tolist()
    ends = 0 in ids
    ids = ids[: ids.index(0)] if ends else ids
    return tokenizer.decode(ids), float(scores.sum()), ends


def test_temperature_0_is_what_the_library_finds_likeliest_and_as_likely(folder: Path) -> None:
    model = settings(folder)
    samples = some(model, Sampling(0.0))
    for sample, answer in zip(samples, draw(model, samples), strict=True):
        text, log_probability, ends = greedy(folder, sample.prompt, 24)
        assert answer.text == text
        assert answer.log_probability == pytest.approx(log_probability, abs=1e-3)
        assert answer.stopped == ends
        assert answer.heated_log_probability == pytest.approx(0.0)
        assert answer.entropy == pytest.approx(0.0, abs=1e-6)


@pytest.mark.parametrize("batch_size", [1, 4])
def test_a_sample_does_not_depend_on_its_neighbours(folder: Path, batch_size: int) -> None:
    samples = some(settings(folder), Sampling(1.0))
    together = draw(settings(folder), samples)
    apart = draw(settings(folder, batch_size=batch_size), samples[::-1])[::-1]
    assert [each.text for each in together] == [each.text for each in apart]
    logs = np.array(
        [[a.log_probability, b.log_probability] for a, b in zip(together, apart, strict=True)]
    )
    assert logs[:, 0] == pytest.approx(logs[:, 1], abs=1e-3)


def test_another_seed_or_number_gives_another_text(folder: Path) -> None:
    model = settings(folder)
    samples = some(model, Sampling(1.0))
    texts = [each.text for each in draw(model, samples)]
    assert texts == [each.text for each in draw(model, samples)]
    assert texts != [each.text for each in draw(model, samples, seed=6)]
    assert texts[1] != texts[4]  # of one title


def test_log_probabilities_and_entropy_are_those_of_every_word(folder: Path) -> None:
    from transformers import AutoModelForCausalLM, AutoTokenizer

    model = settings(folder)
    tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
    network = AutoModelForCausalLM.from_pretrained(folder, local_files_only=True).eval()
    samples = some(model, Sampling(0.8), 30)
    # A text that is written with the same tokens when it is read again.
    sample, answer, written = next(
        (sample, answer, tokens)
        for sample, answer in zip(samples, draw(model, samples), strict=True)
        for tokens in [[*tokenizer(answer.text)["input_ids"], *([0] if answer.stopped else [])]]
        if len(tokens) == answer.completion_tokens
    )
    prompt = tokenizer(sample.prompt)["input_ids"]
    with torch.no_grad():
        logits = network(torch.tensor([prompt + written])).logits[0].double()
    rows = logits[len(prompt) - 1 : -1]
    plain, heated = rows.log_softmax(-1), (rows / 0.8).log_softmax(-1)
    places = torch.arange(len(written)), torch.tensor(written)
    assert answer.log_probability == pytest.approx(float(plain[places].sum()), abs=1e-3)
    assert answer.heated_log_probability == pytest.approx(float(heated[places].sum()), abs=1e-3)
    entropy = float(-(heated.exp() * heated).sum(-1).mean())
    assert answer.entropy == pytest.approx(entropy, abs=1e-3)


def test_cut_offs_narrow_what_is_drawn(folder: Path) -> None:
    model = settings(folder)
    likeliest = draw(model, some(model, Sampling(0.0)))
    for how in (Sampling(1.5, top_k=1), Sampling(1.5, top_p=1e-6), Sampling(1.5, min_p=0.999)):
        assert [each.text for each in draw(model, some(model, how))] == [
            each.text for each in likeliest
        ]


def test_what_is_continued_is_part_of_the_text_and_every_column_is_filled(folder: Path) -> None:
    model = settings(folder)
    samples = some(model, Sampling(1.0))
    rows, rejects = answer_rows("tiny", model, samples, draw(model, samples))
    assert rejects == []
    assert all(map(str.startswith, rows["text"], rows["prompt"]))
    assert rows["prompt"].tolist()[:2] == ["recipe for", "recipe for Cake |"]
    assert rows.drop(columns=["recipe_id", "match_id", "seconds"]).notna().all(axis=None)
    assert rows["recipe_id"].tolist()[1:] == ["r1", "r2", "r3", "r4", "r5"]


def test_a_chat_is_framed_by_the_template(folder: Path) -> None:
    model = settings(folder, chat=True, prompt="A dish: {title}", open_prompt="A dish")
    samples = some(model, Sampling(0.0), 2)
    texts = [each.text for each in draw(model, samples)]
    assert texts[1] == greedy(folder, "A dish: Cake recipe for soup |", 24)[0]
    rows, _ = answer_rows("tiny", model, samples, draw(model, samples))
    assert rows["text"].tolist() == texts


def test_a_model_that_is_not_there_is_said_in_a_line(tmp_path: Path) -> None:
    model = settings(tmp_path / "none")
    with pytest.raises(UsageError, match="cannot load it from this machine") as error:
        draw(model, [])
    assert "\n" not in str(error.value)
