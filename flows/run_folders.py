"""Which folder a flow run works in: the one it was given, or a new one of its own.

The name of a new folder has the deployment and the date, and ends with a part of the flow run's id.
So a retried flow run finds its folder again and resumes there. The process that looks after a dead
flow run finds the folder in the same way.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from recipegen.config import RUNS
from recipegen.storage.files import Place, listing, place
from recipegen.storage.run_folder import Run

ID_DIGITS = 6
"""Last digits of a flow run's id in the name of its folder. The first digits are a time."""


def run_folder(
    flow_run_id: UUID | str, parameters: Mapping[str, Any], deployment: str | None
) -> Place:
    """The folder of a flow run; a new folder is not created here.

    Args:
        flow_run_id: id of the flow run.
        parameters: parameters of ``run_pipeline``.
        deployment: name of the deployment, after which a new folder is named.
    """
    found = find_folder(flow_run_id, parameters)
    if found is not None:
        return found
    name = re.sub(r"[^A-Za-z0-9_-]+", "-", deployment or "run")
    return _runs(parameters) / f"{name}-{datetime.now(UTC):%Y-%m-%d-%H%M}-{_suffix(flow_run_id)}"


def find_folder(flow_run_id: UUID | str, parameters: Mapping[str, Any]) -> Place | None:
    """The folder that a flow run was given, or that it has created; None if there is none."""
    if parameters.get("folder"):
        return place(parameters["folder"])
    return next(iter(listing(_runs(parameters), f"*-{_suffix(flow_run_id)}")), None)


def server_log(run: Run) -> Path:
    """The log file, always on this machine, of a Prefect server that a run starts for itself."""
    if isinstance(run.folder, Path):
        return run.folder / "prefect-server.log"
    RUNS.mkdir(parents=True, exist_ok=True)
    return RUNS / f"{run.name}.prefect-server.log"


def _runs(parameters: Mapping[str, Any]) -> Place:
    return place(parameters.get("runs") or RUNS)


def _suffix(flow_run_id: UUID | str) -> str:
    return str(flow_run_id)[-ID_DIGITS:]
