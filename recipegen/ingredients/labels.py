"""Tells the foods in the names of parts of an ingredient list from its ingredients.

"For the chicken:" names a part, and so do "**Peanut Sauce**" and the first words of "Marinade: 2
tbsp soy sauce".
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

Place = Literal["alone", "before"]
ALONE: Place = "alone"
"""The label has a line of its own."""
BEFORE: Place = "before"
"""The label stands before other foods."""

_DRESS = r"[\s*_#>\"',]*"
_WHOLE = re.compile(rf"[^,]*:{_DRESS}")
_FOR = re.compile(rf"{_DRESS}(?:[-+\u2022]\s*)?{_DRESS}for (?:the|your)\b[^\d]*", re.IGNORECASE)
_MARKED = re.compile(r"\s*(?:#+\s[^\d]*|(\*\*|__)[^\d*_]*\1\s*)")
_COLON = re.compile(r"[^:,\n]{0,40}:")


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
        elif ":" not in line:
            continue
        elif (colon := _COLON.match(text, end, last)) is not None and any(
            colon.end() <= other < last for other in starts
        ):
            labels[start] = BEFORE
    return labels


def _is_label(line: str) -> bool:
    """Whether a line only names a part of the list."""
    is_whole = ":" in line and _WHOLE.fullmatch(line)
    return bool(is_whole or _FOR.fullmatch(line) or _MARKED.fullmatch(line))
