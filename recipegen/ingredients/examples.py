"""Finds general words in an ingredient line that mean foods which the line names itself.

The mixed greens in "mixed greens (such as romaine or arugula)" are these leaves, and the cheese
in "feta (or a similar cheese)" is the feta. Neither adds an ingredient. But a cook who reads "a
neutral oil, such as canola" may take any neutral oil, so there the oil is an ingredient.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from recipegen.ingredients.general_words import MIXTURES, general_word, meant_by, written_name

if TYPE_CHECKING:
    from recipegen.ingredients.component import Mention

_EXAMPLES = re.compile(
    r"(?:[\s,]*\((?:e\.g\.)?|[\s,]+(?:such as|like|e\.g\.|for example|including)\b)[^\n.;()]*",
    re.IGNORECASE,
)
_SIMILAR = re.compile(
    r"[^\n;]*\bor\b[^\n;]*\b(?:similar|another|other|equivalent|comparable)\b[\w\s,-]*",
    re.IGNORECASE,
)


def examples_of(text: str, foods: Sequence[Mention]) -> dict[int, Mention]:
    """From where each such general word starts to the mention of the food that it means.

    Args:
        text: the recipe.
        foods: the ingredients of its list, in order.
    """
    meant: dict[int, Mention] = {}
    for first, second in pairwise(foods):
        between = text[first.end : second.start]
        if _SIMILAR.fullmatch(between) and _can_mean(second, first):
            meant[second.start] = first
        elif (
            first.ingredient in MIXTURES
            and _EXAMPLES.fullmatch(between)
            and _can_mean(first, second)
        ):
            meant[first.start] = second
    return meant


def _can_mean(general: Mention, food: Mention) -> bool:
    """Whether a mention is a general word for the food of another."""
    word = general_word(general.surface, general.ingredient)
    named = {food.ingredient: written_name(food.surface, food.ingredient)}
    return general.ingredient != food.ingredient and bool(meant_by(word, named))
