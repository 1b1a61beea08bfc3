"""Words drawn a second, and how near that is to what the processor can do.

``python -m benchmarks.generation --run DIR [--plot FILE.png]``, after ``recipegen train``. The
speed is compared with two bounds: that of the network as it is, and that of the same network with
a full softmax. A bound counts two operations a weight and word, without the embedding, at the
speed of a large matrix product in single precision. The book's loop, which reads the whole text
again for each word, is measured too; ``benchmarks.training --with-book`` measures it in Keras.
"""

from __future__ import annotations

import argparse
import os
import resource
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import altair as alt
import numpy as np
import pandas as pd
import torch

from recipegen.config import Generate
from recipegen.language.checkpoint import load_model
from recipegen.language.drawing import Sampling
from recipegen.language.generation import generate, uniform_numbers
from recipegen.language.model import RecipeLSTM
from recipegen.language.text_generator import TextGenerator, encode_prompt
from recipegen.language.vocabulary import Vocabulary
from recipegen.stages.train import CHECKPOINT
from recipegen.store import Run

SEED, WORDS, BOOK_WORDS, SAMPLES = 7, 200, 60, 2000
PROMPT = "recipe for"
THREADS = os.cpu_count() or 1
GRID = Generate().temperatures


def product_speed() -> float:
    """Operations a second of a large product of matrices."""
    matrix = torch.randn(2048, 2048)
    matrix @ matrix
    began = time.perf_counter()
    for _ in range(5):
        matrix @ matrix
    return 5 * 2 * 2048**3 / (time.perf_counter() - began)


def operations(model: RecipeLSTM) -> tuple[int, int]:
    """Arithmetic of one word, as the network is and with a full softmax."""
    weights = {name: weight.numel() for name, weight in model.named_parameters()}
    inner = sum(size for name, size in weights.items() if name.startswith("lstm"))
    output = sum(size for name, size in weights.items() if name.startswith("output"))
    config = model.config
    return 2 * (inner + output), 2 * (inner + (config.hidden_size + 1) * config.vocabulary_size)


def words_a_second(
    model: RecipeLSTM,
    vocabulary: Vocabulary,
    temperatures: Sequence[float],
    batch: int,
    workers: int,
) -> float:
    """Of as many workers, each with a block of samples, so many of them at once."""
    tokens = encode_prompt(vocabulary, PROMPT)
    hows = [Sampling(temperatures[at * len(temperatures) // SAMPLES]) for at in range(SAMPLES)]
    uniforms = np.stack(
        [uniform_numbers(SEED, how.temperature, at, WORDS) for at, how in enumerate(hows)]
    )

    def draw(_: int) -> int:
        if workers > 1:
            torch.set_num_threads(max(1, THREADS // workers))
        samples = generate(model, [tokens] * SAMPLES, hows, WORDS, uniforms, batch)
        return sum(len(each.tokens) + each.stopped - len(tokens) for each in samples)

    with ThreadPoolExecutor(workers) as pool:
        began = time.perf_counter()
        drawn = sum(pool.map(draw, range(workers)))
    return drawn / (time.perf_counter() - began)


def book_words_a_second(model: RecipeLSTM, vocabulary: Vocabulary) -> float:
    """Of the book's loop, over a text of average length."""
    generator = TextGenerator(model, vocabulary, np.random.default_rng(SEED))
    began, drawn = time.perf_counter(), 0
    while drawn < BOOK_WORDS:
        drawn += len(generator.generate(PROMPT, WORDS, 1.0))
    return drawn / (time.perf_counter() - began)


def measure(model: RecipeLSTM, vocabulary: Vocabulary) -> Iterator[dict[str, float | str]]:
    """Rows of the table."""
    for name, threads, workers in (
        ("1 worker, 1 thread", 1, 1),
        (f"1 worker, {THREADS} threads", THREADS, 1),
        (f"{THREADS} workers, 1 thread each", THREADS, THREADS),
    ):
        torch.set_num_threads(threads)
        speed, (own, full) = product_speed(), operations(model)
        loop = book_words_a_second(model, vocabulary)
        for shown, temperatures in (("1", (1.0,)), ("seven", GRID)):
            for batch in (128, 256, 512, 1024):
                drawn = words_a_second(model, vocabulary, temperatures, batch, workers)
                yield {
                    "machine": name,
                    "T": shown,
                    "batch": batch,
                    "words/s": drawn,
                    "of the bound": drawn / (speed / own),
                    "of the bound with a full softmax": drawn / (speed / full),
                    "times the loop": drawn / loop,
                    "MB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
                }


def chart(rows: list[dict[str, float | str]]) -> alt.Chart:
    """Words a second by batch, a line for each way to use the machine, all temperatures."""
    table = pd.DataFrame([row for row in rows if row["T"] == "seven"])
    return (
        alt.Chart(table)
        .mark_line(point=True)
        .encode(
            x=alt.X("batch:Q", scale=alt.Scale(type="log", base=2), title="samples at once"),
            y=alt.Y("words/s:Q", title="words a second"),
            color=alt.Color("machine:N", title=None),
        )
        .properties(width=420, height=260)
    )


def main() -> None:
    """Print a table, and draw."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--run", type=Path, required=True)
    parser.add_argument("--plot", type=Path)
    options = parser.parse_args()
    model, vocabulary = load_model(Run.open(options.run).folder / CHECKPOINT, torch.device("cpu"))
    rows = []
    for row in measure(model, vocabulary):
        if not rows:
            print("| " + " | ".join(row) + " |\n" + "|---" * len(row) + "|")
        rows.append(row)
        shares = (f"{row[name]:.0%}" for name in row if name.startswith("of the"))
        last = f"{row['times the loop']:,.0f} | {row['MB']:,.0f}"
        print(
            f"| {row['machine']} | {row['T']} | {row['batch']} | {row['words/s']:,.0f} | "
            f"{' | '.join(shares)} | {last} |",
            flush=True,
        )
    if options.plot:
        chart(rows).save(str(options.plot), scale_factor=1.3)


if __name__ == "__main__":
    main()
