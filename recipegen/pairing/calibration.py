"""From how well ingredients fit to how surprising a recipe is among real ones.

An ingredient's odds of being out of place follow from Bayes' rule: if one of the n ingredients of
a recipe was exchanged for any other, drawn by how common it is, the odds that it was this one
are about P(i) / P(i | others) / n. So the log-odds are a line in the fit, ln P(i | others) /
P(i), and in ln n, with slopes near -1; what the line is exactly is learned from real recipes and
the same with one ingredient exchanged.

A recipe's implausibility is the log-odds that at least one of its ingredients is out of place.
Long recipes have other ones than short recipes, so it is taken relative to what is usual among
real recipes of its size: a mean and a mean deviation that are parabolas in ln n. Its p-value is the
share of real recipes that are, so measured, at least as implausible (split conformal prediction
with a normalised score; Vovk et al. 2005, Lei et al. 2018, section 5.2): among real recipes,
p <= 0.05 in one of twenty, whatever the model is worth.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace

import numpy as np
import numpy.typing as npt
from numpy.polynomial.polynomial import polyfit, polyval
from scipy.optimize import minimize
from scipy.special import expit

from recipegen.pairing.counts import Floats
from recipegen.pairing.sets import Sets

SURPRISING = 0.05
"""Largest p-value at which a recipe is flagged."""

DECIMALS = 9
"""Of a score: what differs beyond them is the order in which a machine adds."""

BY_THEORY = np.array([0.0, -1.0, -1.0])
"""Intercept, slope of the fit and slope of ln n, from Bayes' rule."""

CURVE = 2
"""Degree in ln n of what is usual at a size."""

SMALLEST_DEVIATION = 0.1
"""Of the mean deviation over all sizes: where real recipes are few the parabola may dip."""


@dataclass(frozen=True)
class Calibration:
    """What turns fits into odds, and odds into p-values."""

    weights: Floats
    """Intercept, slope of the fit, slope of ln n."""
    usual: Floats
    """Mean implausibility of real recipes by size: coefficients in ln n, the constant first."""
    deviation: Floats
    """Mean absolute deviation from it, likewise."""
    sizes: Floats
    """Fewest and most ingredients that the two know; beyond them the nearer one is taken."""
    real: Floats
    """Implausibilities of real recipes, relative to what is usual, ascending."""

    def p_values(self, implausibility: Floats, sizes: npt.NDArray[np.int64]) -> Floats:
        """Share of real recipes that are, for their size, at least as implausible, 0 to 1.

        With n of them, (1 + how many) / (1 + n), so that it is never 0.
        """
        below = np.searchsorted(self.real, self.relative(implausibility, sizes), side="left")
        return np.asarray((1 + len(self.real) - below) / (1 + len(self.real)))

    def relative(self, implausibility: Floats, sizes: npt.NDArray[np.int64]) -> Floats:
        """How many mean deviations above what is usual for its size each recipe is, B."""
        logs = np.log(np.clip(sizes, *self.sizes))
        deviation = np.maximum(polyval(logs, self.deviation), SMALLEST_DEVIATION)
        relative = (implausibility - polyval(logs, self.usual)) / deviation
        return np.asarray(np.round(relative, DECIMALS))

    def arrays(self) -> dict[str, Floats]:
        """The numbers by name, for a table."""
        return {f"calibration.{name}": values for name, values in vars(self).items()}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, Floats]) -> Calibration:
        """The calibration whose numbers these are."""
        return cls(*(arrays[f"calibration.{field.name}"] for field in fields(cls)))


def log_odds(weights: Floats, fits: Floats, sets: Sets) -> Floats:
    """The log-odds that each member of its set is out of place, T."""
    return np.asarray(_design(fits, sets) @ weights)


def at_least_one(odds: Floats, sets: Sets) -> Floats:
    """The log-odds that at least one member of each set is out of place, B, from T log-odds.

    ln((1 - q) / q) with q the product over members of 1 / (1 + exp(odds)).
    """
    surprise = np.bincount(sets.owners, np.logaddexp(0.0, odds), minlength=len(sets))
    surprise = np.maximum(surprise, 1e-12)
    # ln(exp(s) - 1), without overflow.
    return np.asarray(surprise + np.log(-np.expm1(-surprise)))


def fit_weights(fits: Floats, sets: Sets, exchanged: npt.NDArray[np.bool_]) -> Floats:
    """Logistic regression of "exchanged" on the fit and ln n, T members.

    Held near the weights of theory by a weak normal prior, for small corpora.
    """
    design, exchanged_at = _design(fits, sets), exchanged.astype(np.float64)

    def loss(weights: Floats) -> tuple[float, Floats]:
        odds = design @ weights
        away = weights - BY_THEORY
        value = np.logaddexp(0.0, odds).sum() - odds @ exchanged_at + 5.0 * away @ away
        return float(value), design.T @ (expit(odds) - exchanged_at) + 10.0 * away

    return np.asarray(minimize(loss, BY_THEORY, jac=True, method="L-BFGS-B").x)


def calibrate(weights: Floats, fits: Floats, sets: Sets) -> Calibration:
    """A calibration on real recipes of two ingredients and more, and their fits."""
    scores = at_least_one(log_odds(weights, fits, sets), sets)
    if not len(sets):
        nothing = np.zeros(0)
        return Calibration(weights, np.zeros(1), np.ones(1), np.full(2, 2.0), nothing)
    sizes = np.asarray(np.quantile(sets.sizes, [0.01, 0.99], method="nearest"), dtype=np.float64)
    logs = np.log(np.clip(sets.sizes, *sizes))
    degree = min(CURVE, len(np.unique(logs)) - 1)
    usual = _curve(logs, scores, degree)
    deviation = _curve(logs, np.abs(scores - polyval(logs, usual)), degree)
    unsorted = Calibration(weights, usual, deviation, sizes, np.zeros(0))
    return replace(unsorted, real=np.sort(unsorted.relative(scores, sets.sizes)))


def _curve(logs: Floats, values: Floats, degree: int) -> Floats:
    return np.asarray(polyfit(logs, values, degree), dtype=np.float64)


def _design(fits: Floats, sets: Sets) -> Floats:
    return np.column_stack([np.ones(len(fits)), fits, np.log(sets.sizes)[sets.owners]])
