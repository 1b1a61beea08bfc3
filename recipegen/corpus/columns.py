"""Records whose fields have other names than ours."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from recipegen.config import Columns
from recipegen.corpus.recipe import Recipe, Reject, lines_in, parse_recipe

OUR_NAMES = Columns()


def named_recipes(
    records: Iterable[object], source: str, columns: Columns
) -> Iterator[Recipe | Reject]:
    """The recipes in records, one by one."""
    for position, record in enumerate(records):
        yield parse_recipe(source, position, named_fields(record, columns), record)


def named_fields(record: object, columns: Columns) -> object:
    """The fields of a record that make a recipe, under our names; a text is cut into its lines.

    A record that is no object stays what it is.
    """
    if not isinstance(record, dict):
        return record
    return {
        "title": record.get(columns.title),
        "ingredients": lines_in(record.get(columns.ingredients)),
        "directions": lines_in(record.get(columns.directions)),
    }
