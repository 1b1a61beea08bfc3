"""Estimates over the texts of a group, with their intervals. The unit is the text, not the pair.

The pairs of a recipe are not independent: their variance is three to four times that of
independent pairs. So a rate over pairs is a ratio of two sums over texts (Cochran 1977, ch. 6),
with a bootstrap interval over texts. Texts that continue the same title are drawn together.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt
from scipy.special import ndtri, stdtrit

from recipegen.evaluation.sums import SCALE, Floats, Sum

Estimate = tuple[float, float, float]
"""A value with the lower and upper end of its interval."""

NONE: Estimate = (np.nan, np.nan, np.nan)


def ratios(top: Sum, bottom: Sum) -> Floats:
    """The ratio of two sums over texts in each resample; NaN if the denominator is 0."""
    nothing: Floats = np.full(len(top.resampled), np.nan)
    return np.divide(top.resampled, bottom.resampled, out=nothing, where=bottom.resampled > 0)


def ratio(top: Sum, bottom: Sum, confidence: float) -> Estimate:
    """The ratio of two sums over texts, with a percentile bootstrap interval."""
    if bottom.total <= 0:
        return NONE
    estimate = top.total / bottom.total
    if bottom.positive < 2:
        return estimate, np.nan, np.nan
    return estimate, *percentiles(ratios(top, bottom), confidence)


def percentiles(values: Floats, confidence: float) -> tuple[float, float]:
    """The interval that holds the middle ``confidence`` of the resampled values; NaN is ignored."""
    if np.isnan(values).all():
        return np.nan, np.nan
    tail = (1 - confidence) / 2
    low, high = np.nanquantile(values, [tail, 1 - tail])
    return float(low), float(high)


def share(flags: Sum, confidence: float) -> Estimate:
    """The share of texts with a flag, with its Wilson score interval (Wilson 1927)."""
    if not flags.known:
        return NONE
    part = flags.positive / flags.known
    z2 = float(ndtri((1 + confidence) / 2)) ** 2 / flags.known
    middle = (part + z2 / 2) / (1 + z2)
    half = float(np.sqrt(z2 * part * (1 - part) + z2**2 / 4)) / (1 + z2)
    # Exact at the ends, where the difference is 0 or 1 but for rounding.
    low, high = middle - half if part > 0 else 0.0, middle + half if part < 1 else 1.0
    return part, low, high


def mean_of(values: Sum, confidence: float) -> Estimate:
    """The mean of a quantity over the texts in which it is known, with a t interval."""
    count = values.known
    if not count:
        return NONE
    middle = values.total / count / SCALE
    if count < 2:
        return middle, np.nan, np.nan
    # In integers, so that nothing is lost where a small variance is the difference of large sums.
    variance = (count * values.squares - values.total**2) / (count * (count - 1)) / SCALE**2
    return _t_interval(middle, variance, count, confidence)


def mean(values: npt.ArrayLike | Iterable[float], confidence: float) -> Estimate:
    """A mean with its Student's t interval; NaN is ignored."""
    found = np.asarray(values, dtype=np.float64)
    found = found[~np.isnan(found)]
    if not len(found):
        return NONE
    middle = float(found.mean())
    if len(found) < 2:
        return middle, np.nan, np.nan
    return _t_interval(middle, float(found.var(ddof=1)), len(found), confidence)


def _t_interval(middle: float, variance: float, count: int, confidence: float) -> Estimate:
    half = float(np.sqrt(variance / count) * stdtrit(count - 1, (1 + confidence) / 2))
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
