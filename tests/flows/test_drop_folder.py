"""Each file in the drop folder is scored once, and a bad file is reported."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from recipegen.errors import UsageError
from recipegen.flows.drop_folder import DropFolder, _judge, score_file, scored_before
from recipegen.storage.run_folder import Run
from recipegen.storage.table_files import read_table


@pytest.fixture
def scores(tmp_path: Path) -> Path:
    return tmp_path / "scores"


def dropped(folder: Path, name: str, *lines: object) -> Path:
    path = folder / name
    path.write_text("".join(f"{json.dumps(line)}\n" for line in lines), encoding="utf-8")
    return path


def test_a_file_is_scored_with_what_the_run_has_learned(
    finished: Run, tmp_path: Path, scores: Path
) -> None:
    file = dropped(
        tmp_path,
        "model.jsonl",
        {"id": "a", "ingredients": ["1 cup flour", "2 eggs"]},
        {"id": "b", "text": "no food at all"},
    )
    found = score_file.fn(file, finished.folder, scores)
    assert (found.file, found.run, found.recipes) == ("model.jsonl", finished.name, 2)
    assert found.problem is None
    table = read_table(Path(found.tables) / "sample_scores.parquet")
    assert table["sample_id"].tolist() == ["a", "b"]


def test_a_bad_file_is_reported_and_stops_nobody(
    finished: Run, tmp_path: Path, scores: Path
) -> None:
    bad = dropped(tmp_path, "bad.jsonl", "no recipe", 3)
    good = dropped(tmp_path, "good.jsonl", {"id": "a", "text": "flour and eggs"})
    found = [score_file.fn(file, finished.folder, scores) for file in (bad, good)]
    assert "bad.jsonl: no line" in str(found[0].problem)
    assert (found[0].recipes, found[1].recipes) == (None, 1)
    assert scored_before(bad, finished, scores) == found[0]


def test_the_same_content_is_scored_once(finished: Run, tmp_path: Path, scores: Path) -> None:
    file = dropped(tmp_path, "model.jsonl", {"id": "a", "text": "flour and eggs"})
    assert scored_before(file, finished, scores) is None
    first = score_file.fn(file, finished.folder, scores)
    assert scored_before(file, finished, scores) == first
    dropped(tmp_path, "model.jsonl", {"id": "a", "text": "flour"}, {"id": "b", "text": "eggs"})
    assert scored_before(file, finished, scores) is None
    again = score_file.fn(file, finished.folder, scores)
    assert again.recipes == 2
    assert again.tables != first.tables


def test_the_last_finished_run_judges(finished: Run, tmp_path: Path) -> None:
    settings = DropFolder(runs=str(finished.folder.parent))
    assert _judge(settings).folder == finished.folder
    assert _judge(DropFolder(run=str(finished.folder))).folder == finished.folder
    with pytest.raises(UsageError, match="no finished run"):
        _judge(DropFolder(runs=str(tmp_path)))
