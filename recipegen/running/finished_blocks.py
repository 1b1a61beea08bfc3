"""Remembers what the blocks of a finished stage made, so that the same blocks are not done again.

If the settings of a stage change, the stage is done again. Often only some of its blocks differ: if
a generator is added, the samples of the others stay what they are. So each block has a key, a hash
of everything that its own result depends on. A block whose key was there before is copied from the
tables that its stage has written. The copy is checked by its hash.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Mapping

import pandas as pd

from recipegen.errors import CorruptFile
from recipegen.storage.files import Place, hash_file, is_file
from recipegen.storage.run_folder import Run
from recipegen.storage.table_files import copy_rows, read_table, row_count, write_table
from recipegen.tables import PARTS

RECORDS = "block_records"
"""The table of what blocks made; each stage with such blocks has a file of it in the run."""

logger = logging.getLogger(__name__)


def write_records(
    run: Run, stage: str, keys: Mapping[str, str], parts: Mapping[str, Mapping[str, Place]]
) -> None:
    """Note what the blocks of a stage made.

    Args:
        run: the run.
        stage: the stage, whose tables are written.
        keys: of each block, in the order of its rows in the tables, a hash of what it depends on.
        parts: of each block, the file of its part of each table.
    """
    noted: list[tuple[object, ...]] = []
    ends: Counter[str] = Counter()
    for block, key in keys.items():
        for table, part in parts[block].items():
            rows = row_count(part)
            noted.append((block, key, table, ends[table], rows, hash_file(part)))
            ends[table] += rows
    write_table(_file(run, stage), RECORDS, pd.DataFrame(noted, columns=_columns()))


def records(run: Run, stage: str) -> pd.DataFrame:
    """What the blocks of a stage made: the table ``block_records``, empty if nothing is noted."""
    try:
        return read_table(_file(run, stage)) if is_file(_file(run, stage)) else _nothing()
    except CorruptFile as problem:
        logger.warning("%s; every block of %s is done again", problem, stage)
        return _nothing()


def take_over(run: Run, known: pd.DataFrame, parts: Mapping[str, Place]) -> bool:
    """Copy what a block made from the tables of its stage.

    Args:
        run: the run.
        known: the records of the block, at least one.
        parts: the file where the block's part of each table belongs.

    Returns:
        Whether all of it was there, as it had been made.
    """
    for table, first, rows, digest in known[["table", "first", "rows", "sha256"]].itertuples(
        index=False, name=None
    ):
        part = parts[table]
        try:
            copy_rows(run.path(table), table, range(first, first + rows), part)
        except (CorruptFile, FileNotFoundError):
            return False
        if hash_file(part) != digest:
            return False
    return True


def _nothing() -> pd.DataFrame:
    return pd.DataFrame(columns=_columns())


def _columns() -> list[str]:
    return PARTS[RECORDS].column_names


def _file(run: Run, stage: str) -> Place:
    return run.remembered(stage) / f"{RECORDS}.parquet"
