"""Reader of a Parquet file with a recipe in each row."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from recipegen.config import Columns
from recipegen.corpus.columns import OUR_NAMES, named_fields
from recipegen.corpus.recipe import Recipe, Reject, parse_recipe
from recipegen.errors import CorpusError

ROWS = 500
"""Rows that are in memory at once."""

MAX_ROW_GROUP = 1 << 32
"""Bytes of the largest row group, unpacked, by what the file says of itself."""


def read_parquet(
    path: Path, source: str, columns: Columns = OUR_NAMES
) -> Iterator[Recipe | Reject]:
    """The recipes of a Parquet file; only the columns that make a recipe are read.

    Raises:
        CorpusError: the file is damaged, or has not the columns of titles and directions.
    """
    position = 0
    try:
        with pq.ParquetFile(path) as file:
            for batch in file.iter_batches(ROWS, columns=_wanted(file, source, columns)):
                for record in batch.to_pylist():
                    yield parse_recipe(source, position, named_fields(record, columns), record)
                    position += 1
    except (pa.ArrowException, OSError, ValueError, MemoryError) as error:
        raise CorpusError(
            f"{source}: damaged Parquet file, after {position} records: {error}; copy it again"
        ) from error


def _wanted(file: pq.ParquetFile, source: str, columns: Columns) -> list[str]:
    there = file.schema_arrow.names
    for setting, name in (("title", columns.title), ("directions", columns.directions)):
        if name not in there:
            raise CorpusError(
                f"{source}: no column {name!r}; name the one that holds the {setting} with "
                f"ingest.columns.{setting}; there are: {', '.join(there)[:500]}"
            )
    groups = (file.metadata.row_group(at).total_byte_size for at in range(file.num_row_groups))
    if max(groups, default=0) > MAX_ROW_GROUP:
        raise CorpusError(f"{source}: a row group is larger than {MAX_ROW_GROUP >> 30} GiB")
    return [
        name for name in (columns.title, columns.ingredients, columns.directions) if name in there
    ]
