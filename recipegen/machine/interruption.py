"""What ends work at once when its run is cancelled or interrupted.

Whatever does the blocks of a run is :class:`Interruptible`. If it is interrupted, it drops its
work: processes are killed (``worker_processes``), threads get an exception (here), and tasks of a
cluster are cancelled (``flows.task_runners``). Unfinished blocks are done again when the run goes
on.
"""

from __future__ import annotations

import ctypes
import threading
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Any

_working: dict[int, object] = {}
"""The threads of this process that do stoppable work, each with the folder of its run."""


class Stopped(BaseException):
    """Raised in a thread whose flow has been cancelled."""


class Interruptible(ABC):
    """Does work inside a ``with`` block, and drops it if the block is cancelled or interrupted."""

    @abstractmethod
    def drop_work(self) -> None:
        """Stop all work at once; what is unfinished is lost."""

    @abstractmethod
    def end(self, *exception: Any) -> None:
        """End, interrupted or not. It gets what ``__exit__`` gets."""

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """End; drop the work first if an exception such as ``KeyboardInterrupt`` ends the block."""
        if exc_type is not None and not issubclass(exc_type, Exception):
            self.drop_work()
        self.end(exc_type, exc_value, traceback)


@contextmanager
def stoppable(folder: object = None) -> Iterator[None]:
    """Mark the work in the ``with`` block, on the run in a folder, as work that may be stopped."""
    thread = threading.get_ident()
    _working[thread] = folder
    try:
        yield
    finally:
        _working.pop(thread, None)


def stop_work_on(folder: object) -> None:
    """Stop the stoppable work of this process's threads for the run in a folder."""
    stop_threads(thread for thread, of in list(_working.items()) if of == folder)


def stop_threads(threads: Iterable[int]) -> None:
    """Stop the stoppable work of threads, named by their idents; leave other work alone."""
    for thread in set(threads) & _working.keys():
        # Python raises it between two instructions, so an operation of torch ends first.
        ctypes.pythonapi.PyThreadState_SetAsyncExc(
            ctypes.c_ulong(thread), ctypes.py_object(Stopped)
        )
