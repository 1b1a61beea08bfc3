"""Runs that are compared are judged by one judge."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from recipegen.errors import UsageError
from recipegen.evaluation.metrics import PAIR_METRICS
from recipegen.finished_runs.comparing import compare, comparison_rows
from recipegen.storage.files import read_json, write_json
from recipegen.storage.run_folder import Run


@pytest.fixture(scope="module")
def other(finished: Run, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A copy of the run whose manifest names other pairings."""
    folder = tmp_path_factory.mktemp("others") / "other"
    shutil.copytree(finished.folder, folder)
    manifest = read_json(folder / "manifest.json")
    manifest["stages"]["learn-pairings"]["outputs"]["pairings"]["sha256"] = "0" * 64
    write_json(folder / "manifest.json", manifest)
    return Run(folder)


def test_runs_of_one_judge_are_compared_as_they_are(finished: Run) -> None:
    found = compare([finished, finished])
    assert found.judge == "by what the runs have learned, which is the same"
    assert found.rows["same"].all()
    assert not found.rows["changed"].any()
    assert {row[-1] for row in comparison_rows(found.rows)} == {"the same texts"}


def test_runs_of_two_judges_are_judged_anew_by_one(finished: Run, other: Run) -> None:
    told: list[float] = []
    found = compare([finished, other], lambda share, _="": told.append(share))
    assert "again by the built-in judge" in found.judge
    own = finished.read("temperature_summary").set_index(["metric", "group", "temperature"])
    anew = found.rows.set_index(["metric", "group", "temperature"])
    key = ("implausibility", "generated", 1.5)
    assert anew.loc[key, "estimate_a"] == anew.loc[key, "estimate_b"]
    assert anew.loc[key, "estimate_a"] != own.loc[key, "estimate"]
    # What no judge of pairs has a say in stays as it was.
    words = ("word_count", "generated", 1.5)
    assert "word_count" not in PAIR_METRICS
    assert anew.loc[words, "estimate_a"] == own.loc[words, "estimate"]
    assert told
    assert max(told) <= 1
    generators = set(found.judged.operating_points["generator"])
    assert generators == {
        f"{run}: {name}" for run in ("finished", "other") for name in ("generated", "another")
    }
    assert found.answer.startswith("Of four generators, ")
    # The same texts are not told apart, whatever the run.
    tests = found.judged.generator_tests
    pair = tests[
        tests["generator_a"].eq("finished: generated") & tests["generator_b"].eq("other: generated")
    ]
    assert len(pair) > 0
    assert (pair["p_adjusted"] > 0.05).all()


def test_runs_that_share_no_generator_cannot_be_compared(
    finished: Run, other: Run, tmp_path: Path
) -> None:
    folder = tmp_path / "real"
    shutil.copytree(other.folder, folder)
    run = Run(folder)
    summary = run.read("temperature_summary")
    run.write("temperature_summary", summary[summary["group"].isin(["real", "control"])])
    manifest = read_json(finished.folder / "manifest.json")
    write_json(folder / "manifest.json", manifest)
    with pytest.raises(UsageError, match="no generator at a temperature in common"):
        compare([finished, run])
