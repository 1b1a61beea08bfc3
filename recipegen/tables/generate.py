"""Tables of the stage ``generate``: what generators wrote."""

from __future__ import annotations

from recipegen.tables.schema import BOOLEAN, INTEGER, REAL, STRING, Column, Table
from recipegen.tables.shared_columns import (
    ENTROPY,
    FROM_FIELDS,
    GROUP,
    LOG_PROBABILITIES,
    REJECT,
    SAMPLE_ID,
    WORD_COUNT,
)

TABLES = (
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
)

PARTS = (
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
)
"""What the steps of the stage pass on to each other."""
