"""Artifacts: what the Prefect UI shows of a run besides its log.

These are progress, the finding, tables and the report. The UI sets limits: no SVG, no links to
files, no Markdown in tables, and only finite numbers. A page of several megabytes hangs.
"""

from __future__ import annotations

import base64
import logging
import math
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx
import pandas as pd
from prefect.artifacts import (
    create_link_artifact,
    create_markdown_artifact,
    create_progress_artifact,
    create_table_artifact,
    update_progress_artifact,
)

from recipegen.evaluation.per_group.answer import answer
from recipegen.progress import Progress
from recipegen.report.charts import Size, temperature_png, unchecked
from recipegen.report.markdown import escape
from recipegen.report.sections.change import HEADLINE_METRIC
from recipegen.report.sections.metrics import metric_of
from recipegen.storage.files import is_file, place
from recipegen.storage.run_folder import Run

CHART = Size(560, 220)
"""The size of the chart in the UI, in pixels."""

UPDATE_EVERY = 3.0
"""Least number of seconds between two updates of a progress artifact."""

TABLE_ROWS = 50
"""Most rows of a table that the UI shows; with more, its page becomes slow."""

REPORTS_URL = "RECIPEGEN_REPORTS_URL"
"""The environment variable with the address where the folder of reports is served."""

logger = logging.getLogger("recipegen.flows")


@contextmanager
def showing_progress(stage: str, also: Progress) -> Iterator[Progress]:
    """A listener that updates a progress artifact of the flow run, and also calls another listener.

    The work continues even if the server is gone.
    """
    artifact: UUID | None = None
    with _unless_the_server_is_gone():
        created = create_progress_artifact(
            progress=0.0, key=f"{stage}-progress", description=escape(stage)
        )
        assert isinstance(created, UUID)  # a coroutine only if called from an event loop
        artifact = created
    last = time.monotonic()

    def show(share: float, note: str = "") -> None:
        nonlocal last
        also(share, note)
        if artifact and time.monotonic() - last >= UPDATE_EVERY:
            last = time.monotonic()
            with _unless_the_server_is_gone():
                update_progress_artifact(artifact, progress=100 * share, description=escape(note))

    yield show
    if artifact:
        with _unless_the_server_is_gone():
            update_progress_artifact(artifact, progress=100.0, description=escape(stage))


@contextmanager
def _unless_the_server_is_gone() -> Iterator[None]:
    try:
        yield
    except httpx.HTTPError as problem:
        logger.debug("an artifact is not shown: %s", problem)


def publish(run: Run) -> None:
    """Create the artifacts of a run: the finding, a link to the report, and tables."""
    summary, pairs = run.read("temperature_summary"), run.read("pair_summary")
    rates = summary[summary["metric"] == HEADLINE_METRIC]
    points, tests = run.read("operating_points"), run.read("generator_tests")
    finding = answer(summary, points, tests, run.configuration.summarise.confidence)
    address = report_address(run)
    create_markdown_artifact(
        key="finding", markdown=_finding(run, finding, rates, address), description="Finding"
    )
    if address:
        create_link_artifact(key="report", link=address, link_text=f"Report of {run.name}")
    create_table_artifact(
        key="implausible-pairs-by-temperature",
        table=finite_rows(rates.drop(columns="metric")),
        description=RATES,
    )
    if len(corrected := run.read("corrected_rates")):
        create_table_artifact(
            key="corrected-rates", table=finite_rows(corrected), description=CORRECTED
        )
    create_table_artifact(key="worst-pairs", table=finite_rows(pairs), description=PAIRS)
    create_table_artifact(key="generators", table=finite_rows(points), description=POINTS)
    create_table_artifact(key="generator-tests", table=finite_rows(tests), description=TESTS)


RATES = "Share of implausible pairs, by group and temperature, with its interval"
CORRECTED = "Rates by the judge (raw) and corrected by labels of people, each with its interval"
POINTS = "How far each generator is from real cooking, by temperature and cut-off; 0 is best"
TESTS = "Differences between generators, and to real recipes, at equal numbers of ingredients"
PAIRS = "Implausible pairs, those that occur in most samples first"


def _finding(run: Run, finding: str, rates: pd.DataFrame, address: str | None) -> str:
    report = run.folder / "report.html"
    chart = base64.b64encode(rate_png(rates)).decode()
    where = f"[Report]({address}), the file `{report}`" if address else f"Report: `{report}`"
    return (
        f"### {escape(finding)}\n\n"
        f"![Share of implausible pairs by temperature](data:image/png;base64,{chart})\n\n{where}\n"
    )


def rate_png(rates: pd.DataFrame) -> bytes:
    """The chart of the report as a small PNG, since the UI shows no SVG.

    Args:
        rates: the rows of ``temperature_summary`` for the headline metric.
    """
    with unchecked():
        return temperature_png(metric_of(rates, HEADLINE_METRIC), CHART)


def report_address(run: Run) -> str | None:
    """The address of the report for a browser; None if the folder of reports is not served."""
    base = os.environ.get(REPORTS_URL, "").rstrip("/")
    folder = run.configuration.report.folder
    if not base or folder is None or not is_file(place(folder) / run.name / "report.html"):
        return None
    return f"{base}/{quote(run.name)}/report.html"


def finite_rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """The first rows as plain values; missing values and non-finite numbers become None."""
    return [
        {str(name): _shown(value) for name, value in row.items()}
        for row in frame.head(TABLE_ROWS).astype(object).to_dict("records")
    ]


def _shown(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, 6) if math.isfinite(value) else None
    return None if value is None or value is pd.NA or value is pd.NaT else value
