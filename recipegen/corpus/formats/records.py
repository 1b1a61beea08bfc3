"""Records of any fields: JSON in all its layouts, CSV, Parquet.

Each reader gives numbered records, which :func:`recipegen.corpus.fields.named_recipes` makes
recipes of, by the names of their fields.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from recipegen.corpus.csv_rows import read_rows
from recipegen.corpus.fields import Named
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
    """The values of a file with one JSON value a line; a bad line is a reject.

    Blank lines are passed over. Lines are counted, blank ones too, from 0.
    """
    return decoded_lines(file, source)


def read_json(file: BinaryIO, source: str) -> Records:
    """The JSON object in a file, or the objects where several stand in it one after another.

    Raises:
        CorpusError: the file is not valid JSON.
    """
    return enumerate(documents(file, source))


def read_json_nested(file: BinaryIO, source: str) -> Records:
    """The objects of lists within an object, as in ``{"recipes": [{...}, ...]}``.

    Raises:
        CorpusError: the file is not valid JSON.
    """
    return enumerate(nested_objects(file, source))


def read_json_object(file: BinaryIO, source: str) -> Records:
    """The objects under their names or numbers, as in ``{"0": {...}, "1": {...}}``.

    A name that is no number is the title of an object that has none.

    Raises:
        CorpusError: the file is not valid JSON.
    """
    for position, (name, record) in enumerate(object_members(file, source)):
        yield position, Named(record, name) if isinstance(record, dict) else record


def read_csv(file: BinaryIO, source: str) -> Records:
    """The rows of a CSV file, by the names in its header.

    Cells are parted by commas, semicolons, tabs or bars, whichever gives columns that are known.

    Raises:
        CorpusError: the file has no header.
    """
    return read_rows(file, source)
