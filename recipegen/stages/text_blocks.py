"""Blocks of texts: samples, then references, with what other tables know of the same texts.

The tables about texts have their rows in the order of the texts. ``sample_scores`` and
``text_measures`` have a row for each text. ``mentions`` and ``sample_pairs`` have any number.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from recipegen.errors import CorruptFile
from recipegen.running.stage import name_of, row_blocks, rows_of
from recipegen.stages.sources import blocks_of_samples
from recipegen.storage.files import Place
from recipegen.storage.run_folder import Run
from recipegen.storage.table_files import part_of_table, read_table, write_table
from recipegen.tables import TABLES

SAMPLES, REFERENCES = "samples", "references"

TIMES = 10
"""A block here has the texts of so many blocks of ``score``, since each text is less work."""

PLACES = "block_places"
"""The table that says which rows of another table are about the texts of a block."""


def text_blocks(run: Run, _: Place) -> list[str]:
    """Names of the blocks: those of samples, then those of references."""
    references = run.outputs("score")[REFERENCES]["rows"]
    return [
        *blocks_of_samples(run, _size(run)),
        *row_blocks(REFERENCES, references, _size(run)),
    ]


def texts_of(run: Run, block: str, columns: list[str] | None = None) -> pd.DataFrame:
    """The texts of a block: rows of ``samples`` or ``references``."""
    return pd.concat(run.rows(name_of(block), rows_of(block), columns), ignore_index=True)


def known_of(run: Run, block: str, table: str) -> pd.DataFrame:
    """The rows of a table with a row for each text that are about the texts of a block."""
    rows = rows_of(block)
    if block.startswith(REFERENCES):
        rows = _after_samples(run, rows)
    return pd.concat(run.rows(table, rows), ignore_index=True)


def known_of_references(run: Run, table: str, columns: list[str]) -> pd.DataFrame:
    """The rows of such a table that are about the references. No rows about samples are read."""
    rows = _after_samples(run, range(run.outputs("score")[REFERENCES]["rows"]))
    return pd.concat(run.rows(table, rows, columns), ignore_index=True)


def _after_samples(run: Run, rows: range) -> range:
    """Rows of a table about texts, from rows of ``references``: samples come first."""
    samples = run.outputs("generate")[SAMPLES]["rows"]
    return range(samples + rows.start, samples + rows.stop)


def find_rows(run: Run, workshop: Place, table: str) -> None:
    """Find the rows of a table that are about the texts of each block, and note them.

    Raises:
        CorruptFile: the table is not in the order of the texts.
    """
    blocks = text_blocks(run, workshop)
    rows, place = [0] * len(blocks), 0
    ids = [set(texts_of(run, blocks[0], ["sample_id"])["sample_id"])] if blocks else []
    for sample_id, count in _runs(run, table):
        while sample_id not in ids[0]:
            place += 1
            if place >= len(blocks):
                raise CorruptFile(
                    f"{run.path(table)}: its rows are not in the order of the texts; "
                    "remove it and run its stage again"
                )
            ids = [set(texts_of(run, blocks[place], ["sample_id"])["sample_id"])]
        rows[place] += count
    firsts = np.cumsum([0, *rows])[:-1]
    noted = pd.DataFrame({"block": blocks, "first": firsts, "rows": rows})
    write_table(part_of_table(workshop, table, PLACES), PLACES, noted)


def _runs(run: Run, table: str) -> Iterator[tuple[str, int]]:
    """Identifiers of texts, and how many rows in a row of a table have each."""
    for rows in run.frames(table, ["sample_id"]):
        ids = rows["sample_id"]
        starts = np.flatnonzero(ids.ne(ids.shift()))
        yield from zip(ids.iloc[starts], np.diff([*starts, len(ids)]).tolist(), strict=True)


def rows_about(
    run: Run, workshop: Place, block: str, table: str, columns: list[str] | None = None
) -> pd.DataFrame:
    """The rows of a table that :func:`find_rows` has found for the texts of a block."""
    places = read_table(part_of_table(workshop, table, PLACES)).set_index("block")
    first, count = map(int, places.loc[block].to_numpy())
    found = list(run.rows(table, range(first, first + count), columns))
    none = pd.DataFrame(columns=columns or TABLES[table].column_names)
    return pd.concat(found, ignore_index=True) if found else none


def _size(run: Run) -> int:
    return TIMES * run.configuration.score.block_size
