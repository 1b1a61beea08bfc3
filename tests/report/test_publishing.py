"""In the folder of reports, runs name the change since the last one; failed runs are listed."""

import logging
import shutil
from pathlib import Path

import pandas as pd
import pytest

from recipegen.cli import main
from recipegen.report.facts import RunEntry
from recipegen.report.page import index_page
from recipegen.report.publishing import comparable, publish, publish_failure, run_facts
from recipegen.running.resuming import do_stage
from recipegen.stages import stage_named
from recipegen.storage.files import read_json, write_json
from recipegen.storage.run_folder import Run
from tests.report.reading import read


def reported(finished: Run, folder: Path, name: str, **changes: object) -> Run:
    """A copy of the finished run under another name, with a new report in the folder of reports."""
    shutil.copytree(finished.folder, folder / name)
    run = Run.prepare(folder / name, {"report": {"folder": str(folder / "reports")}, **changes})
    do_stage(run, stage_named("report"))
    return run


def published(finished: Run, folder: Path, name: str) -> Run:
    """A copy of the finished run under another name, published with its old pages."""
    (folder / name).mkdir(parents=True)
    tables = ("temperature_summary", "operating_points", "generator_tests")
    pages = ("manifest.json", "report.html", "samples.html")
    for file in (*pages, *(f"{table}.parquet" for table in tables)):
        shutil.copy(finished.folder / file, folder / name / file)
    settings = finished.configuration.model_dump(mode="json")
    run = Run.prepare(folder / name, settings, {"report": {"folder": str(folder / "reports")}})
    publish(run, run_facts(run), {table: run.read(table) for table in tables})
    return run


def test_a_report_names_the_change_since_the_last_comparable_run(
    finished: Run, tmp_path: Path
) -> None:
    reported(finished, tmp_path, "first")
    reported(finished, tmp_path, "second")
    page = (tmp_path / "reports" / "second" / "report.html").read_text(encoding="utf-8")
    said = " ".join(read(page).one("section", id="finding").text.split())
    assert "No detectable change since first at any temperature; T = 0.5: 0" in said.replace(
        "\N{NO-BREAK SPACE}", " "
    )
    assert "Difference from the last comparable run, first of" in said
    assert "T = 0.5: 0" in said.replace("\N{NO-BREAK SPACE}", " ")
    assert " changed" not in said
    alone = (tmp_path / "reports" / "first" / "report.html").read_text(encoding="utf-8")
    assert "Difference from the last comparable run" not in alone
    index = read((tmp_path / "reports" / "index.html").read_text(encoding="utf-8"))
    newest, oldest = (item.text for item in index.one("ol").all("li"))
    assert "No detectable change since first" in newest
    assert "No detectable change" not in oldest


def test_the_tables_lie_beside_the_pages(finished: Run, tmp_path: Path) -> None:
    run = reported(finished, tmp_path, "first")
    shown = tmp_path / "reports" / "first"
    for name in ("report.html", "samples.html", "samples.parquet", "sample_scores.parquet"):
        assert (shown / name).read_bytes() == (run.folder / name).read_bytes()
    before = (shown / "samples.parquet").read_bytes()
    run.write("samples", run.read("samples").head(1))
    assert (shown / "samples.parquet").read_bytes() == before
    assert not list((tmp_path / "reports").rglob("*.partial"))


def test_the_index_shows_the_rates_of_comparable_runs_one_after_the_other(
    finished: Run, tmp_path: Path
) -> None:
    for name in ("first", "second"):
        published(finished, tmp_path, name)
    published(finished, tmp_path, "failed").fail("train", "the disk is full")
    publish_failure(Run(tmp_path / "failed"))
    index = read((tmp_path / "reports" / "index.html").read_text(encoding="utf-8"))
    trends = index.one("section", id="trends")
    assert "no detectable change in 1 step from run to run" in trends.text
    heads, *rows = trends.one("table").all("tr")
    assert [head.text for head in heads.all("th")][2::2] == ["T = 0", "T = 0.5", "T = 1.5", "real"]
    assert [row.one("th").text for row in rows] == ["failed", "second", "first"]
    assert "failed: no figures" in rows[0].text
    summary = finished.read("temperature_summary")
    rates = summary[summary["metric"] == "implausible_pair_rate"]
    real = 100 * rates[rates["group"] == "real"]["estimate"].item()
    assert float(rows[1].all("td")[-1].text.split()[0]) == pytest.approx(real, abs=0.05)
    assert rows[2].one("a").attributes["href"] == "first/report.html"


