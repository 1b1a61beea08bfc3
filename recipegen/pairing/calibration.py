"""From how well ingredients fit to how surprising a recipe is among real ones.

An ingredient's odds of being out of place follow from Bayes' rule: if one of the n ingredients of
a recipe was exchanged for any other, drawn by how common it is, the odds that it was this one
are about P(i) / P(i | others) / n. So the log-odds are a line in the fit, ln P(i | others) /
P(i), and in ln n, with slopes near -1; what the line is exactly is learned from real recipes and
the same with one ingredient exchanged.

A recipe's implausibility is the log-odds that it is a spoilt one: a logistic regression of
:mod:`recipegen.pairing.evidence` on real recipes and on recipes spoilt in several ways: one
ingredient exchanged, two recipes spliced, a fifth or all of the ingredients exchanged. Long
recipes have other ones than short recipes, so it is taken relative to what is usual among real
recipes of its size: a mean and a mean deviation that are parabolas in ln n. Its p-value is the
share of real recipes that are, so measured, at least as implausible (split conformal prediction
with a normalised score; Vovk et al. 2005, Lei et al. 2018, section 5.2): among real recipes,
p <= 0.05 in one of twenty, whatever the model is worth.

A recipe is flagged for what would make a cook stumble. That is not all that is unlikely: a dull
recipe, or one that wanders, is implausible, and nobody minds. So the alarm is its implausibility,
relative to what is usual, and thrice the log-odds that a cook objects to its worst pair. Taken
relative to what is usual at its size once more, it flags one of twenty real recipes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace

import numpy as np
import numpy.typing as npt
from numpy.polynomial.polynomial import polyfit, polyval
from scipy.optimize import minimize
from scipy.special import expit

from recipegen.pairing.counts import Floats
from recipegen.pairing.evidence import SIGNS
from recipegen.pairing.sets import Sets

SURPRISING = 0.05
"""Share of real recipes that are flagged."""

DECIMALS = 9
"""Of a score: what differs beyond them is the order in which a machine adds."""

BY_THEORY = np.array([0.0, -1.0, -1.0])
"""Intercept, slope of the fit and slope of ln n, from Bayes' rule."""

WITHOUT_RECIPES = np.array([0.5, 0.9, -0.6, 0.2, 1.0, -0.4])
"""Weights of the evidence where neither the corpus nor a judge says more."""

HELD = 2.0
"""Worth of the weights that are known beforehand: the penalty on the square of a change."""

WORST = (-4.0, 2.0)
"""Log-odds of an objection between which the worst pair of a recipe tells."""

WORTH_OF_WORST = 3.0
"""What they are worth in an alarm, in mean deviations of implausibility."""

NEVER = 99.0
"""An alarm that no recipe comes to."""

CURVE = 2
"""Degree in ln n of what is usual at a size."""

SMALLEST_DEVIATION = 0.1
"""Of the mean deviation over all sizes: where real recipes are few the parabola may dip."""


@dataclass(frozen=True)
class Calibration:
    """What turns fits into odds, and odds into p-values."""

    weights: Floats
    """Of an ingredient's odds: intercept, slope of the fit, slope of ln n."""
    recipe_weights: Floats
    """Of a recipe's, in the order of ``EVIDENCE``."""
    usual: Floats
    """Mean implausibility of real recipes by size: coefficients in ln n, the constant first."""
    deviation: Floats
    """Mean absolute deviation from it, likewise."""
    sizes: Floats
    """Fewest and most ingredients that the two know; beyond them the nearer one is taken."""
    real: Floats
    """Implausibilities of real recipes, relative to what is usual, ascending."""
    usual_alarm: Floats
    """Mean alarm of real recipes by size: coefficients in ln n."""
    alarm_deviation: Floats
    """Mean absolute deviation from it, likewise."""
    alarm_limit: Floats
    """Deviations above what is usual from which a recipe is flagged: one number."""

    def p_values(self, implausibility: Floats, sizes: npt.NDArray[np.int64]) -> Floats:
        """Share of real recipes that are, for their size, at least as implausible, 0 to 1.

        With n of them, (1 + how many) / (1 + n), so that it is never 0.
        """
        below = np.searchsorted(self.real, self.relative(implausibility, sizes), side="left")
        return np.asarray((1 + len(self.real) - below) / (1 + len(self.real)))

    def flags(
        self, implausibility: Floats, worst: Floats, sizes: npt.NDArray[np.int64]
    ) -> npt.NDArray[np.bool_]:
        """Whether each recipe is flagged, B.

        Args:
            implausibility: of each.
            worst: log-odds that a cook objects to the worst pair of each.
            sizes: ingredients of each.
        """
        alarms = self.relative(implausibility, sizes) + bounded(worst)
        return np.asarray(self._alarm_above_usual(alarms, sizes) > self.alarm_limit[0])

    def _alarm_above_usual(self, alarms: Floats, sizes: npt.NDArray[np.int64]) -> Floats:
        logs = np.log(np.clip(sizes, *self.sizes))
        deviation = np.maximum(polyval(logs, self.alarm_deviation), SMALLEST_DEVIATION)
        return np.asarray((alarms - polyval(logs, self.usual_alarm)) / deviation)

    def relative(self, implausibility: Floats, sizes: npt.NDArray[np.int64]) -> Floats:
        """How many mean deviations above what is usual for its size each recipe is, B."""
        logs = np.log(np.clip(sizes, *self.sizes))
        deviation = np.maximum(polyval(logs, self.deviation), SMALLEST_DEVIATION)
        relative = (implausibility - polyval(logs, self.usual)) / deviation
        return np.asarray(np.round(relative, DECIMALS))

    def arrays(self, origin: str) -> dict[str, Floats]:
        """The numbers by name, for a table."""
        return {f"calibration.{origin}.{name}": values for name, values in vars(self).items()}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, Floats], origin: str) -> Calibration:
        """The calibration whose numbers these are."""
        return cls(*(arrays[f"calibration.{origin}.{field.name}"] for field in fields(cls)))


