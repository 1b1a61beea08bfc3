"""Odds that something is out of place, and p-values among real recipes."""

import math

import numpy as np
import pytest

from recipegen.pairing.calibration import (
    BY_THEORY,
    Calibration,
    at_least_one,
    calibrate,
    fit_weights,
)
from recipegen.pairing.context import Sets


def test_at_least_one_is_the_complement_of_none() -> None:
    sets = Sets.of([[0, 1], [2]])
    log_odds = np.log([1 / 3, 1.0, 4.0])  # probabilities 1/4, 1/2 and 4/5
    none = np.array([3 / 4 * 1 / 2, 1 / 5])
    assert at_least_one(log_odds, sets) == pytest.approx(np.log((1 - none) / none))


@pytest.mark.parametrize("odds", [-800.0, 0.0, 800.0])
def test_extreme_odds_stay_finite(odds: float) -> None:
    assert np.isfinite(at_least_one(np.array([odds, odds]), Sets.of([[0, 1]]))).all()


def test_p_values_count_the_real_recipes_of_like_size() -> None:
    calibration = Calibration(
        BY_THEORY, np.array([2, 5]), (np.array([1.0, 2.0, 3.0]), np.array([10.0]))
    )
    found = calibration.p_values(np.array([2.0, 4.0, 0.0, 11.0]), np.array([2, 4, 4, 9]))
    assert found.tolist() == [3 / 4, 1 / 4, 1.0, 1 / 2]


def test_without_real_recipes_nothing_is_surprising() -> None:
    calibration = calibrate(BY_THEORY, np.zeros(0), Sets.of([]))
    assert calibration.p_values(np.array([99.0]), np.array([3])).tolist() == [1.0]


def test_numbers_survive_the_table() -> None:
    random = np.random.default_rng(0)
    sets = Sets.of([range(size) for size in random.integers(2, 9, size=2000)])
    calibration = calibrate(BY_THEORY, random.normal(size=len(sets.members)), sets)
    again = Calibration.from_arrays(calibration.arrays())
    scores, sizes = random.normal(size=50), random.integers(1, 12, size=50)
    assert (again.p_values(scores, sizes) == calibration.p_values(scores, sizes)).all()
    assert len(calibration.real) > 1
    assert sum(map(len, calibration.real)) == 2000


def test_the_weights_of_bayes_rule_are_found_again() -> None:
    random = np.random.default_rng(1)
    sets = Sets.of([range(size) for size in random.integers(2, 15, size=4000)])
    fits = random.normal(1.0, 2.0, size=len(sets.members))
    odds = -0.4 - 1.2 * fits - 0.9 * np.log(sets.sizes)[sets.owners]
    exchanged = random.random(len(odds)) < 1 / (1 + np.exp(-odds))
    assert fit_weights(fits, sets, exchanged) == pytest.approx([-0.4, -1.2, -0.9], abs=0.15)


def test_no_recipes_leave_the_weights_of_theory() -> None:
    assert fit_weights(np.zeros(0), Sets.of([]), np.zeros(0, dtype=bool)) == pytest.approx(
        BY_THEORY
    )
    assert math.isclose(BY_THEORY[1], -1.0)
