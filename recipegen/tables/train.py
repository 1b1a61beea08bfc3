"""Tables of the stage ``train``: how networks learned."""

from __future__ import annotations

from recipegen.tables.schema import INTEGER, REAL, STRING, Column, Table
from recipegen.tables.shared_columns import NETWORK, TEXT

TABLES = (
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
)