def test_runs_that_end_at_the_same_moment_are_all_in_the_index(
    finished: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second run is entered after the first has read all entries, but not yet its index."""
    pages: list[int] = []

    def slow_page(entries: list[RunEntry]) -> str:
        pages.append(len(entries))
        page = index_page(entries)
        if len(pages) == 1:
            published(finished, tmp_path, "second")
        return page

    monkeypatch.setattr("recipegen.report.publishing.index_page", slow_page)
    published(finished, tmp_path, "first")
    index = (tmp_path / "reports" / "index.html").read_text(encoding="utf-8")
    assert pages == [1, 2, 2]
    assert "first/report.html" in index
    assert "second/report.html" in index


def test_a_failed_run_stands_in_the_index_with_its_last_report(
    finished: Run, tmp_path: Path
) -> None:
    run = published(finished, tmp_path, "first")
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


def test_a_failed_run_keeps_what_was_shown_of_it_last(finished: Run, tmp_path: Path) -> None:
    run = published(finished, tmp_path, "first")
    last = read_json(tmp_path / "reports" / "first" / "run.json")
    run.fail("train", "the disk is full")
    for _ in range(2):
        publish_failure(run)
        entry = read_json(tmp_path / "reports" / "first" / "run.json")
        assert (entry["headline"], entry["samples"]) == (last["headline"], last["samples"])
        assert entry["error"].count("The report shown is its last complete one.") == 1
        assert entry["rates"] == []


def test_a_run_that_fails_on_its_way_shows_what_it_finished(finished: Run, tmp_path: Path) -> None:
    folder = tmp_path / "partial"
    folder.mkdir()
    done = {name: finished.manifest["stages"][name] for name in ("ingest", "tokenise", "train")}
    for stage in done:
        for facts in finished.outputs(stage).values():
            if facts["file"].endswith(".parquet"):
                shutil.copy(finished.folder / facts["file"], folder)
    settings = finished.configuration.model_dump(mode="json")
    run = Run.prepare(folder, settings, {"report": {"folder": str(tmp_path / "reports")}})
    write_json(folder / "manifest.json", {**finished.manifest, "stages": done})
    run.fail("generate", "the disk is full")
    publish_failure(run)
    entry = read_json(tmp_path / "reports" / "partial" / "run.json")
    assert entry["report"] == "partial/report.html"
    assert "last complete" not in entry["error"]
    page = read((tmp_path / "reports" / entry["report"]).read_text(encoding="utf-8"))
    banner = page.one("p", class_="banner").text
    assert banner.startswith("This run is partial. The stage generate failed: the disk is full.")
    assert page.one("section", id="training").all("svg")
    assert "the stage generate has not been run" in page.one("section", id="samples").text
    samples = (tmp_path / "reports" / entry["samples"]).read_text(encoding="utf-8")
    assert "has no rows" in read(samples).one("p", class_="missing").text


def test_a_failure_is_entered_even_where_nothing_can_be_shown_of_it(
    finished: Run, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "torn").mkdir()
    shutil.copy(finished.folder / "manifest.json", tmp_path / "torn")
    run = Run.prepare(tmp_path / "torn", {"report": {"folder": str(tmp_path / "reports")}})
    run.fail("generate", "the disk is full")
    with caplog.at_level(logging.WARNING, "recipegen"):
        publish_failure(run)
    entry = read_json(tmp_path / "reports" / "torn" / "run.json")
    assert (entry["state"], entry["report"]) == ("failed", None)
    assert "the failure of torn is not shown" in caplog.text


def test_a_failed_run_is_not_what_later_runs_are_compared_with(
    finished: Run, tmp_path: Path
) -> None:
    published(finished, tmp_path, "first")
    failed = published(finished, tmp_path, "failed")
    failed.fail("train", "the disk is full")
    publish_failure(failed)
    published(finished, tmp_path, "second")
    change = read_json(tmp_path / "reports" / "second" / "run.json")["change"]
    assert change["run"] == "first"


def test_runs_of_one_corpus_and_grid_are_comparable(tmp_path: Path) -> None:
    def hashed(**changes: object) -> str:
        return comparable(Run.prepare(tmp_path / str(len(list(tmp_path.iterdir()))), changes))

    grid = {"temperatures": [0.5, 1.0], "samples": 10}
    first = hashed(generate=grid)
    assert first == hashed(generate={**grid, "block_size": 5, "probability_top": 3}, seed=3)
    assert first == hashed(generate={**grid, "max_tokens": 200}, train={"epochs": 2})
    assert first != hashed(generate={**grid, "samples": 11})
    assert first != hashed(generate=grid, ingest={"corpus": "other.json"})


def test_an_error_is_not_hidden_by_a_folder_that_cannot_be_written(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    blocked = tmp_path / "blocked"
    blocked.write_text("a file where the folder should be")
    run = Run.prepare(tmp_path / "run", {"report": {"folder": str(blocked)}})
    run.fail("ingest", "no corpus")
    with caplog.at_level(logging.WARNING, "recipegen"):
        publish_failure(run)
    assert "the failure of run is not shown in the index of runs" in caplog.text


def test_a_run_that_publishes_nothing_enters_no_failure(tmp_path: Path) -> None:
    run = Run.prepare(tmp_path / "run", {"report": {"folder": None}})
    run.fail("ingest", "no corpus")
    publish_failure(run)
    assert [path.name for path in tmp_path.iterdir()] == ["run"]


@pytest.mark.parametrize("text", ["no JSON", "[]", '{"run": "x", "colour": "red"}'])
def test_an_entry_that_cannot_be_read_hides_no_other(
    finished: Run, tmp_path: Path, text: str
) -> None:
    broken = tmp_path / "reports" / "broken"
    broken.mkdir(parents=True)
    (broken / "run.json").write_text(text)
    published(finished, tmp_path, "first")
    index = read((tmp_path / "reports" / "index.html").read_text(encoding="utf-8"))
    first, last = (item.text for item in index.one("ol").all("li"))
    assert "finished first" in first
    assert "unreadable broken" in last
    assert "is no entry of this index" in last


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
