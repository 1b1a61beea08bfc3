"""A usable recipe, a rejected record, and how a decoded record becomes one of them."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from recipegen.corpus.byte_streams import DAMAGED
from recipegen.corpus.cleaning import are_clean, clean_text
from recipegen.corpus.field_values import Unusable

RAW_LENGTH = 2000
"""Characters of a rejected record that are kept."""

TITLE_LENGTH = 1000
TEXT_LENGTH = 100_000
"""Most characters of a title, and of all ingredients or all directions of a recipe."""

_NOT_UTF8 = "not UTF-8"


@dataclass(frozen=True)
class Recipe:
    """A usable recipe; its fields are columns of the table ``recipes``."""

    source: str
    position: int
    title: str
    ingredients: tuple[str, ...]
    directions: tuple[str, ...]

    def row(self) -> dict[str, object]:
        """A row of the table ``recipes``, still without family and split."""
        return {**vars(self), "recipe_id": self.recipe_id}

    @cached_property
    def recipe_id(self) -> str:
        """A hash of title and directions, 16 hexadecimal digits; their case does not matter."""
        content = "\n".join((self.title, *self.directions)).casefold()
        return hashlib.sha256(content.encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Reject:
    """An unusable record and the reason; its fields are the columns of the table ``rejects``."""

    source: str
    position: int
    reason: str
    raw: str


def parse_recipe(source: str, position: int, record: object, raw: object = None) -> Recipe | Reject:
    """The cleaned recipe in a decoded JSON record, or a reject with the reason.

    A recipe is an object with a ``title`` (text) and ``directions`` (a list of texts). Its
    ``ingredients`` (a list of texts) may be missing or null. Blank items of lists are dropped.

    Args:
        source: the file it was read from.
        position: its place in that file, from 0.
        record: the object.
        raw: what a reject keeps, if the reader made the object from something else.
    """
    raw = record if raw is None else raw
    if not isinstance(record, dict):
        return reject(source, position, "the record is not an object", raw)
    if problem := _text_problem(record, "title"):
        return reject(source, position, problem, raw)
    try:
        directions = _lines(record.get("directions"), "directions")
        given = record.get("ingredients")
        ingredients = () if given is None else _lines(given, "ingredients")
    except Unusable as problem_of_list:
        return reject(source, position, str(problem_of_list), raw)
    recipe = Recipe(source, position, clean_text(record["title"]), ingredients, directions)
    if not recipe.title:
        return reject(source, position, "no title", raw)
    if not recipe.directions:
        return reject(source, position, "no directions", raw)
    return recipe


def reject(source: str, position: int, reason: str, record: object) -> Reject:
    """The reject for a decoded record, which is kept as JSON, or for a text, kept as it is."""
    raw = record if isinstance(record, str) else _as_json(record)
    # A lone surrogate from an escape such as "\ud800" cannot be written to a table.
    raw = raw[:RAW_LENGTH].replace(DAMAGED, "\ufffd").encode("utf-8", "replace").decode()
    return Reject(source, position, reason, raw)


def _as_json(record: object) -> str:
    try:
        return json.dumps(record, ensure_ascii=False, default=_plain)
    except RecursionError:
        return "(nested too deep to be shown)"


def _plain(value: object) -> object:
    return float(value) if isinstance(value, Decimal) else str(value)


def _text_problem(record: dict[str, object], field: str) -> str | None:
    value = record.get(field)
    if value is None:
        return f"no {field}"
    if not isinstance(value, str):
        return f"{field} is not text"
    if len(value) > TITLE_LENGTH:
        return f"{field} is longer than {TITLE_LENGTH:,} characters"
    return _NOT_UTF8 if DAMAGED in value else None


def _lines(value: object, field: str) -> tuple[str, ...]:
    """The cleaned lines of a field."""
    if value is None:
        raise Unusable(f"no {field}")
    if not isinstance(value, list):
        raise Unusable(f"{field} is not a list")
    if not set(map(type, value)) <= {str}:
        raise Unusable(f"{field} has an item that is not text")
    if sum(map(len, value)) > TEXT_LENGTH:
        raise Unusable(f"{field} is longer than {TEXT_LENGTH:,} characters")
    if are_clean(value):
        return tuple(value)
    if any(DAMAGED in line for line in value):
        raise Unusable(_NOT_UTF8)
    return tuple(cleaned for line in value if (cleaned := clean_text(line)))
