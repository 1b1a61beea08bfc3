"""The schema of every table: column, type, unit and one-line meaning. The only place.

The data dictionary in the documentation and in the report is made from it, and
:mod:`recipegen.store` refuses to write a table that differs from it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import pyarrow as pa

SCHEMA_VERSION = 6
"""Raised when a column changes; every file has it, and an older one is made anew."""

STRING = pa.string()
STRINGS = pa.list_(pa.string())
INTEGER = pa.int64()
REAL = pa.float64()
BOOLEAN = pa.bool_()


@dataclass(frozen=True)
class Column:
    """A column: its name, Arrow type, meaning, and unit where it has one."""

    name: str
    type: pa.DataType
    meaning: str
    unit: str = ""

    def field(self) -> pa.Field[pa.DataType]:
        """The Arrow field, its meaning and unit kept in the Parquet file."""
        return pa.field(self.name, self.type, metadata={"meaning": self.meaning, "unit": self.unit})


@dataclass(frozen=True)
class Table:
    """A table: its name, what a row is, the stage that writes it, and its columns."""

    name: str
    row: str
    stage: str
    columns: tuple[Column, ...]

    @property
    def schema(self) -> pa.Schema:
        """The Arrow schema that every file of this table has."""
        metadata: dict[bytes | str, bytes | str] = {
            "table": self.name,
            "row": self.row,
            "schema_version": str(SCHEMA_VERSION),
        }
        return pa.schema([column.field() for column in self.columns], metadata=metadata)

    @property
    def column_names(self) -> list[str]:
        """The names of the columns, in order."""
        return [column.name for column in self.columns]


@dataclass(frozen=True)
class Reference:
    """Columns of a table whose values stand in another table, where they are not null."""

    table: str
    columns: tuple[str, ...]
    to: tuple[str, ...]
    """The table, or several of which one has it."""
    key: str
    """The column there."""


NEW_NGRAMS = (4, 6, 8, 10)
"""Words of the n-grams that are looked up in training recipes."""

SAMPLE_ID = Column("sample_id", STRING, "the sample, real recipe or control recipe")
RECIPE_ID = Column("recipe_id", STRING, "the recipe: a hash of its title and directions")
SPLIT = Column("split", STRING, "train, valid or test")
GROUP = Column(
    "group",
    STRING,
    "generated (with cut-offs, and the number of the network from 2 on), real (held-out recipes), "
    "real with lists (the same, whole), control (exchanged), or another generator's name (with "
    "cut-offs); of `score --texts` what the recipe names, else all",
)
NETWORK = Column("network", INTEGER, "which of the networks trained alike, from 1")
TEMPERATURE = Column("temperature", REAL, "sampling temperature; null for real and control")
INGREDIENT = Column("ingredient", STRING, "canonical ingredient name")
INGREDIENT_A = Column("ingredient_a", STRING, "canonical name, the first in alphabetical order")
INGREDIENT_B = Column("ingredient_b", STRING, "canonical name, the second in alphabetical order")
VERDICT = Column(
    "verdict",
    STRING,
    "implausible: a cook would object; unusual: cooks rarely do it; alternatives: one is enough; "
    "unknown: nobody can tell; plausible",
)
IMPLAUSIBLE = Column("implausible", BOOLEAN, "whether the verdict is implausible")
TEXT = Column(
    "text", STRING, "the whole text; of the network words with single blanks between them"
)
FROM_FIELDS = Column(
    "from_fields", BOOLEAN, "it came in fields: its ingredient lines are known to be such"
)
PLACE = Column("place", INTEGER, "records of the corpus before it", "records")
NAME = Column("name", STRING, "a food as ingredient lines name it, in the singular")
WORD_COUNT = Column(
    "word_count", INTEGER, "words and marks of the text, stop token not included", "words"
)
SOURCE = Column("source", STRING, "the file it was read from")
POSITION = Column("position", INTEGER, "where it stood in its file, from 0", "records")
LINES = Column("ingredients", STRINGS, "ingredient lines, cleaned")
CONTENT = (
    Column("title", STRING, "title, cleaned"),
    LINES,
    Column("directions", STRINGS, "steps, cleaned"),
)
REJECT = (
    SOURCE,
    POSITION,
    Column("reason", STRING, "why it cannot be used"),
    Column("raw", STRING, "what was read, cut at 2,000 characters"),
)
LOG_PROBABILITIES = (
    Column(
        "log_probability",
        REAL,
        "of what its generator wrote after the prompt, by the generator itself at temperature 1, "
        "of real recipes by the network; null where that is not known",
        "nats",
    ),
    Column(
        "ngram_log_probability",
        REAL,
        "of the words after the prompt by the n-gram model, an outside judge",
        "nats",
    ),
)
ENTROPY = Column(
    "entropy",
    REAL,
    "of the distribution that a word is drawn from, temperature applied; mean over words",
    "nats",
)
ESTIMATE = (
    Column("estimate", REAL, "the value measured; null where it cannot be"),
    Column("low", REAL, "lower end of its interval"),
    Column("high", REAL, "upper end of its interval"),
)
METRIC = Column("metric", STRING, "what was measured; METRICS says how")
MEASURED = (METRIC, *ESTIMATE, Column("count", INTEGER, "texts that the estimate rests on"))


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
            Column("family", STRING, "recipe_id that stands for all its near-duplicates"),
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
        "a list of ingredients without a recipe; it teaches pairings and nothing else",
        "ingest",
        (
            Column("recipe_id", STRING, "the list: a hash of its lines, whatever their order"),
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
            Column("token_id", INTEGER, "0 the stop token, 1 [UNK], then by falling frequency"),
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
            Column("token_ids", pa.list_(pa.int32()), "words of the recipe, stop token not"),
            Column("complete", BOOLEAN, "whether the whole recipe fits, so that a stop follows"),
        ),
    ),
    Table(
        "training_log",
        "an epoch of training",
        "train",
        (
            NETWORK,
            Column("epoch", INTEGER, "from 1"),
            Column("seconds", REAL, "time spent in training since the start of the run", "s"),
            Column("words", INTEGER, "words trained on since the start of the run", "words"),
            Column("words_per_second", REAL, "speed of this epoch", "words/s"),
            Column("learning_rate", REAL, "at the end of the epoch"),
            Column("train_perplexity", REAL, "mean over the epoch, while learning"),
            Column("valid_perplexity", REAL, "at the end of the epoch, on the valid split"),
        ),
    ),
    Table(
        "epoch_samples",
        "a text that the network wrote at the end of an epoch",
        "train",
        (
            NETWORK,
            Column("epoch", INTEGER, "from 1"),
            Column("prompt", STRING, "the words it was given"),
            Column("temperature", REAL, "sampling temperature"),
            TEXT,
        ),
    ),
    Table(
        "perplexities",
        "a language model and a split of the corpus",
        "train",
        (
            Column(
                "model",
                STRING,
                "network (the best checkpoint), 'network 2' and so on where several were trained, "
                "or ngram (of the same words)",
            ),
            Column("split", STRING, "valid or test"),
            Column("perplexity", REAL, "of the words after the first, [UNK] and stop included"),
            Column("words", INTEGER, "how many these are", "words"),
        ),
    ),
    Table(
        "lexicon",
        "a way to write an ingredient",
        "learn-ingredients",
        (
            Column("variant", STRING, "the words as they stand in a text, lower-cased"),
            Column(
                "ingredient",
                STRING,
                "canonical ingredient name; null for a food that is no ingredient by itself "
                "('dough') and for words that only name one ('cookie sheet')",
            ),
            Column("category", STRING, "kind of food; prepared or not food where there is no name"),
            Column("basic", BOOLEAN, "whether nearly every kitchen and recipe has it: salt, water"),
            Column(
                "origin",
                STRING,
                "where the variant comes from: hand, mined, or plural or spelling of one of these",
            ),
            Column("count", INTEGER, "training recipes with a line of this name", "recipes"),
        ),
    ),
    Table(
        "recipe_ingredients",
        "an ingredient of a recipe of the corpus, once for each origin",
        "learn-ingredients",
        (
            RECIPE_ID,
            SPLIT,
            Column("origin", STRING, "where it was found: lines or directions"),
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
            Column("basic", BOOLEAN, "goes with anything, such as salt: never in a flagged pair"),
            Column("count", INTEGER, "training recipes that use it", "recipes"),
            Column("share", REAL, "count over all training recipes with a known ingredient"),
            Column(
                "companions",
                STRINGS,
                "what it meets oftener than by chance even at the low end of the interval, in five "
                "recipes or more, the surest first; basics and what is named after it left out",
            ),
        ),
    ),
    Table(
        "pairings",
        "a pair of ingredients that occurs, or that chance would let occur at least once",
        "learn-pairings",
        (
            INGREDIENT_A,
            INGREDIENT_B,
            Column("count_a", INTEGER, "training recipes with ingredient_a", "recipes"),
            Column("count_b", INTEGER, "training recipes with ingredient_b", "recipes"),
            Column("count_both", INTEGER, "training recipes with both", "recipes"),
            Column(
                "expected", REAL, "recipes with both if ingredients were independent", "recipes"
            ),
            Column(
                "others_both", REAL, "recipes of the judge with both, at their worth", "recipes"
            ),
            Column("others_expected", REAL, "those expected by chance, likewise", "recipes"),
            Column("log_prior", REAL, "ln L, the log lift that their company lets one expect"),
            Column(
                "log_lift",
                REAL,
                "ln((count_both + others_both + k L) / (expected + others_expected + k)): below 0, "
                "rarer together than by chance",
            ),
            Column("log_lift_low", REAL, "lower end of its interval, over collections of recipes"),
            Column("log_lift_high", REAL, "upper end of its interval, over collections of recipes"),
            Column(
                "same_company", REAL, "cosine of their positive log lifts with all others, 0 to 1"
            ),
            Column("objection", REAL, "log-odds that a cook objects; -9 for a basic such as salt"),
            VERDICT,
            IMPLAUSIBLE,
            Column("verdict_before", STRING, "that of the built-in judge alone; null without it"),
        ),
    ),
    Table(
        "ingredient_model",
        "a named array of the model of ingredients in context, or of its calibration",
        "learn-pairings",
        (
            Column("parameter", STRING, "its name"),
            Column("shape", pa.list_(pa.int64()), "its dimensions"),
            Column("values", pa.list_(pa.float64()), "its numbers, the last dimension fastest"),
        ),
    ),
    Table(
        "pairing_validation",
        "a measurement of how well pairs are judged",
        "learn-pairings",
        (
            Column("test", STRING, "what was asked, and on which recipes"),
            Column("metric", STRING, "what was measured"),
            *ESTIMATE,
            Column("count", INTEGER, "cases that the estimate rests on"),
        ),
    ),
    Table(
        "samples",
        "a recipe that the network, or another generator, wrote",
        "generate",
        (
            SAMPLE_ID,
            GROUP,
            Column("prompt", STRING, "the words it was given"),
            Column("temperature", REAL, "sampling temperature; null where it is not known"),
            Column("top_k", INTEGER, "drawn among so many words; 0: among all", "words"),
            Column("top_p", REAL, "drawn among the likeliest words of this probability"),
            Column("min_p", REAL, "drawn among words at least so often as probable as the first"),
            Column("text", STRING, "what its generator wrote, whole; what it continued included"),
            FROM_FIELDS,
            WORD_COUNT,
            Column("stopped", BOOLEAN, "its generator ended it by itself; null where not known"),
            Column("finish_reason", STRING, "why an endpoint says that it ended, or null"),
            Column("prompt_tokens", INTEGER, "of the prompt, by the generator, or null", "tokens"),
            Column("completion_tokens", INTEGER, "of what it wrote, or null", "tokens"),
            Column("seconds", REAL, "from the request to the whole answer, or null", "seconds"),
            LOG_PROBABILITIES[0],
            Column(
                "heated_log_probability",
                REAL,
                "likewise at the sampling temperature, among all words",
                "nats",
            ),
            ENTROPY,
            LOG_PROBABILITIES[1],
            Column("prompt_group", STRING, "open (a prompt of the configuration) or title"),
            Column("recipe_id", STRING, "the held-out recipe whose title it was given, or null"),
        ),
    ),
    Table(
        "word_probabilities",
        "a likely next word after a prompt",
        "generate",
        (
            Column("prompt", STRING, "the words it was given"),
            Column("temperature", REAL, "sampling temperature"),
            Column("rank", INTEGER, "1 for the most probable"),
            Column("word", STRING, "the next word; empty for the stop token"),
            Column("probability", REAL, "at this temperature"),
            Column("entropy", REAL, "of the whole distribution, the same in each row", "bits"),
        ),
    ),
    Table(
        "sample_words",
        "a likely word at a step of a chosen sample, or the word that was drawn",
        "generate",
        (
            SAMPLE_ID,
            Column("position", INTEGER, "of the word in the sample, from 0 on", "words"),
            Column("rank", INTEGER, "1 for the most probable"),
            Column("word", STRING, "the word; empty for the stop token"),
            Column("probability", REAL, "at the sampling temperature, among all words"),
            Column("drawn", BOOLEAN, "whether the sample goes on with it"),
        ),
    ),
    Table(
        "sample_rejects",
        "a line of another generator's file that cannot be used",
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
            Column("recipe_id", STRING, "the held-out recipe"),
            Column("prompt", STRING, "the words before the first that counts: “recipe for”"),
            TEXT,
            FROM_FIELDS,
            WORD_COUNT,
            Column("stopped", BOOLEAN, "the whole recipe fits into max_tokens"),
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
            Column("end", INTEGER, "offset behind its last character", "characters"),
            Column("surface", STRING, "text[start:end]"),
            INGREDIENT,
            Column("section", STRING, "title, ingredients or directions"),
            Column(
                "role",
                STRING,
                "used, optional or alternative: in the dish; absent (“no garlic”) or aside "
                "(“the size of a pea”): not",
            ),
            Column(
                "choice",
                INTEGER,
                "number of the choice within the text that an alternative is part of; 0 for none",
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
            Column("log_lift", REAL, "of the pair; 0 where an ingredient is not known"),
        ),
    ),
    Table(
        "sample_scores",
        "a sample, real recipe or control recipe",
        "score",
        (
            SAMPLE_ID,
            Column("ingredient_count", INTEGER, "different ingredients found"),
            Column("pair_count", INTEGER, "pairs of them"),
            Column("judged_pair_count", INTEGER, "pairs of which anybody can tell"),
            Column("implausible_pair_count", INTEGER, "pairs that a cook would object to"),
            Column("unusual_pair_count", INTEGER, "other pairs that cooks rarely put together"),
            Column(
                "pair_support",
                REAL,
                "sum over pairs of how much they speak for ingredients that belong together",
            ),
            Column("typical_support", REAL, "what the same ingredients have in real recipes"),
            Column(
                "implausibility",
                REAL,
                "log-odds that the recipe is a spoilt one; null under two known ingredients",
                "nats",
            ),
            Column(
                "p_value",
                REAL,
                "share of real recipes that are, for their size, at least as implausible, or null",
            ),
            Column(
                "flagged",
                BOOLEAN,
                "at most one in twenty real recipes of its size is as implausible and has as bad a "
                "pair",
            ),
            Column("worst_ingredient", STRING, "the one likeliest to be out of place, or null"),
            Column(
                "origin", STRING, "lines where the text has an ingredient list, else directions"
            ),
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
            Column("repeated_4grams", INTEGER, "4-grams that stood in the text before"),
            Column("all_4grams", INTEGER, "4-grams of the text"),
            Column("loop_words", INTEGER, "words at its end that only repeat a span", "words"),
            Column("unknown_words", INTEGER, "words that the vocabulary lacks", "words"),
            Column("copied_words", INTEGER, "longest span that a training recipe has", "words"),
            Column("copied_start", INTEGER, "its first word, from 0 on", "words"),
            Column("copied_recipe_id", STRING, "a training recipe that has it, or null"),
            *_ngrams("new", "that no training recipe has", NEW_NGRAMS),
            *_ngrams("all", "of the text", NEW_NGRAMS[1:]),
            Column("nearest_recipe_id", STRING, "the training recipe that is most alike, or null"),
            Column(
                "nearest_similarity", REAL, "Jaccard similarity of word 3-grams with it, 0 to 1"
            ),
            Column("title_ingredients", INTEGER, "ingredients that the title names"),
            Column("used_title_ingredients", INTEGER, "those that the directions use"),
            Column("listed_ingredients", INTEGER, "ingredients of its list; null without a list"),
            Column("used_listed_ingredients", INTEGER, "those that the directions use too"),
            Column("used_ingredients", INTEGER, "ingredients of the directions beside a list"),
            Column("quantities", INTEGER, "temperatures, times and measures of a known unit"),
            Column("unusual_quantities", INTEGER, "those out of the range of training recipes"),
            Column("one_title", BOOLEAN, "it is one title and directions"),
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
        "a metric of the texts of a group and temperature that continue one kind of prompt",
        "summarise",
        (
            TEMPERATURE,
            GROUP,
            Column("prompts", STRING, "open (a prompt of the configuration) or title"),
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
            Column("difference", REAL, "its value minus that of real recipes"),
            Column("low", REAL, "lower end of the interval of the difference"),
            Column("high", REAL, "upper end of the interval of the difference"),
            Column("p_value", REAL, "that of no difference, two-sided"),
            Column("p_adjusted", REAL, "likewise, by Holm's method over the rows of the metric"),
            Column("detectable", REAL, "the difference found four times in five at level 5 %"),
        ),
    ),
    Table(
        "operating_points",
        "a generator at a temperature and cut-off",
        "summarise",
        (
            Column("generator", STRING, "the generator: the LSTM, or another by its name"),
            GROUP,
            TEMPERATURE,
            Column("count", INTEGER, "texts"),
            Column("distance", REAL, "from real cooking: the sum of the next three; 0 is best"),
            Column("low", REAL, "lower end of the interval of the distance"),
            Column("high", REAL, "upper end of the interval of the distance"),
            Column("exchanged_share", REAL, "as in temperature_summary, beyond that of real ones"),
            Column("lost_diversity", REAL, "share by which distinct 2-grams lie below real ones"),
            Column("excess_memorised", REAL, "memorised_rate beyond that of real recipes"),
            Column("implausible_pair_rate", REAL, "as in temperature_summary"),
            Column("best", BOOLEAN, "the smallest distance of this generator"),
            Column("probability_best", REAL, "share of resamples in which it is the smallest"),
        ),
    ),
    Table(
        "generator_tests",
        "a metric of a generator compared with that of another, or of real recipes",
        "summarise",
        (
            Column("generator_a", STRING, "a generator"),
            Column("generator_b", STRING, "another one, or real recipes"),
            Column("at", STRING, "best: each at its best point; all: over all temperatures"),
            METRIC,
            Column("estimate_a", REAL, "its value for the first"),
            Column("estimate_b", REAL, "its value for the second"),
            Column("difference", REAL, "the first minus the second"),
            Column("low", REAL, "lower end of the interval of the difference"),
            Column("high", REAL, "upper end of the interval of the difference"),
            Column("p_value", REAL, "that of no difference, two-sided"),
            Column("p_adjusted", REAL, "likewise, by Holm's method over the pairs of the metric"),
            Column("matched", INTEGER, "titles that both have texts of, drawn together"),
        ),
    ),
    Table(
        "network_summary",
        "a metric at a temperature over the networks trained alike, where there are several",
        "summarise",
        (
            TEMPERATURE,
            Column("group", STRING, "generated, with cut-offs, whatever the network"),
            METRIC,
            Column("networks", INTEGER, "how many were measured"),
            Column("estimate", REAL, "mean of their estimates"),
            Column("low", REAL, "lower end of the interval of the mean over networks"),
            Column("high", REAL, "upper end of the interval of the mean over networks"),
            Column("lowest", REAL, "the lowest of their estimates"),
            Column("highest", REAL, "the highest of their estimates"),
            Column(
                "training_sd",
                REAL,
                "standard deviation between networks beyond the drawing of texts",
            ),
        ),
    ),
    Table(
        "trends",
        "how a metric moves with temperature",
        "summarise",
        (
            GROUP,
            Column("metric", STRING, "what was measured"),
            Column(
                "statistic",
                STRING,
                "slope (change for one unit of temperature), or onset_temperature (from which on "
                "it lies above real recipes by onset_margin)",
            ),
            Column("estimate", REAL, "the value; null for an onset above all temperatures"),
            Column("low", REAL, "lower end of its interval"),
            Column("high", REAL, "upper end; null for an onset above all temperatures"),
            Column("p_value", REAL, "that of no slope, two-sided; null for an onset"),
        ),
    ),
    Table(
        "pair_summary",
        "an implausible pair in the samples of a temperature",
        "summarise",
        (
            INGREDIENT_A,
            INGREDIENT_B,
            GROUP,
            TEMPERATURE,
            Column("sample_count", INTEGER, "texts of this group and temperature with the pair"),
        ),
    ),
)

TABLES: dict[str, Table] = {table.name: table for table in _TABLES}
"""Every table by its name, in the order in which the stages write them."""

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
        "a recipe of a part, in its order",
        "ingest",
        (
            RECIPE_ID,
            Column("signature", pa.list_(pa.uint32()), "MinHash of its directions' word 3-grams"),
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
        (NAME, Column("count", INTEGER, "training recipes whose lines name it", "recipes")),
    ),
    Table(
        "name_agreement",
        "a candidate for the lexicon",
        "learn-ingredients",
        (
            NAME,
            Column("written", INTEGER, "training recipes whose directions have it", "recipes"),
            Column("both", INTEGER, "those of them whose lines have it too", "recipes"),
        ),
    ),
)

_OUTSIDE = (
    Table(
        "group_summary",
        "a metric of a group of recipes that belong to no run",
        "score --texts",
        (Column("group", STRING, "what its recipes name, else all"), *MEASURED),
    ),
)

OUTSIDE: dict[str, Table] = {table.name: table for table in _OUTSIDE}
"""What is written of recipes that belong to no run."""

PARTS: dict[str, Table] = {table.name: table for table in _PARTS}
"""What the steps of a stage hand on to each other; gone when the stage is finished."""

SCHEMAS: dict[str, Table] = TABLES | OUTSIDE | PARTS
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
    Reference("sample_scores", _TEXT, ("samples", "references"), "sample_id"),
    Reference("text_measures", _TEXT, ("samples", "references"), "sample_id"),
    Reference(
        "text_measures", ("copied_recipe_id", "nearest_recipe_id"), ("recipes",), "recipe_id"
    ),
    Reference("pair_summary", _PAIR, ("lexicon",), "ingredient"),
)


def written_by(stage: str) -> list[str]:
    """The names of the tables that ``stage`` writes."""
    return [table.name for table in _TABLES if table.stage == stage]


def data_dictionary(names: Iterable[str] = (*TABLES, *OUTSIDE)) -> str:
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
