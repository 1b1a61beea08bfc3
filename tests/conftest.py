"""A small run on composed recipes, which is done once and used by many tests."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Any

import hypothesis
import pytest

# Set before torch or numpy is imported. The tests run side by side, and each computes little.
os.environ.setdefault("OMP_NUM_THREADS", "1")

from recipegen.language.vocabulary import recipe_text
from recipegen.running.resuming import do_stage
from recipegen.stages import STAGES
from recipegen.storage.run_folder import Run
from tests.composed import compose_recipes

# No deadline: how long an example takes depends on how busy the machine is.
hypothesis.settings.register_profile("however long", deadline=None)
hypothesis.settings.load_profile("however long")

SMALL: dict[str, Any] = {
    "tokenise": {"vocabulary_size": 300, "max_length": 60},
    "train": {"epochs": 3, "batch_size": 16, "learning_rate": 0.02, "embedding_size": 16},
    "learn_ingredients": {"min_recipes": 5},
    # The judge knows more of composed recipes than they say; tests/pairing has it as a prior.
    "learn_pairings": {"prior": "off"},
    "generate": {
        "temperatures": [0, 0.5, 1.5],
        "top_p": [1.0, 0.8],
        "samples": 30,
        "block_size": 11,
        "max_tokens": 60,
    },
    "score": {"block_size": 25},
    "execution": {"threads": 1},
    "summarise": {"resamples": 100},
    "report": {"folder": None},
}


LONGEST = ("test_stages.py", "test_generators.py", "test_pipeline.py", "test_page.py")
"""The files whose tests take longest. They begin first, so that no worker is left with one."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest files first; the order is otherwise kept."""
    items.sort(key=lambda item: item.path.name not in LONGEST)


@pytest.fixture(scope="session")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """600 composed recipes and three records that cannot be used."""
    path = tmp_path_factory.mktemp("corpus") / "composed.json"
    recipes: list[object] = [*compose_recipes(600, seed=2), {}, None]
    path.write_text(json.dumps([*recipes, recipes[0]]), encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def others(corpus: Path) -> Path:
    """Twenty recipes of another generator, one of them with a temperature, and two bad lines."""
    path = corpus.with_name("another.jsonl")
    lines = [
        {"id": str(at), "text": recipe_text(recipe["title"], recipe["directions"])}  # type: ignore[arg-type]
        for at, recipe in enumerate(compose_recipes(20, seed=9))
    ]
    lines[0] |= {"prompt": "Recipe for", "temperature": 0.5}  # type: ignore[dict-item]
    text = "\n".join(map(json.dumps, [*lines, {"id": "blank", "text": " "}, "no recipe"]))
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def finished(corpus: Path, others: Path, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A run that went through every stage. Tests must not change it."""
    return make_run(tmp_path_factory.mktemp("runs") / "finished", corpus, others)


def small_run(folder: Path, corpus: Path, others: Path) -> Run:
    """A small run with nothing done yet."""
    outside = {"ingest": {"corpus": str(corpus)}, "generate": {"others": [str(others)]}}
    return Run.prepare(folder, SMALL, outside)


def make_run(folder: Path, corpus: Path, others: Path) -> Run:
    """A small run whose stages are all done, in this process."""
    run = small_run(folder, corpus, others)
    for stage in STAGES:
        do_stage(run, stage)
    return run


def copied(run: Run, folder: Path) -> Run:
    """A copy of a run, which a test may change."""
    return Run(shutil.copytree(run.folder, folder / "run"))


@pytest.fixture(scope="session")
def quiet() -> dict[str, str]:
    """The environment of commands in tests, with one thread and a fixed width of lines."""
    return {**os.environ, "OMP_NUM_THREADS": "1", "COLUMNS": "200"}
