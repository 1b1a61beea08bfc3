"""What a person at a terminal sees: log lines, progress bars, tables."""

from __future__ import annotations

import logging
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.progress import Progress as Bars
from rich.table import Table
from rich.text import Text

from recipegen.progress import Progress, silent

LOG_EVERY = 15.0
"""Seconds between two lines of progress where there is no terminal to draw a bar on."""

logger = logging.getLogger(__name__)


class _StandardError(logging.Handler):
    """Writes to what standard error is at the time: while a bar is drawn, lines go above it."""

    def emit(self, record: logging.LogRecord) -> None:
        sys.stderr.write(self.format(record) + "\n")
        sys.stderr.flush()


def log_to_terminal(level: int = logging.INFO) -> None:
    """Show the library's log lines from a level on, on standard error, each with the time."""
    handler = _StandardError()
    handler.setFormatter(logging.Formatter("%(asctime)s  %(message)s", "%H:%M:%S"))
    library = logging.getLogger("recipegen")
    library.handlers = [handler]
    library.setLevel(level)
    library.propagate = False


@contextmanager
def showing_progress(name: str) -> Iterator[Progress]:
    """A listener that draws a bar on a terminal, or logs a line now and then elsewhere.

    Nothing is drawn where only warnings are shown.
    """
    console = Console(stderr=True)
    if not logger.isEnabledFor(logging.INFO):
        yield silent
        return
    if not console.is_terminal:
        yield _Lines(name)
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        TextColumn("left"),
        TextColumn("{task.fields[note]}"),
    )
    with Bars(*columns, console=console, transient=True) as bars:
        bar = bars.add_task(name, total=1.0, note="")

        def show(share: float, note: str = "") -> None:
            bars.update(bar, completed=share, note=note)

        yield show


class _Lines:
    """Progress as log lines, not more often than every ``LOG_EVERY`` seconds."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._last = time.monotonic()

    def __call__(self, share: float, note: str = "") -> None:
        if time.monotonic() - self._last >= LOG_EVERY:
            self._last = time.monotonic()
            logger.info("%s: %.0f %% done; %s", self._name, 100 * share, note)


def print_table(columns: Sequence[str], rows: Iterable[Sequence[str]], left: int = 1) -> None:
    """Print a table to standard output, ``left`` columns to the left, the others to the right."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for number, column in enumerate(columns):
        table.add_column(column, justify="left" if number < left else "right", overflow="fold")
    for row in rows:
        table.add_row(*map(Text, row))
    Console(soft_wrap=True).print(table)
