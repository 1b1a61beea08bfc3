"""Perplexity, time and size of the n-gram model, by its order.

The model is fitted to the training split of a tokenised run, and measured on its valid and test
splits.

    python -m benchmarks.ngram --run DIR [--orders N ...]
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

from recipegen.language.ngram import NGram
from recipegen.stages.tokenise import sequences
from recipegen.storage.run_folder import Run


def main() -> None:
    """Print a table: order, seconds to fit, words/s scored, n-grams, size, perplexities."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--run", type=Path, required=True)
    parser.add_argument("--orders", type=int, nargs="+", default=[1, 2, 3, 4, 5, 6])
    options = parser.parse_args()
    run = Run.open(options.run)
    size = len(run.read("vocabulary"))
    train, valid, test = (list(sequences(run, split)) for split in ("train", "valid", "test"))
    print(f"{len(train):,} recipes, {sum(map(len, train)):,} words, vocabulary {size:,}\n")
    print("| order | fit, s | words/s | n-grams | MB | valid | test |\n" + "|---" * 7 + "|")
    for order in options.orders:
        began = time.perf_counter()
        model = NGram.fit(train, size, order)
        fitted = time.perf_counter()
        words = model.log_probabilities(train)[1].sum()
        speed = words / (time.perf_counter() - fitted)
        arrays = model.arrays().values()
        print(
            f"| {order} | {fitted - began:.1f} | {speed:,.0f} "
            f"| {sum(len(table.keys) for table in model.tables):,} "
            f"| {sum(array.nbytes for array in arrays) / 1e6:.0f} "
            f"| {model.perplexity(valid):.2f} | {model.perplexity(test):.2f} |"
        )


if __name__ == "__main__":
    main()
