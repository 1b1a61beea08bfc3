"""How much figures depend on the training: a comparison of networks that were trained alike.

The intervals of a group of texts cover only the drawing of texts from one network. The intervals
computed here are over networks. They cover the training too, and hold for any network trained in
this way.
"""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
from scipy.stats import norm

from recipegen.evaluation.statistics import estimates
from recipegen.language.sample_grid import NETWORK

KEYS = ["group", "temperature", "metric"]


def family(group: str) -> str:
    """The group without the number of the network."""
    return re.sub(rf"{NETWORK}\d+$", "", group)


def across_networks(summary: pd.DataFrame, confidence: float) -> pd.DataFrame:
    """The table ``network_summary``: each metric over the networks that were trained alike.

    The mean has a Student's t interval over networks. ``training_sd`` says how much the networks
    differ beyond what the drawing of texts explains. It is the square root of the variance of
    their estimates minus the mean of their squared standard errors, at least 0 (method of moments,
    DerSimonian & Laird 1986).

    Args:
        summary: the table ``temperature_summary``.
        confidence: level of the intervals in ``summary`` and in the result, 0 to 1.
    """
    known = summary[summary["estimate"].notna()]
    own = known.assign(group=known["group"].map(family))
    rows = [
        (*keys, len(found), *_spread(found, confidence))
        for keys, found in own.groupby(KEYS, sort=True)
        if len(found) > 1
    ]
    measured = ["estimate", "low", "high", "lowest", "highest", "training_sd"]
    return pd.DataFrame(rows, columns=[*KEYS, "networks", *measured])


def _spread(found: pd.DataFrame, confidence: float) -> tuple[float, ...]:
    values = found["estimate"].to_numpy(dtype=np.float64)
    errors = (found["high"] - found["low"]) / 2 / norm.ppf((1 + confidence) / 2)
    drawing = float((errors.astype("float64") ** 2).mean())
    beyond = float(values.var(ddof=1)) - drawing
    deviation = np.nan if np.isnan(beyond) else float(np.sqrt(max(0.0, beyond)))
    return *estimates.mean(values, confidence), values.min(), values.max(), deviation
