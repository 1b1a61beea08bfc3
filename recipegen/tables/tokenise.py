"""Tables of the stage ``tokenise``: words and their numbers."""

from __future__ import annotations

import pyarrow as pa

from recipegen.tables.schema import BOOLEAN, INTEGER, STRING, Column, Table
from recipegen.tables.shared_columns import RECIPE_ID, SPLIT

TABLES = (
    Table(
        "vocabulary",
        "a word that the network knows",
        "tokenise",
        (
            Column(
                "token_id",
                INTEGER,
                "0 is the stop token and 1 is [UNK]; the others follow by falling frequency",
            ),
            Column("token", STRING, "the word; empty for the stop token"),
            Column("count", INTEGER, "occurrences in the training split", "words"),
        ),
    ),
    Table(
        "tokens",
        "a recipe as the network reads it",
        "tokenise",
        (
            RECIPE_ID,
            SPLIT,
            Column(
                "token_ids",
                pa.list_(pa.int32()),
                "token ids of the words of the recipe, without the stop token",
            ),
            Column(
                "complete",
                BOOLEAN,
                "whether the whole recipe fits into max_length, so that a stop token follows",
            ),
        ),
    ),
)
