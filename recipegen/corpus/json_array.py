"""Reader of a JSON array of recipes, the layout of Epicurious' ``full_format_recipes.json``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

import ijson

from recipegen.corpus.recipe import Recipe, Reject, parse_recipe
from recipegen.errors import CorpusError


def read_json_array(file: BinaryIO, source: str) -> Iterator[Recipe | Reject]:
    """The recipes of a JSON array, one by one: memory does not grow with the file.

    Raises:
        CorpusError: the file is not valid JSON; unlike a bad record, a break in the syntax
            leaves no sound way to find the next one.
    """
    position = -1
    try:
        for position, record in enumerate(ijson.items(file, "item", use_float=True)):
            yield parse_recipe(source, position, record)
    except (ijson.JSONError, UnicodeDecodeError) as error:
        raise CorpusError(
            f"{source}: not valid JSON after {position + 1} records: {error}; "
            "repair the file, or export it again as JSON Lines, where a bad line costs one record"
        ) from error
