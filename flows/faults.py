"""What is done when something goes wrong: try again, wait, do a block anew, or say how to go on.

Nothing here is needed to keep what was done: files are whole or absent, and a run that was killed
goes on from its last finished block or epoch. It is for the people who watch.
"""

from __future__ import annotations

import logging
import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import httpx
from prefect import Flow, Task, get_client
from prefect.client.schemas.actions import ArtifactCreate
from prefect.client.schemas.filters import (
    FlowRunFilter,
    FlowRunFilterParentFlowRunId,
    FlowRunFilterState,
    FlowRunFilterStateType,
)
from prefect.client.schemas.objects import FlowRun, State, StateType, TaskRun
from prefect.exceptions import Abort, TerminationSignal

from recipegen.errors import RunError, one_line
from recipegen.files import is_file
from recipegen.flows.artifacts import escape
from recipegen.flows.folders import find_folder
from recipegen.stages import STAGES
from recipegen.store import Run

BACK_OFF = [2.0, 10.0, 30.0]
"""Seconds before a task is tried again, where that can help."""

LASTING = (FileNotFoundError, PermissionError, IsADirectoryError, NotADirectoryError)
"""Errors of the file system that are still there a minute later."""

SERVER_LIMIT = 600.0
"""Seconds that a run waits for a Prefect server that is gone."""

SERVER_EVERY = 3.0
"""Seconds between two looks whether it is back."""

logger = logging.getLogger("recipegen.flows")


def may_pass(task: Task[..., Any], task_run: TaskRun, state: State[Any]) -> bool:  # noqa: ARG001
    """Whether a task that failed is worth another try: a disk that is full, a share that is away.

    What is wrong with settings or with a corpus stays wrong.
    """
    error = state.result(raise_on_failure=False)
    cause = error if isinstance(error, OSError) else getattr(error, "__cause__", None)
    return isinstance(cause, OSError) and not isinstance(cause, LASTING)


TRIED_AGAIN: dict[str, Any] = {
    "retries": len(BACK_OFF),
    "retry_delay_seconds": BACK_OFF,
    "retry_condition_fn": may_pass,
}
"""Options of a task that is tried again where that can help."""


@contextmanager
def in_block(stage: str, block: str) -> Iterator[None]:
    """Have an error say which block it happened in."""
    try:
        yield
    except Exception as error:
        error.add_note(f"{stage} {block}")
        raise


def describe(error: BaseException) -> str:
    """What happened, for the manifest: the message, and the block where it was in one."""
    if isinstance(error, (Abort, TerminationSignal)):
        return "cancelled"
    if isinstance(error, KeyboardInterrupt):
        return "interrupted"
    blocks = "".join(f"{note}: " for note in dict.fromkeys(getattr(error, "__notes__", ())))
    return one_line(f"{blocks}{str(error) or type(error).__name__}")


def looked_after() -> bool:
    """Whether this is the process of a run that a server of deployments or a worker started."""
    return "PREFECT__FLOW_RUN_ID" in os.environ


@contextmanager
def deaf_to_ctrl_c() -> Iterator[None]:
    """Leave Ctrl-C to the process that looks after this one, if any: it cancels in good order."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN) if looked_after() else None
    try:
        yield
    finally:
        if looked_after():
            signal.signal(signal.SIGINT, before)


def outlasting_the_server(do: Callable[[], None]) -> None:
    """Do something that can be done twice; where the Prefect server is gone, again when it is back.

    Raises:
        httpx.TransportError: the server has been gone for longer than a run waits.
    """
    limit = time.monotonic() + SERVER_LIMIT
    while True:
        try:
            do()
        except httpx.TransportError as problem:
            if time.monotonic() > limit:
                raise
            logger.warning("the Prefect server does not answer (%s); waiting for it", problem)
            time.sleep(SERVER_EVERY)
        else:
            return


# What is left to do when a flow run has ended badly ---------------------------------------------


def record(flow: Flow[..., Any], flow_run: FlowRun, state: State[Any]) -> None:  # noqa: ARG001
    """Leave why a run stopped and how it goes on: in its manifest, and as an artifact.

    It is called in the process of the run, or in the one that looks after it where that has died.
    """
    folder = find_folder(flow_run.id, flow_run.parameters)
    if folder is None or not is_file(folder / "configuration.json"):
        return
    failure = _failure(Run(folder), flow_run, state)
    _end_sub_flows(flow_run, state)
    with get_client(sync_client=True) as client:
        client.create_artifact(
            ArtifactCreate(
                key="failure",
                type="markdown",
                description="Why the run stopped, and how it goes on",
                data=_failure_text(failure, flow_run),
                flow_run_id=flow_run.id,
            )
        )


def _failure(run: Run, flow_run: FlowRun, state: State[Any]) -> dict[str, str]:
    """What the manifest says of a failure, entered now where the run could not do so itself."""
    known: dict[str, str] | None = run.manifest.get("failure")
    began = flow_run.start_time
    if known and began and datetime.fromisoformat(known["time"]) >= began.replace(microsecond=0):
        return known
    done = run.manifest["stages"]
    stage = next((stage.name for stage in STAGES if stage.name not in done), STAGES[-1].name)
    try:
        with run.locked():
            run.fail(stage, state.message or state.name or "ended")
    except RunError:
        logger.warning("%s: somebody goes on with it already", run.folder)
    failure: dict[str, str] = run.manifest.get(
        "failure", {"stage": stage, "error": "", "resume": ""}
    )
    return failure


def _failure_text(failure: dict[str, str], flow_run: FlowRun) -> str:
    retry = (
        "*Retry* goes on in the same folder, and so does"
        if flow_run.deployment_id
        else "Go on with"
    )
    return (
        f"**The stage {escape(failure['stage'])} stopped:** {escape(failure['error'])}\n\n"
        f"What was finished is kept. {retry}\n\n    {failure['resume']}\n"
    )


def _end_sub_flows(flow_run: FlowRun, state: State[Any]) -> None:
    """Give stages that a dead process has left running the state of their run."""
    running = FlowRunFilterState(
        type=FlowRunFilterStateType(any_=[StateType.RUNNING, StateType.PENDING])
    )
    parent = FlowRunFilterParentFlowRunId(any_=[flow_run.id])
    ended = StateType.CANCELLED if state.is_cancelling() or state.is_cancelled() else state.type
    with get_client(sync_client=True) as client:
        left = client.read_flow_runs(
            flow_run_filter=FlowRunFilter(state=running, parent_flow_run_id=parent)
        )
        for sub_flow in left:
            client.set_flow_run_state(
                sub_flow.id, State(type=ended, message="The run has ended."), force=True
            )
