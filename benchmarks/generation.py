"""Words drawn a second, and how near that is to what the processor can do.

``python -m benchmarks.generation --run DIR``, after ``recipegen train``. The bound is what the
arithmetic of the network alone takes (two operations a weight and word, the embedding aside) at
the speed of a large product of matrices in single precision. The book's loop, which reads the whole
text again for each word, is measured beside it.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import numpy as np
import torch

from recipegen.language.checkpoint import load_model
from recipegen.language.model import RecipeLSTM
from recipegen.language.sampling import (
    Sampling,
    TextGenerator,
    encode_prompt,
    generate_batch,
    uniform_numbers,
)
from recipegen.language.vocabulary import Vocabulary
from recipegen.stages import CHECKPOINT
from recipegen.store import Run

SEED, WORDS, BOOK_WORDS, ROUNDS = 7, 200, 60, 3
PROMPT = "recipe for"


def product_speed() -> float:
    """Operations a second of a large product of matrices."""
    matrix = torch.randn(2048, 2048)
    matrix @ matrix
    began = time.perf_counter()
    for _ in range(5):
        matrix @ matrix
    return 5 * 2 * 2048**3 / (time.perf_counter() - began)


def operations(model: RecipeLSTM) -> int:
    """Arithmetic of one word: a multiplication and an addition for each weight."""
    return 2 * sum(weight.numel() for weight in model.parameters()) - 2 * (
        model.embedding.weight.numel()
    )


def words_a_second(
    model: RecipeLSTM, vocabulary: Vocabulary, temperature: float, batch: int
) -> float:
    """The fastest of some rounds of one batch."""
    tokens = encode_prompt(vocabulary, PROMPT)
    uniforms = np.stack([uniform_numbers(SEED, temperature, at, WORDS) for at in range(batch)])
    speeds = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        samples = generate_batch(
            model, [tokens] * batch, [Sampling(temperature)] * batch, WORDS, uniforms
        )
        drawn = sum(len(each.tokens) + each.stopped - len(tokens) for each in samples)
        speeds.append(drawn / (time.perf_counter() - began))
    return max(speeds)


def book_words_a_second(model: RecipeLSTM, vocabulary: Vocabulary) -> float:
    """Of the book's loop, over a text of average length."""
    generator = TextGenerator(model, vocabulary, np.random.default_rng(SEED))
    began, drawn = time.perf_counter(), 0
    while drawn < BOOK_WORDS:
        drawn += len(generator.generate(PROMPT, WORDS, 1.0))
    return drawn / (time.perf_counter() - began)


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--run", type=Path, required=True)
    options = parser.parse_args()
    model, vocabulary = load_model(Run.open(options.run).folder / CHECKPOINT, torch.device("cpu"))
    print("| threads | T | batch | words/s | of the bound | times the book's loop |")
    print("|---" * 6 + "|")
    for threads in (1, torch.get_num_threads()):
        torch.set_num_threads(threads)
        bound = product_speed() / operations(model)
        book = book_words_a_second(model, vocabulary)
        for temperature in (0.5, 1.0):
            for batch in (64, 128, 256, 512):
                speed = words_a_second(model, vocabulary, temperature, batch)
                print(
                    f"| {threads} | {temperature:g} | {batch} | {speed:,.0f} | {speed / bound:.0%} "
                    f"| {speed / book:,.0f} |",
                    flush=True,
                )


if __name__ == "__main__":
    main()
