"""How two runs differ, with the interval of the difference."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd


def difference(a: pd.DataFrame, b: pd.DataFrame, metric: str) -> Iterator[tuple[str, ...]]:
    """Rows: texts, rate in A, rate in B, B minus A in points with its interval.

    The runs are independent, so the variances of their estimates add up. The standard error of an
    estimate is taken from the width of its interval, as for a normal distribution.

    Args:
        a: the table ``temperature_summary`` of run A.
        b: that of run B.
        metric: a rate, 0 to 1.
    """
    keys = ["group", "temperature"]
    both = a[a["metric"] == metric].merge(b[b["metric"] == metric], on=keys, suffixes=("_a", "_b"))
    for row in both.to_dict("records"):
        name = str(row["group"])
        if not pd.isna(row["temperature"]):
            name = f"T = {row['temperature']:g}{name.removeprefix('generated')}"
        yield name, _rate(row["estimate_a"]), _rate(row["estimate_b"]), _change(row)


def _change(row: Mapping[Any, Any]) -> str:
    change = 100 * (row["estimate_b"] - row["estimate_a"])
    error = math.hypot(*(row[f"high_{run}"] - row[f"low_{run}"] for run in "ab")) / 2
    if not math.isfinite(change):
        return "not measured"
    if not math.isfinite(error):
        return f"{change:+.2f}"
    # Half a width is z standard errors in both runs, and so it is in the difference.
    return f"{change:+.2f} ({change - 100 * error:+.2f} to {change + 100 * error:+.2f})"


def _rate(value: float) -> str:
    return f"{value:.2%}" if math.isfinite(value) else "not measured"
