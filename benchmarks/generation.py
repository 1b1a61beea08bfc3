"""Words drawn a second, and how near that is to what the processor can do.

``python -m benchmarks.generation --run DIR [--plot FILE.png]``, after ``recipegen train``. The
speed is compared with two bounds: that of the network as it is, and that of the same network with
a full softmax. A bound counts two operations a weight and word, without the embedding, at the
speed of a large matrix product in single precision. Both count all words of the vocabulary, though
the adaptive softmax works out rare words only where a draw needs them. The book's loop, which reads
the whole text again for each word, is measured too; ``benchmarks.training --with-book`` measures it
in Keras.

With ``--by-temperature``, the other table is printed: for each temperature, the speed beside that
of the reference, which works out all words at each step; the share of steps at which rare words are
worked out; and how many samples have other words than those of the reference, which should be none.
"""

from __future__ import annotations

import argparse
import os
import resource
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import cast

import altair as alt
import numpy as np
import pandas as pd
import torch
from torch import nn

from recipegen.config import Generate
from recipegen.language.checkpoint import load_model
from recipegen.language.fast_softmax import EVERY, AdaptiveSoftmax
from recipegen.language.generation import Sample, generate, uniform_numbers
from recipegen.language.model import RecipeLSTM
from recipegen.language.sampling import Sampling
from recipegen.language.text_generator import TextGenerator, encode_prompt
from recipegen.language.vocabulary import Vocabulary
from recipegen.stages.train import CHECKPOINT
from recipegen.storage.run_folder import Run

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
        return drawn_words(samples, len(tokens))

    with ThreadPoolExecutor(workers) as pool:
        began = time.perf_counter()
        drawn = sum(pool.map(draw, range(workers)))
    return drawn / (time.perf_counter() - began)


def drawn_words(samples: Sequence[Sample], prompt: int) -> int:
    """Words after the prompt, including stop tokens."""
    return sum(len(each.tokens) + each.stopped - prompt for each in samples)


def by_temperature(
    model: RecipeLSTM, vocabulary: Vocabulary, batch: int
) -> Iterator[dict[str, float]]:
    """Rows of the table by temperature, for a network with an adaptive softmax and one thread."""
    torch.set_num_threads(1)
    tokens = encode_prompt(vocabulary, PROMPT)
    for temperature in GRID:
        hows = [Sampling(temperature)] * SAMPLES
        uniforms = np.stack(
            [uniform_numbers(SEED, temperature, number, WORDS) for number in range(SAMPLES)]
        )
        drawn: dict[int, list[Sample]] = {}
        seconds = dict.fromkeys((EVERY, 1), float("inf"))
        # In turn, and the best of two, because other work on the machine slows both.
        for every in (EVERY, 1) * 2:
            began = time.process_time()
            drawn[every] = generate(model, [tokens] * SAMPLES, hows, WORDS, uniforms, batch, every)
            seconds[every] = min(seconds[every], time.process_time() - began)
        words = drawn_words(drawn[EVERY], len(tokens))
        errors = [
            some.entropy - all_.entropy for some, all_ in zip(drawn[EVERY], drawn[1], strict=True)
        ]
        yield {
            "T": temperature,
            "words": words,
            "words/s": words / seconds[EVERY],
            "all worked out": words / seconds[1],
            "times": seconds[1] / seconds[EVERY],
            "worked out": worked_out(model, drawn[EVERY], uniforms, temperature, len(tokens)),
            "other words": sum(
                some.tokens != all_.tokens
                for some, all_ in zip(drawn[EVERY], drawn[1], strict=True)
            ),
            "error of the entropy": float(np.mean(errors)),
            "of one sample": float(np.std(errors)),
        }


@torch.no_grad()
def worked_out(
    model: RecipeLSTM,
    samples: Sequence[Sample],
    uniforms: np.ndarray,
    temperature: float,
    first: int,
) -> float:
    """Share of the steps of samples at which at least one cluster of rare words is worked out."""
    softmax = AdaptiveSoftmax(
        cast("nn.AdaptiveLogSoftmaxWithLoss", model.output), EVERY, gathers=True
    )
    for sample, numbers in zip(samples[:200], uniforms, strict=False):
        if len(sample.tokens) + sample.stopped == first:
            continue
        last = len(sample.tokens) + sample.stopped
        features, _ = model.features(torch.tensor([sample.tokens[: last - 1]]))
        at = torch.arange(first, last)
        softmax.draw(
            features[0, first - 1 :],
            torch.from_numpy(numbers[first:last]),
            torch.full((last - first,), temperature, dtype=torch.float64),
            (at - int(numbers[0] * EVERY)) % EVERY == 0,
        )
    return int(softmax.worked_out) / softmax.rows


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


def print_by_temperature(rows: Iterator[dict[str, float]]) -> None:
    """Print the table by temperature."""
    for number, row in enumerate(rows):
        if not number:
            print("| " + " | ".join(row) + " |\n" + "|---" * len(row) + "|")
        print(
            f"| {row['T']:g} | {row['words']:,} | {row['words/s']:,.0f} | "
            f"{row['all worked out']:,.0f} | {row['times']:.2f} | {row['worked out']:.0%} | "
            f"{row['other words']} | {row['error of the entropy']:+.4f} | "
            f"{row['of one sample']:.3f} |",
            flush=True,
        )


def main() -> None:
    """Print a table, and draw."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--run", type=Path, required=True)
    parser.add_argument("--plot", type=Path)
    parser.add_argument("--by-temperature", action="store_true")
    options = parser.parse_args()
    model, vocabulary = load_model(Run.open(options.run).folder / CHECKPOINT, torch.device("cpu"))
    if options.by_temperature:
        print_by_temperature(by_temperature(model, vocabulary, batch=512))
        return
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
