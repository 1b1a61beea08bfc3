"""Reader of the Eight Portions files ``recipes_raw_nosource_*.json`` (Lee 2017)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from recipegen.corpus.json_stream import object_members
from recipegen.corpus.recipe import Recipe, Reject, lines_in, parse_recipe

_ADVERTISEMENT = "ADVERTISEMENT"


def read_eight_portions(file: BinaryIO, source: str) -> Iterator[Recipe | Reject]:
    """The recipes of an object ``{id: {title, ingredients, instructions, picture_link}}``.

    The word ADVERTISEMENT, which the web page left behind ingredient lines and between them, is
    taken out; ``instructions``, one text, is cut into its lines.
    """
    for position, (name, record) in enumerate(object_members(file, source)):
        fields = record
        if isinstance(record, dict):
            fields = {
                "title": record.get("title"),
                "ingredients": _without_advertisement(record.get("ingredients")),
                "directions": _without_advertisement(lines_in(record.get("instructions"))),
            }
        yield parse_recipe(source, position, fields, {name: record})


def _without_advertisement(items: object) -> object:
    if not isinstance(items, list):
        return items
    return [
        item.strip().removesuffix(_ADVERTISEMENT) if isinstance(item, str) else item
        for item in items
    ]
