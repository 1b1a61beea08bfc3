"""What ends work at once when its run is cancelled or interrupted.

Whatever does the blocks of a run asks :func:`is_interruption` when it ends, and then drops its
work: processes are killed (``worker_processes``), threads get an exception (here), and tasks of a
cluster are cancelled (``flows.task_runners``). Unfinished blocks are done again when the run goes
on.
"""

from __future__ import annotations

import ctypes
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

_working: dict[int, object] = {}
"""The threads of this process that do stoppable work, each with the folder of its run."""


class Stopped(BaseException):
    """Raised in a thread whose flow has been cancelled."""


def is_interruption(exc_type: type[BaseException] | None) -> bool:
    """Whether a ``with`` block that ends with this exception was cancelled or interrupted."""
    return exc_type is not None and not issubclass(exc_type, Exception)


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
