"""Counts and expected counts of recipes that are small enough to count by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recipegen.pairing.counts import Counts

#       egg  flour  salt          sizes 3, 2, 1: six slots, 3*2 + 2*1 + 0 = 8 ordered pairs
ROWS = [
    ("cake", "flour"),
    ("cake", "egg"),
    ("cake", "salt"),
    ("omelette", "egg"),
    ("omelette", "salt"),
    ("brine", "salt"),
]


def counted(rows: list[tuple[str, str]]) -> Counts:
    return Counts.of([recipe for recipe, _ in rows], [name for _, name in rows])


def test_single_and_together() -> None:
    counts = counted(ROWS)
    assert counts.names == ("egg", "flour", "salt")
    assert counts.single.tolist() == [2, 1, 3]
    assert counts.together().tolist() == [[2, 1, 2], [1, 1, 1], [2, 1, 3]]


def test_expected_is_corrected_for_the_size_of_recipes() -> None:
    expected = counted(ROWS).expected()
    assert expected[0, 2] == pytest.approx(2 * 3 * 8 / 36)
    assert expected[0, 1] == pytest.approx(2 * 1 * 8 / 36)


def test_order_and_doubles_change_nothing() -> None:
    again = counted([*reversed(ROWS), *ROWS])
    assert np.array_equal(again.together(), counted(ROWS).together())
    assert np.allclose(again.expected(), counted(ROWS).expected())


def test_no_recipes_have_no_counts() -> None:
    empty = counted([])
    assert empty.names == ()
    assert empty.expected().shape == (0, 0)


@given(st.lists(st.tuples(st.sampled_from("rstuv"), st.sampled_from("abcdef"))))
def test_all_expected_pairs_are_as_many_as_all_observed(rows: list[tuple[str, str]]) -> None:
    counts = counted(rows)
    together, expected = counts.together(), counts.expected()
    # Summed over ordered pairs, an ingredient with itself left in: that is what one urn expects.
    observed = together.sum() - np.trace(together)
    assert expected.sum() == pytest.approx(observed)
