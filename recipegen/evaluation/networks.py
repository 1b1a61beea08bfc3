"""How far figures depend on the training: the networks of a run, trained alike, side by side.

The intervals of a group of texts cover the drawing of texts from one network. Those made here are
over networks: they cover the training too, and speak of the family of networks.
"""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
from scipy.stats import norm

from recipegen.evaluation import estimates
from recipegen.language.grid import NETWORK

KEYS = ["group", "temperature", "metric"]


def family(group: str) -> str:
    """The group without the number of the network."""
    return re.sub(rf"{NETWORK}\d+$", "", group)


def across_networks(summary: pd.DataFrame, confidence: float) -> pd.DataFrame:
    """The table ``network_summary``: the estimates of a metric by networks trained alike.

    The interval of the mean is that of Student's t over networks. ``training_sd`` is what the
    networks differ by beyond the drawing of texts: the square root of their variance less the
    mean of their squared standard errors (method of moments, DerSimonian & Laird 1986), at least 0.

    Args:
        summary: the table ``temperature_summary``.
        confidence: mass of its intervals and of these, 0 to 1.
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
