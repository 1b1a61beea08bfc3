"""Reader of Recipe1M's ``layer1.json`` (Salvador et al. 2017; Marin et al. 2019)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from recipegen.corpus.json_stream import array_items
from recipegen.corpus.recipe import Recipe, Reject, parse_recipe


def read_recipe1m(file: BinaryIO, source: str) -> Iterator[Recipe | Reject]:
    """The recipes of an array of ``{id, title, ingredients: [{text}], instructions: [{text}]}``.

    Its ``partition`` is not kept: the split of a run follows content, so that near-duplicates stay
    on one side.
    """
    for position, record in enumerate(array_items(file, source)):
        fields = record
        if isinstance(record, dict):
            fields = {
                "title": record.get("title"),
                "ingredients": _texts(record.get("ingredients")),
                "directions": _texts(record.get("instructions")),
            }
        yield parse_recipe(source, position, fields, record)


def _texts(items: object) -> object:
    if not isinstance(items, list):
        return items
    return [item.get("text") if isinstance(item, dict) else item for item in items]
