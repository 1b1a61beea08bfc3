"""Writes two HTML pages from the tables of a run."""

from __future__ import annotations

from recipegen.config import Configuration
from recipegen.files import Place, write_text
from recipegen.progress import Progress
from recipegen.publish import NOT_SHOWN, publish, run_facts
from recipegen.report.page import BROWSED, report_page, samples_page
from recipegen.report.summary import summarise_run
from recipegen.store import Run
from recipegen.tables import TABLES

REPORTED = tuple(name for name in TABLES if name not in NOT_SHOWN)
"""The tables that the pages show."""

SETTINGS = tuple(name for name in Configuration.model_fields if name not in ("seed", "execution"))
"""The sections of the configuration that the pages show."""


def report(run: Run, _: Place, progress: Progress) -> None:
    """Write ``report.html`` and ``samples.html``, and put them into the folder of reports."""
    progress(0.0, "tables")
    tables = {name: run.read(name, TABLES[name].column_names) for name in REPORTED}
    facts = run_facts(run)
    progress(0.3, "charts")
    write_text(run.folder / "report.html", report_page(summarise_run(tables, facts)))
    progress(0.7, "samples")
    browsed = {name: tables[name] for name in BROWSED}
    write_text(run.folder / "samples.html", samples_page(**browsed, facts=facts))
    publish(run, facts, tables)


def pages(_: Run) -> dict[str, str]:
    """The pages that the stage writes: the name and the file of each."""
    return {"report": "report.html", "samples_page": "samples.html"}
