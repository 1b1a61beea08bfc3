"""Divides the threads of numeric operations among the blocks that are done at the same time.

Two pools of threads that compete for the same cores slow each other down ten-fold.
"""

from __future__ import annotations

import os

from threadpoolctl import threadpool_limits

from recipegen.config import Execution


def threads_each(execution: Execution, workers: int = 1) -> int:
    """Threads for each of ``workers`` that work at the same time."""
    return max(1, (execution.threads or os.cpu_count() or 1) // workers)


def limit_threads(execution: Execution, workers: int = 1) -> None:
    """Give NumPy and SciPy, in this process, the threads of one of ``workers``.

    torch has threads of its own: see :func:`recipegen.language.hardware.use_threads`.
    """
    # Not undone afterwards: another block of this process may have begun in the meantime.
    threadpool_limits(threads_each(execution, workers), user_api="blas")
