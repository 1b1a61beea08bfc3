"""How two runs differ, with an interval for each difference."""

from __future__ import annotations

import pandas as pd

from recipegen.evaluation.estimates import half_width_of_difference

KEYS = ["metric", "group", "temperature"]


def compare_summaries(a: pd.DataFrame, b: pd.DataFrame) -> pd.DataFrame:
    """Run B minus run A, for each metric, group and temperature that both have.

    The runs are independent, so the variances of their estimates add up. The standard error of an
    estimate comes from the width of its interval, which is treated as that of a normal estimate.

    Args:
        a: the table ``temperature_summary`` of run A.
        b: the table ``temperature_summary`` of run B.

    Returns:
        The keys metric, group and temperature. For each run, with the suffix ``_a`` or ``_b``: the
        columns estimate, low, high and count. For the difference: the columns difference, low and
        high (null if an interval is missing) and changed, whether its interval excludes 0.
    """
    both = a.merge(b, on=KEYS, suffixes=("_a", "_b"))
    difference = both["estimate_b"] - both["estimate_a"]
    half = half_width_of_difference(*(both[["low_a", "high_a", "low_b", "high_b"]].to_numpy().T))
    low, high = difference - half, difference + half
    return both.assign(
        difference=difference, low=low, high=high, changed=((low > 0) | (high < 0)).astype(bool)
    )
