"""Two collections of recipes compared group by group, over matched recipes where they match.

Two models that answer the same prompts find the same prompts hard. So their rates rise and fall
together, and their difference is known better than if the prompts were others. The bootstrap draws
matched recipes together, and the interval of the difference takes the correlation that its
resamples show (:func:`~recipegen.evaluation.statistics.estimates.interval_of_difference`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from recipegen.config import Summarise
from recipegen.errors import UsageError
from recipegen.evaluation.metrics import METRICS, Curves, Group
from recipegen.evaluation.per_group.diversity import NO_VALUES
from recipegen.evaluation.per_group.outside_groups import PARTS, sums_by_group
from recipegen.evaluation.statistics.estimates import (
    Estimate,
    correlation_of,
    interval_of_difference,
    ratios,
)
from recipegen.evaluation.statistics.sums import Sums

FIELDS = ("prompt", "title", "sample_id")
"""What recipes are matched by. If two of them match as many recipes, the first one is taken."""

FEWEST = 20
"""Matches from which the correlation of two rates can be told.

With fewer, a bootstrap over clusters errs (Cameron, Gelbach & Miller 2008).
"""

DIFFERENCES = ("group", "metric", "estimate", "low", "high", "count", "own", "baseline", "matched")


class Matched(NamedTuple):
    """Two collections of recipes with ``recipe_id``, which matched recipes have in common."""

    own: pd.DataFrame
    baseline: pd.DataFrame
    field: str
    """What they are matched by, one of ``FIELDS``; empty if they do not match."""
    matches: int
    """How many different values of that field are in both."""


def match(own: pd.DataFrame, baseline: pd.DataFrame) -> Matched:
    """Both collections with a column recipe_id, by the field that matches most of the recipes.

    Args:
        own: a row for each recipe: the columns of ``FIELDS``, empty where nothing is known.
        baseline: the recipes that they are compared with, in the same form.
    """
    shared = {name: set(own[name]) & set(baseline[name]) - {""} for name in FIELDS}
    known = [name for name in FIELDS if len(shared[name]) >= FEWEST]
    field = max(known, key=lambda name: own[name].isin(shared[name]).sum(), default="")
    return Matched(
        _named(own, field, "own"),
        _named(baseline, field, "baseline"),
        field,
        len(shared[field]) if field else 0,
    )


def _named(texts: pd.DataFrame, field: str, whose: str) -> pd.DataFrame:
    """Recipes that are drawn with those of the same field, and otherwise on their own."""
    recipes = texts[field].where(texts[field] != "", None) if field else None
    return texts.assign(sample_id=f"{whose}: " + texts["sample_id"], recipe_id=recipes)


def differences(
    matched: Matched,
    metrics: Sequence[str],
    curves: Curves,
    settings: Summarise,
    seed: int,
) -> pd.DataFrame:
    """By how much each metric of each group lies above that of the baseline, with its interval.

    A group is compared with the group of its name. If the baseline has only one group, all groups
    are compared with it.

    Args:
        matched: both collections, with the columns of the table ``sample_scores``.
        metrics: names of metrics that need only the ingredients of the recipes.
        curves: for each origin, how pair support falls with the share of exchanged ingredients.
        settings: of the statistics.
        seed: of the resamples.

    Returns:
        The columns ``DIFFERENCES``: estimate, low and high are those of the difference. own and
        baseline are the two values, count is the number of the group's recipes that the metric
        rests on. matched is the number of prompts, titles or ids that both collections share.

    Raises:
        UsageError: the baseline has several groups, and not one of the groups.
    """
    own, baseline = (
        sums_by_group(texts, metrics, settings, seed) for texts in (matched.own, matched.baseline)
    )
    rows = []
    for group, sums in own.items():
        theirs = baseline[counterpart(group, list(baseline))]
        for metric in metrics:
            one, count = METRICS[metric].measure(_group(sums, curves, settings))
            other, _ = METRICS[metric].measure(_group(theirs, curves, settings))
            found = _difference(one, other, metric, sums, theirs)
            rows.append((group, metric, *found, count, one[0], other[0], matched.matches))
    return pd.DataFrame(rows, columns=list(DIFFERENCES))


def counterpart(group: str, baseline: Sequence[str]) -> str:
    """The group of a baseline that a group is compared with.

    Raises:
        UsageError: the baseline has several groups, and none of this name.
    """
    if group in baseline:
        return group
    if len(baseline) == 1:
        return baseline[0]
    raise UsageError(
        f"the baseline has no group {group!r}, but {', '.join(map(repr, baseline))}; give the "
        "groups the same names, or give a baseline of one group"
    )


def _group(sums: Sums, curves: Curves, settings: Summarise) -> Group:
    return Group(sums, NO_VALUES, curves, settings.confidence)


def _difference(one: Estimate, other: Estimate, metric: str, own: Sums, baseline: Sums) -> Estimate:
    """A metric's difference with its interval; exactly 0 if both have the very same recipes."""
    top, bottom = PARTS[metric]
    values, others = (ratios(sums[top], sums[bottom]) for sums in (own, baseline))
    difference = one[0] - other[0]
    if np.array_equal(values, others, equal_nan=True) and np.nanstd(values) > 0:
        return difference, difference, difference
    a, b = (np.asarray(each)[:, None] for each in (one, other))
    low, high = interval_of_difference(a, b, correlation=correlation_of(values, others))[:, 0]
    return difference, float(low), float(high)
