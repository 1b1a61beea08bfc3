"""A scorer for inspect_ai, which finds it by itself once the extra ``[inspect]`` is installed.

::

    inspect score LOG --scorer recipegen/implausibility

The figures of a log are those of ``recipegen score --texts``: pairs are pooled over texts, and
each figure has an interval. Epochs of a sample are averaged first, so that the unit is the prompt.

Every command of inspect_ai imports this module, so everything that takes long to import, such as
spaCy, is imported by the functions that need it.
"""

from __future__ import annotations

import gc
import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING

import anyio
from inspect_ai.scorer import Metric, SampleScore, Score, Scorer, Target, metric, scorer
from inspect_ai.solver import TaskState

from recipegen.machine.spacy_import import import_spacy_alone

if TYPE_CHECKING:
    from recipegen.ingredients.recipe_reader import ReadRecipe
    from recipegen.pairing.plausibility import RecipeScore

METRICS = ("implausible_pair_rate", "flagged_recipe_rate", "implausibility")
"""The metrics of a log, as in docs/evaluation.md."""

SHOWN = ("implausible", "unusual")
"""Verdicts on pairs that an explanation names."""

TOGETHER = 500
"""Most recipes that are judged at once."""

_KNOWN = ("implausibility", "flagged", "implausible_pair_count", "judged_pair_count")


@metric
def group_figures(confidence: float = 0.95) -> Metric:
    """The metrics of a group of texts, each with the ends of its interval.

    Args:
        confidence: level of the intervals, 0 to 1.
    """

    def figures(scores: list[SampleScore]) -> dict[str, float]:
        return figures_of([each.score.value for each in scores], confidence)

    return figures


@scorer(metrics=[group_figures()])
def implausibility(run: str = "") -> Scorer:
    """Judges the ingredients of a recipe, and which pairs of them a cook would object to.

    The value of a score has ``implausibility`` (log-odds, in nats, that the recipe is a spoilt
    one), ``implausible_pair_rate`` (share of its pairs that a cook would object to, 0 to 1),
    ``flagged`` (0 or 1), and the numbers of pairs that the share is made of. A figure that cannot
    be known is NaN.

    Args:
        run: the folder of a run whose judge is used; empty for the built-in judge.
    """

    async def score(state: TaskState, target: Target) -> Score:  # noqa: ARG001 # there is no target
        return await judge_of(run).score(state.output.completion)

    return score


@cache
def judge_of(run: str) -> WaitingJudge:
    """The judge of a run, or the built-in one; it is loaded once in a process.

    Args:
        run: the folder of the run; empty for the built-in judge.

    Raises:
        UsageError: there is no run in that folder.
    """
    return WaitingJudge(run)


class WaitingJudge:
    """Judges recipes, all together that are asked for at the same time.

    One recipe alone takes several times as long as its share of a batch, since the judge's network
    is read from memory for each batch.
    """

    def __init__(self, run: str) -> None:
        """Load the judge; see :func:`judge_of`."""
        with _without_collection():
            import_spacy_alone()
            from recipegen.judging.knowledge import knowledge_of
            from recipegen.storage.files import place
            from recipegen.storage.run_folder import Run

            self._nlp, self._plausibility = knowledge_of(Run.open(place(run)) if run else None)
        self._waiting: list[_Asked] = []

    async def score(self, text: str) -> Score:
        """The score of a recipe."""
        mine = _Asked(text)
        self._waiting.append(mine)
        await anyio.sleep(0)  # others that are ready ask, too
        if mine.score is None:
            with _without_collection():
                self._judge_waiting()
        assert mine.score is not None
        return mine.score

    def _judge_waiting(self) -> None:
        from recipegen.evaluation.per_text.scores import judge_recipes

        asked, self._waiting = self._waiting, []
        for first in range(0, len(asked), TOGETHER):
            part = asked[first : first + TOGETHER]
            judged = judge_recipes([each.text for each in part], self._nlp, self._plausibility)
            for each, (recipe, found) in zip(part, judged, strict=True):
                each.score = score_of(recipe, found)


