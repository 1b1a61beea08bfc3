"""A run whose process has died with the one that looks after it is marked as crashed."""

from __future__ import annotations

from datetime import timedelta

from prefect import get_client
from prefect.automations import Automation
from prefect.client.schemas.objects import StateType
from prefect.events.actions import ChangeFlowRunState
from prefect.events.schemas.automations import EventTrigger, Posture

NAME = "recipegen: a run without a heartbeat has crashed"
EVERY = 120
"""Seconds between two heartbeats of a run."""

SILENCE = 600
"""Seconds without a heartbeat from which a run counts as dead; below 540 live ones were taken."""

HEARTBEAT = {"PREFECT_FLOWS_HEARTBEAT_FREQUENCY": str(EVERY)}
"""Environment of runs that are looked after."""

MESSAGE = "No heartbeat: the process is gone."
BEAT = "prefect.flow-run.heartbeat"
ENDS = {f"prefect.flow-run.{end}" for end in ("Completed", "Failed", "Cancelled", "Crashed")}


def install() -> None:
    """Have the Prefect server mark runs as crashed whose heartbeats stop, once for all."""
    with get_client(sync_client=True) as client:
        if client.read_automations_by_name(NAME):
            return
    automation().create()


def automation(silence: float = SILENCE) -> Automation:
    """After a heartbeat, another one or the end of the run is expected."""
    return Automation(
        name=NAME,
        description="Its folder is whole; a retry goes on from there.",
        trigger=EventTrigger(
            after={BEAT},
            expect={BEAT, *ENDS},
            match={"prefect.resource.id": ["prefect.flow-run.*"]},
            for_each={"prefect.resource.id"},
            posture=Posture.Proactive,
            threshold=1,
            within=timedelta(seconds=silence),
        ),
        actions=[ChangeFlowRunState(state=StateType.CRASHED, message=MESSAGE)],
    )
