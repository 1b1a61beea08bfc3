"""Keeps memory small: what blocks of a stage share, what is given back, and how it is divided."""

from __future__ import annotations

import ctypes
import gc
import os
from collections.abc import Callable
from contextlib import suppress
from functools import lru_cache
from typing import Any, TypeVar

Function = TypeVar("Function", bound=Callable[..., Any])

_KEPT: list[Any] = []

ARENAS = 2
"""Heaps of a process. More of them only help programs whose threads all allocate small objects."""
_M_ARENA_MAX = -8
"""The number of this setting in ``mallopt`` of glibc."""


def few_arenas() -> None:
    """Let the threads of this process, and of those that it starts, share ``ARENAS`` heaps.

    By default glibc gives a heap to each thread, up to eight for each core, and what is free in one
    heap is lost to the others. ``MALLOC_ARENA_MAX`` in the environment overrides this. Other C
    libraries than glibc are left alone.
    """
    if "MALLOC_ARENA_MAX" in os.environ:
        return
    os.environ["MALLOC_ARENA_MAX"] = str(ARENAS)
    with suppress(OSError, AttributeError):
        ctypes.CDLL("libc.so.6").mallopt(_M_ARENA_MAX, ARENAS)


def kept(function: Function) -> Function:
    """Remember the last result of a function until the stage is done; its blocks share it."""
    cached = lru_cache(maxsize=1)(function)
    _KEPT.append(cached)
    return cached  # type: ignore[return-value]


def give_back() -> None:
    """Forget what the blocks of a stage shared, and give free memory back to the system.

    The C library keeps what it was once given, so the memory of a run would be the sum of what its
    stages need, not the largest of them. Other C libraries than glibc are left alone.
    """
    import pyarrow as pa  # slow to import, and the command line imports this module

    for cached in _KEPT:
        cached.cache_clear()
    gc.collect()
    pa.default_memory_pool().release_unused()
    with suppress(OSError, AttributeError):
        ctypes.CDLL("libc.so.6").malloc_trim(0)
