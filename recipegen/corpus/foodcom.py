"""Reader of Food.com's ``RAW_recipes.csv`` (Majumder et al. 2019)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from recipegen.corpus.csv_rows import read_rows
from recipegen.corpus.list_literal import parse_list_literal
from recipegen.corpus.recipe import Recipe, Reject, parse_recipe, reject

NEEDED = frozenset({"name", "steps", "ingredients"})
"""Columns that are read."""

COLUMNS = NEEDED | {"n_steps"}
"""Columns that tell this layout from others."""


def read_foodcom(file: BinaryIO, source: str) -> Iterator[Recipe | Reject]:
    """The recipes of a CSV file with ``steps`` and ``ingredients`` as printed Python lists.

    Its ingredients carry no quantities.
    """
    for row in read_rows(file, source, NEEDED):
        yield row if isinstance(row, Reject) else _recipe(source, *row)


def _recipe(source: str, position: int, row: dict[str, str]) -> Recipe | Reject:
    lists = {name: parse_list_literal(row.get(name, "")) for name in ("steps", "ingredients")}
    for name, items in lists.items():
        if items is None:
            return reject(source, position, f"{name} is not a printed list of text", row)
    fields = {
        "title": row.get("name"),
        "ingredients": lists["ingredients"],
        "directions": lists["steps"],
    }
    return parse_recipe(source, position, fields, row)
