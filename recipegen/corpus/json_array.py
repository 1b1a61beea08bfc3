"""Reader of a JSON array of recipes, the layout of Epicurious' ``full_format_recipes.json``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from recipegen.config import Columns
from recipegen.corpus.columns import OUR_NAMES, named_recipes
from recipegen.corpus.json_stream import array_items
from recipegen.corpus.recipe import Recipe, Reject


def read_json_array(
    file: BinaryIO, source: str, columns: Columns = OUR_NAMES
) -> Iterator[Recipe | Reject]:
    """The recipes of a JSON array, one by one.

    Raises:
        CorpusError: the file is not valid JSON.
    """
    return named_recipes(array_items(file, source), source, columns)
