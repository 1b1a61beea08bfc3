"""Rows of a CSV file, where a bad row costs that row and not the rest of the file."""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterator, Set
from typing import BinaryIO

from recipegen.corpus.recipe import Reject, reject
from recipegen.corpus.streams import lines_of
from recipegen.errors import CorpusError, printable

ROW_LENGTH = 1 << 20
"""Characters of the longest row; a quote that is still open then was never meant to be one."""


def read_rows(
    file: BinaryIO, source: str, needed: Set[str]
) -> Iterator[tuple[int, dict[str, str]] | Reject]:
    """Each row of a CSV file with a header, as its number from 0 and its cells by column.

    A row that cannot be read is a reject; where its quotes do not balance, reading goes on with
    its second line, so that a stray quote does not swallow what follows. Blank rows are passed
    over.

    Args:
        file: the file, as UTF-8.
        source: its name.
        needed: columns without which no row can be used.

    Raises:
        CorpusError: the header does not name the columns that are needed.
    """
    rows = _Rows(file)
    columns = _header(rows, source, needed)
    rows.width = len(columns)
    for position, (text, cells) in enumerate(rows):
        if isinstance(cells, str):
            yield reject(source, position, cells, text)
        else:
            yield position, dict(zip(columns, cells, strict=True))


def _header(rows: _Rows, source: str, needed: Set[str]) -> list[str]:
    _, columns = next(rows, ("", "blank"))
    found = columns if isinstance(columns, list) else []
    if missing := sorted(needed - set(found)):
        raise CorpusError(
            f"{source}: no column{'s' if len(missing) > 1 else ''} {', '.join(missing)}, which a "
            f"file of this format has; its first row: {_shown(found) or columns}; name the format "
            "that it is of, or leave that to a look at it"
        )
    return found


def _shown(names: list[str]) -> str:
    """The first few of names, each cut short, and nothing that a terminal would act on."""
    return printable(", ".join(name[:40] for name in names[:10])) + "..." * (len(names) > 10)


class _Rows(Iterator[tuple[str, list[str] | str]]):
    """The text of each row with its cells, or with the reason why it has none."""

    width: int | None = None
    """How many cells a row must have, once that is known."""

    def __init__(self, file: BinaryIO) -> None:
        self._lines = _Lines(file)
        self._parsed = csv.reader(self._lines, strict=True)

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
    """Lines for the parser, which takes those of a row as long as a quote is open."""

    def __init__(self, file: BinaryIO) -> None:
        self.of_row: list[str] = []
        self._length = 0
        self._unread = lines_of(file, ROW_LENGTH)
        self._put_back: deque[tuple[str, bool]] = deque()

    def start_row(self) -> tuple[str, bool]:
        """The first line that is not blank, which the parser gets next if it is whole."""
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
        """Let the next row begin with the second line of this one."""
        self._put_back.extendleft((line, True) for line in reversed(self.of_row[1:]))
        del self.of_row[1:]

    def _take(self) -> tuple[str, bool]:
        return self._put_back.popleft() if self._put_back else next(self._unread)
