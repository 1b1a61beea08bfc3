"""Handles faults: tries again, waits for the server, and says how to resume a run.

Finished work is safe without this module. A file is either complete or absent, and a killed run
resumes from its last finished block or epoch. This module is for the people who watch a run.
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
from recipegen.flows.run_folders import find_folder
from recipegen.report.markdown import escape
from recipegen.stages import STAGES
from recipegen.storage.files import is_file
from recipegen.storage.run_folder import Run

BACK_OFF = [2.0, 10.0, 30.0]
"""Seconds to wait before each retry of a task, if a retry can help."""

LASTING = (FileNotFoundError, PermissionError, IsADirectoryError, NotADirectoryError)
"""Errors of the file system that do not pass within a minute."""

SERVER_LIMIT = 600.0
"""Seconds that a run waits for a Prefect server that does not answer."""

SERVER_EVERY = 3.0
"""Seconds between two attempts to reach the server again."""

logger = logging.getLogger("recipegen.flows")


def may_pass(task: Task[..., Any], task_run: TaskRun, state: State[Any]) -> bool:  # noqa: ARG001
    """Whether a failed task is worth another try, for instance after a full disk or a lost share.

    Errors in the settings or in the corpus do not pass, so they are not worth another try.
    """
    error = state.result(raise_on_failure=False)
    cause = error if isinstance(error, OSError) else getattr(error, "__cause__", None)
    return isinstance(cause, OSError) and not isinstance(cause, LASTING)


TRIED_AGAIN: dict[str, Any] = {
    "retries": len(BACK_OFF),
    "retry_delay_seconds": BACK_OFF,
    "retry_condition_fn": may_pass,
}
"""Options of a task that is retried if that can help."""


@contextmanager
def in_block(stage: str, block: str) -> Iterator[None]:
    """Add to an error the block in which it happened."""
    try:
        yield
    except Exception as error:
        error.add_note(f"{stage} {block}")
        raise


def describe(error: BaseException) -> str:
    """What happened, for the manifest: the message, with the block if it happened in one."""
    if isinstance(error, (Abort, TerminationSignal)):
        return "cancelled"
    if isinstance(error, KeyboardInterrupt):
        return "interrupted"
    blocks = "".join(f"{note}: " for note in dict.fromkeys(getattr(error, "__notes__", ())))
    return one_line(f"{blocks}{str(error) or type(error).__name__}")


def looked_after() -> bool:
    """Whether the process that serves deployments, or a worker, started the run of this process."""
    return "PREFECT__FLOW_RUN_ID" in os.environ


@contextmanager
def deaf_to_ctrl_c() -> Iterator[None]:
    """Ignore Ctrl-C if another process looks after this one: that one cancels the run in order."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN) if looked_after() else None
    try:
        yield
    finally:
        if looked_after():
            signal.signal(signal.SIGINT, before)


def outlasting_the_server(do: Callable[[], None]) -> None:
    """Do something; if the Prefect server is gone meanwhile, do it again when the server is back.

    Doing it twice must be harmless.

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


# What is left to do after a flow run failed or was cancelled ------------------------------------


def record(flow: Flow[..., Any], flow_run: FlowRun, state: State[Any]) -> None:  # noqa: ARG001
    """Record why a run stopped and how to resume it, in its manifest and as an artifact.

    This is called in the process of the run. If that process has died, the process that looks after
    it calls it.
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
                description="Why the run stopped, and how to resume it",
                data=_failure_text(failure, flow_run),
                flow_run_id=flow_run.id,
            )
        )


def _failure(run: Run, flow_run: FlowRun, state: State[Any]) -> dict[str, str]:
    """What the manifest says about a failure; it is entered now if the run could not do so."""
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
        logger.warning("%s: another process already works on this run", run.folder)
    failure: dict[str, str] = run.manifest.get(
        "failure", {"stage": stage, "error": "", "resume": ""}
    )
    return failure


def _failure_text(failure: dict[str, str], flow_run: FlowRun) -> str:
    retry = (
        "*Retry* resumes in the same folder, and so does"
        if flow_run.deployment_id
        else "To resume, run"
    )
    return (
        f"**The stage {escape(failure['stage'])} stopped:** {escape(failure['error'])}\n\n"
        f"What was finished is kept. {retry}\n\n    {failure['resume']}\n"
    )


def _end_sub_flows(flow_run: FlowRun, state: State[Any]) -> None:
    """Give stages that a dead process left in the state running the state of their run."""
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
