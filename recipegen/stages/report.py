"""Writes two HTML pages from the tables of a run."""

from __future__ import annotations

from recipegen.config import Configuration
from recipegen.progress import Progress
from recipegen.report.publishing import publish, run_facts, write_pages
from recipegen.report.selection import shown_tables
from recipegen.storage.files import Place
from recipegen.storage.run_folder import Run
from recipegen.tables import TABLES

SETTINGS = tuple(name for name in Configuration.model_fields if name not in ("seed", "execution"))
"""The sections of the configuration that the pages show."""


def report(run: Run, _: Place, progress: Progress) -> None:
    """Write ``report.html`` and ``samples.html``, and put them into the folder of reports."""
    progress(0.0, "tables")
    tables = shown_tables(run, TABLES, run.configuration.report.pairs)
    facts = run_facts(run)
    progress(0.3, "pages")
    write_pages(run.folder, tables, facts)
    publish(run, facts, tables)


def pages(_: Run) -> dict[str, str]:
    """The pages that the stage writes: the name and the file of each."""
    return {"report": "report.html", "samples_page": "samples.html"}
