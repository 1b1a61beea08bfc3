"""The summary of groups of recipes that belong to no run."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from recipegen.config import Summarise
from recipegen.evaluation.estimates import Resamples
from recipegen.evaluation.metrics import METRICS, Group, Yardsticks
from recipegen.pairing.exchanged import ExchangeCurve

GROUP_METRICS = (
    "implausible_pair_rate",
    "flagged_recipe_rate",
    "implausibility",
    "exchanged_share",
)
"""Metrics that need only the ingredients of the recipes."""


def group_summary(
    scores: pd.DataFrame,
    curves: Mapping[str, ExchangeCurve],
    settings: Summarise,
    seed: int,
) -> pd.DataFrame:
    """The table ``group_summary``: a row for each group and metric. The unit is the recipe.

    Args:
        scores: the table ``sample_scores``.
        curves: for each origin, how pair support falls with the share of exchanged ingredients.
        settings: of the statistics.
        seed: of the resamples.
    """
    rows = []
    for name, found in scores.groupby("group", sort=True):
        group = Group(
            str(name),
            np.nan,
            "all",
            found,
            Resamples(found["sample_id"].tolist(), settings, [seed, *str(name).encode()]),
            settings.confidence,
            Yardsticks(np.nan, (), curves),
        )
        for metric in GROUP_METRICS:
            estimate, count = METRICS[metric].measure(group)
            rows.append((name, metric, *estimate, count))
    columns = ["group", "metric", "estimate", "low", "high", "count"]
    return pd.DataFrame(rows, columns=columns)
