"""The summary of groups of recipes that belong to no run, and how the groups differ."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import NamedTuple

import numpy as np
import pandas as pd

from recipegen.config import Summarise
from recipegen.evaluation.metrics import METRICS, Curves, Group, origin_of
from recipegen.evaluation.per_group.diversity import NO_VALUES
from recipegen.evaluation.per_group.operating_points import exchanged
from recipegen.evaluation.statistics.differences import Row, adjusted, tested
from recipegen.evaluation.statistics.equal_sizes import (
    TEXTS,
    BySize,
    Resampled,
    Totals,
    as_they_are,
    at_equal_sizes,
    by_size,
    shared,
)
from recipegen.evaluation.statistics.sums import Resampling, Sums, sums_of
from recipegen.pairing.exchange_equivalent import ExchangeCurve
from recipegen.tables import OUTSIDE

EXCHANGED = "exchanged_share"

PARTS: Mapping[str, tuple[str, str]] = {
    "implausible_pair_rate": ("implausible_pair_count", "judged_pair_count"),
    "flagged_recipe_rate": ("flagged", "is_judged"),
    "implausibility": ("implausibility", "is_judged"),
    EXCHANGED: ("pair_support", "typical_support"),
}
"""Metrics that need only the ingredients of the recipes, each with the two sums it is made of."""

GROUP_METRICS = tuple(PARTS)
"""Their names. For all of them, lower is better."""

MOST_GROUPS = 12
"""Most groups of which every two are compared. Of more, hardly any difference would be left."""


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
    rows = []
    for name, sums in sums_by_group(scores, metrics, settings, seed).items():
        group = Group(sums, NO_VALUES, curves, settings.confidence)
        for metric in metrics:
            estimate, count = METRICS[metric].measure(group)
            rows.append((name, metric, *estimate, count))
    columns = ["group", "metric", "estimate", "low", "high", "count"]
    return pd.DataFrame(rows, columns=columns)


def sums_by_group(
    scores: pd.DataFrame, metrics: Sequence[str], settings: Summarise, seed: int
) -> dict[str, Sums]:
    """The sums that some metrics need, of each group, in the order of their names."""
    needed = sorted({name for metric in metrics for name in METRICS[metric].measure.needs})
    how = Resampling(settings.resamples, seed)
    sums = sums_of(scores.assign(temperature=np.nan), np.nan, how, needed)
    return {cell.group: sums[cell] for cell in sorted(sums, key=lambda cell: cell.group)}


def group_tests(
    scores: pd.DataFrame,
    curves: Curves,
    settings: Summarise,
    seed: int,
) -> pd.DataFrame:
    """The table ``group_tests``: every two groups, compared at equal numbers of ingredients.

    Args:
        scores: the table ``sample_scores``.
        curves: for each origin, how pair support falls with the share of exchanged ingredients.
        settings: of the statistics.
        seed: of the resamples.

    Returns:
        A row for each metric and pair of groups; no rows with more than ``MOST_GROUPS`` groups.
    """
    names = sorted({TEXTS, *(name for parts in PARTS.values() for name in parts)})
    how = Resampling(settings.resamples, seed)
    texts = scores.assign(temperature=np.nan)
    sums = sums_of(texts, np.nan, how, [*names, "read_from_lines"], names)
    sides = [
        _Side(cell.group, sums[cell], sizes, curves[origin_of(sums[cell])])
        for cell, sizes in sorted(by_size(sums).items(), key=lambda item: item[0].group)
    ]
    pairs = combinations(sides, 2) if len(sides) <= MOST_GROUPS else ()
    compared = [_compared(a, b, settings.confidence) for a, b in pairs]
    rows: list[Row] = []
    for metric in GROUP_METRICS:
        rows += adjusted([each[metric] for each in compared])
    return pd.DataFrame(rows, columns=OUTSIDE["group_tests"].column_names)


class _Side(NamedTuple):
    """One of two groups that are compared."""

    group: str
    sums: Sums
    sizes: BySize
    curve: ExchangeCurve

    def figure(self, metric: str, totals: Totals) -> Resampled:
        """A metric from sums over its recipes, which may be weighted."""
        if metric == EXCHANGED:
            return exchanged(totals, self.curve)
        top, bottom = PARTS[metric]
        return totals[top].over(totals[bottom])


def _compared(a: _Side, b: _Side, confidence: float) -> dict[str, Row]:
    """Each metric of two groups and its difference, at equal sizes and of all recipes."""
    one, other = at_equal_sizes([a.sizes, b.sizes])
    raw_one, raw_other = as_they_are(a.sums), as_they_are(b.sums)
    sizes = {
        "shared_sizes_a": shared(a.sizes, [b.sizes]),
        "shared_sizes_b": shared(b.sizes, [a.sizes]),
    }
    return {
        metric: {
            "group_a": a.group,
            "group_b": b.group,
            "metric": metric,
            **tested(
                (a.figure(metric, one), b.figure(metric, other)),
                (a.figure(metric, raw_one), b.figure(metric, raw_other)),
                confidence,
            ),
            **sizes,
        }
        for metric in GROUP_METRICS
    }
