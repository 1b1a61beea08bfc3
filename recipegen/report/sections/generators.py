"""The section on which generator comes closest to real cooking, the first one of a report."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

import pandas as pd

from recipegen.evaluation.per_group.answer import called, place
from recipegen.evaluation.per_group.generators import REAL_RECIPES
from recipegen.evaluation.statistics.sums import ALL
from recipegen.report.excerpts import number
from recipegen.report.facts import RunFacts

Section: TypeAlias = dict[str, Any]

PARTS = ("exchanged_share", "lost_diversity", "excess_memorised")
RATES = ("equal_size_pair_rate", "real_pair_rate", "implausible_pair_rate")
FIGURES = ("distance", "low", "high", *PARTS, *RATES, "shared_sizes", "probability_best")
COMPARED = (
    *("estimate_a", "estimate_b", "difference", "low", "high", "p_adjusted"),
    *("raw_difference", "raw_low", "raw_high", "shared_sizes_a", "shared_sizes_b"),
)
MOST_POINTS = 60
"""Most rows, one per temperature and cut-off, in the table of a page."""


def generators_section(tables: Mapping[str, pd.DataFrame], _: RunFacts) -> Section:
    """Each generator at its best, how generators differ, and the settings that were drawn."""
    return generators_tables(tables["operating_points"], tables["generator_tests"])


def generators_tables(points: pd.DataFrame, tests: pd.DataFrame) -> Section:
    """The contents of both tables, as the pages show them."""
    best = points[points["best"].astype(bool)].sort_values("distance", kind="stable")
    settings = points["generator"].value_counts()
    return {
        "rows": [
            {
                **_point(row),
                **_totals(row, tests),
                "settings": int(settings[row["generator"]]),
            }
            for row in best.to_dict("records")
        ],
        "real": _real(best),
        "pairs": [_pair(row) for row in tests.to_dict("records")],
        "points": [_point(row) for row in points.head(MOST_POINTS).to_dict("records")],
        "point_count": len(points),
    }


def _point(row: Mapping[Any, Any]) -> Section:
    return {
        "generator": called(str(row["generator"])),
        "group": str(row["group"]),
        "temperature": number(row["temperature"]),
        "at": place(row) or "as it is",
        "count": int(row["count"]),
        "best": bool(row["best"]),
        **{name: number(row[name]) for name in FIGURES},
    }


def _totals(row: Mapping[Any, Any], tests: pd.DataFrame) -> Section:
    """The rate of a generator over all its temperatures and cut-offs."""
    own = tests["generator_a"].eq(row["generator"]) & tests["generator_b"].eq(REAL_RECIPES)
    found = tests[own & tests["at"].eq(ALL) & tests["metric"].eq("implausible_pair_rate")]
    return {"rate_of_all": number(found.iloc[0]["estimate_a"]) if len(found) else None}


def _real(best: pd.DataFrame) -> list[Section]:
    """The rates of the real recipes that generators were compared with, without duplicates."""
    rates = best["real_pair_rate"].round(4).dropna()
    return [{"rate": number(rate)} for rate in sorted({float(rate) for rate in rates})]


def _pair(row: Mapping[Any, Any]) -> Section:
    return {
        "a": called(str(row["generator_a"])),
        "b": called(str(row["generator_b"])),
        "at": str(row["at"]),
        "metric": str(row["metric"]),
        **{name: number(row[name]) for name in COMPARED},
        "matched": int(row["matched"]),
    }
