"""What a report says about its run, and the folder where readers find all reports."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import recipegen
from recipegen.config import EMBEDDED_CORPUS
from recipegen.corpus import wikibooks
from recipegen.errors import CorruptFile
from recipegen.report.facts import RunEntry, RunFacts
from recipegen.report.page import index_page
from recipegen.store import Run, read_json, write_json, write_text

UNKNOWN_CREDIT = {"source": None, "licence": None, "note": None}


def run_facts(run: Run) -> RunFacts:
    """What the report says about the run that stands in no table."""
    configuration, stages = run.configuration, run.manifest["stages"]
    done = [name for name in stages if name != "report"]
    embedded = configuration.ingest.corpus == EMBEDDED_CORPUS
    return RunFacts(
        run=run.name,
        title=configuration.report.title,
        configuration=configuration.model_dump(mode="json"),
        corpus=Path(configuration.ingest.corpus).name,
        credit=wikibooks.CREDIT if embedded else UNKNOWN_CREDIT,
        stage_seconds={name: stages[name]["seconds"] for name in done},
        row_counts={
            table: facts["rows"]
            for name in done
            for table, facts in stages[name]["outputs"].items()
            if "rows" in facts
        },
        version=recipegen.__version__,
        finished=max(stages[name]["finished"] for name in done),
    )


def publish(run: Run, headline: str) -> None:
    """Copy the pages to the folder that people read from, and renew its index of all runs."""
    if run.configuration.report.folder is None:
        return
    folder = Path(run.configuration.report.folder)
    for page in ("report.html", "samples.html"):
        write_text(folder / run.name / page, (run.folder / page).read_text(encoding="utf-8"))
    entry = RunEntry(
        run=run.name,
        title=run.configuration.report.title,
        finished=run_facts(run).finished,
        state="finished",
        headline=headline,
        report=f"{run.name}/report.html",
        samples=f"{run.name}/samples.html",
    )
    write_json(folder / run.name / "run.json", asdict(entry))
    entries = [_entry(path) for path in folder.glob("*/run.json")]
    write_text(folder / "index.html", index_page(entries))


def _entry(path: Path) -> RunEntry:
    try:
        return RunEntry(**read_json(path))
    except TypeError as error:
        raise CorruptFile(f"{path}: not an entry of the index; remove its folder") from error
