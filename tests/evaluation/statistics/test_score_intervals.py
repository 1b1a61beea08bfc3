"""Score intervals are Wilson's for one stratum, and hold what a score test holds for several."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar
from scipy.special import ndtri

from recipegen.evaluation.statistics.estimates import wilson
from recipegen.evaluation.statistics.score_intervals import Strata, part_of_sum, weighted_share
from tests.evaluation.strata import strata

Z = float(ndtri(0.975))
FIRST = np.array([True, False])


@pytest.mark.parametrize("found", [0, 1, 7, 19, 20])
def test_the_interval_of_one_stratum_is_wilsons(found: int) -> None:
    interval = weighted_share(strata([1.0], [found], [20]), 0.95)
    assert interval == pytest.approx(wilson(found / 20, 20, Z), abs=1e-9)


def test_equal_strata_of_equal_weight_without_a_find_are_one_stratum() -> None:
    apart = weighted_share(strata([0.25] * 4, [0] * 4, [25] * 4), 0.95)
    assert apart == pytest.approx(wilson(0.0, 100, Z), abs=1e-9)


def test_the_ends_are_sums_at_which_the_score_test_is_at_its_limit() -> None:
    weight, shares, count = np.array([0.1, 0.9]), np.array([0.3, 0.02]), np.array([40.0, 100.0])
    _, *ends = weighted_share(strata([0.1, 0.9], [12, 2], [40, 100]), 0.95)
    for end in ends:

        def likelihood(first: float, end: float = end) -> float:
            proportions = np.array([first, (end - weight[0] * first) / weight[1]])
            found = shares * np.log(proportions) + (1 - shares) * np.log(1 - proportions)
            return -float((count * found).sum())

        limits = max(1e-9, (end - weight[1]) / weight[0]), min(1 - 1e-9, end / weight[0] - 1e-9)
        first = minimize_scalar(likelihood, bounds=limits, options={"xatol": 1e-10}).x
        best = np.array([first, (end - weight[0] * first) / weight[1]])
        error = np.sqrt((weight**2 * best * (1 - best) / count).sum())
        assert abs(weight @ shares - end) / error == pytest.approx(Z, abs=1e-3)


def test_many_samples_are_computed_at_once() -> None:
    found = np.array([[3.0, 1.0], [0.0, 0.0]])
    both = weighted_share(Strata(np.array([0.5, 0.5]), found, np.array([9.0, 30.0])), 0.95)
    for at, own in enumerate(found):
        assert both[:, at] == pytest.approx(
            weighted_share(strata([0.5] * 2, [*own], [9, 30]), 0.95)
        )


samples = st.lists(
    st.tuples(st.floats(0.01, 1), st.integers(0, 30), st.integers(0, 30)).filter(
        lambda each: each[1] + each[2] > 0
    ),
    min_size=2,
    max_size=4,
)


@settings(max_examples=25)
@given(samples)
def test_intervals_hold_the_estimate_and_stay_possible(rows: list[tuple[float, int, int]]) -> None:
    weight = np.array([row[0] for row in rows])
    found = np.array([float(row[1]) for row in rows])
    known = Strata(weight / weight.sum(), found, found + [row[2] for row in rows])
    share, low, high = weighted_share(known, 0.95)
    assert -1e-12 <= low <= share + 1e-9
    assert share - 1e-9 <= high <= 1 + 1e-12
    part = np.arange(len(rows)) == 0
    ratio, least, most = part_of_sum(known, part, 0.95)
    if found.sum():
        assert 0 <= least <= ratio <= most <= 1
    else:
        assert np.isnan([ratio, least, most]).all()


def test_a_part_of_a_sum_by_hand() -> None:
    # 0.1 * 0.5 = 0.05 of 0.05 + 0.9 * 0.1 = 0.14
    share, low, high = part_of_sum(strata([0.1, 0.9], [10, 4], [20, 40]), FIRST, 0.95)
    assert share == pytest.approx(0.05 / 0.14)
    assert low < share < high
    wider = part_of_sum(strata([0.1, 0.9], [10, 4], [20, 40]), FIRST, 0.99)
    assert wider[1] < low < high < wider[2]


def test_the_parts_of_a_sum_mirror_each_other() -> None:
    known = strata([0.2, 0.8], [9, 3], [30, 50])
    one, other = (part_of_sum(known, part, 0.95) for part in (FIRST, ~FIRST))
    assert [one[0], one[1], one[2]] == pytest.approx([1 - other[0], 1 - other[2], 1 - other[1]])


def test_a_part_with_nothing_found_is_0_and_with_everything_found_1() -> None:
    none, low, high = part_of_sum(strata([0.5, 0.5], [0, 5], [20, 20]), FIRST, 0.95)
    assert (none, low) == (0.0, 0.0)
    assert 0 < high < 1
    every, low, high = part_of_sum(strata([0.5, 0.5], [5, 0], [20, 20]), FIRST, 0.95)
    assert (every, high) == (1.0, 1.0)
    assert 0 < low < 1


def test_a_part_that_has_all_that_was_found_is_the_whole_whatever_is_rounded() -> None:
    random = np.random.default_rng(3)
    past_1 = 0
    for _ in range(100):
        weight, found = random.random(16), random.integers(0, 8, 16).astype(float)
        part = np.arange(16) % 2 == 1
        found[~part] = 0
        strata = Strata(weight, found, np.full(16, 9.0))
        sums = strata.weight * strata.shares
        past_1 += sums[part].sum() / sums.sum() > 1
        share, low, high = part_of_sum(strata, part, 0.95)
        assert share == pytest.approx(1.0)
        assert 0 < low < 1 == high
    assert past_1 > 0, "none was rounded past 1, so nothing was tested"
