"""Collects the facts that a report states, and fills the folder that holds all reports."""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path

import pandas as pd

import recipegen
from recipegen.config import EMBEDDED_CORPUS, Configuration
from recipegen.corpus.formats import wikibooks
from recipegen.errors import CorruptFile
from recipegen.evaluation.per_group.answer import answer
from recipegen.judge.built_in import judge_hash
from recipegen.report.facts import EarlierRun, RunEntry, RunFacts
from recipegen.report.page import index_page, report_page, samples_page
from recipegen.report.sections.change import changes, headline_rates, rates_frame, verdict
from recipegen.report.selection import BROWSED, REPORTED, shown_tables
from recipegen.report.summary import summarise_run
from recipegen.storage.files import (
    Place,
    is_file,
    listing,
    place,
    read_json,
    share_file,
    write_json,
    write_text,
)
from recipegen.storage.run_folder import Run
from recipegen.tables import TABLES

logger = logging.getLogger(__name__)

UNKNOWN_CREDIT = {"source": None, "licence": None, "note": None}
IDENTITY = {"recipes": "ingest", "checkpoint": "train", "samples": "generate"}
"""The files whose hashes the report names, each with the stage that writes it."""


NOT_SHARED = {"rejects", "tokens", "ingredient_model"}
"""Tables that are not put into the folder of reports: their figures are in no report."""


def title_of(configuration: Configuration) -> str:
    """The title of a run's report: what was compared, on which corpus."""
    if configuration.report.title is not None:
        return configuration.report.title
    generate = configuration.generate
    names = [*(["the LSTM"] if generate.has_lstm else []), *generate.named()]
    *most, last = names
    said = f"{', '.join(most)} and {last}" if most else last
    corpus = Path(configuration.ingest.corpus).name.split(".")[0]
    return f"{said[0].upper()}{said[1:]} on {corpus}"


def run_facts(run: Run) -> RunFacts:
    """The facts that the report needs and that no table of the run holds."""
    configuration, stages = run.configuration, run.manifest["stages"]
    done = [name for name in stages if name != "report"]
    embedded = configuration.ingest.corpus == EMBEDDED_CORPUS
    finished = max(stages[name]["finished"] for name in done)
    return RunFacts(
        run=run.name,
        title=title_of(configuration),
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
            if stage in stages and name in stages[stage]["outputs"]
        },
    )


