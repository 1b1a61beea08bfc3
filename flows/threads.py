"""Task runs in threads that stop when their flow is stopped."""

from __future__ import annotations

import ctypes
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType

from prefect.task_runners import ThreadPoolTaskRunner

_working: set[int] = set()


class Stopped(BaseException):
    """Raised in a thread whose flow has been cancelled."""


@contextmanager
def stoppable() -> Iterator[None]:
    """Work that is left where it stands when the flow is stopped."""
    thread = threading.get_ident()
    _working.add(thread)
    try:
        yield
    finally:
        _working.discard(thread)


class StoppableThreads(ThreadPoolTaskRunner[int]):
    """Threads that let go of stoppable work when their flow is cancelled or interrupted.

    Prefect's own go on to the end of their task, which for a block of samples takes longer than
    the 30 s that a cancelled process is given before it is killed.
    """

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Stop the threads where the flow did not end by itself, and wait for them."""
        if exc_type is not None and not issubclass(exc_type, Exception):
            if self._executor is not None:
                self._executor.shutdown(wait=False, cancel_futures=True)
            for thread in self._worker_thread_ids & _working:
                # Raised between two instructions of Python; an operation of torch ends first.
                ctypes.pythonapi.PyThreadState_SetAsyncExc(
                    ctypes.c_ulong(thread), ctypes.py_object(Stopped)
                )
        super().__exit__(exc_type, exc_value, traceback)
