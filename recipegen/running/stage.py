"""What a stage is: what it reads, what its outcome depends on, and the steps that it has."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import pandas as pd

from recipegen.progress import Progress
from recipegen.storage.files import Place
from recipegen.storage.run_folder import Run

Tables = Mapping[str, pd.DataFrame]
Work = Callable[[Run, Place, str], Tables]


@dataclass(frozen=True)
class Whole:
    """A step of a stage that is done in one piece."""

    name: str
    do: Callable[[Run, Place, Progress], None]
    """Writes into the workshop only; called again if it was killed."""


@dataclass(frozen=True)
class Blocks:
    """A step of a stage that is cut into blocks."""

    names: Callable[[Run, Place], list[str]]
    """From a run and the stage's workshop, the names of the blocks in the order of their rows."""
    work: Work
    """Makes a block's part of each table; a function that other processes can find by its name."""
    keys: Callable[[Run, Place], Mapping[str, str]] | None = None
    """Of each block, a hash of everything that its own result depends on, or None.

    If the stage is done again, blocks with a hash that was there before are taken over. Only the
    last step of a stage can have keys, and its blocks must make all that the stage gathers."""


Step = Whole | Blocks


@dataclass(frozen=True)
class Stage:
    """A stage of the pipeline: what it reads, what it depends on, and what it does."""

    name: str
    reads: tuple[str, ...]
    """Tables and files that earlier stages write."""
    sections: tuple[str, ...]
    """Sections of the configuration that its result depends on."""
    perform: Callable[[Run, Place, Progress], None] = lambda *_: None
    """Writes what is not gathered from blocks; the place that it is given is the workshop."""
    steps: tuple[Step, ...] = ()
    """What is done before ``perform``, one step after the other, each in the workshop."""
    gathers: tuple[str, ...] = ()
    """Those of its tables that are put together from the parts that blocks made."""
    files: Callable[[Run], Mapping[str, str]] = lambda _: {}
    """What it writes besides tables: from each name to the path in the run folder."""
    outside: Callable[[Run], str] = lambda _: ""
    """A hash of what it reads from outside the run."""


def row_blocks(name: str, rows: int, size: int, start: int = 0) -> list[str]:
    """Names of the blocks of ``rows`` rows of a table, ``size`` rows to a block.

    Args:
        name: what the names begin with.
        rows: number of rows.
        size: rows in each block but the last one.
        start: the first row.
    """
    end = start + rows
    return [f"{name}-{first:08d}-{min(first + size, end):08d}" for first in range(start, end, size)]


def rows_of(block: str) -> range:
    """The rows of a block that :func:`row_blocks` has named."""
    first, end = block.rsplit("-", 2)[1:]
    return range(int(first), int(end))


def name_of(block: str) -> str:
    """What the name of a block begins with."""
    return block.rsplit("-", 2)[0]
