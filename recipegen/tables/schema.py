"""What a table and a column are, and the versions of their schemas."""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa

SCHEMA_VERSION = 7
"""Increase it when a column changes. Every file has it; a file with another one is made again."""


LABELS_VERSION = 1
"""The same for the tables about labels. People made them, so they cannot be made again."""

STRING = pa.string()
STRINGS = pa.list_(pa.string())
INTEGER = pa.int64()
REAL = pa.float64()
BOOLEAN = pa.bool_()
INTEGERS = pa.list_(pa.int64())
EXACT = pa.decimal128(38, 0)


@dataclass(frozen=True)
class Column:
    """A column: its name, Arrow type and meaning, and its unit if it has one."""

    name: str
    type: pa.DataType
    meaning: str
    unit: str = ""

    def field(self) -> pa.Field[pa.DataType]:
        """The Arrow field; the Parquet file keeps its meaning and unit."""
        return pa.field(self.name, self.type, metadata={"meaning": self.meaning, "unit": self.unit})


@dataclass(frozen=True)
class Table:
    """A table: its name, what a row is, the stage that writes it, and its columns."""

    name: str
    row: str
    stage: str
    columns: tuple[Column, ...]
    version: int = SCHEMA_VERSION

    @property
    def schema(self) -> pa.Schema:
        """The Arrow schema that every file of this table has."""
        metadata: dict[bytes | str, bytes | str] = {
            "table": self.name,
            "row": self.row,
            "schema_version": str(self.version),
        }
        return pa.schema([column.field() for column in self.columns], metadata=metadata)

    @property
    def column_names(self) -> list[str]:
        """The names of the columns, in order."""
        return [column.name for column in self.columns]
