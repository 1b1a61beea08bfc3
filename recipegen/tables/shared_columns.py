"""Columns that tables of several stages have."""

from __future__ import annotations

from recipegen.tables.schema import BOOLEAN, INTEGER, REAL, STRING, STRINGS, Column

NEW_NGRAMS = (4, 6, 8, 10)
"""Lengths, in words, of the n-grams that are looked up in training recipes."""
SAMPLE_ID = Column("sample_id", STRING, "id of the sample, real recipe or control recipe")
RECIPE_ID = Column("recipe_id", STRING, "id of the recipe: a hash of its title and directions")
SPLIT = Column("split", STRING, "train, valid or test")
GROUP = Column(
    "group",
    STRING,
    "generated (by the network), real (held-out recipes), real with lists (the same "
    "recipes, whole), control (the same, with ingredients exchanged) or the name of "
    "another generator. Cut-offs follow the name of a generator, then the number of a "
    "network from 2 on. With score --texts: the group that the recipe names, else all",
)
NETWORK = Column("network", INTEGER, "number of the network among those trained alike, from 1")
TEMPERATURE = Column(
    "temperature",
    REAL,
    "sampling temperature; null for real recipes, for the control and if unknown",
)
INGREDIENT = Column("ingredient", STRING, "canonical ingredient name")
INGREDIENT_A = Column("ingredient_a", STRING, "canonical name, the first in alphabetical order")
INGREDIENT_B = Column("ingredient_b", STRING, "canonical name, the second in alphabetical order")
VERDICT = Column(
    "verdict",
    STRING,
    "implausible (a cook would object), unusual (cooks rarely do it), alternatives "
    "(one of the two is enough), unknown (it cannot be judged) or plausible (nothing "
    "speaks against it)",
)
IMPLAUSIBLE = Column("implausible", BOOLEAN, "whether the verdict is implausible")
TEXT = Column(
    "text", STRING, "the whole text; in the network's form, single blanks separate the words"
)
FROM_FIELDS = Column(
    "from_fields",
    BOOLEAN,
    "whether the text came in fields, so that its ingredient lines are known",
)
WORD_COUNT = Column(
    "word_count",
    INTEGER,
    "words and punctuation marks of the text, without the stop token",
    "words",
)
SOURCE = Column("source", STRING, "name of the file that it was read from")
POSITION = Column("position", INTEGER, "position in that file, from 0", "records")
LINES = Column("ingredients", STRINGS, "ingredient lines, cleaned")
CONTENT = (
    Column("title", STRING, "title, cleaned"),
    LINES,
    Column("directions", STRINGS, "steps, cleaned"),
)
REJECT = (
    SOURCE,
    POSITION,
    Column("reason", STRING, "why the record cannot be used"),
    Column("raw", STRING, "the record as it was read, cut at 2,000 characters"),
)
LOG_PROBABILITIES = (
    Column(
        "log_probability",
        REAL,
        "log-probability of the text after the prompt, at temperature 1. It is given by "
        "the text's own generator, and for real recipes and the control by the network. "
        "Null if unknown",
        "nats",
    ),
    Column(
        "ngram_log_probability",
        REAL,
        "log-probability of the words after the prompt, by the n-gram model, which judges "
        "all generators from outside",
        "nats",
    ),
)
ENTROPY = Column(
    "entropy",
    REAL,
    "entropy of the distribution that a word is drawn from, temperature applied; mean over words; "
    "estimated without bias with an adaptive softmax and no cut-offs (so a short text may be below "
    "0), else exact",
    "nats",
)
ESTIMATE = (
    Column("estimate", REAL, "the measured value; null if it cannot be measured"),
    Column("low", REAL, "lower end of its interval"),
    Column("high", REAL, "upper end of its interval"),
)
METRIC = Column("metric", STRING, "name of the metric; docs/evaluation.md defines it")
MEASURED = (
    METRIC,
    *ESTIMATE,
    Column(
        "count",
        INTEGER,
        "number of texts that the estimate rests on; of labels for metrics that rest on labels",
    ),
)
TESTED = (
    Column(
        "estimate_a", REAL, "value of the metric for the first, at equal numbers of ingredients"
    ),
    Column("estimate_b", REAL, "value of the metric for the second, likewise"),
    Column("difference", REAL, "the first minus the second"),
    Column("low", REAL, "lower end of the interval of the difference"),
    Column("high", REAL, "upper end of the interval of the difference"),
    Column("p_value", REAL, "two-sided p-value of no difference"),
)
"""A comparison of two groups of texts at equal numbers of ingredients."""
RAW = (
    Column(
        "raw_difference",
        REAL,
        "the first minus the second, of the texts as they are, whatever their numbers of "
        "ingredients",
    ),
    Column("raw_low", REAL, "lower end of its interval"),
    Column("raw_high", REAL, "upper end of its interval"),
    Column(
        "shared_sizes_a",
        REAL,
        "share of the texts of the first with a number of ingredients that the second has as well",
    ),
    Column("shared_sizes_b", REAL, "share of the texts of the second, likewise"),
)
"""What the same comparison is of all texts, and how many of them have a number in common."""
