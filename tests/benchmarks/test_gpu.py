"""``benchmarks.gpu`` needs little, counts right, and finds differences where there are some."""

import copy
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

import pytest
import torch

from benchmarks import gpu
from recipegen.config import configure, read_configuration
from recipegen.language.model import ModelConfig, RecipeLSTM
from recipegen.language.vocabulary import STOP

TINY = gpu.Size(60, 8, 12, 16, (8,), (16,), 32, 1, 8, 32, 2**10)
NOT_NEEDED = ("altair", "jinja2", "prefect", "pydantic", "safetensors", "scipy", "spacy", "yaml")


@pytest.fixture(autouse=True)
def one_thread() -> None:
    torch.set_num_threads(1)


@pytest.mark.parametrize("name", gpu.PRESETS)
def test_the_settings_are_those_of_the_preset(name: str) -> None:
    wanted = configure(read_configuration(Path(f"data/presets/{name}.toml"))).train.model_dump()
    assert asdict(gpu.preset(name)) == {key: wanted[key] for key in asdict(gpu.Settings())}


def test_it_needs_few_packages() -> None:
    blocked = f"import sys; sys.modules.update(dict.fromkeys({NOT_NEEDED})); import benchmarks.gpu"
    subprocess.run([sys.executable, "-c", blocked], check=True, timeout=120)


def test_recipes_end_with_the_stop_token_and_frequent_words_have_low_ids() -> None:
    recipes = gpu.corpus(gpu.Size(), 200)
    assert all(recipe[-1] == STOP and STOP not in recipe[:-1] for recipe in recipes)
    assert 120 < sum(map(len, recipes)) / 200 < 170
    assert max(map(len, recipes)) == 200
    words = [word for recipe in recipes for word in recipe[:-1]]
    assert 2 == min(words) < max(words) < 10_000
    assert sum(word < 100 for word in words) > len(words) / 3


def test_the_cost_of_a_word() -> None:
    model = RecipeLSTM(ModelConfig(10, embedding_size=2, hidden_size=3))
    lstm, output, embedding = 4 * 3 * (2 + 3 + 2), 10 * (3 + 1), 10 * 2
    trained = gpu.training_cost(model, [[2, 3, 4, 0]], batch=5)
    assert trained.operations == 6 * (lstm + output)
    assert trained.bytes == 40 * (lstm + output + embedding) / 15 + 8 * (2 + 6 * 3 + 10)
    drawn = gpu.generation_cost(model, batch=5)
    assert drawn.operations == 2 * (lstm + output)
    assert drawn.bytes == 4 * (lstm + output) / 5 + 8 * (10 + 2 * 3)
    assert drawn.shares(
        2, gpu.Peaks({"float32": 4 * drawn.operations}, drawn.bytes), "float32"
    ) == (
        200,
        50,
    )


def test_clusters_cost_only_their_own_words() -> None:
    model = RecipeLSTM(ModelConfig(10, 2, 4, softmax_cutoffs=(4, 8)))
    lstm, head = 4 * 4 * (2 + 4 + 2), (4 + 2) * (4 + 1)
    narrow = [
        4 * tail[0].out_features + tail[0].out_features * size
        for tail, size in zip(model.output.tail, (4, 2), strict=True)
    ]
    found = gpu.training_cost(model, [[2, 5, 9, 3, 0]], batch=1)
    assert found.operations == 6 * (lstm + head + narrow[0] / 4 + narrow[1] / 4)


def test_the_distance_from_a_tie() -> None:
    model = RecipeLSTM(ModelConfig(4, 2, 2)).double().eval()
    with torch.no_grad():
        for weight in model.parameters():
            weight.zero_()
    # Four words of probability 1/4: the second ends at 0.5, the third at 0.75.
    near = gpu.distance(model, [2], 1.0, 0.5 + 1e-7, (2, 1))
    assert near == pytest.approx(1e-7, rel=1e-3)
    assert gpu.distance(model, [2], 1.0, 0.5, (1, 3)) == pytest.approx(0.25)
    assert gpu.distance(model, [2], 0.0, 0.9, (1, 3)) == 0


def test_only_different_networks_draw_different_samples() -> None:
    model, _ = gpu.losses(gpu.Settings(8, 8), TINY, gpu.CPU)
    off = copy.deepcopy(model)
    with torch.no_grad():
        off.output.bias += 0.3 * torch.randn(60)
    mine, again, others = (
        gpu.draw(each, TINY, 64, 512, gpu.CHECKED)() for each in (model, model, off)
    )
    same = gpu.compare_samples(model, mine, again, TINY)
    assert same.words == sum(map(gpu.drawn_words, mine))
    assert same.parted == ()
    different = gpu.compare_samples(model, mine, others, TINY)
    assert different.words < same.words
    assert gpu.NEAR < different.parted[0] < 1


def test_without_a_gpu_everything_runs_on_the_processor(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(gpu, "QUICK", TINY)
    monkeypatch.setattr(gpu, "PRESETS", ("book",))
    assert gpu.main(["--minutes", "0.03"]) == 0
    printed = capsys.readouterr().out
    assert printed.startswith("There is no GPU here.")
    for title in ("Peaks", "Losses", "Samples", "Likelihoods", "Training", "Generation"):
        assert f"\n## {title}" in printed
    assert "checks passed" in printed
    assert " NO |" not in printed


def test_a_row_that_fails_does_not_stop_the_others(capsys: pytest.CaptureFixture[str]) -> None:
    def fail() -> list[object]:
        raise RuntimeError("no such kernel\nmore")

    report = gpu.Report(0)
    report.tried(("first",), fail)
    report.in_turn([(("second",), lambda seconds: [seconds])])
    assert report.failed
    assert capsys.readouterr().out == (
        "| first | RuntimeError: no such kernel |\n| second | no time left |\n"
    )
