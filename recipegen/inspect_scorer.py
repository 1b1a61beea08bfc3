"""A scorer for inspect_ai, which finds it by itself once the extra ``[inspect]`` is installed.

::

    inspect score LOG --scorer recipegen/implausibility

The figures of a log are those of ``recipegen score --texts``: pairs are pooled over texts, and
each has an interval. Epochs of a sample are averaged first, so that the unit is the prompt.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache

import numpy as np
import pandas as pd
from inspect_ai.scorer import (
    Metric,
    SampleScore,
    Score,
    Scorer,
    Target,
    metric,
    scorer,
)
from inspect_ai.solver import TaskState
from spacy.language import Language

from recipegen.config import Summarise
from recipegen.evaluation.groups import group_summary
from recipegen.evaluation.scores import score_text
from recipegen.files import place
from recipegen.ingredients.recipes import ReadRecipe
from recipegen.outside import SEED, knowledge_of
from recipegen.pairing.explanation import VERDICTS
from recipegen.pairing.plausibility import PairVerdict, Plausibility, RecipeScore
from recipegen.store import Run

METRICS = ("implausible_pair_rate", "flagged_recipe_rate", "implausibility")
"""The metrics of a log, as in docs/evaluation.md."""

SHOWN = ("implausible", "unusual")
"""Verdicts on pairs that an explanation names."""

_NO_INGREDIENTS = "Fewer than two ingredients were found, so there is no pair to judge."


@cache
def judge(run: str) -> tuple[Language, Plausibility]:
    """What finds ingredients and judges their pairs; it is loaded once in a process.

    Args:
        run: the folder of a run; empty for the built-in judge.
    """
    return knowledge_of(Run.open(place(run)) if run else None)


@metric
def group_figures(confidence: float = 0.95) -> Metric:
    """The metrics of a group of texts, each with the ends of its interval.

    Args:
        confidence: level of the intervals, 0 to 1.
    """

    def figures(scores: list[SampleScore]) -> dict[str, float]:
        rows = [_row(number, each.score.value) for number, each in enumerate(scores)]
        settings = Summarise(confidence=confidence)
        found = group_summary(pd.DataFrame(rows), {}, settings, SEED, METRICS)
        return {
            name: float(value)
            for row in found.to_dict("records")
            for name, value in (
                (row["metric"], row["estimate"]),
                (f"{row['metric']}_low", row["low"]),
                (f"{row['metric']}_high", row["high"]),
            )
        }

    return figures


@scorer(metrics=[group_figures()])
def implausibility(run: str = "") -> Scorer:
    """Judges the ingredients of a recipe: which pairs would a cook object to?

    The value of a score has ``implausibility`` (log-odds, in nats, that the recipe is a spoilt
    one), ``implausible_pair_rate`` (share of its pairs that a cook would object to, 0 to 1),
    ``flagged`` (0 or 1), and the numbers of pairs that the share is made of. A figure that cannot
    be known is NaN.

    Args:
        run: the folder of a run whose judge is used; empty for the built-in judge.
    """

    async def score(state: TaskState, target: Target) -> Score:  # noqa: ARG001 # there is no target
        return judged(state.output.completion, run)

    return score


def judged(text: str, run: str = "") -> Score:
    """The score of a recipe: its value, the pairs in words, its ingredients with their places."""
    recipe, found = score_text(text, *judge(run))
    return Score(
        value=_value(found),
        answer=", ".join(found.ingredients),
        explanation=explanation(found),
        metadata={
            "ingredients": _ingredients(recipe),
            "pairs": [_pair(each) for each in found.pairs if each.verdict in SHOWN],
            "p_value": found.p_value,
            "worst_ingredient": found.worst_ingredient,
        },
    )


def explanation(found: RecipeScore) -> str:
    """The pairs that a cook would object to, and those that cooks rarely put together."""
    judged_pairs = sum(each.judged for each in found.pairs)
    if not found.pairs:
        return _NO_INGREDIENTS
    count = sum(each.implausible for each in found.pairs)
    lines = [f"{count} of {judged_pairs} pairs that can be judged are implausible."]
    for verdict in SHOWN:
        named = [f"{each.a} + {each.b}" for each in found.pairs if each.verdict == verdict]
        if named:
            lines.append(f"{VERDICTS[verdict]}: {', '.join(named)}.")
    if found.flagged:
        lines.append("The recipe is flagged: it raises more alarm than 19 of 20 real ones.")
    return "\n".join(lines)


def _value(found: RecipeScore) -> dict[str, float]:
    count = sum(each.implausible for each in found.pairs)
    judged_pairs = sum(each.judged for each in found.pairs)
    known = found.implausibility is not None
    return {
        "implausibility": _or_nan(found.implausibility),
        "implausible_pair_rate": count / judged_pairs if judged_pairs else math.nan,
        "flagged": float(found.flagged) if known else math.nan,
        "implausible_pair_count": float(count),
        "judged_pair_count": float(judged_pairs),
    }


def _or_nan(value: float | None) -> float:
    return math.nan if value is None else float(value)


def _ingredients(recipe: ReadRecipe) -> list[dict[str, object]]:
    return [
        {
            "ingredient": placed.mention.ingredient,
            "surface": placed.mention.surface,
            "start": placed.mention.start,
            "end": placed.mention.end,
            "role": placed.mention.role,
            "section": placed.section,
        }
        for placed in recipe.foods
    ]


def _pair(pair: PairVerdict) -> dict[str, str]:
    return {"ingredient_a": pair.a, "ingredient_b": pair.b, "verdict": pair.verdict}


def _row(number: int, value: object) -> dict[str, object]:
    """A row of ``sample_scores``, as far as the metrics need it."""
    values = value if isinstance(value, dict) else {}
    known = {name: _number(values.get(name)) for name in _COLUMNS}
    return {
        "sample_id": str(number),
        "group": "all",
        **known,
        "flagged": known["flagged"] if not np.isnan(known["flagged"]) else 0.0,
    }


_COLUMNS: Sequence[str] = (
    *("implausibility", "flagged", "implausible_pair_count", "judged_pair_count"),
)


def _number(value: object) -> float:
    return float(value) if isinstance(value, int | float) else math.nan
