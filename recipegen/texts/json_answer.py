"""A recipe that a model has written as JSON: alone, in a code fence, or among chatter."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import islice
from typing import Any, NamedTuple

from recipegen.corpus.fields import section_of_field
from recipegen.corpus.shapes import FOOD, WHOLE_LINE
from recipegen.texts.headings import DIRECTIONS, INGREDIENTS, Section

MOST_TRIES = 50
"""Brackets at which a recipe in JSON is looked for, so that a text of brackets costs little."""

_OPEN = re.compile(r"[{\[]")
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|(.))", re.DOTALL)
_LETTERS = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f"}


class Found(NamedTuple):
    """A text of the answer, and where each of its characters stands, one more for the end."""

    section: Section
    text: str
    places: tuple[int, ...]


class _Pairs(list[tuple[str, Any]]):
    """An object with its fields in the order in which they are written, twice where twice."""


def strings_of_answer(text: str) -> list[Found]:
    """The texts of the first recipe in JSON that a text holds, in order; none where it has none."""
    if "{" not in text or '"' not in text:
        return []
    decoder = json.JSONDecoder(object_pairs_hook=_Pairs, strict=False)
    for opened in islice(_OPEN.finditer(text), MOST_TRIES):
        try:
            value, end = decoder.raw_decode(text, opened.start())
        except (ValueError, RecursionError):
            continue
        literals = (found for found in _STRING.finditer(text, opened.start(), end))
        sections = list(_walk(value, None))
        found = [
            Found(section, *_decoded(text, literal))
            for section, literal in zip(sections, literals, strict=True)
            if section is not None
        ]
        if {each.section for each in found} & {INGREDIENTS, DIRECTIONS}:
            return found
    return []


def _walk(value: Any, section: Section | None) -> Iterator[Section | None]:
    """The section of each string, keys included, in the order in which they are written."""
    if isinstance(value, str):
        yield section
    elif isinstance(value, _Pairs):
        food = _food_of(value) if section == INGREDIENTS else None
        for key, below in value:
            yield None
            if section is None:
                yield from _walk(below, section_of_field(key))
            elif food is not None and isinstance(below, str):
                yield section if key == food else None
            else:
                yield from _walk(below, section)
    elif isinstance(value, list):
        for below in value:
            yield from _walk(below, section)


def _food_of(value: _Pairs) -> str | None:
    """The field of an ingredient that names the food; None for a group of ingredients."""
    keys = {key.lower(): key for key, below in value if isinstance(below, str)}
    return next((keys[name] for name in (*FOOD, *WHOLE_LINE) if name in keys), None)


def _decoded(text: str, literal: re.Match[str]) -> tuple[str, tuple[int, ...]]:
    """A string as it is meant, and where each of its characters is written."""
    letters: list[str] = []
    places: list[int] = []
    at, end = literal.start() + 1, literal.end() - 1
    while at < end:
        letter, size = text[at], 1
        if letter == "\\" and (escape := _ESCAPE.match(text, at, end)):
            size = len(escape[0])
            letter = chr(int(escape[1], 16)) if escape[1] else _LETTERS.get(escape[2], escape[2])
        # Half of a letter beyond the first 65,536, such as an emoji, says nothing of foods.
        letters.append("\ufffd" if "\ud800" <= letter <= "\udfff" else letter)
        places.append(at)
        at += size
    return "".join(letters), (*places, end)
