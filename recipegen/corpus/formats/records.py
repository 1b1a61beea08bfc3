"""Readers of records with any fields: JSON in all its layouts, and CSV.

Each reader yields numbered records. :func:`recipegen.corpus.field_names.named_recipes` makes them
recipes, by the names of their fields.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from recipegen.corpus.csv_rows import read_rows
from recipegen.corpus.field_names import Named
from recipegen.corpus.json_lines import decoded_lines
from recipegen.corpus.json_stream import array_items, documents, nested_objects, object_members
from recipegen.corpus.recipe import Reject

Records = Iterator[tuple[int, object] | Reject]


def read_json_array(file: BinaryIO, source: str) -> Records:
    """The items of a JSON array, as in Epicurious' ``full_format_recipes.json``.

    Raises:
        CorpusError: the file is not valid JSON.
    """
    return enumerate(array_items(file, source))


def read_json_lines(file: BinaryIO, source: str) -> Records:
    """The values of a file with one JSON value on each line; a bad line is a reject.

    Blank lines are skipped. Lines are counted from 0, blank ones included.
    """
    return decoded_lines(file, source)


def read_json(file: BinaryIO, source: str) -> Records:
    """The JSON object in a file, or several objects that follow each other.

    Raises:
        CorpusError: the file is not valid JSON.
    """
    return enumerate(documents(file, source))


def read_json_nested(file: BinaryIO, source: str) -> Records:
    """The objects in lists inside an object, as in ``{"recipes": [{...}, ...]}``.

    Raises:
        CorpusError: the file is not valid JSON.
    """
    return enumerate(nested_objects(file, source))


def read_json_object(file: BinaryIO, source: str) -> Records:
    """The objects under their names or numbers, as in ``{"0": {...}, "1": {...}}``.

    If an object has no title, its name becomes the title, unless the name is a number.

    Raises:
        CorpusError: the file is not valid JSON.
    """
    for position, (name, record) in enumerate(object_members(file, source)):
        yield position, Named(record, name) if isinstance(record, dict) else record


def read_csv(file: BinaryIO, source: str) -> Records:
    """The rows of a CSV file as records, with the names in its header.

    Cells are separated by commas, semicolons, tabs or bars: whichever gives most known columns.

    Raises:
        CorpusError: the file has no header.
    """
    return read_rows(file, source)
