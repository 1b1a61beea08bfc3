"""Reader of a JSON array of recipes, the layout of Epicurious' ``full_format_recipes.json``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from recipegen.config import Columns
from recipegen.corpus.columns import OUR_NAMES, named_fields
from recipegen.corpus.json_stream import array_items
from recipegen.corpus.recipe import Recipe, Reject, parse_recipe


def read_json_array(
    file: BinaryIO, source: str, columns: Columns = OUR_NAMES
) -> Iterator[Recipe | Reject]:
    """The recipes of a JSON array, one by one.

    Raises:
        CorpusError: the file is not valid JSON.
    """
    for position, record in enumerate(array_items(file, source)):
        yield parse_recipe(source, position, named_fields(record, columns), record)
