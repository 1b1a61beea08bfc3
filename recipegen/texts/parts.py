"""The names of the parts of a dish: the filling in "For the filling:" and "Prepare the filling"."""

from __future__ import annotations

import re
from collections.abc import Set
from functools import lru_cache

from recipegen.texts.section_words import section_words

LONGEST_PART = 6
"""Most words of the name of a part."""

_BRACKETS = re.compile(r"\([^()]*\)?")
_WORD = re.compile(r"[^\W_][\w'\u2019-]*")
_LABEL = re.compile(
    r"[ \t>]*(?:[-*+\u2022][ \t]+)?(?:(?:step )?\d{1,2}[.):][ \t]*)?(?:(?P<label>[*_]{0,3}[^\W\d_]"
    r"[^\n:.,;]{2,60}?)[*_]{0,3}:|(?P<aim>(?:for|to make|to prepare) [^\n:.,;]{2,40}),)",
    re.IGNORECASE,
)


@lru_cache(maxsize=4096)
def part_named(heading: str) -> str | None:
    """The part that a heading names, in lower case; None if it names none.

    "For the Romesco Sauce" names "romesco sauce". "Dry ingredients" names no part of the dish.
    """
    words = _WORD.findall(_BRACKETS.sub(" ", heading.lower()))
    around = section_words().around_parts
    while words and words[0] in around:
        words = words[1:]
    while words and words[-1] in around:
        words = words[:-1]
    name = " ".join(words)
    is_part = 0 < len(words) <= LONGEST_PART and name not in section_words().no_parts
    return name if is_part else None


def step_label(line: str) -> str | None:
    """The words in front of a step that say what it is about, such as "Make the filling"."""
    found = _LABEL.match(line)
    return (found["label"] or found["aim"]) if found else None


def part_among(label: str, parts: Set[str]) -> str | None:
    """The part that a step is about, by its label; None if it is about none of them, or several.

    Args:
        label: the words in front of the step.
        parts: the names of the parts of the dish, as :func:`part_named` gives them.
    """
    name = part_named(label)
    if name is None or name in parts:
        return name
    named = [part for part in parts if _ends_alike(name, part)]
    return named[0] if len(named) == 1 else None


def _ends_alike(name: str, part: str) -> bool:
    """Whether one of the names ends with the other: "apple filling" and "filling"."""
    return f" {name}".endswith(f" {part}") or f" {part}".endswith(f" {name}")