def bounded(worst: Floats) -> Floats:
    """What the worst pair of a recipe adds to its alarm."""
    return np.asarray(WORTH_OF_WORST * np.clip(worst, *WORST))


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


def fit_weights(
    fits: Floats, sets: Sets, exchanged: npt.NDArray[np.bool_], known: Floats = BY_THEORY
) -> Floats:
    """Logistic regression of "exchanged" on the fit and ln n, T members.

    Held near the weights that are known, by default those of theory, by a weak normal prior, for
    small corpora.
    """
    design, exchanged_at = _design(fits, sets), exchanged.astype(np.float64)
    return _logistic(design, exchanged_at, np.ones(len(design)), known)


def fit_recipe_weights(
    real: Floats, spoilt: Sequence[tuple[Floats, float]], known: Floats = WITHOUT_RECIPES
) -> Floats:
    """Logistic regression of "spoilt" on the evidence, held near the weights that are known.

    Args:
        real: evidence of real recipes, B x 6.
        spoilt: evidence of recipes that were spoilt in some way, and what each of them is worth.
        known: weights from elsewhere.
    """
    design = np.vstack([real, *(each for each, _ in spoilt)])
    was = np.repeat([0.0, 1.0], [len(real), len(design) - len(real)])
    worth = np.concatenate([np.ones(len(real)), *(np.full(len(e), w) for e, w in spoilt)])
    bounds = [(0 if sign > 0 else None, 0 if sign < 0 else None) for sign in SIGNS]
    return _logistic(design, was, worth, known, bounds)


def _logistic(
    design: Floats,
    was: Floats,
    worth: Floats,
    known: Floats,
    bounds: Sequence[tuple[float | None, float | None]] | None = None,
) -> Floats:
    def loss(weights: Floats) -> tuple[float, Floats]:
        odds, away = design @ weights, weights - known
        value = (worth * (np.logaddexp(0.0, odds) - odds * was)).sum() + HELD * away @ away
        return float(value), design.T @ (worth * (expit(odds) - was)) + 2 * HELD * away

    # The evidence goes together: the optimiser stops only when it is there.
    found = minimize(
        loss,
        known,
        jac=True,
        method="L-BFGS-B",
        bounds=bounds,
        options={"maxiter": 20_000, "maxfun": 100_000, "ftol": 1e-14, "gtol": 1e-8},
    )
    return np.asarray(found.x)


def calibrate(
    weights: Floats,
    recipe_weights: Floats,
    scores: Floats,
    worst: Floats,
    sizes_of: npt.NDArray[np.int64],
) -> Calibration:
    """A calibration on real recipes of two ingredients and more.

    Args:
        weights: of an ingredient's odds.
        recipe_weights: of a recipe's evidence.
        scores: implausibility of each real recipe, B.
        worst: log-odds that a cook objects to its worst pair, B.
        sizes_of: ingredients of each, B.
    """
    flat = (np.zeros(1), np.ones(1))
    never = np.array([NEVER])
    if not len(scores):
        nothing = np.zeros(0)
        return Calibration(weights, recipe_weights, *flat, np.full(2, 2.0), nothing, *flat, never)
    sizes = np.asarray(np.quantile(sizes_of, [0.01, 0.99], method="nearest"), dtype=np.float64)
    logs = np.log(np.clip(sizes_of, *sizes))
    usual = _mean_and_deviation(logs, scores)
    begun = Calibration(weights, recipe_weights, *usual, sizes, np.zeros(0), *flat, never)
    relative = begun.relative(scores, sizes_of)
    alarms = relative + bounded(worst)
    usual_alarm, deviation = _mean_and_deviation(logs, alarms)
    begun = replace(
        begun, real=np.sort(relative), usual_alarm=usual_alarm, alarm_deviation=deviation
    )
    above = begun._alarm_above_usual(alarms, sizes_of)
    return replace(begun, alarm_limit=np.quantile(above, [1 - SURPRISING]))


def _mean_and_deviation(logs: Floats, values: Floats) -> tuple[Floats, Floats]:
    """Polynomials in ln n of the mean and of the mean absolute deviation from it."""
    degree = min(CURVE, len(np.unique(logs)) - 1)
    mean = _curve(logs, values, degree)
    return mean, _curve(logs, np.abs(values - polyval(logs, mean)), degree)


def _curve(logs: Floats, values: Floats, degree: int) -> Floats:
    return np.asarray(polyfit(logs, values, degree), dtype=np.float64)


def _design(fits: Floats, sets: Sets) -> Floats:
    return np.column_stack([np.ones(len(fits)), fits, np.log(sets.sizes)[sets.owners]])
