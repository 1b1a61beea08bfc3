"""Reads a recipe that a model wrote as JSON: alone, in a code fence, or among other text."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import islice
from typing import Any, NamedTuple

from recipegen.corpus.fields import section_of_field
from recipegen.corpus.shapes import FOOD, WHOLE_LINE
from recipegen.texts.sections import DIRECTIONS, INGREDIENTS, Section

MOST_TRIES = 50
"""Most brackets at which JSON is tried, so that a text full of brackets costs little time."""

_OPEN = re.compile(r"[{\[]")
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|(.))", re.DOTALL)
_LETTERS = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f"}


class Found(NamedTuple):
    """A string of the answer; ``places`` has the position of each character, and of the end."""

    section: Section
    text: str
    places: tuple[int, ...]


class _Pairs(list[tuple[str, Any]]):
    """The fields of an object in the order in which they are written, with any duplicates."""


def strings_of_answer(text: str) -> list[Found]:
    """The strings of the first JSON recipe in a text, in order; empty if there is none."""
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
    """The section of each string, in written order; None for keys and strings of no section."""
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
    """A string with its escapes decoded, and the position of each character and of the end."""
    letters: list[str] = []
    places: list[int] = []
    at, end = literal.start() + 1, literal.end() - 1
    while at < end:
        letter, size = text[at], 1
        if letter == "\\" and (escape := _ESCAPE.match(text, at, end)):
            size = len(escape[0])
            letter = chr(int(escape[1], 16)) if escape[1] else _LETTERS.get(escape[2], escape[2])
        # A surrogate (half of a character above U+FFFF, such as an emoji) says nothing of foods.
        letters.append("\ufffd" if "\ud800" <= letter <= "\udfff" else letter)
        places.append(at)
        at += size
    return "".join(letters), (*places, end)
