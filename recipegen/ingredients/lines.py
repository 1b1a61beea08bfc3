"""From an ingredient line to the names of the foods in it.

A line reads quantity, unit, qualities, name, preparation ("2 cups finely chopped fresh basil, or
to taste"). The name is what is left between the words that stand before it and the words that end
it; which words those are is data, in ``data/ingredient_words.toml``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache

from recipegen.ingredients.knowledge import known_ingredients
from recipegen.ingredients.spelling import REMEMBERED, in_singular
from recipegen.ingredients.words import Words, ingredient_words

_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|\([^()]*$")
_LETTER = r"[^\W\d_¼-¾⅐-⅞]"
_TOKEN = re.compile(rf"{_LETTER}(?:[\w'’-]*{_LETTER})?")
_AND = re.compile(r"(?<!-)\band\b(?!-)|&|\+")
_END = re.compile(r"[,;:*]| - |--|\bor\b|/(?=[^\d])")


def food_names(line: str) -> list[str]:
    """The foods in an ingredient line, in the singular; several only where "and" joins them.

    "1/2 cup (1 stick) unsalted butter, melted" is butter; of alternatives the first counts.
    """
    return next(possible_names(line), [])


def possible_names(line: str) -> Iterator[list[str]]:
    """The names in each part of an ingredient line, parts without one left out, likeliest first.

    The food is named in the first part ("basil, or parsley") that is more than qualities
    ("skinless, boneless chicken breast"), and in brackets only where it is named nowhere else.
    """
    line = line.lower()
    if line.rstrip().endswith(":"):
        return  # the heading of a part of the list
    text = _names_with_and().sub(lambda name: name[0].replace(" ", "-"), _BRACKETS.sub(" ", line))
    for part in (*_END.split(text), *_BRACKETS.findall(line)):
        names = [_name(_TOKEN.findall(each)) for each in _AND.split(part)]
        if found := [name for name in names if name]:
            yield found


@cache
def _names_with_and() -> re.Pattern[str]:
    """The known foods that are joined by "and": "half and half"."""
    names = [name for name in known_ingredients().names if " and " in name]
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, names))})\b")


def _name(tokens: list[str]) -> str | None:
    words = ingredient_words()
    tokens = [token.replace("’", "'") for token in tokens]
    while tokens and _is_before_name(tokens, words):
        tokens = tokens[1:]
    for place, token in enumerate(tokens):
        if place and token in words.stops:
            tokens = tokens[:place]
            break
    while len(tokens) > 1 and not _is_known(tuple(tokens)) and tokens[-1] in _after_name():
        tokens = tokens[:-1]
    if (
        not tokens
        or tokens[-1] in words.never_last
        or (len(tokens) == 1 and not _is_known(tuple(tokens)) and tokens[0] in _no_name())
    ):
        return None
    return in_singular(tokens).replace("-and-", " and ")


@cache
def _no_name() -> frozenset[str]:
    return ingredient_words().not_food | ingredient_words().qualities


@cache
def _after_name() -> frozenset[str]:
    return ingredient_words().qualities | ingredient_words().units


def _is_before_name(tokens: list[str], words: Words) -> bool:
    first = tokens[0]
    if not (first in words.units or first in words.numbers or first in words.qualities):
        return False
    shortest = 1 if len(tokens) == 1 else 2
    return not any(_is_known(tuple(tokens[:size])) for size in range(shortest, len(tokens) + 1))


@lru_cache(REMEMBERED)
def _is_known(tokens: tuple[str, ...]) -> bool:
    """Whether the words are the name of an ingredient: "ground beef", not "ground fresh"."""
    return in_singular(tokens) in known_ingredients().names
