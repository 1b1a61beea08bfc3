"""Reads a recipe that a model wrote as JSON: alone, in a code fence, or among other text."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import islice
from typing import Any, NamedTuple

from recipegen.corpus.field_names import section_of_field
from recipegen.corpus.field_values import FOOD, WHOLE_LINE
from recipegen.texts.line_headings import kind_of
from recipegen.texts.parts import part_named
from recipegen.texts.sections import DIRECTIONS, INGREDIENTS, INTRODUCTION, Section

MOST_TRIES = 50
"""Most brackets at which JSON is tried, so that a text full of brackets costs little time."""

GROUP = ("name", "title", "group", "section", "part", "component", "for")
"""Fields that name a group of ingredients."""

MEMBERS = ("ingredients", "items", "list")
"""Fields that hold the ingredients of a group."""

_OPEN = re.compile(r"[{\[]")
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|(.))", re.DOTALL)
_LETTERS = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f"}


class Found(NamedTuple):
    """A string of the answer; ``places`` has the position of each character, and of the end."""

    section: Section
    part: str | None
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
            Found(section, part, *_decoded(text, literal))
            for (section, part), literal in zip(sections, literals, strict=True)
            if section is not None
        ]
        if {each.section for each in found} & {INGREDIENTS, DIRECTIONS}:
            return found
    return []


_Kind = tuple[Section | None, str | None]
"""The section and the part of a string."""


def _walk(value: Any, section: Section | None, part: str | None = None) -> Iterator[_Kind]:
    """The section and part of each string, in written order; no section for keys and others."""
    if isinstance(value, str):
        yield section, part
    elif isinstance(value, _Pairs):
        yield from _walk_object(value, section, part)
    elif isinstance(value, list):
        for below in value:
            yield from _walk(below, section, part)


def _walk_object(value: _Pairs, section: Section | None, part: str | None) -> Iterator[_Kind]:
    food = _food_of(value) if section == INGREDIENTS else None
    group = _group_of(value) if section == INGREDIENTS and food is None else None
    for key, below in value:
        yield None, None
        if section is None:
            yield from _walk(below, _section_of(key))
        elif food is not None and isinstance(below, str):
            yield section if key == food else None, part
        elif isinstance(below, str) and group is not None:
            yield None, None
        elif section == INGREDIENTS and isinstance(below, list):
            yield from _walk(below, section, group or part_named(key) or part)
        else:
            yield from _walk(below, section, group or part)


def _section_of(key: str) -> Section | None:
    """The section that a field with this name holds, or None."""
    words = " ".join(re.findall(r"[A-Z]?[a-z]+|[A-Z]+", key)).lower()
    if (section := section_of_field(key)) or words in ("description", "introduction", "intro"):
        return section or INTRODUCTION
    return kind_of(words)


def _group_of(value: _Pairs) -> str | None:
    """The part that a group of ingredients is, by its name; None if the object is no such group."""
    if not any(isinstance(below, list) for _, below in value):
        return None
    names = (below for key, below in value if key.lower() in GROUP and isinstance(below, str))
    return next(filter(None, map(part_named, names)), None)


def _food_of(value: _Pairs) -> str | None:
    """The field of an ingredient that names the food; None for a group of ingredients."""
    if any(isinstance(below, list) and key.lower() in MEMBERS for key, below in value):
        return None
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
