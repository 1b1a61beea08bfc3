"""Stops a run of the command line when somebody cancels it in Prefect.

Prefect leaves this to the process that started the run: the one that serves deployments, or a
worker. A run of the command line has no such process. So it looks at its own state from time to
time.
"""

from __future__ import annotations

import logging
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import copy_context
from types import FrameType
from typing import Any
from uuid import UUID

import httpx
from prefect import get_client, states
from prefect.context import FlowRunContext
from prefect.exceptions import Abort, PrefectException

from recipegen.flows import faults

LOOK_EVERY = 2.0
"""Seconds between two checks of a run on its own state."""

logger = logging.getLogger("recipegen.flows")


class Cancelled(Abort):
    """Raised in a flow that was cancelled. Prefect's engine then leaves the state to us."""


@contextmanager
def stopping_when_cancelled() -> Iterator[None]:
    """Raise ``Cancelled`` in the flow of this thread when it is cancelled in Prefect."""
    context = FlowRunContext.get()
    if (
        context is None
        or context.flow_run is None
        or faults.looked_after()
        or threading.current_thread() is not threading.main_thread()
    ):
        yield
        return
    try:
        with _Watch(context.flow_run.id):
            yield
    except Cancelled:
        _settle(context.flow, context.flow_run.id)
        raise


class _Watch:
    """A thread that watches the state of a flow run and interrupts the main thread."""

    def __init__(self, flow_run: UUID) -> None:
        self._flow_run = flow_run
        self._before: Any = None
        self._over = threading.Event()
        self._cancelled = False
        self._deciding = threading.Lock()

    def __enter__(self) -> None:
        self._before = signal.getsignal(signal.SIGINT)
        signal.signal(signal.SIGINT, self._interrupt)
        # Only this context knows the address of a server of our own.
        known = copy_context()
        threading.Thread(target=lambda: known.run(self._look), daemon=True).start()

    def __exit__(self, *_: object) -> None:
        try:
            with self._deciding:
                self._over.set()
        finally:
            signal.signal(signal.SIGINT, self._before)

    def _interrupt(self, number: int, frame: FrameType | None) -> None:
        if self._cancelled:
            raise Cancelled("cancelled in Prefect")
        if callable(self._before):
            self._before(number, frame)

    def _look(self) -> None:
        with get_client(sync_client=True) as client:
            while not self._over.wait(LOOK_EVERY):
                try:
                    state = client.read_flow_run(self._flow_run).state
                except (httpx.HTTPError, PrefectException) as problem:
                    logger.debug("the state of the run is not known: %s", problem)
                    continue
                if state and (state.is_cancelling() or state.is_cancelled()):
                    self._stop()
                    return

    def _stop(self) -> None:
        with self._deciding:
            if not self._over.is_set():
                self._cancelled = True
                # A signal, because it also wakes a waiting thread.
                signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)


def _settle(flow: Any, flow_run_id: UUID) -> None:
    """Record how to resume the run, and set its state to cancelled."""
    with get_client(sync_client=True) as client:
        flow_run = client.read_flow_run(flow_run_id)
        if flow_run.state:
            faults.record(flow, flow_run, flow_run.state)
        client.set_flow_run_state(flow_run_id, states.Cancelled(), force=True)
