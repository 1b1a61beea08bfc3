"""Tables in Parquet files: written whole, read in pieces, checked against their schemas."""

from __future__ import annotations

import io
from collections.abc import Iterator, Set
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from recipegen.errors import CorruptFile
from recipegen.storage.files import Place, reading, whole_file
from recipegen.tables import LABELS, SCHEMA_VERSION, SCHEMAS

FRAME_ROWS = 4096


def part_of_table(workshop: Place, block: str, table: str) -> Place:
    """Where a block keeps its part of a table in the workshop of its stage."""
    return workshop / f"{block}.{table}.parquet"


class TableWriter:
    """Writes a table piece by piece, and checks each piece against the schema."""

    def __init__(self, file: pq.ParquetWriter, table: str) -> None:
        self._file = file
        self._schema = SCHEMAS[table].schema

    def write(self, rows: pd.DataFrame | list[dict[str, Any]]) -> None:
        """Append rows: a frame with the table's columns, or one dictionary for each row."""
        if isinstance(rows, pd.DataFrame):
            self.write_table(pa.Table.from_pandas(rows, self._schema, preserve_index=False))
        else:
            self.write_table(pa.Table.from_pylist(rows, self._schema))

    def write_table(self, rows: pa.Table) -> None:
        """Append rows that have the table's schema."""
        self._file.write_table(rows)


@contextmanager
def table_writer(path: Place, table: str) -> Iterator[TableWriter]:
    """A writer of ``table``; its file appears when the ``with`` block ends without an error."""
    with whole_file(path) as partial:
        schema = SCHEMAS[table].schema
        with pq.ParquetWriter(partial, schema, compression="zstd") as file:
            yield TableWriter(file, table)


def write_table(path: Place, table: str, frame: pd.DataFrame) -> None:
    """Write ``frame`` as ``table`` to ``path``, whole or not at all."""
    with table_writer(path, table) as writer:
        writer.write(frame)


def read_table(path: Place, columns: list[str] | None = None) -> pd.DataFrame:
    """The table in a Parquet file.

    Raises:
        CorruptFile: the file is damaged, or lacks a column.
    """
    with open_parquet(path) as file:
        table = pq.read_table(file, columns=columns)
        _check_version(path, table.schema)
        return table.to_pandas()


def read_frames(path: Place, columns: list[str] | None = None) -> Iterator[pd.DataFrame]:
    """The table in a Parquet file, a few thousand rows at a time.

    Raises:
        CorruptFile: the file is damaged, or lacks a column.
    """
    with open_parquet(path) as source, _pieces(source) as file:
        _check_version(path, file.schema_arrow)
        for batch in file.iter_batches(FRAME_ROWS, columns=columns):
            yield batch.to_pandas()


def read_rows(path: Place, rows: range, columns: list[str] | None = None) -> Iterator[pd.DataFrame]:
    """Some rows of the table in a Parquet file, one row group at a time; no other groups are read.

    Raises:
        CorruptFile: the file is damaged, or lacks a column.
    """
    with open_parquet(path) as source, _pieces(source) as file:
        _check_version(path, file.schema_arrow)
        for found in _groups(file, rows, columns):
            yield found.to_pandas()


def _groups(file: pq.ParquetFile, rows: range, columns: list[str] | None) -> Iterator[pa.Table]:
    """Some rows, one row group at a time; no other groups are read."""
    before = 0
    for group in range(file.num_row_groups):
        size = file.metadata.row_group(group).num_rows
        first, behind = max(rows.start - before, 0), min(rows.stop - before, size)
        if first < behind:
            found = file.read_row_group(group, columns=columns)
            yield found.slice(first, behind - first)
        before += size


def copy_rows(source: Place, table: str, rows: range, target: Place) -> None:
    """Copy some rows of a table to a file of their own, the same as if they were written alone.

    Raises:
        CorruptFile: the source is damaged.
        FileNotFoundError: there is no source.
    """
    with open_parquet(source) as opened, _pieces(opened) as file:
        _check_version(source, file.schema_arrow)
        found = [file.schema_arrow.empty_table(), *_groups(file, rows, None)]
        with table_writer(target, table) as writer:
            writer.write_table(pa.concat_tables(found).combine_chunks())


def row_count(path: Place) -> int:
    """Number of rows of the table in a Parquet file.

    Raises:
        CorruptFile: the file is damaged.
    """
    with open_parquet(path) as source, _pieces(source) as file:
        return int(file.metadata.num_rows)


def read_matching(
    path: Place,
    column: str,
    values: Set[str],
    columns: list[str] | None = None,
    where: str | None = None,
) -> pd.DataFrame:
    """The rows of the table in a Parquet file that have one of some values in a column.

    Args:
        path: the file.
        column: a column with texts.
        values: the values.
        columns: the columns of the result; none gives all.
        where: a column whose value must be true; none asks for nothing.

    Raises:
        CorruptFile: the file is damaged, or lacks a column.
    """

    def kept(batch: pa.RecordBatch) -> pa.Table:
        rows = pc.is_in(batch[column], wanted)
        if where is not None:
            rows = pc.and_(rows, batch[where])
        return pa.Table.from_batches([batch]).filter(rows).select(chosen)

    wanted = pa.array(sorted(values), pa.string())
    with open_parquet(path) as source, _pieces(source) as file:
        schema = file.schema_arrow
        _check_version(path, schema)
        chosen = schema.names if columns is None else columns
        read = list(dict.fromkeys([*chosen, column, *([where] if where else [])]))
        found = [kept(batch) for batch in file.iter_batches(FRAME_ROWS, columns=read)]
        empty = pa.schema([schema.field(name) for name in chosen]).empty_table()
        return pa.concat_tables([empty, *found]).to_pandas()


@contextmanager
def open_parquet(path: Place) -> Iterator[Path | io.BufferedReader]:
    """The file as pyarrow reads it best: a path on a disk, an open file in a store."""
    try:
        if isinstance(path, Path):
            yield path
        else:
            with reading(path) as file:
                yield file
    except ConnectionError:
        raise
    except (pa.ArrowInvalid, pa.ArrowKeyError, OSError) as error:
        raise CorruptFile(
            f"{path}: not a readable table: {error}; remove it and run its stage again"
        ) from error


def _pieces(source: Path | io.BufferedReader) -> pq.ParquetFile:
    """A table to read piece by piece; from a store, no more than one piece is asked for."""
    return pq.ParquetFile(source, pre_buffer=isinstance(source, Path))


def _check_version(path: Place, schema: pa.Schema) -> None:
    version, of_labels = schema_version(schema), LABELS.get(path.stem)
    known = of_labels.version if of_labels else SCHEMA_VERSION
    if version != str(known):
        anew = f"`recipegen run --run {path.parent}` makes it anew"
        raise CorruptFile(
            f"{path}: made by another version of recipegen (schema {version}, this one has "
            f"{known}); {'read it with that version' if of_labels else anew}"
        )


def schema_version(schema: pa.Schema) -> str:
    """The schema version that a table was written with; ``none`` if the file does not say."""
    return (schema.metadata or {}).get(b"schema_version", b"none").decode(errors="replace")
