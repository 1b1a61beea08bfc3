"""The folder of reports: runs name the change since the last one, failed ones stand there too."""

import shutil
from pathlib import Path

import pandas as pd
import pytest

from recipegen.cli import main
from recipegen.pipeline import do_stage
from recipegen.publish import publish_failure
from recipegen.stages import stage_named
from recipegen.store import Run, read_json
from tests.report.reading import read


def reported(finished: Run, folder: Path, name: str, **changes: object) -> Run:
    """A copy of the finished run under another name, its report in a folder."""
    shutil.copytree(finished.folder, folder / name)
    run = Run.prepare(folder / name, {"report": {"folder": str(folder / "reports")}, **changes})
    do_stage(run, stage_named("report"))
    return run


def test_a_report_names_the_change_since_the_last_comparable_run(
    finished: Run, tmp_path: Path
) -> None:
    reported(finished, tmp_path, "first")
    reported(finished, tmp_path, "second")
    page = (tmp_path / "reports" / "second" / "report.html").read_text(encoding="utf-8")
    said = " ".join(read(page).one("section", id="finding").text.split())
    assert "Against the last comparable run, first of" in said
    assert "T = 0.5: 0" in said.replace("\N{NO-BREAK SPACE}", " ")
    assert " changed" not in said
    alone = (tmp_path / "reports" / "first" / "report.html").read_text(encoding="utf-8")
    assert "Against the last comparable run" not in alone


def test_a_failed_run_stands_in_the_index_with_its_last_report(
    finished: Run, tmp_path: Path
) -> None:
    run = reported(finished, tmp_path, "first")
    run.fail("train", "the disk is full")
    publish_failure(run)
    entry = read_json(tmp_path / "reports" / "first" / "run.json")
    assert (entry["state"], entry["report"]) == ("failed", "first/report.html")
    index = (tmp_path / "reports" / "index.html").read_text(encoding="utf-8")
    assert "The stage train failed: the disk is full." in index
    fresh = Run.prepare(tmp_path / "fresh", {"report": {"folder": str(tmp_path / "reports")}})
    fresh.fail("ingest", "no corpus")
    publish_failure(fresh)
    assert read_json(tmp_path / "reports" / "fresh" / "run.json")["report"] is None


def test_runs_are_compared_with_the_first(
    finished: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = tmp_path / "other"
    shutil.copytree(finished.folder, other)
    summary = finished.read("temperature_summary")
    hot = (summary["metric"] == "word_count") & (summary["temperature"] == 1.5)
    for name in ("estimate", "low", "high"):
        summary.loc[hot, name] += 100
    Run(other).write("temperature_summary", summary)
    out = tmp_path / "out"
    runs = [str(folder) for folder in (finished.folder, other, finished.folder)]
    assert main(["compare", *runs, "--out", str(out)]) == 0
    printed = capsys.readouterr().out
    assert f"comparison: {out / 'comparison.html'}" in printed
    found = pd.read_parquet(out / "comparison.parquet")
    changed = found[found["changed"]]
    assert set(changed["metric"]) == {"word_count"}
    assert set(changed["run_b"]) == {"other"}
    assert changed["difference"].to_numpy() == pytest.approx(100)
    page = read((out / "comparison.html").read_text(encoding="utf-8"))
    marked = [row for row in page.all("tr") if row.attributes.get("class") == "changed"]
    assert len(marked) == len(changed)
