"""From how well ingredients fit to how surprising a recipe is among real ones.

An ingredient's odds of being out of place follow from Bayes' rule: if one of the n ingredients of
a recipe was exchanged for any other, drawn by how common it is, the odds that it was this one
are about P(i) / P(i | others) / n. So the log-odds are a line in the fit, ln P(i | others) /
P(i), and in ln n, with slopes near -1; what the line is exactly is learned from real recipes and
the same with one ingredient exchanged.

A recipe's implausibility is the log-odds that at least one of its ingredients is out of place.
Its p-value is the share of real recipes of about its size that are at least as implausible
(split conformal prediction, Vovk et al. 2005; within bins of size, so that length changes
nothing): among real recipes, p <= 0.05 in one of twenty, whatever the model is worth.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize
from scipy.special import expit

from recipegen.pairing.context import Sets
from recipegen.pairing.counts import Floats

SURPRISING = 0.05
"""Largest p-value at which a recipe is flagged."""

BY_THEORY = np.array([0.0, -1.0, -1.0])
"""Intercept, slope of the fit and slope of ln n, from Bayes' rule."""

BIN_RECIPES = 800
"""Real recipes in a bin of size, at least, where there are that many in all."""

MOST_BINS = 5


@dataclass(frozen=True)
class Calibration:
    """What turns fits into odds, and odds into p-values."""

    weights: Floats
    """Intercept, slope of the fit, slope of ln n."""
    smallest: npt.NDArray[np.int64]
    """Fewest ingredients of the recipes in each bin, ascending."""
    real: tuple[Floats, ...]
    """Implausibilities of real recipes in each bin, ascending."""

    def p_values(self, implausibility: Floats, sizes: npt.NDArray[np.int64]) -> Floats:
        """Share of real recipes of like size that are at least as implausible, 0 to 1.

        With n of them, (1 + how many) / (1 + n), so that it is never 0.
        """
        bins = bins_of(self.smallest, sizes)
        found = np.ones(len(sizes))
        for place, real in enumerate(self.real):
            chosen = bins == place
            below = np.searchsorted(real, implausibility[chosen], side="left")
            found[chosen] = (1 + len(real) - below) / (1 + len(real))
        return found

    def arrays(self) -> dict[str, npt.NDArray[np.float64]]:
        """The numbers by name, for a table."""
        bins = {f"calibration.real.{place}": real for place, real in enumerate(self.real)}
        smallest = self.smallest.astype(np.float64)
        return {"calibration.weights": self.weights, "calibration.smallest": smallest, **bins}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, npt.NDArray[np.float64]]) -> Calibration:
        """The calibration whose numbers these are."""
        smallest = arrays["calibration.smallest"].astype(np.int64)
        real = tuple(arrays[f"calibration.real.{place}"] for place in range(len(smallest)))
        return cls(arrays["calibration.weights"], smallest, real)


def bins_of(smallest: npt.NDArray[np.int64], sizes: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """The bin of each size, given the smallest size of each bin; too small ones in the first."""
    return np.maximum(np.searchsorted(smallest, sizes, side="right") - 1, 0)


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
    count = max(1, min(MOST_BINS, len(sets) // BIN_RECIPES))
    shares = np.arange(count) / count
    edges = np.quantile(sets.sizes, shares, method="lower") if len(sets) else np.zeros(1)
    smallest = np.unique(edges.astype(np.int64))
    bins = bins_of(smallest, sets.sizes)
    real = tuple(np.sort(scores[bins == place]) for place in range(len(smallest)))
    return Calibration(weights, smallest, real)


def _design(fits: Floats, sets: Sets) -> Floats:
    return np.column_stack([np.ones(len(fits)), fits, np.log(sets.sizes)[sets.owners]])
