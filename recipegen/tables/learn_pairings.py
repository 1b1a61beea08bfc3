"""Tables of the stage ``learn-pairings``: which ingredients go together."""

from __future__ import annotations

import pyarrow as pa

from recipegen.tables.schema import BOOLEAN, INTEGER, REAL, STRING, STRINGS, Column, Table
from recipegen.tables.shared_columns import (
    ESTIMATE,
    IMPLAUSIBLE,
    INGREDIENT,
    INGREDIENT_A,
    INGREDIENT_B,
    VERDICT,
)

TABLES = (
    Table(
        "ingredients",
        "an ingredient that pairs are judged for",
        "learn-pairings",
        (
            INGREDIENT,
            Column("category", STRING, "kind of food, or null"),
            Column(
                "basic",
                BOOLEAN,
                "whether it is a basic such as salt, which goes with anything: its pairs are "
                "never implausible",
            ),
            Column("count", INTEGER, "training recipes that use it", "recipes"),
            Column(
                "share",
                REAL,
                "count divided by the number of training recipes with a known ingredient",
            ),
            Column(
                "companions",
                STRINGS,
                "ingredients that occur together with it in five recipes or more, and "
                "significantly more often than by chance (log-likelihood ratio, 95 %), the surest "
                "first. Basics are left out, and so are ingredients whose name contains its name "
                "or is contained in it (lemon juice for lemon)",
            ),
        ),
    ),
    Table(
        "pairings",
        "a pair of ingredients that occurs in a recipe, is expected in at least one by "
        "chance, or can be judged",
        "learn-pairings",
        (
            INGREDIENT_A,
            INGREDIENT_B,
            Column("count_a", INTEGER, "training recipes with ingredient_a", "recipes"),
            Column("count_b", INTEGER, "training recipes with ingredient_b", "recipes"),
            Column("count_both", INTEGER, "training recipes with both", "recipes"),
            Column(
                "expected",
                REAL,
                "recipes expected to have both if ingredients were independent",
                "recipes",
            ),
            Column(
                "others_both",
                REAL,
                "added to count_both in log_lift: recipes of the built-in judge with both, plus "
                "the extra weight of the corpus, since each of its recipes counts as several of "
                "the judge's",
                "recipes",
            ),
            Column(
                "others_expected", REAL, "added to expected in log_lift, in the same way", "recipes"
            ),
            Column("log_prior", REAL, "ln L, the log lift expected from what else the two go with"),
            Column(
                "log_lift",
                REAL,
                "ln((count_both + others_both + k L) / (expected + others_expected + k)); below 0 "
                "if the two occur together less often than by chance",
            ),
            Column(
                "log_lift_low",
                REAL,
                "lower end of its interval, which includes the differences between collections of "
                "recipes",
            ),
            Column(
                "log_lift_high",
                REAL,
                "upper end of its interval, which includes the differences between collections of "
                "recipes",
            ),
            Column(
                "same_company",
                REAL,
                "how far the two go with the same others: cosine of their positive log lifts, 0 "
                "to 1",
            ),
            Column(
                "objection",
                REAL,
                "log-odds that a cook objects to the pair; -9 if one of the two is a basic such "
                "as salt",
            ),
            VERDICT,
            IMPLAUSIBLE,
            Column(
                "verdict_before",
                STRING,
                "verdict of the built-in judge alone; null if learn_pairings.prior is off",
            ),
        ),
    ),
    Table(
        "ingredient_model",
        "a named array of the model of ingredients in context, or of its calibration",
        "learn-pairings",
        (
            Column("parameter", STRING, "name of the array"),
            Column("shape", pa.list_(pa.int64()), "dimensions of the array"),
            Column(
                "values",
                pa.list_(pa.float64()),
                "numbers of the array; the last dimension varies fastest",
            ),
        ),
    ),
    Table(
        "pairing_validation",
        "a measurement of how well pairs are judged",
        "learn-pairings",
        (
            Column("test", STRING, "what was tested, and on which recipes"),
            Column("metric", STRING, "name of the metric"),
            *ESTIMATE,
            Column("count", INTEGER, "number of cases that the estimate rests on"),
        ),
    ),
)
