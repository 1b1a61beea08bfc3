"""Estimates over the texts of a group, with their intervals. The unit is the text, not the pair.

The pairs of a recipe are not independent: their variance is three to four times that of
independent pairs. So a rate over pairs is a ratio of two sums over texts (Cochran 1977, ch. 6),
with a bootstrap interval over texts. Texts that continue the same title are drawn together.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import ndtri, stdtrit

from recipegen.config import Summarise

Floats = npt.NDArray[np.float64]
Estimate = tuple[float, float, float]
"""A value with the lower and upper end of its interval."""

NONE: Estimate = (np.nan, np.nan, np.nan)
_DRAWN_AT_ONCE = 2_000_000


class Resamples:
    """Bootstrap resamples of a group of texts, shared by all metrics (Efron & Tibshirani)."""

    def __init__(self, clusters: Sequence[Hashable], settings: Summarise, seed: list[int]) -> None:
        """Prepare the resamples of a group.

        Args:
            clusters: the cluster of each text; texts of one cluster are drawn together.
            settings: of the statistics.
            seed: of this group.
        """
        self._codes, names = pd.factorize(np.asarray(clusters, dtype=object))
        self._clusters, self._seed, self._settings = len(names), seed, settings

    def ratios(self, above: npt.ArrayLike, below: npt.ArrayLike) -> Floats:
        """The ratio of two sums over texts in each resample; NaN if the denominator is 0."""
        tops, bottoms = self.sums(above), self.sums(below)
        nothing: Floats = np.full(len(tops), np.nan)
        return np.divide(tops, bottoms, out=nothing, where=bottoms > 0)

    def sums(self, values: npt.ArrayLike) -> Floats:
        """The sum over texts in each resample."""
        by_cluster = np.bincount(
            self._codes, np.asarray(values, dtype=np.float64), minlength=self._clusters
        )
        return np.concatenate([weights @ by_cluster for weights in self._weights])

    @cached_property
    def _weights(self) -> list[npt.NDArray[np.float32]]:
        """How often each cluster is drawn in each resample, in batches of resamples."""
        random, count = np.random.default_rng(self._seed), self._clusters
        weights, left = [], self._settings.resamples
        while left:
            rows = min(left, max(1, _DRAWN_AT_ONCE // max(1, count)))
            drawn = random.integers(count, size=(rows, count)) + count * np.arange(rows)[:, None]
            counted = np.bincount(drawn.ravel(), minlength=rows * count).reshape(rows, count)
            weights.append(counted.astype(np.float32))
            left -= rows
        return weights


def ratio(
    above: npt.ArrayLike, below: npt.ArrayLike, resamples: Resamples, confidence: float
) -> Estimate:
    """The ratio of two sums over texts, with a percentile bootstrap interval."""
    top, bottom = (np.asarray(column, dtype=np.float64) for column in (above, below))
    if bottom.sum() <= 0:
        return NONE
    estimate = float(top.sum() / bottom.sum())
    if (bottom > 0).sum() < 2:
        return estimate, np.nan, np.nan
    return estimate, *percentiles(resamples.ratios(top, bottom), confidence)


def percentiles(values: Floats, confidence: float) -> tuple[float, float]:
    """The interval that holds the middle ``confidence`` of the resampled values; NaN is ignored."""
    if np.isnan(values).all():
        return np.nan, np.nan
    tail = (1 - confidence) / 2
    low, high = np.nanquantile(values, [tail, 1 - tail])
    return float(low), float(high)


def share(flags: npt.ArrayLike, confidence: float) -> Estimate:
    """The share of texts with a flag, with its Wilson score interval (Wilson 1927)."""
    found = np.asarray(flags, dtype=bool)
    if not len(found):
        return NONE
    part, z2 = float(found.mean()), float(ndtri((1 + confidence) / 2)) ** 2 / len(found)
    middle = (part + z2 / 2) / (1 + z2)
    half = float(np.sqrt(z2 * part * (1 - part) + z2**2 / 4)) / (1 + z2)
    # Exact at the ends, where the difference is 0 or 1 but for rounding.
    low, high = middle - half if part > 0 else 0.0, middle + half if part < 1 else 1.0
    return part, low, high


def mean(values: npt.ArrayLike | Iterable[float], confidence: float) -> Estimate:
    """A mean with its Student's t interval; NaN is ignored."""
    found = np.asarray(values, dtype=np.float64)
    found = found[~np.isnan(found)]
    if not len(found):
        return NONE
    middle = float(found.mean())
    if len(found) < 2:
        return middle, np.nan, np.nan
    error = float(found.std(ddof=1) / np.sqrt(len(found)))
    half = error * float(stdtrit(len(found) - 1, (1 + confidence) / 2))
    return middle, middle - half, middle + half


def half_width_of_difference(
    low_a: npt.ArrayLike, high_a: npt.ArrayLike, low_b: npt.ArrayLike, high_b: npt.ArrayLike
) -> Floats:
    """Half the width of the interval of a difference, from the intervals of the two estimates.

    The estimates are independent and treated as normal, so half a width is z standard errors. The
    variance of the difference is the sum of the two variances.
    """
    a, b = (np.subtract(high, low) for low, high in ((low_a, high_a), (low_b, high_b)))
    return np.asarray(np.hypot(a, b) / 2, dtype=np.float64)
