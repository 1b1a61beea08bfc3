"""The schema of every table: columns with type, unit and one-line meaning.

Each stage has a module with its tables. Schemas are defined there and nowhere else. The data
dictionary in the documentation and in the report is made from them, and
:mod:`recipegen.storage.table_files` refuses to write a table that differs.
"""

from __future__ import annotations

from collections.abc import Iterable

from recipegen.tables import (
    generate,
    ingest,
    labels,
    learn_ingredients,
    learn_pairings,
    measure,
    outside,
    score,
    summarise,
    tokenise,
    train,
)
from recipegen.tables.keys import REFERENCES, Reference
from recipegen.tables.schema import LABELS_VERSION, SCHEMA_VERSION, Column, Table
from recipegen.tables.shared_columns import NEW_NGRAMS

__all__ = [
    "LABELS",
    "LABELS_VERSION",
    "NEW_NGRAMS",
    "OUTSIDE",
    "PARTS",
    "REFERENCES",
    "SCHEMAS",
    "SCHEMA_VERSION",
    "TABLES",
    "Column",
    "Reference",
    "Table",
    "data_dictionary",
    "written_by",
]

_STAGES = (
    ingest,
    tokenise,
    train,
    learn_ingredients,
    learn_pairings,
    generate,
    score,
    measure,
    summarise,
)

TABLES: dict[str, Table] = {table.name: table for stage in _STAGES for table in stage.TABLES}
"""Every table by its name, in the order in which the stages write them."""

LABELS: dict[str, Table] = {table.name: table for table in labels.TABLES}
"""The tables about labels. They lie in a folder of their own, which no stage touches."""

OUTSIDE: dict[str, Table] = {table.name: table for table in outside.TABLES}
"""The tables that are written about recipes that belong to no run."""

PARTS: dict[str, Table] = {
    table.name: table for stage in _STAGES for table in getattr(stage, "PARTS", ())
}
"""Tables that the steps of a stage pass on to each other; they are deleted when it is finished."""

SCHEMAS: dict[str, Table] = TABLES | LABELS | OUTSIDE | PARTS
"""Everything that is written as a table."""


def written_by(stage: str) -> list[str]:
    """The names of the tables that ``stage`` writes."""
    return [table.name for table in TABLES.values() if table.stage == stage]


def data_dictionary(names: Iterable[str] = (*TABLES, *LABELS, *OUTSIDE)) -> str:
    """The tables and their columns as Markdown, for the documentation and the report."""
    parts = []
    for table in (SCHEMAS[name] for name in names):
        parts.append(f"### `{table.name}`\n\nA row is {table.row}. Written by `{table.stage}`.\n")
        parts.append("| column | type | unit | meaning |\n|---|---|---|---|")
        parts.extend(
            f"| `{column.name}` | {column.type} | {column.unit} | {column.meaning} |"
            for column in table.columns
        )
        parts.append("")
    return "\n".join(parts)
