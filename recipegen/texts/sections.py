"""The sections of a recipe, and the words that open the best known of them."""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

Section = Literal[
    "title", "introduction", "ingredients", "directions", "notes", "serving", "closing"
]

TITLE: Literal["title"] = "title"
INTRODUCTION: Literal["introduction"] = "introduction"
INGREDIENTS: Literal["ingredients"] = "ingredients"
DIRECTIONS: Literal["directions"] = "directions"
NOTES: Literal["notes"] = "notes"
"""Tips, variations, substitutions, storage: what is said about the dish."""
SERVING: Literal["serving"] = "serving"
"""Suggestions of what to serve with the dish."""
CLOSING: Literal["closing"] = "closing"

RECIPE: Literal["recipe"] = "recipe"
"""What a mark opens if a whole recipe follows it, including the title."""

_WORDS: dict[Section, str] = {
    TITLE: r"title|recipe(?: name| title)?|name(?: of (?:the )?(?:dish|recipe))?|dish(?: name)?",
    INGREDIENTS: (
        r"(?:recipe |main |the |list of )?ingredients?(?: list| needed| required| you(?:'ll| will) "
        r"need)?|ingrs?|you(?:'ll| will) need|what you(?:'ll| will)? need|shopping list"
    ),
    DIRECTIONS: (
        r"(?:cooking |recipe |step[- ]by[- ]step |the )?(?:directions?|instructions?|instrs?|"
        r"method|steps|procedure|preparation)|how to (?:make|cook|prepare)(?: it| this)?|method of "
        r"preparation|preparation (?:method|steps)|for the method|to (?:make|prepare)"
    ),
}

Offer = Literal["optional", "choice"]
"""What the heading of a group of ingredients offers: to leave them out, or to choose one."""

NAMED = "|".join(f"(?P<{section}>{words})" for section, words in _WORDS.items())
"""A pattern for these words, with a group for each section."""


def section_named(found: re.Match[str]) -> Section:
    """The section whose words a match of a pattern with ``NAMED`` has."""
    return next(section for section in _WORDS if found[section])


class Mark(NamedTuple):
    """A heading, a label or a tag: ``text[start:end]``."""

    start: int
    end: int
    opens: Section | Literal["recipe"] | None
    """The section that follows; None if what follows is not part of the recipe."""
    splits: bool = False
    """Whether it only separates one item of a section from the next."""
    part: str | None = None
    """The part of the dish that what follows is about."""
    offer: Offer | None = None
    """What its words offer the cook."""
    is_block: bool = False
    """Whether it opens a list without a heading, whose lines are read together."""
