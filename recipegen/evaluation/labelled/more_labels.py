"""How many more labels make an interval as narrow as somebody asks, and where they help most.

Labels are spread over the strata by Neyman's allocation (Neyman 1934): in proportion to a
stratum's share of all items, times the standard deviation of its labels. Then a given number of
labels gives the smallest variance.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.special import ndtri

from recipegen.evaluation.statistics.score_intervals import Floats, Strata

Integers = npt.NDArray[np.int64]


def more_labels(
    strata: Strata, half_width: float, by_texts: float, confidence: float
) -> Integers | None:
    """How many more items of each stratum to label, shape (H,).

    Args:
        strata: how many of the labelled items of each stratum are absurd, shape (H,).
        half_width: half the width of the interval that is wanted, above 0.
        by_texts: half the width that the interval would have with any number of labels, because
            there is a limited number of texts; NaN if that is not known.
        confidence: level of the interval, 0 to 1.

    Returns:
        None if labels alone cannot do it: the texts are too few.
    """
    if not by_texts < half_width:
        return None
    z = float(ndtri((1 + confidence) / 2))
    spread = strata.weight * _deviations(strata)
    allowed = (half_width**2 - by_texts**2) / z**2
    wanted = spread * spread.sum() / allowed
    more: Integers = np.maximum(np.ceil(wanted - strata.count), 0).astype(np.int64)
    return more


def _deviations(strata: Strata) -> Floats:
    """Standard deviations of the labels; one pseudo-item, half absurd, keeps them above 0."""
    shares = (strata.found + 0.5) / (strata.count + 1)
    found: Floats = np.sqrt(shares * (1 - shares))
    return found
