"""Reader of JSON Lines: one recipe a line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import BinaryIO

from recipegen.config import Columns
from recipegen.corpus.columns import OUR_NAMES, named_fields
from recipegen.corpus.recipe import Recipe, Reject, parse_recipe, reject
from recipegen.corpus.streams import RECORD_BYTES, lines_of


def read_json_lines(
    file: BinaryIO, source: str, columns: Columns = OUR_NAMES
) -> Iterator[Recipe | Reject]:
    """The recipes of a file with one JSON object a line; a bad line is a reject.

    Blank lines are passed over. ``position`` counts the lines, blank ones too, from 0.
    """
    for line in decoded_lines(file, source):
        if isinstance(line, Reject):
            yield line
        else:
            position, record = line
            yield parse_recipe(source, position, named_fields(record, columns), record)


def decoded_lines(file: BinaryIO, source: str) -> Iterator[tuple[int, object] | Reject]:
    """The number of each line that is not blank, with the value on it, or a reject."""
    for position, (line, whole) in enumerate(lines_of(file)):
        if not whole:
            reason = f"the line is longer than {RECORD_BYTES >> 20} MiB"
            yield reject(source, position, reason, line)
        elif line.strip():
            try:
                yield position, json.loads(line)
            except (ValueError, RecursionError):
                yield reject(source, position, "not valid JSON", line)
