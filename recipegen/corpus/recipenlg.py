"""Reader of RecipeNLG's ``full_dataset.csv`` (Bień et al. 2020)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import BinaryIO

from recipegen.corpus.csv_rows import read_rows
from recipegen.corpus.recipe import Recipe, Reject, parse_recipe, reject

COLUMNS = frozenset({"title", "ingredients", "directions"})
"""Columns that tell this layout from others."""


def read_recipenlg(file: BinaryIO, source: str) -> Iterator[Recipe | Reject]:
    """The recipes of a CSV file with ``ingredients`` and ``directions`` as JSON arrays."""
    for row in read_rows(file, source, COLUMNS):
        yield row if isinstance(row, Reject) else _recipe(source, *row)


def _recipe(source: str, position: int, row: dict[str, str]) -> Recipe | Reject:
    fields: dict[str, object] = {"title": row.get("title")}
    for name in ("ingredients", "directions"):
        try:
            fields[name] = json.loads(row.get(name, ""))
        except (ValueError, RecursionError):
            return reject(source, position, f"{name} is not a JSON array", row)
    return parse_recipe(source, position, fields, row)
