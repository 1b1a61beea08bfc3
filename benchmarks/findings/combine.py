"""Estimates over networks that were trained alike, and differences and ratios of estimates."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.special import stdtrit

from benchmarks.findings.measures import KEYS, VALUES
from recipegen.evaluation.metrics import METRICS
from recipegen.evaluation.statistics.estimates import interval_of_difference

CONFIDENCE = 0.95

Interval = tuple[float, float, float]


def over_networks(found: pd.DataFrame) -> pd.DataFrame:
    """Each metric as the mean over the networks of a preset on a corpus, with an interval.

    The interval covers the training as well as the drawing of texts. How much networks differ is
    taken from all presets and corpora at once, in proportion to their means (the pooled standard
    deviation of an analysis of variance): two or three networks alone say little about it. The
    interval is no narrower than that of the drawing of texts, which it is for a single network.

    Args:
        found: a row for each network, with the columns ``COLUMNS``.
    """
    rows = found.reset_index(drop=True)
    family = rows.groupby(KEYS, dropna=False, sort=False)
    counts = family["count"].sum(min_count=1).to_frame()
    return counts.join(_means(rows)).reset_index()


def _means(rows: pd.DataFrame) -> pd.DataFrame:
    estimate, low, high = VALUES
    squares = rows.assign(
        below=(rows[estimate] - rows[low]) ** 2,
        above=(rows[high] - rows[estimate]) ** 2,
        error=_relative_error(rows),
    )
    family = squares.groupby(KEYS, dropna=False, sort=False)
    mean, size = family[estimate].mean(), family.size()
    # Of the drawing of texts: the mean of independent estimates (MOVER; Zou & Donner 2008).
    down, up = (np.sqrt(family[side].sum(min_count=1)) / size for side in ("below", "above"))
    half = mean.abs() * family["error"].first() / np.sqrt(size)
    top = [_largest(metric) for metric in mean.index.get_level_values("metric")]
    return pd.DataFrame(
        {
            estimate: mean,
            low: np.maximum(mean - np.fmax(down, half), 0.0),
            high: np.minimum(mean + np.fmax(up, half), top),
        }
    )


def _largest(metric: str) -> float:
    """The largest value that a metric can have; the smallest is 0."""
    return 1.0 if metric in METRICS and METRICS[metric].unit == "rate" else np.inf


def _relative_error(rows: pd.DataFrame) -> pd.Series:
    """Half the width of the interval of one network, as a share of the mean; for each row.

    It is pooled over the families with the same metric, temperature and cut-off, and NaN if none
    of them has two networks.
    """
    family = rows.groupby(KEYS, dropna=False, sort=False)["estimate"]
    mean = family.transform("mean")
    parts = rows[KEYS].assign(
        squares=((rows["estimate"] / mean.where(mean != 0)) - 1) ** 2,
        freedom=1 - 1 / family.transform("size"),
    )
    alike = parts.groupby(["metric", "temperature", "cut_off"], dropna=False)
    freedom = alike["freedom"].transform("sum").round()
    spread = np.sqrt(alike["squares"].transform("sum") / freedom.where(freedom > 0))
    quantile = stdtrit(freedom.where(freedom > 0), (1 + CONFIDENCE) / 2)
    return pd.Series(spread * quantile, index=rows.index)


def difference(a: Interval, b: Interval) -> Interval:
    """The difference of two independent estimates, with its interval (MOVER)."""
    low, high = interval_of_difference(*(np.array(each)[:, None] for each in (a, b)))
    return a[0] - b[0], float(low[0]), float(high[0])


def ratio(a: Interval, b: Interval) -> Interval:
    """The ratio of two independent estimates above 0, with its interval (MOVER on logarithms)."""
    if not (a[0] > 0 and b[0] > 0):
        return np.nan, np.nan, np.nan
    with np.errstate(divide="ignore"):
        logs = [np.log(np.maximum(each, 0.0)) for each in (a, b)]
    found = np.exp(difference(*(tuple(map(float, each)) for each in logs)))  # type: ignore[arg-type]
    return tuple(map(float, found))  # type: ignore[return-value]


def between(x: pd.Series, y: pd.Series, at: float) -> float:
    """The value of y at a value of x, interpolated linearly; NaN outside of the points.

    Args:
        x: of each point, in any order.
        y: of each point.
        at: the value of x.
    """
    order = np.argsort(x.to_numpy())
    known = x.to_numpy()[order]
    if not len(known) or not known[0] <= at <= known[-1]:
        return float("nan")
    return float(np.interp(at, known, y.to_numpy()[order]))
