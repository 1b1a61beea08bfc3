"""A small run of which items were drawn for labelling."""

from __future__ import annotations

from pathlib import Path

import pytest

from recipegen.labels.drawing import Plan
from recipegen.labels.labelling import draw_labels
from recipegen.storage.run_folder import Run
from tests.conftest import copied
from tests.report.conftest import reader

__all__ = ["reader"]


GROUPS = ("generated", "real")
PLAN = Plan(count=40, groups=GROUPS)


@pytest.fixture(scope="module")
def run(finished: Run, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A finished run, from which forty pairs were drawn as draw 1. Tests must not change it."""
    run = copied(finished, tmp_path_factory.mktemp("labels"))
    draw_labels(run, PLAN)
    return run


@pytest.fixture(scope="module")
def page(run: Run) -> Path:
    """The page of draw 1."""
    return Path(str(run.labels_folder / "draw-1.html"))
