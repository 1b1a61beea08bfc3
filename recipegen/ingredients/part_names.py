"""Tells the foods in the names of parts of an ingredient list from its ingredients.

"For the chicken:" names a part, and so do "**Peanut Sauce**" and the first words of "Marinade: 2
tbsp soy sauce".
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

from recipegen.ingredients.context_words import ingredient_words

Place = Literal["alone", "group", "before", "aim"]
ALONE: Place = "alone"
"""The label has a line of its own."""
GROUP: Place = "group"
"""The label says what kind of food its line measures: "Beans & lentils: 1 cup chickpeas"."""
BEFORE: Place = "before"
"""The label stands before other foods."""
AIM: Place = "aim"
"""It is what the line is for: "Water for the pie crust", "chicken broth if using chicken"."""

_DRESS = r"[\s*_#>\"',]*"
_WHOLE = re.compile(rf"[^,]*:{_DRESS}")
_FOR = re.compile(rf"{_DRESS}(?:[-+\u2022]\s*)?{_DRESS}for (?:the|your)\b[^\d]*", re.IGNORECASE)
_MARKED = re.compile(r"\s*(?:#+\s[^\d]*|(\*\*|__)[^\d*_]*\1\s*)")
_COLON = re.compile(r"[^:,\n]{0,40}:")
_AIM = re.compile(r"[^\n]*\b(?:for (?:the|your|an?)|if (?:you're |you are )?using) [\w\s,&-]*")
_MEASURED = re.compile(
    r"[\s*_]*(?:\d|[\u00bc-\u00be\u2150-\u215e]|an?\b)"
    r"(?:(?!\b(?:in|with|for|from|of the)\b)[^,;:()\n\u2022])*"
)


def labels_of(text: str, foods: Sequence[tuple[int, int]]) -> dict[int, Place]:
    """The foods of an ingredient list that name a part of the list, by where they start.

    Args:
        text: the recipe.
        foods: start and end of each food of the list, in order.
    """
    labels: dict[int, Place] = {}
    starts = [start for start, _ in foods]
    for start, end in foods:
        first = text.rfind("\n", 0, start) + 1
        last = text.find("\n", end)
        last = last if last >= 0 else len(text)
        line = text[first:last]
        if _is_label(line):
            labels[start] = ALONE
        elif _is_aim(text, first, start) and any(first <= each < start for each in starts):
            labels[start] = AIM
        elif ":" in line and (colon := _COLON.match(text, end, last)) is not None:
            below = next((each for each in foods if colon.end() <= each[0] < last), None)
            if below is not None:
                labels[start] = _before(text, colon.end(), below)
    return labels


def _is_label(line: str) -> bool:
    """Whether a line only names a part of the list."""
    is_whole = ":" in line and _WHOLE.fullmatch(line)
    return bool(is_whole or _FOR.fullmatch(line) or _MARKED.fullmatch(line))


def _is_aim(text: str, first: int, start: int) -> bool:
    before = text[first:start]
    return (" for " in before or "using " in before) and _AIM.fullmatch(before) is not None


def _before(text: str, colon: int, food: tuple[int, int]) -> Place:
    """The place of a label before a food; "Garlic: 1 clove" measures the garlic itself."""
    is_unit = text[slice(*food)].lower() in ingredient_words().units
    is_measured = _MEASURED.fullmatch(text, colon, food[0]) is not None
    return GROUP if is_measured and not is_unit else BEFORE
