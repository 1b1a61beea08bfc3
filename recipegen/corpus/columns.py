"""Records whose fields have other names than ours."""

from __future__ import annotations

from recipegen.config import Columns
from recipegen.corpus.recipe import lines_in

OUR_NAMES = Columns()


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
