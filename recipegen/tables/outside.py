"""Tables about recipes that belong to no run: those of ``score --texts``."""

from __future__ import annotations

from recipegen.tables.schema import REAL, STRING, Column, Table
from recipegen.tables.shared_columns import MEASURED, METRIC, RAW, TESTED

TABLES = (
    Table(
        "group_summary",
        "a metric of a group of recipes that belong to no run",
        "score --texts",
        (Column("group", STRING, "the group that its recipes name, else all"), *MEASURED),
    ),
    Table(
        "group_tests",
        "a metric of a group of such recipes compared with that of another",
        "score --texts",
        (
            Column("group_a", STRING, "the first group"),
            Column("group_b", STRING, "the second group"),
            METRIC,
            *TESTED,
            Column(
                "p_adjusted",
                REAL,
                "p_value adjusted by Holm's method over the rows with the same metric",
            ),
            *RAW,
        ),
    ),
)
