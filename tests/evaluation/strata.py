"""Strata from plain numbers."""

from __future__ import annotations

import numpy as np

from recipegen.evaluation.statistics.score_intervals import Strata


def strata(weight: list[float], found: list[float], count: list[float]) -> Strata:
    return Strata(*(np.array(each, dtype=np.float64) for each in (weight, found, count)))
