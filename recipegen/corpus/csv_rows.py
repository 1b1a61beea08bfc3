"""Rows of a CSV file, where a bad row costs that row and not the rest of the file."""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterator
from typing import BinaryIO

from recipegen.corpus.recipe import Reject, reject
from recipegen.corpus.streams import lines_of
from recipegen.errors import CorpusError

ROW_LENGTH = 1 << 20
"""Characters of the longest row; a quote that is still open then was never meant to be one."""


def read_rows(file: BinaryIO, source: str) -> Iterator[tuple[int, dict[str, str]] | Reject]:
    """Each row of a CSV file with a header, as its number from 0 and its cells by column.

    A row that cannot be read is a reject; where its quotes do not balance, reading goes on with
    its second line, so that a stray quote does not swallow what follows. Blank rows are passed
    over.

    Raises:
        CorpusError: there is no header.
    """
    rows = _Rows(file)
    _, columns = next(rows, ("", None))
    if not isinstance(columns, list):
        raise CorpusError(f"{source}: the first row does not name the columns: {columns}")
    rows.width = len(columns)
    for position, (text, cells) in enumerate(rows):
        if isinstance(cells, str):
            yield reject(source, position, cells, text)
        else:
            yield position, dict(zip(columns, cells, strict=True))


class _Rows(Iterator[tuple[str, list[str] | str]]):
    """The text of each row with its cells, or with the reason why it has none."""

    width: int | None = None
    """How many cells a row must have, once that is known."""

    def __init__(self, file: BinaryIO) -> None:
        self._lines = lines_of(file, ROW_LENGTH)
        self._waiting: deque[tuple[str, bool]] = deque()

    def __next__(self) -> tuple[str, list[str] | str]:
        text, whole = self._following()
        while not text.strip():
            text, whole = self._following()
        if not whole:
            return text, f"the row is longer than {ROW_LENGTH:,} characters"
        lines = self._continued(text)
        cells = self._cells(lines)
        if len(lines) > 1 and isinstance(cells, str):
            self._waiting.extendleft((line, True) for line in reversed(lines[1:]))
            return text, cells
        return "".join(lines), cells

    def _following(self) -> tuple[str, bool]:
        return self._waiting.popleft() if self._waiting else next(self._lines)

    def _continued(self, line: str) -> list[str]:
        """The line, and those after it up to where the quotes balance."""
        lines, length, quotes = [line], len(line), line.count('"')
        while quotes % 2 and length < ROW_LENGTH:
            try:
                line, whole = self._following()
            except StopIteration:
                break
            if not whole:
                self._waiting.appendleft((line, whole))
                break
            lines.append(line)
            length += len(line)
            quotes += line.count('"')
        return lines

    def _cells(self, lines: list[str]) -> list[str] | str:
        try:
            found = list(csv.reader(["".join(lines)], strict=True))
        except csv.Error as error:
            return f"not valid CSV: {error}"
        cells = found[0] if len(found) == 1 else []
        if self.width is not None and len(cells) != self.width:
            return f"{len(cells)} columns where the header has {self.width}"
        return cells
