"""The summary of groups of recipes that belong to no run."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from recipegen.config import Summarise
from recipegen.evaluation.diversity import NO_VALUES
from recipegen.evaluation.metrics import METRICS, Curves, Group
from recipegen.evaluation.sums import Resampling, sums_of

GROUP_METRICS = (
    "implausible_pair_rate",
    "flagged_recipe_rate",
    "implausibility",
    "exchanged_share",
)
"""Metrics that need only the ingredients of the recipes."""


def group_summary(
    scores: pd.DataFrame,
    curves: Curves,
    settings: Summarise,
    seed: int,
    metrics: Sequence[str] = GROUP_METRICS,
) -> pd.DataFrame:
    """The table ``group_summary``: a row for each group and metric. The unit is the recipe.

    Args:
        scores: the table ``sample_scores``.
        curves: for each origin, how pair support falls with the share of exchanged ingredients.
        settings: of the statistics.
        seed: of the resamples.
        metrics: which metrics; by default all that need only the ingredients.
    """
    how = Resampling(settings.resamples, seed)
    needed = {name for metric in metrics for name in METRICS[metric].measure.needs}
    sums = sums_of(scores.assign(temperature=np.nan), np.nan, how, sorted(needed))
    rows = []
    for cell in sorted(sums):
        group = Group(sums[cell], NO_VALUES, curves, settings.confidence)
        for metric in metrics:
            estimate, count = METRICS[metric].measure(group)
            rows.append((cell.group, metric, *estimate, count))
    columns = ["group", "metric", "estimate", "low", "high", "count"]
    return pd.DataFrame(rows, columns=columns)
