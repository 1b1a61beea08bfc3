"""Tables of the stage ``score``: ingredients, pairs and scores of texts."""

from __future__ import annotations

from recipegen.tables.schema import BOOLEAN, INTEGER, REAL, STRING, Column, Table
from recipegen.tables.shared_columns import (
    ENTROPY,
    FROM_FIELDS,
    GROUP,
    IMPLAUSIBLE,
    INGREDIENT,
    INGREDIENT_A,
    INGREDIENT_B,
    LOG_PROBABILITIES,
    SAMPLE_ID,
    TEMPERATURE,
    TEXT,
    VERDICT,
    WORD_COUNT,
)

TABLES = (
    Table(
        "references",
        "a real held-out recipe, or a control made from one",
        "score",
        (
            SAMPLE_ID,
            GROUP,
            Column("recipe_id", STRING, "id of the held-out recipe"),
            Column(
                "prompt",
                STRING,
                "the first words, which the log-probabilities leave out: “recipe for”; empty for "
                "real with lists",
            ),
            TEXT,
            FROM_FIELDS,
            WORD_COUNT,
            Column("stopped", BOOLEAN, "whether the whole recipe fits into max_tokens"),
            *LOG_PROBABILITIES,
            ENTROPY,
        ),
    ),
    Table(
        "mentions",
        "an ingredient found in a text",
        "score",
        (
            SAMPLE_ID,
            Column("start", INTEGER, "offset of its first character in the text", "characters"),
            Column("end", INTEGER, "offset just behind its last character", "characters"),
            Column("surface", STRING, "the words of the text that name it, text[start:end]"),
            INGREDIENT,
            Column(
                "section",
                STRING,
                "section of the recipe: title, introduction, ingredients, directions, notes, "
                "serving or closing",
            ),
            Column(
                "part",
                STRING,
                "part of the dish that the words around it are about, such as filling; null if "
                "the text does not say",
            ),
            Column(
                "role",
                STRING,
                "used, optional or alternative if the ingredient is in the dish; absent (“no "
                "garlic”) or aside (“the size of a pea”, what only notes name) if it is not",
            ),
            Column(
                "choice",
                INTEGER,
                "number of the choice in the text (“beef or lamb”) that the ingredient is part "
                "of; 0 for none",
            ),
        ),
    ),
    Table(
        "sample_pairs",
        "a pair of ingredients of a sample",
        "score",
        (
            SAMPLE_ID,
            INGREDIENT_A,
            INGREDIENT_B,
            VERDICT,
            IMPLAUSIBLE,
            Column(
                "log_lift",
                REAL,
                "natural logarithm of the pair's lift; 0 if an ingredient is not known",
            ),
        ),
    ),
    Table(
        "pair_words",
        "an implausible pair of a sample of the network, with the words that brought it in",
        "score",
        (
            SAMPLE_ID,
            INGREDIENT_A,
            INGREDIENT_B,
            Column(
                "ingredient",
                STRING,
                "the one of the two that the text names later: its first mention in the dish "
                "brought the pair in",
            ),
            Column("start", INTEGER, "offset of that mention in the text", "characters"),
            Column("section", STRING, "part of the recipe: title or directions"),
            Column("position", INTEGER, "number of words of the text before it", "words"),
            Column("place", REAL, "share of the words of the text before it, 0 to 1"),
            Column(
                "probability",
                REAL,
                "probability at temperature 1 of the word that the network drew; of a name of "
                "several words, of the least probable one. Null if the prompt gave the name",
            ),
            Column(
                "heated_probability",
                REAL,
                "probability of the same word at the sampling temperature, among all words",
            ),
        ),
    ),
    Table(
        "sample_scores",
        "a sample, real recipe or control recipe",
        "score",
        (
            SAMPLE_ID,
            Column("ingredient_count", INTEGER, "number of different ingredients in the dish"),
            Column(
                "pair_count",
                INTEGER,
                "number of pairs of these ingredients; alternatives of one another form no pair",
            ),
            Column("judged_pair_count", INTEGER, "number of pairs that can be judged"),
            Column(
                "implausible_pair_count", INTEGER, "number of pairs that a cook would object to"
            ),
            Column(
                "unusual_pair_count",
                INTEGER,
                "number of other pairs that cooks rarely put together",
            ),
            Column(
                "pair_support",
                REAL,
                "sum over pairs of their support, which says how well the two go together",
            ),
            Column(
                "typical_support",
                REAL,
                "support that is typical of these ingredients in real recipes",
            ),
            Column(
                "implausibility",
                REAL,
                "log-odds that the recipe is one that was spoilt on purpose, not a real one; null "
                "with fewer than two known ingredients",
                "nats",
            ),
            Column(
                "p_value",
                REAL,
                "share of real recipes that are at least as implausible, each compared with what "
                "is usual at its size; or null",
            ),
            Column(
                "flagged",
                BOOLEAN,
                "whether its implausibility and its worst pair together weigh more than in 19 of "
                "20 real recipes of its size",
            ),
            Column(
                "worst_ingredient",
                STRING,
                "the ingredient that is most likely out of place, or null",
            ),
            Column("origin", STRING, "lines if the text has an ingredient list, else directions"),
            GROUP,
            TEMPERATURE,
        ),
    ),
)
