"""Turns the fit of ingredients into the odds, the p-value and the flag of a recipe.

**Odds of an ingredient.** Suppose that one of the n ingredients of a recipe was exchanged. By
Bayes' rule, the odds that it was ingredient i are about S(i | others) / P(i | others) / n. S is the
probability that i stands in the place of another ingredient (:mod:`recipegen.pairing.substitutes`).
So the log-odds are linear in the fit, ln P(i | others) / S(i | others), and in ln n, with slopes
near -1. The exact weights are learned from real recipes and from the same recipes with one
ingredient exchanged.

**Implausibility of a recipe.** It is the log-odds that the recipe is a spoilt one, by a logistic
regression on :mod:`recipegen.pairing.recipe_evidence`. The regression is learned from real recipes
and from recipes that were spoilt in several ways: one ingredient exchanged, two recipes spliced, a
fifth or all of the ingredients exchanged.

**P-value of a recipe.** Implausibility depends on the size of a recipe. So it is taken relative to
real recipes of the same size: the mean is subtracted, and the result is divided by the mean
absolute deviation. Both are parabolas in ln n. The p-value is the share of real recipes whose
relative implausibility is at least as high (split conformal prediction with a normalised score;
Vovk et al. 2005, Lei et al. 2018, section 5.2). So one of twenty real recipes has p <= 0.05,
however good or bad the model is.

**Flag of a recipe.** A recipe is flagged for what would make a cook stumble, which is not all that
is unlikely: a dull or wandering recipe is implausible too, but nobody minds it. So the alarm of a
recipe is its relative implausibility plus three times the log-odds that a cook objects to its worst
pair. The alarm is again taken relative to real recipes of the same size. One of twenty real recipes
is flagged.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace

import numpy as np
import numpy.typing as npt
from numpy.polynomial.polynomial import polyfit, polyval
from scipy.special import expit

from recipegen.pairing.counts import Floats
from recipegen.pairing.ingredient_sets import Sets
from recipegen.pairing.recipe_evidence import EVIDENCE, SIGNS

SURPRISING = 0.05
"""Share of real recipes that are flagged."""

DECIMALS = 9
"""Decimals of a score. Further ones depend on the order in which a machine adds."""

BY_THEORY = np.array([0.0, -1.0, -1.0])
"""Intercept, slope of the fit and slope of ln n, from Bayes' rule."""

LIFT = {"lines": -2.0, "directions": 0.0}
"""The weight of the lift is this or lower, by origin.

Recipes that are spoilt on purpose are found as well without it. But how people rate the harmony of
recipes by language models goes more with the mean lift than with any other evidence
(docs/pairings.md has the figures). Such recipes have ingredient lists."""

WITHOUT_RECIPES = np.array([0.5, 0.9, -0.6, 0.2, 0.0, 1.0, -0.4])
"""Weights of the evidence that are used if neither the corpus nor a judge gives others."""

HELD = 2.0
"""Penalty on the squared differences from the weights that are known beforehand."""

WORST = (-4.0, 2.0)
"""Range to which the log-odds of an objection to the worst pair are cut."""

WORTH_OF_WORST = 3.0
"""Factor of these log-odds in an alarm, in mean deviations of implausibility."""

NEVER = 99.0
"""An alarm that no recipe reaches."""

CURVE = 2
"""Degree in ln n of the mean and of the mean deviation at a size."""

SMALLEST_DEVIATION = 0.1
"""Lower bound of a mean deviation: its parabola may dip at sizes with few real recipes."""


