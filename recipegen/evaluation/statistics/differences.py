"""The difference of two resampled figures: its interval, and the p-value of no difference."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy.stats import norm

from recipegen.evaluation.statistics.equal_sizes import Resampled
from recipegen.evaluation.statistics.estimates import percentiles
from recipegen.evaluation.statistics.multiple_tests import holm

Row = dict[str, Any]

Both = tuple[Resampled, Resampled]
"""The figures of the first and of the second group of texts."""


def tested(equal: Both, raw: Both, confidence: float) -> Row:
    """A comparison of two groups: at equal numbers of ingredients, and of the texts as they are.

    The interval is that of the percentiles of the resamples. The p-value is that of a normal test
    with their standard error.

    Args:
        equal: the figures at equal numbers of ingredients.
        raw: the figures of the texts as they are.
        confidence: level of the intervals, 0 to 1.
    """
    (one, other), difference = equal, equal[0].minus(equal[1])
    low, high = percentiles(difference.values, confidence)
    apart = raw[0].minus(raw[1])
    raw_low, raw_high = percentiles(apart.values, confidence)
    return {
        "estimate_a": one.estimate,
        "estimate_b": other.estimate,
        "difference": difference.estimate,
        "low": low,
        "high": high,
        "p_value": p_value(difference),
        "raw_difference": apart.estimate,
        "raw_low": raw_low,
        "raw_high": raw_high,
    }


def p_value(difference: Resampled) -> float:
    """The two-sided p-value of no difference; NaN if it cannot be tested."""
    known = difference.values[~np.isnan(difference.values)]
    error = float(known.std(ddof=1)) if len(known) > 1 else np.nan
    if np.isnan(difference.estimate):
        return np.nan
    if error > 0:
        return float(2 * norm.sf(abs(difference.estimate) / error))
    return 1.0 if difference.estimate == 0 else np.nan


def adjusted(rows: Sequence[Row]) -> list[Row]:
    """Rows with their p-values adjusted by Holm's method, as ``p_adjusted``."""
    found = holm([row["p_value"] for row in rows])
    return [{**row, "p_adjusted": float(p)} for row, p in zip(rows, found, strict=True)]
