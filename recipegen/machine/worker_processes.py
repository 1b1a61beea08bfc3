"""Worker processes that do calls for this process.

They speed up Python code, because each process has an interpreter of its own. They are spawned and
never forked, because forking does not mix with threads. A worker process starts with the first call
that needs it. It ends when this process ends, however that happens.
"""

from __future__ import annotations

import logging
import os
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context, parent_process
from multiprocessing.connection import wait
from typing import Any, Self, TypeVar

from recipegen.config import Execution
from recipegen.errors import RecipegenError, RunError, UsageError
from recipegen.machine.interruption import Interruptible

ATTEMPTS = 4
"""Processes that may die of the same call before the call itself is taken for the cause."""

logger = logging.getLogger(__name__)

T = TypeVar("T")


class Processes(Interruptible):
    """Does calls in processes, one process for each thread that waits for a call.

    If a process dies, only its own call is lost, and that call is done again.
    """

    def __init__(self) -> None:
        self._idle: list[ProcessPoolExecutor] = []
        self._all: set[ProcessPoolExecutor] = set()
        self._lock = threading.Lock()
        self._closed = False

    def __enter__(self) -> Self:
        return self

    def end(self, *_: Any) -> None:
        """End the processes when their calls are done."""
        for process in self._all:
            process.shutdown()

    def do(self, function: Callable[..., T], *given: object) -> T:
        """Do a call in a process and return its result. It must be harmless to do the call twice.

        Args:
            function: a function that a process can find by its module and name.
            given: its arguments, which can be pickled.

        Raises:
            RunError: ``ATTEMPTS`` processes, one after the other, have died of the call.
        """
        for _ in range(ATTEMPTS):
            process = self._take()
            try:
                outcome = self._submit(process, function, given).result()
            except BrokenProcessPool:
                self._all.discard(process)
                if self._closed:
                    raise
                logger.warning("a worker process has died; another one does its work again")
                continue
            except Exception:
                self._idle.append(process)
                raise
            self._idle.append(process)
            if isinstance(outcome, _Refusal):
                raise outcome.error from outcome.cause
            return outcome
        raise RunError(
            f"{ATTEMPTS} worker processes, one after the other, died of the same work; if "
            "memory is short, set execution.workers lower"
        )

    def drop_work(self) -> None:
        """End every process at once, whatever it is doing."""
        with self._lock:
            self._closed = True
            for executor in self._all:
                for process in list((executor._processes or {}).values()):
                    process.kill()

    def _take(self) -> ProcessPoolExecutor:
        with self._lock:
            if self._idle:
                return self._idle.pop()
            process = ProcessPoolExecutor(1, mp_context=get_context("spawn"), initializer=_ready)
            self._all.add(process)
            return process

    def _submit(
        self, process: ProcessPoolExecutor, function: Callable[..., T], given: tuple[object, ...]
    ) -> Future[T | _Refusal]:
        with self._lock, _deaf_to_ctrl_c():
            if self._closed:
                raise BrokenProcessPool("the worker processes have been ended")
            return process.submit(_attempt, function, *given)


@contextmanager
def workers(execution: Execution) -> Iterator[Processes | None]:
    """The processes that do the blocks of a stage; None if the settings do not ask for any."""
    if execution.runner == "processes":
        with Processes() as processes:
            yield processes
    else:
        yield None


def refuse_cluster(execution: Execution) -> None:
    """Refuse to do a single stage on a cluster.

    Raises:
        UsageError: the settings ask for a cluster.
    """
    if execution.runner in ("dask", "ray"):
        raise UsageError(
            f"execution.runner is {execution.runner}, but a single stage cannot use a cluster; "
            "use `recipegen run`, or --set execution.runner=processes execution.cluster=none"
        )


# In a worker process ----------------------------------------------------------------------------


@dataclass(frozen=True)
class _Refusal:
    """An error of recipegen with its cause; an exception sent between processes loses its cause."""

    error: RecipegenError
    cause: BaseException | None


def _attempt(function: Callable[..., T], *given: object) -> T | _Refusal:
    try:
        return function(*given)
    except RecipegenError as error:
        return _Refusal(error, error.__cause__)


def _ready() -> None:
    """Get a new process ready, before it imports what calls need."""
    threading.Thread(target=_end_with_parent, daemon=True).start()
    # For NumPy. Each unit of work tells Torch how many threads it may use.
    os.environ.setdefault("OMP_NUM_THREADS", "1")


def _end_with_parent() -> None:
    parent = parent_process()
    assert parent is not None
    wait([parent.sentinel])
    os._exit(1)


@contextmanager
def _deaf_to_ctrl_c() -> Iterator[None]:
    """Make a process that starts ignore Ctrl-C in the terminal; this process ends it instead."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
