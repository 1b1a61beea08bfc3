"""The section on what the pairs were judged by: the corpus and the built-in judge."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

import pandas as pd

from recipegen.pairing.learning import JUDGE_TEST
from recipegen.report.excerpts import number
from recipegen.report.facts import RunFacts

Section: TypeAlias = dict[str, Any]
Tables: TypeAlias = Mapping[str, pd.DataFrame]

MOST_EXAMPLES = 5
"""Most pairs that are named for each change of verdict."""

KINDS = (("plausible", "implausible"), ("implausible", "plausible"), ("unusual", "plausible"))
"""Changes of verdict that are counted, each as (before, after)."""


def knowledge_section(tables: Tables, facts: RunFacts) -> Section:
    """Whether the judge was used, how much a recipe counts, and what the corpus changed."""
    pairings, measured = tables["pairings"], tables["pairing_validation"]
    worth = measured.loc[measured["test"] == JUDGE_TEST, "estimate"]
    judged = pairings[pairings["verdict_before"].notna()]
    return {
        "judge": bool(len(judged)),
        "worth": number(worth.iloc[0]) if len(worth) else None,
        "recipes": facts.row_counts.get("recipes"),
        "changes": [_change(judged, *kind) for kind in KINDS],
    }


def _change(judged: pd.DataFrame, before: str, after: str) -> Section:
    """The pairs with this change of verdict; those expected most often by chance are named."""
    changed = judged[(judged["verdict_before"] == before) & (judged["verdict"] == after)]
    named = changed.sort_values(
        ["expected", "ingredient_a", "ingredient_b"], ascending=[False, True, True]
    )
    pairs = named.head(MOST_EXAMPLES)[["ingredient_a", "ingredient_b"]]
    return {
        "before": before,
        "after": after,
        "count": len(changed),
        "examples": [f"{a} + {b}" for a, b in pairs.itertuples(index=False)],
    }
