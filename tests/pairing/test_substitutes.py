"""The probability that an ingredient came into a recipe in the place of another one."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from recipegen.pairing.substitutes import Substitutes


def test_the_probability_is_as_worked_by_hand() -> None:
    # Ranks are the numbers. Of like frequency: to 0, 0 and 1; to 1, 0 to 2; to 2, 1 to 3; to 3,
    # 2 and 3.
    substitutes = Substitutes(np.array([5.0, 3.0, 1.0, 1.0]))
    assert [substitutes.like(each).tolist() for each in range(4)] == [
        [0, 1],
        [0, 1, 2],
        [1, 2, 3],
        [2, 3],
    ]
    wanted = np.array([[0.4, 0.3, 0.2, 0.1], [0.0, 0.0, 0.0, 1.0]])
    # 1 came in by its share, 3/10, for 0 (alone to be replaced by it) or for 2 (or 3 would have);
    # 2 by its share, 1/10, or for 3.
    by_hand = [0.5 * 0.3 + 0.5 * (0.4 + 0.2 / 2), 0.5 * 0.1 + 0.5 * 1.0]
    found = substitutes.log_probability(wanted, np.array([1, 2]))
    assert found == pytest.approx(np.log(by_hand))


@given(
    arrays(np.int64, st.integers(1, 40), elements=st.integers(1, 9)),
    st.integers(0, 2**32 - 1),
)
def test_it_is_the_sum_over_all_that_may_be_replaced(counts: np.ndarray, seed: int) -> None:
    size = len(counts)
    substitutes = Substitutes(counts.astype(np.float64))
    wanted = np.random.default_rng(seed).dirichlet(np.ones(size))
    for member in range(size):
        others = [at for at in range(size) if at != member and member in substitutes.like(at)]
        like = sum(wanted[at] / (len(substitutes.like(at)) - 1) for at in others)
        expected = 0.5 * counts[member] / counts.sum() + 0.5 * like
        found = substitutes.log_probability(wanted[None], np.array([member]))
        assert np.exp(found[0]) == pytest.approx(expected)
