"""Tables of the stage ``measure``: what else is measured of texts."""

from __future__ import annotations

from collections.abc import Iterable

from recipegen.tables.schema import BOOLEAN, INTEGER, REAL, STRING, Column, Table
from recipegen.tables.shared_columns import NEW_NGRAMS, SAMPLE_ID


def _ngrams(which: str, meaning: str, lengths: Iterable[int]) -> list[Column]:
    return [Column(f"{which}_{n}grams", INTEGER, f"{n}-grams {meaning}") for n in lengths]


TABLES = (
    Table(
        "text_measures",
        "a sample, real recipe or control recipe, measured as a text",
        "measure",
        (
            SAMPLE_ID,
            Column("repeated_4grams", INTEGER, "4-grams that occur earlier in the same text"),
            Column("all_4grams", INTEGER, "4-grams of the text"),
            Column(
                "loop_words",
                INTEGER,
                "words at the end of the text that only repeat the span before them",
                "words",
            ),
            Column("unknown_words", INTEGER, "words that are not in the vocabulary", "words"),
            Column(
                "copied_words",
                INTEGER,
                "length of the longest span that also occurs in a training recipe",
                "words",
            ),
            Column(
                "copied_start", INTEGER, "position of the first word of that span, from 0", "words"
            ),
            Column(
                "copied_recipe_id", STRING, "id of a training recipe that has that span, or null"
            ),
            *_ngrams("new", "that no training recipe has", NEW_NGRAMS),
            *_ngrams("all", "of the text", NEW_NGRAMS[1:]),
            Column(
                "nearest_recipe_id",
                STRING,
                "id of the training recipe that is most similar to the text, or null",
            ),
            Column(
                "nearest_similarity",
                REAL,
                "Jaccard similarity of that recipe and the text, by word 3-grams, 0 to 1",
            ),
            Column("title_ingredients", INTEGER, "number of ingredients that the title names"),
            Column("used_title_ingredients", INTEGER, "number of those that the directions use"),
            Column(
                "listed_ingredients",
                INTEGER,
                "number of ingredients in the ingredient list; null without a list",
            ),
            Column(
                "used_listed_ingredients",
                INTEGER,
                "number of listed ingredients that the directions use; null without a list",
            ),
            Column(
                "used_ingredients",
                INTEGER,
                "number of ingredients in the directions; null without a list",
            ),
            Column(
                "quantities", INTEGER, "number of temperatures, times and measures in a known unit"
            ),
            Column(
                "unusual_quantities",
                INTEGER,
                "number of quantities outside the range that holds 99.8 % of those in training "
                "recipes",
            ),
            Column("one_title", BOOLEAN, "whether the text has exactly one title, and directions"),
        ),
    ),
)

PARTS = (
    Table(
        "block_places",
        "a block of texts",
        "measure",
        (
            Column("block", STRING, "its name"),
            Column("first", INTEGER, "first row of another table that is about its texts"),
            Column("rows", INTEGER, "number of such rows"),
        ),
    ),
)
"""What the steps of the stage pass on to each other."""
