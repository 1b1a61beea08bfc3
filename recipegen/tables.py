"""The schema of every table: columns with type, unit and one-line meaning.

Schemas are defined here and nowhere else. The data dictionary in the documentation and in the
report is made from them, and :mod:`recipegen.storage.run_folder` refuses
to write a table that differs.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

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


@dataclass(frozen=True)
class Reference:
    """Columns of a table whose values, unless null, occur in a column of another table."""

    table: str
    columns: tuple[str, ...]
    to: tuple[str, ...]
    """The other table, or several tables, one of which has the value."""
    key: str
    """The column in the other table."""


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
PLACE = Column("place", INTEGER, "number of records before it in the corpus", "records")
NAME = Column("name", STRING, "a food as ingredient lines name it, in the singular")
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
LABELLED_TEXTS = (
    Column("unit", STRING, "what was labelled: pair (of ingredients, in a text) or text"),
    Column(
        "over",
        STRING,
        "what texts the row is about: temperature (a group at a temperature), group (a group at "
        "all its temperatures) or run (all groups with labels but for the control)",
    ),
    replace(GROUP, meaning="the group of texts; null for the run"),
    replace(
        TEMPERATURE, meaning="sampling temperature; null for real recipes, a group and the run"
    ),
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


def _ngrams(which: str, meaning: str, lengths: Iterable[int]) -> list[Column]:
    return [Column(f"{which}_{n}grams", INTEGER, f"{n}-grams {meaning}") for n in lengths]


_TABLES = (
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
    Table(
        "training_log",
        "an epoch of training",
        "train",
        (
            NETWORK,
            Column("epoch", INTEGER, "number of the epoch, from 1"),
            Column(
                "seconds",
                REAL,
                "time spent on training this network so far, without validation",
                "s",
            ),
            Column("words", INTEGER, "words that this network has been trained on so far", "words"),
            Column("words_per_second", REAL, "training speed in this epoch", "words/s"),
            Column("learning_rate", REAL, "learning rate at the end of the epoch"),
            Column(
                "train_perplexity",
                REAL,
                "perplexity on the train split, over the whole epoch, while the weights change",
            ),
            Column(
                "valid_perplexity", REAL, "perplexity on the valid split at the end of the epoch"
            ),
        ),
    ),
    Table(
        "epoch_samples",
        "a text that the network wrote at the end of an epoch",
        "train",
        (
            NETWORK,
            Column("epoch", INTEGER, "number of the epoch, from 1"),
            Column("prompt", STRING, "the words that the generator was given"),
            Column("temperature", REAL, "sampling temperature"),
            TEXT,
        ),
    ),
    Table(
        "perplexities",
        "the perplexity of a language model on a split of the corpus",
        "train",
        (
            Column(
                "model",
                STRING,
                "network (its best checkpoint), 'network 2' and so on if several were trained, or "
                "ngram (the n-gram model of the same words)",
            ),
            Column("split", STRING, "valid or test"),
            Column(
                "perplexity",
                REAL,
                "perplexity of the words after the first, including [UNK] and the stop token",
            ),
            Column("words", INTEGER, "number of these words", "words"),
        ),
    ),
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
    Table(
        "samples",
        "a recipe that the network or another generator wrote",
        "generate",
        (
            SAMPLE_ID,
            GROUP,
            Column("prompt", STRING, "the words that the generator was given"),
            Column("temperature", REAL, "sampling temperature; null if unknown"),
            Column(
                "top_k",
                INTEGER,
                "words were drawn from this many of the most probable ones; 0 means all",
                "words",
            ),
            Column(
                "top_p",
                REAL,
                "words were drawn from the most probable ones with this total probability; 1 "
                "means all",
            ),
            Column(
                "min_p",
                REAL,
                "words were drawn from those with at least this fraction of the highest "
                "probability; 0 means all",
            ),
            Column(
                "text",
                STRING,
                "the whole text that the generator wrote, including a prompt that it continued",
            ),
            FROM_FIELDS,
            WORD_COUNT,
            Column(
                "stopped",
                BOOLEAN,
                "whether the generator ended the text by itself; null if unknown",
            ),
            Column("finish_reason", STRING, "why the text ended, as the generator says, or null"),
            Column(
                "prompt_tokens",
                INTEGER,
                "length of the prompt, as the generator counts it, or null",
                "tokens",
            ),
            Column(
                "completion_tokens",
                INTEGER,
                "length of what the generator wrote, as it counts it, or null",
                "tokens",
            ),
            Column(
                "seconds", REAL, "time from the request to the whole answer, or null", "seconds"
            ),
            LOG_PROBABILITIES[0],
            Column(
                "heated_log_probability",
                REAL,
                "log_probability at the sampling temperature, among all words (without cut-offs); "
                "estimated as entropy is, but exact at temperatures 0 and 1",
                "nats",
            ),
            ENTROPY,
            LOG_PROBABILITIES[1],
            Column(
                "prompt_group",
                STRING,
                "kind of prompt: open (a prompt of the configuration) or title (of a held-out "
                "recipe)",
            ),
            Column(
                "recipe_id",
                STRING,
                "id of the held-out recipe whose title the generator was given, or null",
            ),
            Column(
                "match_id",
                STRING,
                "texts with the same one are drawn together in resamples, in all generators: a "
                "hash of the prompt, and of the number of its repetition if a file has few "
                "prompts; null without a prompt, and for samples that are drawn here",
            ),
        ),
    ),
    Table(
        "word_probabilities",
        "a likely next word after a prompt",
        "generate",
        (
            Column("prompt", STRING, "the words that the generator was given"),
            Column("temperature", REAL, "sampling temperature"),
            Column("rank", INTEGER, "rank by probability, 1 for the most probable word"),
            Column("word", STRING, "the next word; empty for the stop token"),
            Column("probability", REAL, "probability of the word at this temperature"),
            Column(
                "entropy",
                REAL,
                "entropy of the whole distribution, the same in each row of a prompt and "
                "temperature",
                "bits",
            ),
        ),
    ),
    Table(
        "sample_words",
        "a likely word at a step of a chosen sample, or the word that was drawn",
        "generate",
        (
            SAMPLE_ID,
            Column("position", INTEGER, "position of the word in the sample, from 0", "words"),
            Column("rank", INTEGER, "rank by probability, 1 for the most probable word"),
            Column("word", STRING, "the word; empty for the stop token"),
            Column(
                "probability",
                REAL,
                "probability of the word at the sampling temperature, among all words",
            ),
            Column(
                "drawn", BOOLEAN, "whether the word was drawn, so that the sample goes on with it"
            ),
        ),
    ),
    Table(
        "sample_rejects",
        "a line of another generator's file, or an answer of another generator, that "
        "cannot be used",
        "generate",
        REJECT,
    ),
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
    Table(
        "temperature_summary",
        "a metric of a group of texts at a temperature",
        "summarise",
        (
            TEMPERATURE,
            GROUP,
            *MEASURED,
        ),
    ),
    Table(
        "prompt_summary",
        "a metric of the texts of a group and temperature with one kind of prompt",
        "summarise",
        (
            TEMPERATURE,
            GROUP,
            Column(
                "prompts",
                STRING,
                "kind of prompt: open (a prompt of the configuration) or title (of a held-out "
                "recipe)",
            ),
            *MEASURED,
        ),
    ),
    Table(
        "temperature_tests",
        "a metric of a group of texts compared with that of real recipes",
        "summarise",
        (
            TEMPERATURE,
            GROUP,
            METRIC,
            Column("reference", STRING, "the group of real recipes that it is compared with"),
            Column("difference", REAL, "value of the texts minus that of real recipes"),
            Column("low", REAL, "lower end of the interval of the difference"),
            Column("high", REAL, "upper end of the interval of the difference"),
            Column("p_value", REAL, "two-sided p-value of no difference"),
            Column(
                "p_adjusted", REAL, "p_value adjusted by Holm's method over the rows of the metric"
            ),
            Column(
                "detectable",
                REAL,
                "difference that is found with a probability of 80 % at the level of 5 %",
            ),
        ),
    ),
    Table(
        "operating_points",
        "a generator at a temperature and cut-off",
        "summarise",
        (
            Column("generator", STRING, "name of the generator; generated is the network"),
            GROUP,
            TEMPERATURE,
            Column("count", INTEGER, "number of texts"),
            Column(
                "distance",
                REAL,
                "distance from real cooking, at equal numbers of ingredients: the sum of "
                "exchanged_share, lost_diversity and excess_memorised; 0 is best",
            ),
            Column("low", REAL, "lower end of the interval of the distance"),
            Column("high", REAL, "upper end of the interval of the distance"),
            Column(
                "exchanged_share",
                REAL,
                "exchanged_share minus that of real recipes, at equal numbers of ingredients, but "
                "at least 0",
            ),
            Column(
                "lost_diversity",
                REAL,
                "share by which distinct 2-grams lie below those of real recipes, at least 0",
            ),
            Column(
                "excess_memorised",
                REAL,
                "memorised_rate minus that of real recipes, at equal numbers of ingredients, but "
                "at least 0",
            ),
            Column(
                "raw_distance",
                REAL,
                "distance of the texts as they are, whatever their numbers of ingredients",
            ),
            Column("implausible_pair_rate", REAL, "as in temperature_summary"),
            Column(
                "equal_size_pair_rate",
                REAL,
                "implausible_pair_rate at numbers of ingredients that real recipes have as well",
            ),
            Column(
                "real_pair_rate",
                REAL,
                "implausible_pair_rate of real recipes at the same numbers of ingredients",
            ),
            Column(
                "shared_sizes",
                REAL,
                "share of the texts with a number of ingredients that real recipes have as well",
            ),
            Column(
                "best",
                BOOLEAN,
                "whether this point is the best of its generator, with the smallest distance",
            ),
            Column(
                "probability_best", REAL, "share of resamples in which its distance is the smallest"
            ),
        ),
    ),
    Table(
        "generator_tests",
        "a metric of a generator compared with that of another, or of real recipes",
        "summarise",
        (
            Column("generator_a", STRING, "the first generator"),
            Column("generator_b", STRING, "the second generator, or real recipes"),
            Column(
                "at",
                STRING,
                "best (each generator at its best point) or all (over all its temperatures and "
                "cut-offs)",
            ),
            METRIC,
            *TESTED,
            Column(
                "p_adjusted",
                REAL,
                "p_value adjusted by Holm's method over the rows with the same metric and at",
            ),
            *RAW,
            Column(
                "matched",
                INTEGER,
                "number of titles and prompts for which both have texts, which are drawn together "
                "in the resamples",
            ),
        ),
    ),
    Table(
        "network_summary",
        "a metric at a temperature over several networks that were trained alike",
        "summarise",
        (
            TEMPERATURE,
            Column("group", STRING, "generated, with cut-offs, without the number of the network"),
            METRIC,
            Column("networks", INTEGER, "number of networks that were measured"),
            Column("estimate", REAL, "mean of their estimates"),
            Column("low", REAL, "lower end of the interval of the mean over networks"),
            Column("high", REAL, "upper end of the interval of the mean over networks"),
            Column("lowest", REAL, "the lowest of their estimates"),
            Column("highest", REAL, "the highest of their estimates"),
            Column(
                "training_sd",
                REAL,
                "standard deviation between networks beyond what the drawing of texts explains",
            ),
        ),
    ),
    Table(
        "trends",
        "a measure of how a metric changes with temperature",
        "summarise",
        (
            GROUP,
            Column("metric", STRING, "name of the metric"),
            Column(
                "statistic",
                STRING,
                "slope (change for one unit of temperature) or onset_temperature (from which on "
                "the metric exceeds that of real recipes by more than onset_margin)",
            ),
            Column("estimate", REAL, "the value; null if the onset lies above all temperatures"),
            Column("low", REAL, "lower end of its interval"),
            Column(
                "high", REAL, "upper end of its interval; null if it lies above all temperatures"
            ),
            Column("p_value", REAL, "two-sided p-value of no slope; null for an onset"),
        ),
    ),
    Table(
        "pair_summary",
        "an implausible pair in the texts of a group and temperature",
        "summarise",
        (
            INGREDIENT_A,
            INGREDIENT_B,
            GROUP,
            TEMPERATURE,
            Column(
                "sample_count",
                INTEGER,
                "number of texts of this group and temperature with the pair",
            ),
        ),
    ),
    Table(
        "judge_quality",
        "how right the judge is on some texts, by the labels of people",
        "summarise",
        (
            *LABELLED_TEXTS,
            Column(
                "metric",
                STRING,
                "judge_precision (share of absurd items among implausible ones), judge_sensitivity "
                "(share of implausible items among absurd ones) or judge_specificity (share of "
                "other items among those that are not absurd)",
            ),
            *ESTIMATE,
            Column(
                "labelled_implausible", INTEGER, "labelled items that the judge calls implausible"
            ),
            Column(
                "absurd_implausible",
                REAL,
                "how many of them are absurd; a fraction if labellers differ",
            ),
            Column("labelled_others", INTEGER, "labelled items among the others"),
            Column("absurd_others", REAL, "how many of them are absurd"),
        ),
    ),
    Table(
        "corrected_rates",
        "the share of absurd items in some texts, by the labels of people",
        "summarise",
        (
            *LABELLED_TEXTS,
            Column(
                "basis",
                STRING,
                "on which labels the estimate rests: labels of these texts; labels of the run, if "
                "the judge errs on these texts as on all labelled ones; labels of other texts, "
                "which came with the built-in judge, if it errs on these texts as on those",
            ),
            Column("raw", REAL, "share of the items that the judge calls implausible"),
            Column("raw_low", REAL, "lower end of the interval of raw"),
            Column("raw_high", REAL, "upper end of the interval of raw"),
            *ESTIMATE,
            Column("labels", INTEGER, "number of labels that the estimate rests on"),
            Column(
                "half_width", REAL, "half the width that the interval is to have: wanted_half_width"
            ),
            Column(
                "more_implausible",
                INTEGER,
                "how many more items that the judge calls implausible must be labelled for that; "
                "null if labels alone cannot do it, and for labels of other texts",
            ),
            Column("more_others", INTEGER, "the same among the other items"),
        ),
    ),
)

TABLES: dict[str, Table] = {table.name: table for table in _TABLES}
"""Every table by its name, in the order in which the stages write them."""

CELL = (
    GROUP,
    TEMPERATURE,
    Column("prompts", STRING, "kind of prompt: all, open or title; empty if there is none"),
    Column(
        "size",
        INTEGER,
        "the smallest number of ingredients of a class of the texts; null for all its texts",
        "ingredients",
    ),
)

_PARTS = (
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
    Table(
        "block_records",
        "what a block made for a table",
        "generate",
        (
            Column("block", STRING, "its name"),
            Column("key", STRING, "hash of everything that its result depends on"),
            Column("table", STRING, "the table"),
            Column("first", INTEGER, "its first row in the table"),
            Column("rows", INTEGER, "number of its rows"),
            Column("sha256", STRING, "hash of the file with its part of the table"),
        ),
    ),
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
    Table(
        "cells",
        "a group of texts at a temperature that continue one kind of prompt",
        "summarise",
        (
            *CELL,
            Column("texts", INTEGER, "number of its texts on which diversity is measured"),
            Column(
                "block_words", INTEGER, "size of a block on which diversity is compared", "words"
            ),
        ),
    ),
    Table(
        "cell_texts",
        "a text of a cell on which diversity is measured",
        "summarise",
        (Column("text", STRING, "the text"),),
    ),
    Table(
        "cell_values",
        "a value of a metric of diversity in a cell",
        "summarise",
        (
            METRIC,
            Column("value", REAL, "its value in a block of texts or in a text"),
        ),
    ),
    Table(
        "cell_sums",
        "a quantity summed over the texts of a block in a cell",
        "summarise",
        (
            *CELL,
            Column("quantity", STRING, "its name"),
            Column("known", INTEGER, "number of texts in which it is known"),
            Column("positive", INTEGER, "number of texts in which it is above 0"),
            Column("total", EXACT, "its sum, in units of 2**-24"),
            Column("squares", EXACT, "the sum of its squares, in units of 2**-48"),
            Column("resampled", INTEGERS, "its sum in each resample, in units of 2**-24"),
        ),
    ),
    Table(
        "cell_titles",
        "a title or prompt that texts of a block in a cell continue",
        "summarise",
        (*CELL, Column("match_id", STRING, "id of the recipe with the title, or of the prompt")),
    ),
    Table(
        "pair_counts",
        "an implausible pair in the texts of a block in a cell",
        "summarise",
        TABLES["pair_summary"].columns,
    ),
)

_OUTSIDE = (
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

ITEM_ID = Column("item_id", STRING, "id of the item; it tells nothing about the item")
LABELLER = Column("labeller", STRING, "who gave the label")

_LABELS = (
    Table(
        "label_sample",
        "an item, a pair in a text or a whole text, that was drawn for labelling",
        "label draw",
        (
            ITEM_ID,
            Column("unit", STRING, "pair or text"),
            SAMPLE_ID,
            GROUP,
            TEMPERATURE,
            replace(INGREDIENT_A, meaning=f"{INGREDIENT_A.meaning}; null for a text"),
            replace(INGREDIENT_B, meaning=f"{INGREDIENT_B.meaning}; null for a text"),
            Column(
                "verdict",
                STRING,
                "verdict on the pair when it was drawn; for a text flagged or not flagged",
            ),
            Column(
                "implausible",
                BOOLEAN,
                "whether the verdict was implausible; for a text: whether it was flagged",
            ),
            Column("stratum", STRING, "unit, group, temperature and whether implausible"),
            Column("stratum_size", INTEGER, "number of items in the stratum"),
            Column(
                "stratum_drawn",
                INTEGER,
                "number of them that were drawn, by this draw and others from the same scores",
            ),
            Column(
                "inclusion_probability",
                REAL,
                "probability that the item was drawn: stratum_drawn / stratum_size",
            ),
            Column("draw", INTEGER, "number of the draw, from 1"),
            Column("seed", INTEGER, "seed of the draw"),
        ),
        LABELS_VERSION,
    ),
    Table(
        "labels",
        "what a labeller says about an item",
        "label read",
        (
            ITEM_ID,
            LABELLER,
            Column("date", STRING, "when the label was given: ISO 8601, UTC"),
            Column(
                "label",
                STRING,
                "absurd (no cook would do this), unusual (but fine), ordinary or unclear (cannot "
                "tell)",
            ),
            Column("note", STRING, "what the labeller wrote about the item; may be empty"),
        ),
        LABELS_VERSION,
    ),
    Table(
        "label_agreement",
        "how far two labellers agree on the items that both have labelled",
        "label read",
        (
            Column("labeller_a", STRING, "the first of the two in alphabetical order"),
            Column("labeller_b", STRING, "the second"),
            Column("unit", STRING, "pair or text"),
            Column(
                "categories",
                STRING,
                "all (the four labels) or absurd (absurd or not; without items that one of them "
                "could not tell)",
            ),
            Column("items", INTEGER, "number of items that both have labelled"),
            Column("agreement", REAL, "share of these items with the same label"),
            Column("kappa", REAL, "Cohen's kappa; null if both gave every item the same label"),
            Column("low", REAL, "lower end of its 95 % interval; null if unknown"),
            Column("high", REAL, "upper end of its 95 % interval; null if unknown"),
        ),
        LABELS_VERSION,
    ),
)

LABELS: dict[str, Table] = {table.name: table for table in _LABELS}
"""The tables about labels. They lie in a folder of their own, which no stage touches."""

OUTSIDE: dict[str, Table] = {table.name: table for table in _OUTSIDE}
"""The tables that are written about recipes that belong to no run."""

PARTS: dict[str, Table] = {table.name: table for table in _PARTS}
"""Tables that the steps of a stage pass on to each other; they are deleted when it is finished."""

SCHEMAS: dict[str, Table] = TABLES | LABELS | OUTSIDE | PARTS
"""Everything that is written as a table."""

_RECIPE = ("recipe_id",)
_TEXT = ("sample_id",)
_PAIR = ("ingredient_a", "ingredient_b")
REFERENCES = (
    Reference("tokens", _RECIPE, ("recipes",), "recipe_id"),
    Reference("recipe_ingredients", _RECIPE, ("recipes", "ingredient_lists"), "recipe_id"),
    Reference("recipe_ingredients", ("ingredient",), ("lexicon",), "ingredient"),
    Reference("ingredients", ("ingredient",), ("lexicon",), "ingredient"),
    Reference("pairings", _PAIR, ("ingredients",), "ingredient"),
    Reference("samples", _RECIPE, ("recipes",), "recipe_id"),
    Reference("references", _RECIPE, ("recipes",), "recipe_id"),
    Reference("sample_words", _TEXT, ("samples",), "sample_id"),
    Reference("mentions", _TEXT, ("samples", "references"), "sample_id"),
    Reference("mentions", ("ingredient",), ("lexicon",), "ingredient"),
    Reference("sample_pairs", _TEXT, ("sample_scores",), "sample_id"),
    Reference("sample_pairs", _PAIR, ("lexicon",), "ingredient"),
    Reference("pair_words", _TEXT, ("samples",), "sample_id"),
    Reference("pair_words", (*_PAIR, "ingredient"), ("lexicon",), "ingredient"),
    Reference("sample_scores", _TEXT, ("samples", "references"), "sample_id"),
    Reference("text_measures", _TEXT, ("samples", "references"), "sample_id"),
    Reference(
        "text_measures", ("copied_recipe_id", "nearest_recipe_id"), ("recipes",), "recipe_id"
    ),
    Reference("pair_summary", _PAIR, ("lexicon",), "ingredient"),
    Reference("labels", ("item_id",), ("label_sample",), "item_id"),
)


def written_by(stage: str) -> list[str]:
    """The names of the tables that ``stage`` writes."""
    return [table.name for table in _TABLES if table.stage == stage]


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
