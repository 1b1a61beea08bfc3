"""Whether a text makes sense as a recipe: its title, its ingredients and its quantities."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from recipegen.language.vocabulary import SEPARATOR
from recipegen.texts.layout import layout
from recipegen.texts.sections import DIRECTIONS, TITLE

TAIL = 0.001
"""Share of the quantities in real recipes below their usual range, and the same share above."""
FEWEST = 20
"""A unit has a range only if real recipes have at least this many quantities of it."""

_NUMBER = r"(\d+(?: / \d+)?)"
_UNITS = {
    "°f": r"° ?f",
    "minute": r"minutes?|min",
    "hour": r"hours?",
    "inch": r"(?:- )?inch(?:es)?",
    "cup": r"cups?",
    "tablespoon": r"tablespoons?|tbsp",
    "teaspoon": r"teaspoons?|tsp",
    "quart": r"(?:- )?quarts?",
}
_QUANTITY = re.compile(
    rf"\b{_NUMBER} (?:{'|'.join(f'({pattern})' for pattern in _UNITS.values())})(?!\w)"
)


def quantities(text: str) -> list[tuple[str, float]]:
    """Unit and number of each quantity in a text in the form of the network ("350 ° f").

    In a span ("5 to 10 minutes") only the number next to the unit counts.
    """
    found = []
    for match in _QUANTITY.finditer(text):
        number, *units = match.groups()
        above, _, below = number.partition(" / ")
        if not below or int(below):
            unit = next(name for name, each in zip(_UNITS, units, strict=True) if each)
            found.append((unit, int(above) / int(below or 1)))
    return found


@dataclass(frozen=True)
class Ranges:
    """The usual range of the quantities of each unit in real recipes."""

    of: Mapping[str, tuple[float, float]]
    """The lowest and highest usual number of each unit."""

    @classmethod
    def learn(cls, texts: Iterable[str]) -> Ranges:
        """The ranges that leave out a share ``TAIL`` of the real quantities at each end."""
        found: dict[str, list[float]] = {}
        for text in texts:
            for unit, number in quantities(text):
                found.setdefault(unit, []).append(number)
        return cls(
            {
                unit: tuple(np.quantile(numbers, [TAIL, 1 - TAIL], method="nearest").tolist())
                for unit, numbers in found.items()
                if len(numbers) >= FEWEST
            }
        )

    def unusual(self, text: str) -> tuple[int, int]:
        """How many quantities of a text are out of range, and how many have a unit with a range."""
        known = [(*self.of[unit], number) for unit, number in quantities(text) if unit in self.of]
        return sum(not low <= number <= high for low, high, number in known), len(known)


def has_one_title(text: str) -> bool:
    """Whether a text has exactly one title, and directions.

    A text in the form of the network has one separator, with the title before it and the directions
    after it. In any other form the layout shows the sections.
    """
    words = text.split()
    if SEPARATOR not in words:
        sections = [passage.section for passage in layout(text)]
        return sections.count(TITLE) == 1 and DIRECTIONS in sections
    place = words.index(SEPARATOR)
    return words.count(SEPARATOR) == 1 and 2 < place < len(words) - 1
