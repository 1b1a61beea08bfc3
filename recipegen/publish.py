"""What a report says about its run, and the folder where readers find all reports."""

from __future__ import annotations

import hashlib
import json
import logging
from dataclasses import asdict, replace
from pathlib import Path

import pandas as pd

import recipegen
from recipegen.config import EMBEDDED_CORPUS
from recipegen.corpus import wikibooks
from recipegen.errors import CorruptFile
from recipegen.evaluation.temperature import headline
from recipegen.report.change import changes, headline_rates, rates_frame, verdict
from recipegen.report.facts import EarlierRun, RunEntry, RunFacts
from recipegen.report.page import comparison_page, index_page
from recipegen.store import Run, read_json, whole_file, write_json, write_text

logger = logging.getLogger(__name__)

UNKNOWN_CREDIT = {"source": None, "licence": None, "note": None}
IDENTITY = {"recipes": "ingest", "checkpoint": "train", "samples": "generate"}
"""What the report names the hash of, and the stage that writes it."""


def run_facts(run: Run) -> RunFacts:
    """What the report says about the run that stands in no table."""
    configuration, stages = run.configuration, run.manifest["stages"]
    done = [name for name in stages if name != "report"]
    embedded = configuration.ingest.corpus == EMBEDDED_CORPUS
    finished = max(stages[name]["finished"] for name in done)
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
        finished=finished,
        previous=_previous(run, finished),
        hashes={
            name: stages[stage]["outputs"][name]["sha256"]
            for name, stage in IDENTITY.items()
            if stage in stages
        },
    )


def publish(run: Run, facts: RunFacts, summary: pd.DataFrame) -> None:
    """Copy the pages to the folder that people read from, and renew its index of all runs.

    Args:
        run: a run that is reported.
        facts: what the report said about it.
        summary: its table ``temperature_summary``.
    """
    if (folder := _folder(run)) is None:
        return
    for page in ("report.html", "samples.html"):
        write_text(folder / run.name / page, (run.folder / page).read_text(encoding="utf-8"))
    entry = RunEntry(
        run=run.name,
        title=facts.title,
        finished=facts.finished,
        state="finished",
        headline=headline(summary, run.configuration.summarise.confidence),
        report=f"{run.name}/report.html",
        samples=f"{run.name}/samples.html",
        comparable=comparable(run),
        corpus=facts.corpus,
        change=_change(facts.previous, summary),
        rates=headline_rates(summary),
    )
    _enter(folder, entry)


def _change(before: EarlierRun | None, summary: pd.DataFrame) -> dict[str, str] | None:
    if before is None:
        return None
    return verdict(changes(rates_frame(before.rates), summary), before.run)


def publish_failure(run: Run) -> None:
    """Enter a run that has failed into the index of all runs, with its last report if any.

    It is called while an error is handled, and must not hide it: what goes wrong here is logged.
    """
    try:
        _publish_failure(run)
    except Exception as error:
        logger.warning(
            "the failure of %s is not entered into the index of runs: %s: %s",
            run.name,
            type(error).__name__,
            error,
        )


def _publish_failure(run: Run) -> None:
    if (folder := _folder(run)) is None:
        return
    configuration, failure = run.configuration, run.manifest["failure"]
    new = RunEntry(
        run=run.name,
        title=configuration.report.title,
        finished=failure["time"],
        state="failed",
        comparable=comparable(run),
        corpus=Path(configuration.ingest.corpus).name,
        error=f"The stage {failure['stage']} failed: {failure['error']}. "
        f"`{failure['resume']}` goes on.",
    )
    _enter(folder, _with_last_report(new, folder))


def _with_last_report(new: RunEntry, folder: Path) -> RunEntry:
    """The entry of a failed run with what was published of it before it failed."""
    if not (folder / new.run / "report.html").is_file():
        return new
    last = _entry(folder / new.run / "run.json")
    return replace(
        new,
        error=f"{new.error} What is shown is its last report.",
        headline=last.headline,
        change=last.change,
        report=f"{new.run}/report.html",
        samples=f"{new.run}/samples.html",
    )


def write_comparison(folder: Path, found: pd.DataFrame) -> None:
    """Write ``comparison.html`` and ``comparison.parquet``, a row a metric, group and run."""
    with whole_file(folder / "comparison.parquet") as file:
        found.to_parquet(file, index=False)
    write_text(folder / "comparison.html", comparison_page(found))


def _folder(run: Run) -> Path | None:
    folder = run.configuration.report.folder
    return None if folder is None else Path(folder)


def _enter(folder: Path, entry: RunEntry) -> None:
    write_json(folder / entry.run / "run.json", asdict(entry))
    write_text(folder / "index.html", index_page(_entries(folder)))


def _entries(folder: Path) -> list[RunEntry]:
    return [_entry(path) for path in sorted(folder.glob("*/run.json"))]


def _entry(path: Path) -> RunEntry:
    """What a run's ``run.json`` says, or that it cannot be read: no run hides the others."""
    try:
        return RunEntry(**read_json(path))
    except (CorruptFile, TypeError) as error:
        return RunEntry(
            run=path.parent.name,
            title=path.parent.name,
            finished="",
            state="unreadable",
            error=f"{path} is no entry of this index ({error}): remove its folder, "
            "or report the run again.",
        )


def comparable(run: Run) -> str:
    """A hash of the corpus and the grid: the same for runs that can be compared."""
    settings = run.configuration
    facts = settings.ingest.model_dump(mode="json"), settings.generate.model_dump(mode="json")
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()[:16]


def _previous(run: Run, finished: str) -> EarlierRun | None:
    """The last run in the folder of reports that this one can be compared with."""
    if (folder := _folder(run)) is None:
        return None
    own = comparable(run)
    earlier = [
        entry
        for entry in _entries(folder)
        if entry.comparable == own
        and entry.rates
        and entry.run != run.name
        and entry.finished <= finished
    ]
    if not earlier:
        return None
    last = max(earlier, key=lambda entry: (entry.finished, entry.run))
    return EarlierRun(last.run, last.finished, last.rates)
