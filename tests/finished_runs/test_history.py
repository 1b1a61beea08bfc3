"""The list of runs says what each run found, and how it differs from the one before."""

import json
import shutil
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from recipegen.cli import main
from recipegen.finished_runs.history import Line, describe_runs
from recipegen.report.sections.change import HEADLINE_METRIC
from recipegen.storage.files import read_json, write_json
from recipegen.storage.run_folder import Run

DAYS = "2026-03-{:02d}T01:00:00+00:00"


def copied(
    finished: Run, folder: Path, name: str, day: int, lift: float = 0.0, **changes: Any
) -> Run:
    """A copy of the finished run, ended on this day of March, with other rates (``with_rates``)."""
    folder.mkdir(exist_ok=True)
    (folder / name).mkdir()
    tables = ("temperature_summary", "operating_points", "generator_tests")
    for file in ("configuration.json", "manifest.json", *(f"{name}.parquet" for name in tables)):
        shutil.copy(finished.folder / file, folder / name / file)
    run = Run.prepare(folder / name, changes)
    manifest = run.manifest
    for record in manifest["stages"].values():
        record["finished"] = DAYS.format(day)
    write_json(run.folder / "manifest.json", manifest)
    summary = run.read("temperature_summary")
    run.write("temperature_summary", with_rates(summary, lift))
    return run


def with_rates(summary: pd.DataFrame, lift: float) -> pd.DataFrame:
    """The summary with all rates set to 1 % plus ``lift``, in an interval of 0.4 points."""
    rates = summary["metric"] == HEADLINE_METRIC
    for name, end in (("low", -0.002), ("estimate", 0.0), ("high", 0.002)):
        summary.loc[rates, name] = 0.01 + lift + end
    return summary


def described(folder: Path) -> dict[str, Line]:
    return {line.run: line for line in describe_runs(folder)}


def test_a_run_is_told_with_its_time_corpus_network_and_headline(
    finished: Run, tmp_path: Path
) -> None:
    copied(finished, tmp_path, "one", 1)
    line = described(tmp_path)["one"]
    assert (line.state, line.ended) == ("finished", DAYS.format(1))
    settings = finished.configuration.train
    assert line.what == f"composed, LSTM {settings.layers}x{settings.hidden_size}, another"
    assert "Of two generators, another comes closest" in line.finding
    assert line.change == ""


def test_a_run_differs_from_the_one_before_it(finished: Run, tmp_path: Path) -> None:
    copied(finished, tmp_path, "b", 1)
    copied(finished, tmp_path, "c", 2, lift=0.001)
    copied(finished, tmp_path, "a", 3, lift=0.011)
    lines = described(tmp_path)
    assert list(lines) == ["a", "c", "b"]
    # Half widths of 0.2 points each: 0.28 together.
    assert lines["c"].change == "since b: T = 0.5: +0.1 points (-0.2 to +0.4)"
    hot = "T = 1.5: +1.0 points (+0.7 to +1.3), changed"
    assert lines["a"].change.startswith("since c: T = 0: +1.0 points")
    assert lines["a"].change.endswith(hot)


def test_runs_of_another_grid_are_not_compared(finished: Run, tmp_path: Path) -> None:
    copied(finished, tmp_path, "first", 1)
    copied(finished, tmp_path, "other", 2, lift=0.05, generate={"samples": 31})
    copied(finished, tmp_path, "second", 3)
    lines = described(tmp_path)
    assert lines["other"].change == ""
    assert lines["second"].change == "since first: T = 0.5: 0.0 points (-0.3 to +0.3)"


def test_a_failed_run_says_why_and_is_passed_over(finished: Run, tmp_path: Path) -> None:
    copied(finished, tmp_path, "first", 1)
    copied(finished, tmp_path, "failed", 2, lift=0.05).fail("train", "the disk is full")
    copied(finished, tmp_path, "second", 3)
    lines = described(tmp_path)
    assert (lines["failed"].state, lines["failed"].finding) == (
        "failed in train",
        "the disk is full",
    )
    assert lines["failed"].change == ""
    assert lines["failed"].ended > DAYS.format(3)
    assert lines["second"].change.startswith("since first")


def test_a_run_with_nothing_done_yet_leads(finished: Run, tmp_path: Path) -> None:
    copied(finished, tmp_path, "old", 1)
    Run.prepare(tmp_path / "begun")
    lines = describe_runs(tmp_path)
    assert [line.run for line in lines] == ["begun", "old"]
    assert (lines[0].state, lines[0].ended, lines[0].finding) == ("0 of 10 stages", "", "")


def broken_configuration(folder: Path) -> None:
    (folder / "configuration.json").write_text("{", encoding="utf-8")


def unknown_setting(folder: Path) -> None:
    (folder / "configuration.json").write_text('{"colour": "red"}', encoding="utf-8")


def broken_manifest(folder: Path) -> None:
    (folder / "manifest.json").write_text("[1]", encoding="utf-8")


def manifest_of_something_else(folder: Path) -> None:
    manifest = {**read_json(folder / "manifest.json"), "stages": [1]}
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")


def broken_table(folder: Path) -> None:
    (folder / "temperature_summary.parquet").write_bytes(b"no Parquet")


@pytest.mark.parametrize(
    ("break_it", "says"),
    [
        (broken_configuration, "configuration.json: cannot be read"),
        (unknown_setting, "colour"),
        (broken_manifest, "manifest.json: not a JSON object"),
        (manifest_of_something_else, "AttributeError: "),
        (broken_table, "temperature_summary.parquet: not a readable table"),
    ],
)
def test_a_folder_that_cannot_be_read_is_a_line_and_not_the_end(
    finished: Run, tmp_path: Path, break_it: Any, says: str
) -> None:
    copied(finished, tmp_path, "first", 1)
    break_it(copied(finished, tmp_path, "broken", 2).folder)
    copied(finished, tmp_path, "second", 3)
    lines = describe_runs(tmp_path)
    assert [line.run for line in lines] == ["second", "first", "broken"]
    assert lines[-1].state == "unreadable"
    assert says in lines[-1].finding
    assert lines[0].change.startswith("since first")


def test_names_are_printed_so_that_they_can_be_seen(finished: Run, tmp_path: Path) -> None:
    copied(finished, tmp_path, "red\x1b[31m", 1)
    assert [line.run for line in describe_runs(tmp_path)] == ["redU+001B[31m"]


def test_a_folder_without_runs_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "no-run").mkdir()
    assert main(["runs", "--folder", str(tmp_path)]) == 0
    assert capsys.readouterr().out == f"no runs in {tmp_path}\n"
    assert describe_runs(tmp_path / "nowhere") == []


def test_the_command_prints_a_line_a_run(
    finished: Run,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("COLUMNS", "500")
    copied(finished, tmp_path, "b", 1)
    copied(finished, tmp_path, "c", 2, lift=0.001)
    assert main(["runs", "--folder", str(tmp_path)]) == 0
    head, newest, oldest = capsys.readouterr().out.splitlines()
    assert head.split() == ["run", "state", "ended", "corpus,", "network", "finding", "change"]
    assert newest.startswith("c")
    assert "2026-03-02 01:00 UTC" in newest
    assert newest.rstrip().endswith("since b: T = 0.5: +0.1 points (-0.2 to +0.4)")
    assert oldest.startswith("b")
