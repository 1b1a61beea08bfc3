"""Score intervals for weighted sums of proportions that were counted in independent samples.

A stratum has a weight, and in a sample of it some things were found among those counted. The
interval holds the sums that a score test does not reject. The test compares each proportion with
its maximum-likelihood estimate under the sum that is tested. For one stratum this is the interval
of Wilson (1927), for two that of Mee (1984), for several see Gart & Nam (1990). Normal intervals
fail if little is found; these hold, also if most strata are nearly empty.

The estimates under all sums lie on one path, along a Lagrange multiplier m: the proportion p of a
stratum with weight w and n counted, of which the share q was found, solves
n (q - p) = m w p (1 - p). On the path, Pearson's chi-square grows steadily to both sides.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import brentq
from scipy.special import ndtri

from recipegen.evaluation.statistics.estimates import NONE, Estimate

Floats = npt.NDArray[np.float64]

_STEPS = 80
"""Halvings of the range of the multiplier; more than double precision can tell apart."""
_LARGEST = 40.0
"""Largest logarithm of a multiplier that is tried."""


@dataclass(frozen=True)
class Strata:
    """Samples of H strata; the last dimension of each array is that of the strata."""

    weight: Floats
    """At least 0, shape (..., H)."""
    found: Floats
    """How many things were found in each sample, shape (..., H); fractions are possible."""
    count: Floats
    """How many were counted in each sample, above 0, shape (..., H)."""

    @property
    def shares(self) -> Floats:
        """The share that was found in each sample."""
        return self.found / self.count

    def on_path(self, multiplier: Floats) -> Floats:
        """The proportions at multipliers, shape (..., H)."""
        pull = multiplier * self.weight
        total = self.count + pull
        root = np.sqrt(np.maximum(total**2 - 4 * pull * self.found, 0.0))
        # Two forms of one root of a quadratic equation; each is exact where the other cancels.
        with np.errstate(divide="ignore", invalid="ignore"):
            solved = np.where(
                total >= 0, 2 * self.found / (total + root), (total - root) / pull / 2
            )
        found: Floats = np.clip(np.nan_to_num(solved), 0.0, 1.0)
        return found

    def chi_square(self, proportions: Floats) -> Floats:
        """Pearson's statistic of the samples against proportions, shape (...)."""
        spread = proportions * (1 - proportions)
        apart = self.count * (self.shares - proportions) ** 2
        parts = np.divide(apart, spread, out=np.zeros_like(apart), where=spread > 0)
        found: Floats = parts.sum(axis=-1)
        return found


def weighted_share(strata: Strata, confidence: float) -> Floats:
    """The weighted sum of the proportions with its score interval, shape (3, ...).

    Args:
        strata: the samples. If the weights are shares of a population, the result is the share of
            the population.
        confidence: level of the interval, 0 to 1.
    """
    limit = float(ndtri((1 + confidence) / 2)) ** 2
    ends = [_end(strata, limit, direction) for direction in (1.0, -1.0)]
    return np.stack([(strata.weight * strata.shares).sum(axis=-1), *ends])


def _end(strata: Strata, limit: float, direction: float) -> Floats:
    """The sum at which the statistic reaches its limit; positive multipliers lower the sum."""
    shape = np.broadcast_shapes(strata.weight.shape, strata.found.shape)[:-1]
    near, far = np.full(shape, -_LARGEST), np.full(shape, _LARGEST)
    for _ in range(_STEPS):
        middle = (near + far) / 2
        at = strata.on_path(direction * np.exp(middle)[..., None])
        beyond = strata.chi_square(at) > limit
        near, far = np.where(beyond, near, middle), np.where(beyond, middle, far)
    found: Floats = (strata.weight * strata.on_path(direction * np.exp(near)[..., None])).sum(-1)
    return found


def part_of_sum(strata: Strata, part: npt.NDArray[np.bool_], confidence: float) -> Estimate:
    """The share of some strata in the weighted sum over all, with its score interval.

    The hypothesis that this share is s is linear in the proportions: the weighted sum over the
    part, times 1 - s, minus that over the other strata, times s, is 0 (Fieller's way to a ratio).

    Args:
        strata: the samples, each array of shape (H,).
        part: which strata are the part, shape (H,).
        confidence: level of the interval, 0 to 1.

    Returns:
        NaN if nothing was found in any stratum.
    """
    sums = strata.weight * strata.shares
    if not sums.sum() > 0:
        return NONE
    # Rounding may take the quotient past 1, where no proportions fit it.
    share = min(1.0, float(sums[part].sum() / sums.sum()))
    limit = float(ndtri((1 + confidence) / 2)) ** 2

    def excess(tested: float) -> float:
        sign = np.where(part, 1 - tested, -tested)
        signed = Strata(strata.weight * sign, strata.found, strata.count)
        at = signed.on_path(np.array([_multiplier_of_zero(signed)]))
        return float(signed.chi_square(at)) - limit

    return share, _root(excess, share, 0.0), _root(excess, share, 1.0)


def _multiplier_of_zero(strata: Strata) -> float:
    """The multiplier at which a sum with weights of both signs is 0."""

    def total(logarithm: float) -> float:
        # Symmetric in both directions, and steep enough for any weights.
        multiplier = np.array([np.sinh(logarithm)])
        return float((strata.weight * strata.on_path(multiplier)).sum())

    return float(np.sinh(brentq(total, -_LARGEST, _LARGEST)))


def _root(excess: Callable[[float], float], share: float, end: float) -> float:
    """Where the statistic reaches its limit between the estimate and an end; else the end."""
    last = end + (share - end) * 1e-9
    return float(brentq(excess, share, last)) if excess(last) > 0 else end
