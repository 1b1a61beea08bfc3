"""Gives memory that a stage no longer needs back to the system."""

from __future__ import annotations

import ctypes
import gc
from contextlib import suppress

import pyarrow as pa


def give_back() -> None:
    """Give free memory back to the system.

    The C library keeps what it was once given, so the memory of a run would be the sum of what its
    stages need, not the largest of them. Other C libraries than glibc are left alone.
    """
    gc.collect()
    pa.default_memory_pool().release_unused()
    with suppress(OSError, AttributeError):
        ctypes.CDLL("libc.so.6").malloc_trim(0)
