"""How two runs differ, with an interval for each difference."""

from __future__ import annotations

import pandas as pd

from recipegen.evaluation.statistics.estimates import interval_of_difference

ENDS = ("estimate", "low", "high")
KEYS = ["metric", "group", "temperature"]


def compare_summaries(a: pd.DataFrame, b: pd.DataFrame) -> pd.DataFrame:
    """Run B minus run A, for each metric, group and temperature that both have.

    The runs are independent, so the interval of a difference follows from both intervals
    (:func:`~recipegen.evaluation.statistics.estimates.interval_of_difference`).

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
    a_ends, b_ends = (both[[f"{name}{of}" for name in ENDS]].to_numpy().T for of in ("_a", "_b"))
    low, high = interval_of_difference(b_ends, a_ends)
    return both.assign(
        difference=difference, low=low, high=high, changed=((low > 0) | (high < 0)).astype(bool)
    )
