"""The labels that come with the built-in judge are read, checked and used for that judge alone."""

import json
from pathlib import Path
from typing import Any

import pytest

from recipegen.errors import CorruptFile
from recipegen.judge.built_in import judge_hash
from recipegen.judge.shipped_labels import LABELS_FILE, shipped_labels

KNOWN: dict[str, Any] = {
    "texts": "texts of the demo",
    "labelled": "2026-12-01",
    "by": "one reader",
    "judge": "abc",
    "pairs": {"implausible": 30, "others": 970},
    "implausible": {"absurd": 24, "not_absurd": 76, "unclear": 3},
    "others": {"absurd": 1, "not_absurd": 99},
}


def written(folder: Path, **changed: Any) -> Path:
    file = folder / "labels.json"
    file.write_text(json.dumps({**KNOWN, **changed}), encoding="utf-8")
    return file


def test_counts_become_errors(tmp_path: Path) -> None:
    found = shipped_labels("abc", written(tmp_path))
    assert found is not None
    assert found.errors.implausible == (24, 100)
    assert found.errors.others == (1, 100)
    assert found.errors.raw == 0.03


def test_labels_of_another_judge_are_none(tmp_path: Path) -> None:
    assert shipped_labels("another", written(tmp_path)) is None


def test_without_a_file_there_are_none(tmp_path: Path) -> None:
    assert shipped_labels("abc", tmp_path / "labels.json") is None


@pytest.mark.parametrize(
    "changed", [{"pairs": {}}, {"others": {"absurd": -1, "not_absurd": 3}}, {"more": 1}]
)
def test_a_file_of_another_form_is_refused(tmp_path: Path, changed: dict[str, Any]) -> None:
    with pytest.raises(CorruptFile, match="not labels of a judge"):
        shipped_labels("abc", written(tmp_path, **changed))


def test_the_labels_in_the_package_are_those_of_its_judge() -> None:
    if LABELS_FILE.is_file():
        assert shipped_labels(judge_hash()) is not None
    else:
        assert shipped_labels(judge_hash()) is None
