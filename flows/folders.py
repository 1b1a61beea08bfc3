"""Which folder a flow run works in: the one it was given, or a new one of its own.

A new folder is named after the deployment and the date, and ends with part of the flow run's id.
So a flow run that is retried finds its folder again and goes on there, and whoever looks after a
flow run that has died finds it as well.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from recipegen.config import RUNS
from recipegen.files import Place, listing, place
from recipegen.store import Run

ID_DIGITS = 6
"""Last digits of a flow run's id in the name of its folder; the first ones are a clock."""


def run_folder(
    flow_run_id: UUID | str, parameters: Mapping[str, Any], deployment: str | None
) -> Place:
    """The folder of a flow run, not made yet where it is new.

    Args:
        flow_run_id: the flow run.
        parameters: those of ``run_pipeline``.
        deployment: what the folder is named after.
    """
    found = find_folder(flow_run_id, parameters)
    if found is not None:
        return found
    name = re.sub(r"[^A-Za-z0-9_-]+", "-", deployment or "run")
    return _runs(parameters) / f"{name}-{datetime.now(UTC):%Y-%m-%d-%H%M}-{_suffix(flow_run_id)}"


def find_folder(flow_run_id: UUID | str, parameters: Mapping[str, Any]) -> Place | None:
    """The folder of a flow run that has begun, or that it was given; none where there is none."""
    if parameters.get("folder"):
        return place(parameters["folder"])
    return next(iter(listing(_runs(parameters), f"*-{_suffix(flow_run_id)}")), None)


def server_log(run: Run) -> Path:
    """Where a Prefect server of a run's own adds what it has to say: on this machine."""
    if isinstance(run.folder, Path):
        return run.folder / "prefect-server.log"
    RUNS.mkdir(parents=True, exist_ok=True)
    return RUNS / f"{run.name}.prefect-server.log"


def _runs(parameters: Mapping[str, Any]) -> Place:
    return place(parameters.get("runs") or RUNS)


def _suffix(flow_run_id: UUID | str) -> str:
    return str(flow_run_id)[-ID_DIGITS:]
