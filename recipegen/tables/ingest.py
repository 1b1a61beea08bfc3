"""Tables of the stage ``ingest``: what is read of a corpus."""

from __future__ import annotations

import pyarrow as pa

from recipegen.tables.schema import INTEGER, STRING, Column, Table
from recipegen.tables.shared_columns import (
    CONTENT,
    LINES,
    POSITION,
    RECIPE_ID,
    REJECT,
    SOURCE,
    SPLIT,
)

PLACE = Column("place", INTEGER, "number of records before it in the corpus", "records")

TABLES = (
    Table(
        "recipes",
        "a recipe of the corpus that can be used",
        "ingest",
        (
            RECIPE_ID,
            *CONTENT,
            SOURCE,
            SPLIT,
            POSITION,
            Column(
                "family", STRING, "smallest recipe_id of the recipe and all its near duplicates"
            ),
        ),
    ),
    Table(
        "rejects",
        "a record of the corpus that cannot be used",
        "ingest",
        REJECT,
    ),
    Table(
        "ingredient_lists",
        "a list of ingredients without a recipe, which is used to learn pairings and for "
        "nothing else",
        "ingest",
        (
            Column(
                "recipe_id", STRING, "id of the list: a hash of its lines, whatever their order"
            ),
            LINES,
            SOURCE,
            POSITION,
        ),
    ),
)

PARTS = (
    Table(
        "read_recipes",
        "a recipe as it was read",
        "ingest",
        (
            RECIPE_ID,
            *CONTENT,
            SOURCE,
            POSITION,
            PLACE,
        ),
    ),
    Table("read_rejects", "a record that cannot be used", "ingest", (*REJECT, PLACE)),
    Table(
        "signatures",
        "a recipe of a part, in the order of the part",
        "ingest",
        (
            RECIPE_ID,
            Column(
                "signature", pa.list_(pa.uint32()), "MinHash of the word 3-grams of the directions"
            ),
        ),
    ),
)
"""What the steps of the stage pass on to each other."""
