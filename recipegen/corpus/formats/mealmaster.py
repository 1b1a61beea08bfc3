"""Reader of MealMaster (``.mmf``), the format in which bulletin boards exchanged recipes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO

from recipegen.corpus.byte_streams import RECORD_BYTES, lines_of
from recipegen.corpus.recipe import Recipe, Reject, parse_recipe, reject

HEADER = re.compile(r"^(?:MMMMM|-{5})[^\n]*meal[- ]?master", re.IGNORECASE | re.MULTILINE)
"""The first line of a recipe."""

_END = re.compile(r"(?:MMMMM|-{5})\s*")
_SECTION = re.compile(r"(?:MMMMM|-{5}).*")
_FACT = re.compile(r"\s*(Title|Categories|Yield|Servings)\s*:\s*(.*)", re.IGNORECASE)
_WIDTH = 40
"""Width in characters of each of the two columns of ingredients."""

_INGREDIENT = re.compile(
    r"(?P<amount>[ \d/.,\-\u00bc-\u00be]{7}) (?P<unit>[A-Za-z ]{2}) (?P<name>\S.*)"
)
_UNITS = {
    "x": "",
    "sm": "small",
    "md": "medium",
    "lg": "large",
    "cn": "can",
    "pk": "package",
    "pn": "pinch",
    "dr": "drop",
    "ds": "dash",
    "ct": "carton",
    "bn": "bunch",
    "sl": "slice",
    "ea": "",
    "t": "teaspoon",
    "ts": "teaspoon",
    "T": "tablespoon",
    "tb": "tablespoon",
    "c": "cup",
    "pt": "pint",
    "qt": "quart",
    "ga": "gallon",
    "oz": "ounce",
    "lb": "pound",
    "fl": "fluid ounce",
    "ml": "ml",
    "cb": "cubic cm",
    "cl": "cl",
    "dl": "dl",
    "l": "liter",
    "mg": "mg",
    "cg": "cg",
    "dg": "dg",
    "g": "g",
    "kg": "kg",
}
_LONGEST = RECORD_BYTES // 80
"""Lines of the longest recipe."""


def read_mealmaster(file: BinaryIO, source: str) -> Iterator[Recipe | Reject]:
    """The recipes of a file, one after another; text between them is skipped."""
    position, lines, inside = 0, list[str](), False
    for line, _ in lines_of(file):
        text = line.rstrip()
        if HEADER.match(text):
            if inside:
                yield _recipe(source, position, lines)
                position += 1
            lines, inside = [], True
        elif inside and _END.fullmatch(text):
            yield _recipe(source, position, lines)
            position, lines, inside = position + 1, [], False
        elif inside and len(lines) < _LONGEST:
            lines.append(text)
    if inside:
        yield _recipe(source, position, lines)


def _recipe(source: str, position: int, lines: list[str]) -> Recipe | Reject:
    facts: dict[str, str] = {}
    at = 0
    while at < len(lines) and (not lines[at].strip() or (fact := _FACT.match(lines[at]))):
        if lines[at].strip() and fact:
            facts.setdefault(fact[1].lower(), fact[2])
        at += 1
    ingredients, at = _ingredients(lines, at)
    if not facts:
        return reject(source, position, "no title", "\n".join(lines))
    fields = {
        "title": facts.get("title"),
        "ingredients": ingredients,
        "directions": _paragraphs(lines[at:]),
    }
    return parse_recipe(source, position, fields, "\n".join(lines))


def _ingredients(lines: list[str], at: int) -> tuple[list[str], int]:
    """The ingredients that start at a line, and the line after them.

    In each section the left column is read first, then the right one.
    """
    start, found = at, list[str]()
    left, right = list[str](), list[str]()
    while at < len(lines) and (cells := _cells(lines[at])) is not None:
        if _SECTION.match(lines[at]):
            found, left, right = [*found, *left, *right], [], []
        else:
            _note(left, cells[0])
            _note(right, cells[1])
        at += 1
    found += [*left, *right]
    return found, at if found else start


def _cells(line: str) -> tuple[str, str] | None:
    """The two cells of a line of ingredients, empty for blank lines and sections; else None."""
    if not line.strip() or _SECTION.match(line):
        return "", ""
    left, right = line[:_WIDTH], line[_WIDTH:]
    # Some programs put a blank between the columns.
    right = right if _INGREDIENT.match(right) else right[1:]
    if not left.strip() or _INGREDIENT.match(left) or _is_continued(left):
        return left, right
    return None


def _is_continued(cell: str) -> bool:
    return re.match(r" {9,}\s*-\S", cell) is not None


def _note(column: list[str], cell: str) -> None:
    """Add an ingredient to its column, or the continuation of the one before it."""
    if not cell.strip():
        return
    found = _INGREDIENT.match(cell)
    if found and not _is_continued(cell):
        unit = found["unit"].strip()
        name = _UNITS.get(unit, _UNITS.get(unit.lower(), unit))
        parts = (found["amount"].strip(), name, found["name"].strip())
        column.append(" ".join(filter(None, parts)))
    elif column:
        column[-1] += " " + cell.strip().removeprefix("-").strip()


def _paragraphs(lines: list[str]) -> list[str]:
    """The steps: paragraphs separated by blank lines, without the names of sections."""
    steps: list[list[str]] = [[]]
    for line in lines:
        if not line.strip() or _SECTION.match(line):
            steps.append([])
        else:
            steps[-1].append(line.strip())
    return [" ".join(step) for step in steps if step]
