"""Reader of the Eight Portions files ``recipes_raw_nosource_*.json`` (Lee 2017)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from recipegen.corpus.field_names import recipe_of
from recipegen.corpus.json_stream import object_members
from recipegen.corpus.recipe import Recipe, Reject

_ADVERTISEMENT = "ADVERTISEMENT"


def read_eight_portions(file: BinaryIO, source: str) -> Iterator[Recipe | Reject]:
    """The recipes of an object ``{id: {title, ingredients, instructions, picture_link}}``.

    The word ADVERTISEMENT, which the web page left at the end of lines and between them, is
    removed.
    """
    for position, (name, record) in enumerate(object_members(file, source)):
        fields = record
        if isinstance(record, dict):
            fields = {field: _without_advertisement(value) for field, value in record.items()}
        yield recipe_of(source, position, fields, raw={name: record})


def _without_advertisement(value: object) -> object:
    if isinstance(value, list):
        return [
            item.strip().removesuffix(_ADVERTISEMENT).rstrip() if isinstance(item, str) else item
            for item in value
        ]
    if isinstance(value, str) and _ADVERTISEMENT in value:
        return "\n".join(line.removesuffix(_ADVERTISEMENT) for line in value.splitlines())
    return value
