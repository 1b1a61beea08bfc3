"""Odds that an ingredient is out of place, and p-values in comparison with real recipes."""

import math

import numpy as np
import pytest

from recipegen.pairing.calibration import (
    BY_THEORY,
    WITHOUT_RECIPES,
    Calibration,
    at_least_one,
    calibrate,
    fit_recipe_weights,
    fit_weights,
    log_odds,
)
from recipegen.pairing.counts import Floats
from recipegen.pairing.ingredient_sets import Sets


def calibrated(fits: Floats, sets: Sets) -> Calibration:
    scores = at_least_one(log_odds(BY_THEORY, fits, sets), sets)
    worst = np.full(len(scores), -1.0)
    return calibrate(BY_THEORY, WITHOUT_RECIPES, scores, worst, sets.sizes)


def test_at_least_one_is_the_complement_of_none() -> None:
    sets = Sets.of([[0, 1], [2]])
    log_odds = np.log([1 / 3, 1.0, 4.0])  # probabilities 1/4, 1/2 and 4/5
    none = np.array([3 / 4 * 1 / 2, 1 / 5])
    assert at_least_one(log_odds, sets) == pytest.approx(np.log((1 - none) / none))


@pytest.mark.parametrize("odds", [-800.0, 0.0, 800.0])
def test_extreme_odds_stay_finite(odds: float) -> None:
    assert np.isfinite(at_least_one(np.array([odds, odds]), Sets.of([[0, 1]]))).all()


def test_p_values_count_the_real_recipes_that_are_as_implausible_for_their_size() -> None:
    calibration = Calibration(
        BY_THEORY,
        WITHOUT_RECIPES,
        usual=np.array([0.0, 1.0]),  # ln n
        deviation=np.array([2.0]),
        sizes=np.array([2.0, 8.0]),
        real=np.array([-1.0, 0.0, 1.0]),
        usual_alarm=np.zeros(1),
        alarm_deviation=np.ones(1),
        alarm_limit=np.array([1.0]),
    )
    # 1.05 deviations above what is usual, and a pair that cooks object to as often as not.
    implausibility, sizes = np.full(3, np.log(2) + 2.1), np.full(3, 2)
    flags = calibration.flags(implausibility, np.array([0.0, -0.1, -9.0]), sizes)
    assert flags.tolist() == [True, False, False]
    log2, log8 = np.log(2), np.log(8)
    scores = np.array([log2 + 1.9, log2 + 2.1, log8 - 2.1, log8 + 0.1])
    # Relative to what is usual: 0.95, 1.05, -1.05 and 0.05; more than eight count as eight.
    found = calibration.p_values(scores, np.array([2, 2, 8, 99]))
    assert found.tolist() == [2 / 4, 1 / 4, 1.0, 2 / 4]


def test_real_recipes_are_flagged_at_the_same_rate_whatever_their_size() -> None:
    random = np.random.default_rng(3)

    def draw(count: int) -> tuple[np.ndarray, Sets]:
        sets = Sets.of([range(size) for size in random.integers(2, 15, size=count)])
        return random.normal(np.log(sets.sizes)[sets.owners], 1.0), sets

    fits, sets = draw(20_000)
    calibration = calibrated(fits, sets)
    fits, sets = draw(20_000)
    scores = at_least_one(log_odds(BY_THEORY, fits, sets), sets)
    surprising = calibration.p_values(scores, sets.sizes) <= 0.05
    flagged = calibration.flags(scores, np.full(len(scores), -1.0), sets.sizes)
    for low, high in ((2, 4), (4, 7), (7, 11), (11, 15)):
        chosen = (sets.sizes >= low) & (sets.sizes < high)
        assert surprising[chosen].mean() == pytest.approx(0.05, abs=0.012)
        assert flagged[chosen].mean() == pytest.approx(0.05, abs=0.012)


def test_without_real_recipes_nothing_is_surprising() -> None:
    calibration = calibrated(np.zeros(0), Sets.of([]))
    assert calibration.p_values(np.array([99.0]), np.array([3])).tolist() == [1.0]
    assert calibration.flags(np.array([9.0]), np.array([9.0]), np.array([3])).tolist() == [False]


def test_numbers_survive_the_table() -> None:
    random = np.random.default_rng(0)
    sets = Sets.of([range(size) for size in random.integers(2, 9, size=2000)])
    calibration = calibrated(random.normal(size=len(sets.members)), sets)
    again = Calibration.from_arrays(calibration.arrays("lines"), "lines")
    scores, sizes = random.normal(size=50), random.integers(1, 12, size=50)
    assert (again.p_values(scores, sizes) == calibration.p_values(scores, sizes)).all()
    assert len(calibration.real) == 2000


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


def test_what_speaks_against_a_recipe_never_speaks_for_it() -> None:
    random = np.random.default_rng(2)
    real = np.column_stack([np.ones(2000), random.normal(size=(2000, 6))])
    # Spoilt recipes surprise more; that cooks object less to them, and
    # that their pairs meet more often, is a whim of this sample.
    spoilt = real + np.array([0.0, 2.0, 0.0, -1.0, 1.0, 0.0, 0.0])
    weights = fit_recipe_weights(real, [(spoilt, 1.0)], lift=-1.5)
    assert weights[1] > 0.5
    assert weights[3] == 0
    assert weights[4] == -1.5
