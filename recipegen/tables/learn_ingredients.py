"""Tables of the stage ``learn-ingredients``: names, and what is in each recipe."""

from __future__ import annotations

from recipegen.tables.schema import BOOLEAN, INTEGER, STRING, STRINGS, Column, Table
from recipegen.tables.shared_columns import INGREDIENT, RECIPE_ID, SPLIT

NAME = Column("name", STRING, "a food as ingredient lines name it, in the singular")

TABLES = (
    Table(
        "lexicon",
        "a way to write an ingredient",
        "learn-ingredients",
        (
            Column("variant", STRING, "the words as they occur in a text, in lower case"),
            Column(
                "ingredient",
                STRING,
                "canonical ingredient name; null for a food that is no ingredient by itself "
                "('dough') and for words that only contain the name of a food ('cookie sheet')",
            ),
            Column(
                "category",
                STRING,
                "kind of food; 'prepared' or 'not food' if the ingredient is null",
            ),
            Column(
                "basic",
                BOOLEAN,
                "whether it is a basic, such as salt or water, that nearly every kitchen and "
                "recipe has",
            ),
            Column(
                "origin",
                STRING,
                "where the variant comes from: hand (the word lists), mined (the corpus), or "
                "plural or spelling (derived from one of these)",
            ),
            Column(
                "count", INTEGER, "training recipes with this name in an ingredient line", "recipes"
            ),
        ),
    ),
    Table(
        "recipe_ingredients",
        "an ingredient of a recipe of the corpus, with one row for each origin",
        "learn-ingredients",
        (
            RECIPE_ID,
            SPLIT,
            Column(
                "origin",
                STRING,
                "where the ingredient was found: lines (ingredient lines) or directions",
            ),
            INGREDIENT,
        ),
    ),
)

PARTS = (
    Table(
        "line_names",
        "a recipe of the training split",
        "learn-ingredients",
        (Column("names", STRINGS, "names in its ingredient lines that are not known beforehand"),),
    ),
    Table(
        "name_counts",
        "a name in ingredient lines",
        "learn-ingredients",
        (
            NAME,
            Column(
                "count", INTEGER, "training recipes with the name in an ingredient line", "recipes"
            ),
        ),
    ),
    Table(
        "name_agreement",
        "a candidate for the lexicon",
        "learn-ingredients",
        (
            NAME,
            Column(
                "written", INTEGER, "training recipes with the name in their directions", "recipes"
            ),
            Column(
                "both", INTEGER, "those of them that have it in an ingredient line, too", "recipes"
            ),
        ),
    ),
)
"""What the steps of the stage pass on to each other."""
