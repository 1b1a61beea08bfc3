"""Marks a run as crashed when both its process and the process that looks after it have died."""

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
"""Seconds without a heartbeat after which a run counts as dead.

Below 540, live runs were marked as crashed.
"""

HEARTBEAT = {"PREFECT_FLOWS_HEARTBEAT_FREQUENCY": str(EVERY)}
"""Environment of runs that another process looks after."""

MESSAGE = "No heartbeat: the process is gone."
BEAT = "prefect.flow-run.heartbeat"
ENDS = {f"prefect.flow-run.{end}" for end in ("Completed", "Failed", "Cancelled", "Crashed")}


def install() -> None:
    """Have the Prefect server mark runs as crashed when their heartbeats stop; done only once."""
    with get_client(sync_client=True) as client:
        if client.read_automations_by_name(NAME):
            return
    automation().create()


def automation(silence: float = SILENCE) -> Automation:
    """The automation: after a heartbeat, it expects another one or the end of the run."""
    return Automation(
        name=NAME,
        description="The folder of the run is intact. A retry resumes from there.",
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
