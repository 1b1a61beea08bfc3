"""Processes that do calls for this one.

Python work gains from them, since a process has an interpreter to itself. They are spawned, never
forked, which does not mix with threads; each starts with the first call that needs it, and ends
with this process, however that ends.
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
from types import TracebackType
from typing import Self, TypeVar

from recipegen.config import Execution
from recipegen.errors import RecipegenError, RunError, UsageError

ATTEMPTS = 4
"""Processes that may die of the same call before that is taken for the call's own fault."""

logger = logging.getLogger(__name__)

T = TypeVar("T")


def is_interruption(exc_type: type[BaseException] | None) -> bool:
    """Whether what is left in this way is cancelled or interrupted, and did not end by itself."""
    return exc_type is not None and not issubclass(exc_type, Exception)


class Processes:
    """Does calls in processes, one for each thread that has a call in work.

    A process that dies takes its own call along and no other, and the call is done again.
    """

    def __init__(self) -> None:
        self._idle: list[ProcessPoolExecutor] = []
        self._all: set[ProcessPoolExecutor] = set()
        self._lock = threading.Lock()
        self._closed = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """End the processes: at once where the block was interrupted."""
        if is_interruption(exc_type):
            self.kill()
        for process in self._all:
            process.shutdown()

    def do(self, function: Callable[..., T], *given: object) -> T:
        """What the call returns, done in a process; harmless when done twice.

        Args:
            function: found by its module and name.
            given: its arguments, which can be pickled.

        Raises:
            RunError: one process after the other has died of it.
        """
        for _ in range(ATTEMPTS):
            process = self._take()
            try:
                outcome = self._submit(process, function, given).result()
            except BrokenProcessPool:
                self._all.discard(process)
                if self._closed:
                    raise
                logger.warning("a worker process has died; what it did is done again by another")
                continue
            except Exception:
                self._idle.append(process)
                raise
            self._idle.append(process)
            if isinstance(outcome, _Refusal):
                raise outcome.error from outcome.cause
            return outcome
        raise RunError(
            f"{ATTEMPTS} worker processes, one after the other, died of the same work; where "
            "memory is short, set execution.workers lower"
        )

    def kill(self) -> None:
        """End every process at once, whatever it does."""
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
    """The processes that do the units of a stage, where the settings ask for some."""
    if execution.runner == "processes":
        with Processes() as processes:
            yield processes
    else:
        yield None


def refuse_cluster(execution: Execution) -> None:
    """Refuse to do a stage by itself on a cluster.

    Raises:
        UsageError: the settings ask for one.
    """
    if execution.runner in ("dask", "ray"):
        raise UsageError(
            f"execution.runner is {execution.runner}, and a stage alone does not use a cluster; "
            "go on with `recipegen run`, or --set execution.runner=processes execution.cluster=none"
        )


# In a process that works ------------------------------------------------------------------------


@dataclass(frozen=True)
class _Refusal:
    """An error of ours with its cause, which an exception loses between processes."""

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
    # Of NumPy. Torch is told how many it may use by each unit of work.
    os.environ.setdefault("OMP_NUM_THREADS", "1")


def _end_with_parent() -> None:
    parent = parent_process()
    assert parent is not None
    wait([parent.sentinel])
    os._exit(1)


@contextmanager
def _deaf_to_ctrl_c() -> Iterator[None]:
    """Have a process that starts leave Ctrl-C in the terminal to this one, which ends it."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
