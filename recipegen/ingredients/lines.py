"""Finds the names of the foods in an ingredient line.

A line consists of quantity, unit, qualities, name and preparation ("2 cups finely chopped fresh
basil, or to taste"). The name is what is left between the words that precede it and the words that
end it. Both kinds of words are listed in ``data/ingredient_words.toml``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from itertools import chain
from typing import NamedTuple

from recipegen.ingredients.context_words import ingredient_words
from recipegen.ingredients.hand_written import known_ingredients
from recipegen.ingredients.spelling import REMEMBERED, in_singular

_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|\([^()]*$")
_LETTER = r"[^\W\d_¼-¾⅐-⅞]"
_TOKEN = re.compile(rf"{_LETTER}(?:[\w'-]*{_LETTER})?")
# Alternatives that begin with a letter or a sign let the search skip all other characters.
_AND = re.compile(r"and(?<![\w-]and)(?![\w-])|&|\+")
_END = re.compile(r",|;|:|\*| - |--|or(?<!\wor)(?!\w)|/(?=\D)")


class Name(NamedTuple):
    """The name of a food, in the singular, and its position in the line."""

    start: int
    end: int
    name: str


def is_heading(line: str) -> bool:
    """Whether a line only names a part of the list: "For the sauce:"."""
    return line.rstrip().endswith(":")


def food_names(line: str) -> list[str]:
    """The foods in an ingredient line, in the singular; several only if "and" joins them.

    "1/2 cup (1 stick) unsalted butter, melted" gives "unsalted butter". Of alternatives, only the
    first counts.
    """
    return next(possible_names(line), [])


def possible_names(line: str) -> Iterator[list[str]]:
    """The names in each part of an ingredient line, as :func:`names_in_parts` finds them."""
    for names in names_in_parts(line):
        yield [found.name for found in names]


def names_in_parts(line: str) -> Iterator[list[Name]]:
    """The names in each part of an ingredient line, the most likely part first.

    Parts without a name are left out. The food is named in the first part ("basil, or parsley")
    that has more than qualities ("skinless, boneless chicken breast"). Brackets come last: they
    name the food only if the rest of the line does not.
    """
    lower = line.lower()
    if len(lower) != len(line):
        lower = "".join(letter.lower()[:1] for letter in line)  # "İ" becomes two letters
    lower = lower.replace("’", "'")
    if is_heading(lower):
        return
    text = _hidden(lower)
    if " and " in text:
        text = _names_with_and().sub(lambda name: name[0].replace(" ", "-"), text)
    brackets = ((found[0], found.start()) for found in _BRACKETS.finditer(lower))
    for part in chain(_between(_END, text, 0), brackets):
        if names := [name for each in _between(_AND, *part) if (name := _name(*each))]:
            yield names


def _hidden(line: str) -> str:
    """The line with brackets and their content replaced by blanks."""
    return _BRACKETS.sub(lambda found: " " * len(found[0]), line)


def _between(separator: re.Pattern[str], text: str, start: int) -> Iterator[tuple[str, int]]:
    """The pieces of a text between separators, each with its position, counted from ``start``."""
    done = 0
    for found in separator.finditer(text):
        yield text[done : found.start()], start + done
        done = found.end()
    yield text[done:], start + done


@cache
def _names_with_and() -> re.Pattern[str]:
    """A pattern for known foods with "and" in their name: "half and half"."""
    names = [name for name in known_ingredients().names if " and " in name]
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, names))})\b")


def _name(text: str, start: int) -> Name | None:
    words = ingredient_words()
    found = list(_TOKEN.finditer(text))
    tokens = [token[0] for token in found]
    first, last = 0, len(tokens)
    while first < last and _is_before_name(tokens, first):
        first += 1
    for place in range(first + 1, last):
        if tokens[place] in words.stops:
            last = place
            break
    while (
        last - first > 1
        and tokens[last - 1] in _after_name()
        and not _is_known(tuple(tokens[first:last]))
    ):
        last -= 1
    kept = tokens[first:last]
    if (
        not kept
        or kept[-1] in words.never_last
        or (len(kept) == 1 and kept[0] in _no_name() and not _is_known(tuple(kept)))
    ):
        return None
    name = in_singular(kept).replace("-and-", " and ")
    return Name(start + found[first].start(), start + found[last - 1].end(), name)


@cache
def _no_name() -> frozenset[str]:
    return ingredient_words().not_food | ingredient_words().qualities


@cache
def _before_name() -> frozenset[str]:
    words = ingredient_words()
    return words.units | words.numbers | words.qualities


@cache
def _after_name() -> frozenset[str]:
    return ingredient_words().qualities | ingredient_words().units


@cache
def _first_words() -> frozenset[str]:
    """The first words of known names that have several words."""
    return frozenset(name.split()[0] for name in known_ingredients().names if " " in name)


def _is_before_name(tokens: list[str], place: int) -> bool:
    """Whether a word stands before the name, and no known name begins with it."""
    if tokens[place] not in _before_name():
        return False
    if place == len(tokens) - 1:
        return not _is_known((tokens[place],))
    if tokens[place] not in _first_words():
        return True
    ends = range(place + 2, len(tokens) + 1)
    return not any(_is_known(tuple(tokens[place:end])) for end in ends)


@lru_cache(REMEMBERED)
def _is_known(tokens: tuple[str, ...]) -> bool:
    """Whether the words are the name of an ingredient: "ground beef", not "ground fresh"."""
    return in_singular(tokens) in known_ingredients().names
