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

from recipegen.evaluation.statistics.sums import SCALE, Floats, Sum

Estimate = tuple[float, float, float]
"""A value with the lower and upper end of its interval."""

NONE: Estimate = (np.nan, np.nan, np.nan)


def ratios(top: Sum, bottom: Sum) -> Floats:
    """The ratio of two sums over texts in each resample; NaN if the denominator is 0."""
    nothing: Floats = np.full(len(top.resampled), np.nan)
    return np.divide(top.resampled, bottom.resampled, out=nothing, where=bottom.resampled > 0)


def quotient(top: Sum, bottom: Sum) -> float:
    """The ratio of two sums over texts; NaN if the denominator is 0."""
    return top.total / bottom.total if bottom.total else np.nan


def ratio(top: Sum, bottom: Sum, confidence: float) -> Estimate:
    """The ratio of two sums over texts, with a percentile bootstrap interval."""
    estimate = quotient(top, bottom)
    if bottom.positive < 2:
        return estimate, np.nan, np.nan
    return estimate, *percentiles(ratios(top, bottom), confidence)


def proportion(top: Sum, bottom: Sum, confidence: float) -> Estimate:
    """A proportion of all the things in the texts, such as pairs, with a score interval.

    The interval is Wilson's (1927), for as many things as would have the standard error that the
    resamples show (the effective sample size; Dean & Pagano 2015). If few texts have anything to
    count, that error is itself unsure. So the interval takes the quantile of Student's t, with one
    more degree of freedom than there are such texts. A percentile interval would be too low then.
    """
    estimate = quotient(top, bottom)
    if bottom.positive < 2:
        return estimate, np.nan, np.nan
    error = standard_error(top, bottom)
    if not 0 < estimate < 1 or error == 0:
        return wilson(estimate, bottom.positive, float(ndtri((1 + confidence) / 2)))
    quantile = float(stdtrit(top.positive + 1, (1 + confidence) / 2))
    return wilson(estimate, estimate * (1 - estimate) / error**2, quantile)


def standard_error(top: Sum, bottom: Sum) -> float:
    """The standard error of the ratio of two sums, from the resamples, linearised."""
    residuals = top.resampled - quotient(top, bottom) * bottom.resampled
    return float(residuals.std(ddof=1)) / bottom.total


def wilson(part: float, count: float, quantile: float) -> Estimate:
    """A share of ``count`` things with its Wilson score interval (Wilson 1927)."""
    z2 = quantile**2 / count
    middle = (part + z2 / 2) / (1 + z2)
    half = float(np.sqrt(z2 * part * (1 - part) + z2**2 / 4)) / (1 + z2)
    # Exact at the ends, where the difference is 0 or 1 but for rounding.
    low, high = middle - half if part > 0 else 0.0, middle + half if part < 1 else 1.0
    return part, low, high


def percentiles(values: Floats, confidence: float) -> tuple[float, float]:
    """The interval that holds the middle ``confidence`` of the resampled values; NaN is ignored."""
    if np.isnan(values).all():
        return np.nan, np.nan
    tail = (1 - confidence) / 2
    low, high = np.nanquantile(values, [tail, 1 - tail])
    return float(low), float(high)


def share(flags: Sum, known: Sum, confidence: float, *, clustered: bool) -> Estimate:
    """The share of texts with a flag, with its Wilson score interval (Wilson 1927).

    Args:
        flags: the flag of each text.
        known: the number of texts in which the flag is known.
        confidence: level of the interval.
        clustered: whether several texts continue one title. Then they count as fewer texts, by the
            standard error that the resamples show.
    """
    if not known.total:
        return NONE
    part, count, z = flags.total / known.total, known.value, float(ndtri((1 + confidence) / 2))
    if clustered and 0 < part < 1:
        count = min(count, part * (1 - part) / standard_error(flags, known) ** 2)
    return wilson(part, count, z)


def mean_of(values: Sum, known: Sum, confidence: float, *, clustered: bool) -> Estimate:
    """The mean of a quantity over the texts in which it is known, with a t interval.

    Args:
        values: the quantity.
        known: the number of texts in which it is known.
        confidence: level of the interval.
        clustered: whether several texts continue one title. Then the standard error is that of the
            resamples, if it is the larger one.
    """
    count = values.known
    if not count:
        return NONE
    middle = values.total / count / SCALE
    if count < 2:
        return middle, np.nan, np.nan
    # In integers, so that nothing is lost where a small variance is the difference of large sums.
    variance = (count * values.squares - values.total**2) / (count * (count - 1)) / SCALE**2
    if clustered:
        variance = max(variance, count * standard_error(values, known) ** 2)
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


def interval_of_difference(a: Floats, b: Floats, *, correlation: float = 0.0) -> Floats:
    """The lower and upper end of the differences of estimates, shape (2, N).

    The distance of an end from the difference combines the distances of the ends of both intervals
    (MOVER; Zou & Donner 2008). So intervals that are not symmetric are combined rightly.

    Args:
        a: the first estimates with the ends of their intervals, shape (3, N).
        b: those that are subtracted, in the same form.
        correlation: of the two estimates, -1 to 1; 0 if they are independent.
    """
    difference = a[0] - b[0]
    low = difference - _combined(a[0] - a[1], b[2] - b[0], correlation)
    high = difference + _combined(a[2] - a[0], b[0] - b[1], correlation)
    return np.stack([low, high])


def _combined(one: Floats, other: Floats, correlation: float) -> Floats:
    if correlation == 0:
        return np.hypot(one, other)
    # Exactly 0 for equal distances and a correlation of 1, but for rounding.
    square = one**2 + other**2 - 2 * correlation * one * other
    return np.sqrt(np.maximum(square, 0.0))


def correlation_of(a: Floats, b: Floats) -> float:
    """The correlation of two estimates over their resamples; 0 if one of them never changes.

    Resamples in which an estimate is NaN are ignored.
    """
    known = ~(np.isnan(a) | np.isnan(b))
    a, b = a[known], b[known]
    if len(a) < 2 or a.std() == 0 or b.std() == 0:
        return 0.0
    return float(np.clip(np.corrcoef(a, b)[0, 1], -1, 1))
