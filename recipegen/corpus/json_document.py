"""Reader of a file that holds one recipe as a JSON object, over several lines as a rule."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from recipegen.config import Columns
from recipegen.corpus.columns import OUR_NAMES, named_recipes
from recipegen.corpus.json_stream import documents
from recipegen.corpus.recipe import Recipe, Reject


def read_json_document(
    file: BinaryIO, source: str, columns: Columns = OUR_NAMES
) -> Iterator[Recipe | Reject]:
    """The recipe of a file, or the recipes where several stand in it one after another.

    Raises:
        CorpusError: the file is not valid JSON.
    """
    return named_recipes(documents(file, source), source, columns)
