"""Rows of a CSV file; a bad row costs that row only, not the rest of the file."""

from __future__ import annotations

import csv
import re
from collections import deque
from collections.abc import Iterator, Sequence
from typing import BinaryIO

from recipegen.corpus.byte_streams import head_of, lines_of
from recipegen.corpus.field_names import fields_of
from recipegen.corpus.recipe import Reject, reject
from recipegen.errors import CorpusError

ROW_LENGTH = 1 << 20
"""Characters of the longest row; if a quote is still open then, it was not meant as a quote."""

LONGEST_HEADER = 10_000
"""Bytes at the start of the file in which the header is looked for."""

DELIMITERS = (",", ";", "\t", "|")

_SEPARATOR = re.compile(r"sep=([,;\t|]?)", re.IGNORECASE)
"""A first row such as ``sep=;``, which tells Excel the delimiter."""


def read_rows(file: BinaryIO, source: str) -> Iterator[tuple[int, dict[str, str]] | Reject]:
    """The rows of a CSV file with a header: the number of each, from 0, and its cells by column.

    A row that cannot be read is a reject. Reading then goes on with the second line of that row,
    so that a stray quote does not swallow the rows that follow. Blank rows are skipped. If two
    columns have the same name, the first one counts.

    Args:
        file: the file, as UTF-8.
        source: its name.

    Raises:
        CorpusError: the file has no header.
    """
    rows = _Rows(file, header_of(head_of(file))[0])
    _, header = next(rows, ("", ""))
    if isinstance(header, list) and _SEPARATOR.fullmatch("".join(header)):
        _, header = next(rows, ("", ""))
    if not isinstance(header, list):
        raise CorpusError(f"{source}: no header; the first row of a CSV file must name its columns")
    columns = [name.strip() for name in header]
    rows.width = len(columns)
    for position, (text, cells) in enumerate(rows):
        if isinstance(cells, str):
            yield reject(source, position, cells, text)
        else:
            yield position, dict(zip(reversed(columns), reversed(cells), strict=True))


def header_of(head: bytes) -> tuple[str, tuple[str, ...]]:
    """The delimiter and the columns of a CSV file, from its first bytes; no columns if it has none.

    The delimiter is the one that gives most columns of a recipe, and among equals most columns.
    """
    first, *more = [line.decode("utf-8", "replace") for line in _lines_of_head(head)]
    marks: Sequence[str] = DELIMITERS
    if more and (named := _SEPARATOR.fullmatch(first)):
        first, marks = more[0], [named[1]]
    found = [(mark, _cells(first, mark)) for mark in marks]
    return max(found, key=lambda each: (fields_of(each[1]).found, len(each[1])))


def _lines_of_head(head: bytes) -> list[bytes]:
    return re.split(rb"\r\n|\r|\n", head[:LONGEST_HEADER].lstrip(), maxsplit=2)[:2]


def _cells(line: str, delimiter: str) -> tuple[str, ...]:
    try:
        cells = next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:
        return ()
    return tuple(cell.strip() for cell in cells)


class _Rows(Iterator[tuple[str, list[str] | str]]):
    """The text of each row, with its cells or with the reason why it cannot be read."""

    width: int | None = None
    """How many cells a row must have; None until the header has been read."""

    def __init__(self, file: BinaryIO, delimiter: str) -> None:
        self._lines = _Lines(file)
        self._parsed = csv.reader(self._lines, strict=True, delimiter=delimiter)

    def __next__(self) -> tuple[str, list[str] | str]:
        text, whole = self._lines.start_row()
        if not whole:
            return text, f"the row is longer than {ROW_LENGTH:,} characters"
        try:
            cells: list[str] | str = next(self._parsed)
        except csv.Error as error:
            cells = f"not valid CSV: {error}"
        if self.width is not None and not isinstance(cells, str) and len(cells) != self.width:
            cells = f"{len(cells)} columns where the header has {self.width}"
        if isinstance(cells, str):
            self._lines.put_back_all_but_one()
        return "".join(self._lines.of_row), cells


class _Lines(Iterator[str]):
    """Lines for the parser, which takes further lines of a row as long as a quote is open."""

    def __init__(self, file: BinaryIO) -> None:
        self.of_row: list[str] = []
        self._length = 0
        self._unread = lines_of(file, ROW_LENGTH)
        self._put_back: deque[tuple[str, bool]] = deque()

    def start_row(self) -> tuple[str, bool]:
        """The next line that is not blank, and whether it is whole; a whole one is parsed next."""
        self.of_row, self._length = [], 0
        line, whole = self._take()
        while not line.strip():
            line, whole = self._take()
        if whole:
            self._put_back.appendleft((line, whole))
        return line, whole

    def __next__(self) -> str:
        line, whole = self._take()
        if not whole or self._length > ROW_LENGTH:
            self._put_back.appendleft((line, whole))
            raise StopIteration
        self.of_row.append(line)
        self._length += len(line)
        return line

    def put_back_all_but_one(self) -> None:
        """Let the next row begin with the second line of this row."""
        self._put_back.extendleft((line, True) for line in reversed(self.of_row[1:]))
        del self.of_row[1:]

    def _take(self) -> tuple[str, bool]:
        return self._put_back.popleft() if self._put_back else next(self._unread)