@contextmanager
def _without_collection() -> Iterator[None]:
    """Without the garbage collector, which would look through the samples of a whole log."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


class _Asked:
    """A recipe that waits for its score."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.score: Score | None = None


def score_of(recipe: ReadRecipe, found: RecipeScore) -> Score:
    """The score of a recipe: its value, the pairs in words, its ingredients with their places."""
    pairs = [
        {"ingredient_a": pair.a, "ingredient_b": pair.b, "verdict": pair.verdict}
        for pair in found.pairs
        if pair.verdict in SHOWN
    ]
    return Score(
        value=_value(found),
        answer=", ".join(found.ingredients),
        explanation=explanation(found),
        metadata={
            "ingredients": [
                {
                    "ingredient": placed.mention.ingredient,
                    "surface": placed.mention.surface,
                    "start": placed.mention.start,
                    "end": placed.mention.end,
                    "role": placed.mention.role,
                    "section": placed.section,
                }
                for placed in recipe.foods
            ],
            "pairs": pairs,
            "p_value": found.p_value,
            "worst_ingredient": found.worst_ingredient,
        },
    )


def explanation(found: RecipeScore) -> str:
    """The pairs that a cook would object to, and those that cooks rarely put together."""
    from recipegen.pairing.explanation import VERDICTS

    if not found.pairs:
        return "Fewer than two ingredients were found, so there is no pair to judge."
    count, judged = _counts(found)
    lines = [f"{count} of {judged} pairs that can be judged are implausible."]
    for verdict in SHOWN:
        named = [f"{each.a} + {each.b}" for each in found.pairs if each.verdict == verdict]
        if named:
            lines.append(f"{VERDICTS[verdict]}: {', '.join(named)}.")
    if found.flagged:
        lines.append("The recipe is flagged: it raises more alarm than 19 of 20 real ones.")
    return "\n".join(lines)


def figures_of(values: Sequence[object], confidence: float) -> dict[str, float]:
    """The metrics of a log from the values of its scores, each with the ends of its interval.

    Args:
        values: of the scores; a figure that is missing in one is not known.
        confidence: level of the intervals, 0 to 1.
    """
    import pandas as pd

    from recipegen.config import Summarise
    from recipegen.evaluation.per_group.outside_groups import group_summary
    from recipegen.judging.scoring import SEED

    rows = [
        {"sample_id": str(number), "group": "all", **_known(value)}
        for number, value in enumerate(values)
    ]
    scores = pd.DataFrame(rows, columns=["sample_id", "group", *_KNOWN])
    found = group_summary(scores, {}, Summarise(confidence=confidence), SEED, METRICS)
    figures: dict[str, float] = {}
    for row in found.to_dict("records"):
        name = row["metric"]
        figures |= {name: row["estimate"], f"{name}_low": row["low"], f"{name}_high": row["high"]}
    return figures


def _known(value: object) -> dict[str, float]:
    """The figures of a recipe as ``sample_scores`` has them; NaN where they are not known."""
    values = value if isinstance(value, dict) else {}
    told = {name: values.get(name) for name in _KNOWN}
    return {
        name: float(each) if isinstance(each, int | float) else math.nan
        for name, each in told.items()
    }


def _value(found: RecipeScore) -> dict[str, float]:
    count, judged = _counts(found)
    known = found.implausibility is not None
    return {
        "implausibility": math.nan if found.implausibility is None else found.implausibility,
        "implausible_pair_rate": count / judged if judged else math.nan,
        "flagged": float(found.flagged) if known else math.nan,
        "implausible_pair_count": float(count),
        "judged_pair_count": float(judged),
    }


def _counts(found: RecipeScore) -> tuple[int, int]:
    """The number of implausible pairs, and of pairs that can be judged."""
    return sum(pair.implausible for pair in found.pairs), sum(pair.judged for pair in found.pairs)
