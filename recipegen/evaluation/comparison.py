"""How runs differ, with the interval of each difference."""

from __future__ import annotations

import pandas as pd

from recipegen.evaluation.estimates import half_width_of_difference

KEYS = ["metric", "group", "temperature"]


def compare_summaries(a: pd.DataFrame, b: pd.DataFrame) -> pd.DataFrame:
    """Run B minus run A, for each metric, group and temperature that both have.

    The runs are independent, so the variances of their estimates add up. The standard error of an
    estimate is taken from the width of its interval, as for a normal distribution.

    Args:
        a: the table ``temperature_summary`` of run A.
        b: that of run B.

    Returns:
        Columns metric, group, temperature, estimate, low, high and count of either run (``_a``,
        ``_b``), difference, low, high (null where an interval is missing) and changed: whether
        the interval excludes 0.
    """
    both = a.merge(b, on=KEYS, suffixes=("_a", "_b"))
    difference = both["estimate_b"] - both["estimate_a"]
    half = half_width_of_difference(*(both[["low_a", "high_a", "low_b", "high_b"]].to_numpy().T))
    low, high = difference - half, difference + half
    return both.assign(
        difference=difference, low=low, high=high, changed=((low > 0) | (high < 0)).astype(bool)
    )
