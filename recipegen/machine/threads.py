"""Divides the threads of numeric operations among the blocks that are done at the same time.

Two pools of threads that compete for the same cores slow each other down ten-fold.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    # The configuration needs pydantic, which benchmarks.gpu does without.
    from recipegen.config import Execution


def threads_each(execution: Execution, workers: int = 1) -> int:
    """Threads for each of ``workers`` that work at the same time."""
    return max(1, (execution.threads or os.cpu_count() or 1) // workers)


@contextmanager
def limited_threads(execution: Execution, workers: int = 1) -> Iterator[None]:
    """Inside the ``with`` block, NumPy and SciPy have the threads of one of ``workers``.

    It holds for the whole process. Of threads that call this at the same time, the first one
    decides, until it is done. So whoever starts several blocks in threads calls this around them.

    torch has threads of its own: see :func:`recipegen.language.hardware.use_threads`.
    """
    from threadpoolctl import threadpool_limits

    with threadpool_limits(threads_each(execution, workers), user_api="blas"):
        yield
