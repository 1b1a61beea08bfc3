"""Keeps what the blocks of a stage share, and gives memory back when the stage is done."""

from __future__ import annotations

import ctypes
import gc
from collections.abc import Callable
from contextlib import suppress
from functools import lru_cache
from typing import Any, TypeVar

import pyarrow as pa

Function = TypeVar("Function", bound=Callable[..., Any])

_KEPT: list[Any] = []


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
    for cached in _KEPT:
        cached.cache_clear()
    gc.collect()
    pa.default_memory_pool().release_unused()
    with suppress(OSError, AttributeError):
        ctypes.CDLL("libc.so.6").malloc_trim(0)
