"""Runs tasks in threads that stop when their flow is stopped."""

from __future__ import annotations

import ctypes
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from types import TracebackType

from prefect.task_runners import ThreadPoolTaskRunner

from recipegen.machine.worker_processes import Processes, is_interruption
from recipegen.storage.files import Place

_working: dict[int, Place | None] = {}
"""The threads of this process that do stoppable work, each with the folder of its run."""


class Stopped(BaseException):
    """Raised in a thread whose flow has been cancelled."""


@contextmanager
def stoppable(folder: Place | None = None) -> Iterator[None]:
    """Mark the work in the ``with`` block, on the run in a folder, as work that may be stopped."""
    thread = threading.get_ident()
    _working[thread] = folder
    try:
        yield
    finally:
        _working.pop(thread, None)


def stop_work_on(folder: Place) -> None:
    """Stop the work of this process's threads for the run in a folder."""
    _stop(thread for thread, of in list(_working.items()) if of == folder)


def _stop(threads: Iterable[int]) -> None:
    for thread in threads:
        # Python raises it between two instructions, so an operation of torch ends first.
        ctypes.pythonapi.PyThreadState_SetAsyncExc(
            ctypes.c_ulong(thread), ctypes.py_object(Stopped)
        )


class StoppableThreads(ThreadPoolTaskRunner[int]):
    """Threads that drop stoppable work when their flow is cancelled or interrupted.

    Prefect's own threads continue to the end of their task. A block of samples takes longer than
    the 30 s after which a cancelled process is killed.
    """

    def __init__(self, max_workers: int, processes: Processes | None = None) -> None:
        """Use threads that do the work themselves, or each in a process of its own."""
        super().__init__(max_workers)
        self.processes = processes

    def duplicate(self) -> StoppableThreads:
        """Another runner for the next flow, with the same processes."""
        return StoppableThreads(self._max_workers, self.processes)

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Stop the threads if the flow was interrupted, and wait for them."""
        if is_interruption(exc_type):
            if self._executor is not None:
                self._executor.shutdown(wait=False, cancel_futures=True)
            _stop(self._worker_thread_ids & _working.keys())
            if self.processes:
                self.processes.kill()
        super().__exit__(exc_type, exc_value, traceback)
