"""What the Prefect UI shows of a run besides its log: progress, finding, tables, the report."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import pandas as pd
from prefect.artifacts import (
    create_link_artifact,
    create_markdown_artifact,
    create_progress_artifact,
    create_table_artifact,
    update_progress_artifact,
)

from recipegen.evaluation.temperature import headline
from recipegen.progress import Progress
from recipegen.store import Run

UPDATE_EVERY = 3.0
"""Seconds between two updates of a progress artifact."""

TABLE_ROWS = 50
"""Rows that the UI shows of a table; more of them make its page slow."""


@contextmanager
def showing_progress(stage: str, also: Progress) -> Iterator[Progress]:
    """A listener that keeps a progress artifact of the flow run, and tells another listener."""
    artifact = create_progress_artifact(progress=0.0, key=f"{stage}-progress", description=stage)
    assert isinstance(artifact, UUID)  # a coroutine only where an event loop calls
    last = time.monotonic()

    def show(share: float, note: str = "") -> None:
        nonlocal last
        also(share, note)
        if time.monotonic() - last >= UPDATE_EVERY:
            last = time.monotonic()
            update_progress_artifact(artifact, progress=100 * share, description=note)

    yield show
    update_progress_artifact(artifact, progress=100.0)


def publish(run: Run) -> None:
    """The finding, the table by temperature, the worst pairs and the report, as artifacts."""
    summary, pairs = run.read("temperature_summary"), run.read("pair_summary")
    finding = headline(summary, run.configuration.summarise.confidence)
    report = run.folder / "report.html"
    create_markdown_artifact(
        key="finding", markdown=f"# {finding}\n\nReport: `{report}`", description="Finding"
    )
    create_link_artifact(key="report", link=report.as_uri(), link_text=f"Report of {run.name}")
    rates = summary[summary["metric"] == "implausible_pair_rate"].drop(columns="metric")
    create_table_artifact(key="implausible-pairs-by-temperature", table=_rows(rates))
    create_table_artifact(key="worst-pairs", table=_rows(pairs))


def _rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """The first rows as plain values; the UI has no way to show what is not a number."""
    rows = frame.head(TABLE_ROWS).astype(object)
    return [
        {str(name): value for name, value in row.items()}
        for row in rows.where(rows.notna(), None).to_dict("records")
    ]
