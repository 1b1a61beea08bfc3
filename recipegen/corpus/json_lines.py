"""Reader of JSON Lines: one recipe a line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import BinaryIO

from recipegen.corpus.recipe import Recipe, Reject, parse_recipe, reject


def read_json_lines(file: BinaryIO, source: str) -> Iterator[Recipe | Reject]:
    """The recipes of a file with one JSON object a line; a bad line is a reject.

    Blank lines are passed over. ``position`` counts the lines, blank ones too, from 0.
    """
    for position, line in enumerate(file):
        if not line.strip():
            continue
        try:
            yield parse_recipe(source, position, json.loads(line))
        except UnicodeDecodeError:
            yield reject(source, position, "not UTF-8", line.decode("utf-8", "replace"))
        except (ValueError, RecursionError):
            yield reject(source, position, "not valid JSON", line.decode("utf-8", "replace"))
