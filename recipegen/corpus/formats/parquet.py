"""Reader of a Parquet file with a recipe in each row."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from recipegen.config import Columns
from recipegen.corpus.field_names import ANY_NAME, fields_of, insist_on_columns, recipe_of
from recipegen.corpus.recipe import Recipe, Reject
from recipegen.errors import CorpusError

ROWS = 500
"""Rows that are held in memory at once."""

MAX_ROW_GROUP = 1 << 32
"""Bytes of the largest row group that is accepted, unpacked, as the file itself states it."""


def read_parquet(path: Path, source: str, columns: Columns = ANY_NAME) -> Iterator[Recipe | Reject]:
    """The recipes of a Parquet file; only the columns that make a recipe are read.

    Raises:
        CorpusError: the file is damaged, or lacks the columns of titles and directions.
    """
    position = 0
    try:
        with pq.ParquetFile(path) as file:
            for batch in file.iter_batches(ROWS, columns=_wanted(file, source, columns)):
                for record in batch.to_pylist():
                    yield recipe_of(source, position, record, columns)
                    position += 1
    except (pa.ArrowException, OSError, ValueError, MemoryError) as error:
        raise CorpusError(
            f"{source}: damaged Parquet file, after {position} records: {error}; copy it again"
        ) from error


def _wanted(file: pq.ParquetFile, source: str, columns: Columns) -> list[str]:
    there = file.schema_arrow.names
    insist_on_columns(there, source, columns)
    groups = (file.metadata.row_group(at).total_byte_size for at in range(file.num_row_groups))
    if max(groups, default=0) > MAX_ROW_GROUP:
        raise CorpusError(f"{source}: a row group is larger than {MAX_ROW_GROUP >> 30} GiB")
    return sorted(fields_of(there, columns).names)
