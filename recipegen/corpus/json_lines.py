"""Values of JSON Lines; a bad line costs that line only."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import BinaryIO

from recipegen.corpus.byte_streams import RECORD_BYTES, lines_of
from recipegen.corpus.recipe import Reject, reject

_END = re.compile(r"[\s,;]+\Z")


def decoded_lines(file: BinaryIO, source: str) -> Iterator[tuple[int, object] | Reject]:
    """The number and the value of each line that is not blank, or a reject.

    Lines are counted from 0, blank ones included. A comma or semicolon after a value does no harm,
    nor do tabs and other control characters within a text.
    """
    for position, (line, whole) in enumerate(lines_of(file)):
        if not whole:
            reason = f"the line is longer than {RECORD_BYTES >> 20} MiB"
            yield reject(source, position, reason, line)
        elif line.strip():
            try:
                yield position, _decoded(line)
            except (ValueError, RecursionError):
                yield reject(source, position, "not valid JSON", line)


def _decoded(line: str) -> object:
    try:
        return json.loads(line)
    except ValueError:
        return json.loads(_END.sub("", line), strict=False)
