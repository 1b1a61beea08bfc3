"""Tools for the tests of several readers: peak memory, and arbitrary JSON values."""

import tracemalloc
from collections.abc import Callable

from hypothesis import strategies as st


def peak_of(work: Callable[[], object]) -> int:
    """The peak number of bytes that Python allocates during some work."""
    tracemalloc.start()
    work()
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return peak


json_values = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
