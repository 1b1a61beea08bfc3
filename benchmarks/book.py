"""The book's network in Keras, trained and sampled as in the book.

``python benchmarks/book.py DATA.npz --epochs 4`` needs a Python with ``tensorflow``, and nothing
of recipegen. ``benchmarks.training --with-book`` writes the data and calls it. It prints one JSON
object a line: one for each epoch, then one for the generation loop.

The network has an embedding of 100, an LSTM of 128 units and a dense softmax, and is trained with
Adam. Each batch has 32 recipes. They are padded with the stop token to one length, and the padding
counts in the loss (Foster, Generative Deep Learning, 2nd edition, ch. 5). The perplexity is
computed as ours: over all words after the first, with the stop token once and no padding.
"""

from __future__ import annotations

import argparse
import json
import os
import time

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np

EMBEDDING, UNITS, BATCH = 100, 128, 32
START, DRAWN = (2, 3), 60


def network(vocabulary: int):
    """The compiled network."""
    import keras

    inputs = keras.layers.Input(shape=(None,), dtype="int32")
    embedded = keras.layers.Embedding(vocabulary, EMBEDDING)(inputs)
    hidden = keras.layers.LSTM(UNITS, return_sequences=True)(embedded)
    model = keras.models.Model(inputs, keras.layers.Dense(vocabulary, activation="softmax")(hidden))
    model.compile("adam", keras.losses.SparseCategoricalCrossentropy())
    return model


def perplexity(model, tokens: np.ndarray, lengths: np.ndarray) -> float:
    """Exp of the mean negative log-likelihood of the words that count."""
    loss, words = 0.0, 0
    for first in range(0, len(tokens), BATCH):
        rows, counts = tokens[first : first + BATCH], lengths[first : first + BATCH]
        odds = model(rows[:, :-1], training=False).numpy()
        own = np.take_along_axis(odds, rows[:, 1:, None].astype(np.int64), axis=2)[..., 0]
        counted = np.arange(1, rows.shape[1]) < counts[:, None]
        loss -= np.log(np.maximum(own[counted], 1e-30)).sum(dtype=np.float64)
        words += int(counted.sum())
    return float(np.exp(loss / words))


def words_a_second(model) -> float:
    """Of the book's loop, which reads the whole text again for each word."""
    random = np.random.default_rng(1)
    model.predict(np.array([START]), verbose=0)
    began, tokens = time.perf_counter(), list(START)
    for _ in range(DRAWN):
        odds = model.predict(np.array([tokens]), verbose=0)[0, -1].astype(np.float64)
        tokens.append(int(random.choice(len(odds), p=odds / odds.sum())))
    return DRAWN / (time.perf_counter() - began)


def main() -> None:
    """Print a line an epoch, then one for the loop."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", help="train, train_lengths, valid, valid_lengths, vocabulary")
    parser.add_argument("--epochs", type=int, default=4)
    options = parser.parse_args()
    data = np.load(options.data)
    model = network(int(data["vocabulary"]))
    inputs, targets = data["train"][:, :-1], data["train"][:, 1:]
    words, seconds = int((data["train_lengths"] - 1).sum()), 0.0
    for epoch in range(1, options.epochs + 1):
        began = time.perf_counter()
        model.fit(inputs, targets, batch_size=BATCH, epochs=1, verbose=0)
        took = time.perf_counter() - began
        seconds += took
        valid = perplexity(model, data["valid"], data["valid_lengths"])
        row = {"epoch": epoch, "seconds": seconds, "words_per_second": words / took}
        print(json.dumps({**row, "valid_perplexity": valid}), flush=True)
    print(json.dumps({"loop_words_per_second": words_a_second(model)}), flush=True)


if __name__ == "__main__":
    main()
