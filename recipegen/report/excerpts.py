"""Prepares samples, real and control recipes for reading: marks ingredients and implausible pairs.

A view of a sample is a dictionary with all that the templates show of it.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple, TypeAlias

import pandas as pd

from recipegen.ingredients.scope import ABSENT, ALTERNATIVE, ASIDE, IN_THE_DISH, OPTIONAL, USED
from recipegen.texts.layout import is_own_form, layout
from recipegen.texts.sections import TITLE

TITLE_START = "recipe for "
TITLE_END = " | "

View: TypeAlias = dict[str, Any]
"""A sample as the page shows it."""
Segment: TypeAlias = dict[str, Any]
"""A part of a text: ``text``, ``ingredient`` (or None), ``role`` (or None), and ``implausible``.

``implausible`` says whether the ingredient is in an implausible pair.
"""


class RoleShown(NamedTuple):
    """How the role of an ingredient is shown."""

    name: str
    meaning: str
    """What is said of an ingredient with this role; empty if nothing need be said."""
    counts: bool
    """Whether such an ingredient is in the dish."""


ROLES = {
    name: RoleShown(name, meaning, name in IN_THE_DISH)
    for name, meaning in (
        (USED, ""),
        (OPTIONAL, "optional"),
        (ALTERNATIVE, "one of a choice"),
        (ABSENT, "named as left out"),
        (ASIDE, "mentioned, not in the dish"),
    )
}
"""The roles of ingredients, in the order of the legend."""


class Excerpts:
    """Views of samples: their scores, their flagged pairs, and their text with mentions marked."""

    def __init__(
        self,
        texts: pd.DataFrame,
        mentions: pd.DataFrame,
        sample_pairs: pd.DataFrame,
        sample_scores: pd.DataFrame,
        sources: Mapping[str, View],
    ) -> None:
        """Index the rows of the tables by sample.

        Args:
            texts: rows of ``samples`` or ``references``.
            mentions: rows of ``mentions``.
            sample_pairs: rows of ``sample_pairs``.
            sample_scores: rows of ``sample_scores``.
            sources: what a sample has in common with training recipes, by the sample's identifier.
        """
        self._sources = sources
        self._texts = _by_sample(texts)
        self._scores = _by_sample(sample_scores)
        self._mentions = _lists_by_sample(mentions)
        self._pairs = _lists_by_sample(sample_pairs[sample_pairs["implausible"].astype(bool)])

    def view(self, sample_id: str, reason: str, longest: int) -> View:
        """The sample's text in segments, with what was measured on it.

        Args:
            sample_id: a sample of ``texts``.
            reason: why this sample is shown.
            longest: number of characters after which the text is cut.
        """
        row, score = self._texts[sample_id], self._scores.get(sample_id, {})
        pairs = [_pair(pair) for pair in self._pairs.get(sample_id, [])]
        bad = {name for pair in pairs for name in (pair["a"], pair["b"])}
        text = str(row["text"])
        start, bar = title_span(text)
        mentions = self._mentions.get(sample_id, [])
        return {
            "sample_id": sample_id,
            "why": reason,
            "temperature": number(row.get("temperature")),
            "group": str(row.get("group", "generated")),
            "title": segments(text, mentions, bad, start, bar),
            "directions": segments(text, mentions, bad, _after(text, bar), longest),
            "cut": len(text) > longest,
            "stopped": None if pd.isna(row["stopped"]) else bool(row["stopped"]),
            "word_count": int(row["word_count"]),
            "ingredient_count": number(score.get("ingredient_count")),
            "pair_count": number(score.get("pair_count")),
            "implausibility": number(score.get("implausibility")),
            "worst_ingredient": words(score.get("worst_ingredient")),
            "source": self._sources.get(sample_id),
            "pairs": sorted(pairs, key=lambda pair: (pair["log_lift"] or 0.0, pair["a"])),
        }


def title_span(text: str) -> tuple[int, int]:
    """Where the title starts and ends; both are 0 if there is no title."""
    if not is_own_form(text):
        titles = (each for each in layout(text) if each.section == TITLE and each.text)
        return next((each.span(0, len(each.text)) for each in titles), (0, 0))
    bar = text.find(TITLE_END)
    start = len(TITLE_START) if text.startswith(TITLE_START) else 0
    return (start, bar) if bar >= start else (0, 0)


def _after(text: str, bar: int) -> int:
    return bar + len(TITLE_END) if text.startswith(TITLE_END, bar) else 0


def segments(
    text: str, mentions: Iterable[Mapping[Any, Any]], bad: set[str], start: int, end: int
) -> list[Segment]:
    """``text[start:end]``, cut at its mentions.

    A mention that crosses a border or overlaps another mention is not marked.

    Args:
        text: the whole text.
        mentions: rows with ``start``, ``end``, ``ingredient`` and ``role``; offsets are in
            characters.
        bad: ingredients that are in a flagged pair.
        start: offset of the first character.
        end: offset after the last character.
    """
    cut: list[Segment] = []
    at, end = start, min(end, len(text))
    for mention in sorted(mentions, key=lambda row: (int(row["start"]), -int(row["end"]))):
        first, last = int(mention["start"]), int(mention["end"])
        if at <= first < last <= end:
            name, role = str(mention["ingredient"]), ROLES[mention["role"]]
            cut.append(_segment(text[at:first]))
            cut.append(_segment(text[first:last], name, role, role.counts and name in bad))
            at = last
    cut.append(_segment(text[at:end]))
    return [segment for segment in cut if segment["text"]]


def _segment(
    text: str,
    ingredient: str | None = None,
    role: RoleShown | None = None,
    implausible: bool = False,
) -> Segment:
    shown = role._asdict() if role else None
    return {"text": text, "ingredient": ingredient, "role": shown, "implausible": implausible}


def _pair(row: Mapping[Any, Any]) -> dict[str, Any]:
    return {
        "a": str(row["ingredient_a"]),
        "b": str(row["ingredient_b"]),
        "log_lift": number(row["log_lift"]),
    }


def chosen(scores: pd.DataFrame, samples: int) -> list[tuple[str, str]]:
    """The samples of one temperature that the rule chooses: ``(sample_id, why)``, no sample twice.

    The rule takes the median, the worst and the best by implausibility. Then it takes samples at
    random, in the order of the hash of their identifiers.

    Args:
        scores: rows of ``sample_scores``.
        samples: largest number of samples.
    """
    scored = scores.dropna(subset=["implausibility"])
    scored = scored.sort_values(["implausibility", "sample_id"], kind="stable")
    ids = [str(value) for value in scored["sample_id"]]
    picks = []
    if ids:
        picks = [(ids[(len(ids) - 1) // 2], "median"), (ids[-1], "worst"), (ids[0], "best")]
    at_random = sorted((str(value) for value in scores["sample_id"]), key=_hash)
    once: dict[str, str] = {}
    for sample_id, why in [*picks, *((sample_id, "random") for sample_id in at_random)]:
        once.setdefault(sample_id, why)
    return list(once.items())[:samples]


def _hash(sample_id: str) -> str:
    return hashlib.sha256(sample_id.encode()).hexdigest()


def _by_sample(frame: pd.DataFrame) -> dict[str, dict[Any, Any]]:
    return {str(row["sample_id"]): row for row in frame.to_dict("records")}


def _lists_by_sample(frame: pd.DataFrame) -> dict[str, list[dict[Any, Any]]]:
    lists: dict[str, list[dict[Any, Any]]] = {}
    for row in frame.to_dict("records"):
        lists.setdefault(str(row["sample_id"]), []).append(row)
    return lists


def number(value: Any) -> float | int | None:
    """A finite number as an int or float of Python; a missing or infinite one becomes None."""
    if value is None or value is pd.NA or not math.isfinite(value):
        return None
    return int(value) if isinstance(value, int) else float(value)


def words(value: Any) -> str | None:
    """A text as it is; anything else becomes None."""
    return value if isinstance(value, str) else None