@dataclass(frozen=True)
class Calibration:
    """What turns fits into odds, and odds into p-values."""

    weights: Floats
    """Weights of an ingredient's odds: intercept, slope of the fit, slope of ln n."""
    recipe_weights: Floats
    """Weights of a recipe's evidence, in the order of ``EVIDENCE``."""
    usual: Floats
    """Mean implausibility of real recipes by size: coefficients in ln n, the constant first."""
    deviation: Floats
    """Mean absolute deviation from ``usual``, as coefficients in ln n too."""
    sizes: Floats
    """Smallest and largest size that the two cover; any other counts as the nearer of these."""
    real: Floats
    """Relative implausibilities of real recipes, ascending."""
    usual_alarm: Floats
    """Mean alarm of real recipes by size: coefficients in ln n."""
    alarm_deviation: Floats
    """Mean absolute deviation from ``usual_alarm``, as coefficients in ln n too."""
    alarm_limit: Floats
    """One number: a recipe is flagged if its alarm lies more than this many mean deviations above
    the mean."""

    def p_values(self, implausibility: Floats, sizes: npt.NDArray[np.int64]) -> Floats:
        """Share of real recipes that are, for their size, at least as implausible, 0 to 1.

        If k of n real recipes are, it is (1 + k) / (1 + n), so that it is never 0.
        """
        below = np.searchsorted(self.real, self.relative(implausibility, sizes), side="left")
        return np.asarray((1 + len(self.real) - below) / (1 + len(self.real)))

    def flags(
        self, implausibility: Floats, worst: Floats, sizes: npt.NDArray[np.int64]
    ) -> npt.NDArray[np.bool_]:
        """Whether each recipe is flagged, B.

        Args:
            implausibility: of each recipe.
            worst: log-odds that a cook objects to the worst pair of each.
            sizes: number of ingredients of each.
        """
        alarms = self.relative(implausibility, sizes) + bounded(worst)
        return np.asarray(self._alarm_above_usual(alarms, sizes) > self.alarm_limit[0])

    def _alarm_above_usual(self, alarms: Floats, sizes: npt.NDArray[np.int64]) -> Floats:
        logs = np.log(np.clip(sizes, *self.sizes))
        deviation = np.maximum(polyval(logs, self.alarm_deviation), SMALLEST_DEVIATION)
        return np.asarray((alarms - polyval(logs, self.usual_alarm)) / deviation)

    def relative(self, implausibility: Floats, sizes: npt.NDArray[np.int64]) -> Floats:
        """How many mean deviations each recipe lies above the mean of its size, B."""
        logs = np.log(np.clip(sizes, *self.sizes))
        deviation = np.maximum(polyval(logs, self.deviation), SMALLEST_DEVIATION)
        relative = (implausibility - polyval(logs, self.usual)) / deviation
        return np.asarray(np.round(relative, DECIMALS))

    def arrays(self, origin: str) -> dict[str, Floats]:
        """The numbers by name, for a table."""
        return {f"calibration.{origin}.{name}": values for name, values in vars(self).items()}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, Floats], origin: str) -> Calibration:
        """The calibration with these numbers."""
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

    A weak normal prior keeps the weights near ``known``, by default those of theory. It matters for
    small corpora.
    """
    design, exchanged_at = _design(fits, sets), exchanged.astype(np.float64)
    return _logistic(design, exchanged_at, np.ones(len(design)), known)


def fit_recipe_weights(
    real: Floats,
    spoilt: Sequence[tuple[Floats, float]],
    known: Floats = WITHOUT_RECIPES,
    lift: float = 0.0,
) -> Floats:
    """Logistic regression of "spoilt" on the evidence, with weights kept near ``known``.

    Args:
        real: evidence of real recipes, B x 7.
        spoilt: for each way of spoiling, the evidence of recipes and the weight of one recipe.
        known: weights from elsewhere.
        lift: the weight of the lift is this or lower.
    """
    design = np.vstack([real, *(each for each, _ in spoilt)])
    was = np.repeat([0.0, 1.0], [len(real), len(design) - len(real)])
    worth = np.concatenate([np.ones(len(real)), *(np.full(len(e), w) for e, w in spoilt)])
    bounds: list[tuple[float | None, float | None]] = [
        (0 if sign > 0 else None, 0 if sign < 0 else None) for sign in SIGNS
    ]
    bounds[EVIDENCE.index("lift")] = (None, lift)
    return _logistic(design, was, worth, known, bounds)


def _logistic(
    design: Floats,
    was: Floats,
    worth: Floats,
    known: Floats,
    bounds: Sequence[tuple[float | None, float | None]] | None = None,
) -> Floats:
    from scipy.optimize import minimize  # slow to import, and only learning needs it

    def loss(weights: Floats) -> tuple[float, Floats]:
        odds, away = design @ weights, weights - known
        value = (worth * (np.logaddexp(0.0, odds) - odds * was)).sum() + HELD * away @ away
        return float(value), design.T @ (worth * (expit(odds) - was)) + 2 * HELD * away

    # The columns of the evidence are correlated, so tight tolerances keep it from stopping early.
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
    """A calibration on real recipes of at least two ingredients.

    Args:
        weights: of an ingredient's odds.
        recipe_weights: of a recipe's evidence.
        scores: implausibility of each real recipe, B.
        worst: log-odds that a cook objects to the worst pair of each, B.
        sizes_of: number of ingredients of each, B.
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