def publish(run: Run, facts: RunFacts, tables: Mapping[str, pd.DataFrame]) -> None:
    """Put the pages and tables of a run into the folder of reports, and renew the index of runs.

    Args:
        run: a run whose report has been written.
        facts: the facts that its report used.
        tables: tables of the run, by name.
    """
    summary = tables["temperature_summary"]
    if (folder := _folder(run)) is None:
        return
    files = [run.path(name) for name in TABLES if name not in NOT_SHARED]
    pages = [run.folder / page for page in ("report.html", "samples.html")]
    for path in filter(is_file, [*files, *pages]):
        share_file(path, folder / run.name / path.name)
    entry = RunEntry(
        run=run.name,
        title=facts.title,
        finished=facts.finished,
        state="finished",
        headline=answer(
            summary,
            tables["operating_points"],
            tables["generator_tests"],
            run.configuration.summarise.confidence,
        ),
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
    """Enter a failed run into the index of all runs, with a report if there is one to show.

    The report is the last complete one of the run, or else one of the stages that it finished.
    This function is called while an error is handled and must not hide that error. So problems here
    are only logged.
    """
    try:
        if (folder := _folder(run)) is not None:
            record = folder / run.name / "run.json"
            last = _entry(record) if is_file(record) else None
            entry = _failed_entry(run)
            _enter(folder, entry)
            _enter(folder, _with_pages(entry, last, run, folder))
    except Exception as error:
        logger.warning(
            "the failure of %s is not shown in the index of runs as it should be: %s: %s",
            run.name,
            type(error).__name__,
            error,
        )


def _failed_entry(run: Run) -> RunEntry:
    configuration, failure = run.configuration, run.manifest["failure"]
    return RunEntry(
        run=run.name,
        title=title_of(configuration),
        finished=failure["time"],
        state="failed",
        comparable=comparable(run),
        corpus=Path(configuration.ingest.corpus).name,
        error=f"The stage {failure['stage']} failed: {failure['error']}. "
        f"`{failure['resume']}` resumes the run.",
    )


def _with_pages(entry: RunEntry, last: RunEntry | None, run: Run, folder: Place) -> RunEntry:
    """The entry of a failed run with its last complete report, or one of its finished stages."""
    whole = last is not None and last.headline and is_file(folder / run.name / "report.html")
    if last is None or not whole:
        if not run.manifest["stages"]:
            return entry
        _write_partial_pages(run, folder / run.name, str(entry.error))
    else:
        shown = f"{entry.error} The report shown is its last complete one."
        entry = replace(entry, error=shown, headline=last.headline, change=last.change)
    report, samples = (f"{run.name}/{page}.html" for page in ("report", "samples"))
    return replace(entry, report=report, samples=samples)


def write_pages(folder: Place, tables: Mapping[str, pd.DataFrame], facts: RunFacts) -> None:
    """Write the report and the sample browser from the tables that exist.

    Sections without their tables say why they are missing.
    """
    write_text(folder / "report.html", report_page(summarise_run(tables, facts)))
    browsed = {
        name: tables.get(name, pd.DataFrame(columns=TABLES[name].column_names)) for name in BROWSED
    }
    write_text(folder / "samples.html", samples_page(**browsed, facts=facts))


def _write_partial_pages(run: Run, folder: Place, why: str) -> None:
    """Write a report and a sample browser from the tables that exist."""
    tables = shown_tables(run, _written(run), run.configuration.report.pairs)
    write_pages(folder, tables, replace(run_facts(run), failure=why))


def _written(run: Run) -> list[str]:
    stages = run.manifest["stages"].values()
    outputs = {name for record in stages for name in record["outputs"]}
    return [name for name in REPORTED if name in outputs]


def _folder(run: Run) -> Place | None:
    folder = run.configuration.report.folder
    return None if folder is None else place(folder)


def _enter(folder: Place, entry: RunEntry) -> None:
    write_json(folder / entry.run / "run.json", asdict(entry))
    shown = None
    # Several runs may end at once. Whichever writes the index last has then seen every entry.
    while (entries := _entries(folder)) != shown:
        write_text(folder / "index.html", index_page(entries))
        shown = entries


def _entries(folder: Place) -> list[RunEntry]:
    return [_entry(path) for path in listing(folder, "*/run.json")]


def _entry(path: Place) -> RunEntry:
    """The entry in a run's ``run.json``.

    If the file cannot be read, the entry says so, so that one bad file does not hide other runs.
    """
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


BESIDE_THE_GRID = {
    "block_size",
    "models",
    "others",
    "probability_prompts",
    "probability_temperatures",
    "probability_top",
    "probability_samples",
}
"""Settings of the section generate on which no sample of the headline depends."""


def comparable(run: Run) -> str:
    """A hash of the corpus, the grid and the judge, which is the same for comparable runs.

    Settings at their defaults are left out, so that a new setting does not end a series of runs.
    """
    settings = run.configuration
    facts = (
        settings.ingest.model_dump(mode="json", exclude_defaults=True),
        settings.generate.model_dump(mode="json", exclude_defaults=True, exclude=BESIDE_THE_GRID),
        # Rates depend on the judge.
        settings.learn_ingredients.model_dump(mode="json", exclude_defaults=True),
        settings.learn_pairings.model_dump(mode="json", exclude_defaults=True),
        judge_hash() if settings.learn_pairings.prior == "built-in" else "",
        # The rates are the network's, or those of the other generators if there is no network.
        *([] if settings.generate.has_lstm else sorted(settings.generate.named())),
    )
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()[:16]


def _previous(run: Run, finished: str) -> EarlierRun | None:
    """The last earlier run in the folder of reports that this run can be compared with."""
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
