"""Lifts of small invented counts, worked by hand."""

import math

import numpy as np
import pytest

from recipegen.pairing.counts import Counts
from recipegen.pairing.lifts import Lifts, fit_lifts, leading_eigenvectors


def test_the_lift_is_the_shrunk_ratio_with_its_posterior_interval() -> None:
    together = np.array([[3.0, 2.0], [2.0, 2.0]])
    log_prior = np.full((2, 2), math.log(0.5))
    lifts = Lifts(together, np.ones((2, 2)), log_prior, strength=2.0, rank=1)
    assert lifts.log_lift.tolist() == [[0.0, math.log(3 / 3)], [math.log(3 / 3), 0.0]]
    # Gamma(3, rate 3): the quantiles .025 and .975 of chi-square with 6 degrees, over 2 * 3.
    at = (np.array([0]), np.array([1]))
    assert lifts.log_quantile(0.025, at)[0] == pytest.approx(math.log(1.237344 / 6), abs=1e-5)
    assert lifts.log_quantile(0.975, at)[0] == pytest.approx(math.log(14.449375 / 6), abs=1e-5)


def test_a_given_strength_is_kept() -> None:
    rows = [("r1", "a"), ("r1", "b"), ("r2", "a"), ("r2", "b"), ("r3", "a"), ("r3", "c")]
    counts = Counts.of(*zip(*rows, strict=True))
    lifts = fit_lifts(counts, counts, strength=2.0)
    assert lifts.strength == 2.0
    expected = 3 * 2 * 6 / 36  # three recipes of two: 6 ordered pairs in 6 slots
    prior = math.exp(lifts.log_prior[0, 1])
    assert lifts.log_lift[0, 1] == pytest.approx(math.log((2 + 2 * prior) / (expected + 2)))


def test_held_out_recipes_that_are_alike_are_believed_more() -> None:
    random = np.random.default_rng(0)

    def draw(recipes: int, kinds: int) -> Counts:
        """Recipes of one kind each, with four of the ten ingredients of that kind."""
        rows = []
        for number in range(recipes):
            kind = random.integers(kinds)
            rows += [(f"{number}", f"{kind}-{at}") for at in random.choice(10, 4, replace=False)]
        return Counts.of(*zip(*rows, strict=True))

    structured = fit_lifts(draw(400, 4), draw(200, 4))
    assert structured.rank > 0
    # What was never seen together and belongs to different kinds is expected to be rare.
    assert structured.log_prior[0, 15] < 0 < structured.log_prior[0, 1]


@pytest.mark.parametrize("size", [3, 80])
def test_leading_eigenvectors_rebuild_a_matrix_of_low_rank(size: int) -> None:
    vector = np.linspace(-1, 1, size)
    matrix = 3 * np.outer(vector, vector)
    values, vectors = leading_eigenvectors(matrix, 2)
    assert (vectors * values) @ vectors.T == pytest.approx(matrix, abs=1e-9)
