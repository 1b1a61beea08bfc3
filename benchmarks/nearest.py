"""How often the nearest training recipe of a text is found: by a matrix product, or by MinHash.

python -m benchmarks.nearest --run DIR [--texts 500]
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
from datasketch import MinHash, MinHashLSH

from recipegen.evaluation.per_text.memorisation import nearest
from recipegen.language.vocabulary import Vocabulary
from recipegen.storage.run_folder import Run

Similarities = npt.NDArray[np.float64]
Shingles = frozenset[tuple[int, ...]]
PERMUTATIONS = 128


def shingles(ids: Sequence[int]) -> Shingles:
    """The word 3-grams of a text."""
    return frozenset(zip(ids, ids[1:], ids[2:], strict=False))


def jaccard(one: Shingles, other: Shingles) -> float:
    """Their similarity, 0 to 1."""
    both = len(one & other)
    return both / (len(one) + len(other) - both) if both else 0.0


def by_all_pairs(texts: list[Shingles], training: list[Shingles]) -> Similarities:
    """The similarity of the nearest recipe, by comparing all with all."""
    return np.array([max(jaccard(text, recipe) for recipe in training) for text in texts])


def by_minhash(texts: list[Shingles], training: list[Shingles], threshold: float) -> Similarities:
    """Likewise, among the candidates that locality-sensitive hashing finds."""
    index = MinHashLSH(threshold=threshold, num_perm=PERMUTATIONS)
    for place, recipe in enumerate(training):
        index.insert(place, hashed(recipe))
    found = [index.query(hashed(text)) for text in texts]
    return np.array(
        [
            max((jaccard(text, training[place]) for place in places), default=0.0)
            for text, places in zip(texts, found, strict=True)
        ]
    )


def hashed(text: Shingles) -> MinHash:
    """The MinHash of a text."""
    made = MinHash(PERMUTATIONS)
    made.update_batch([repr(gram).encode() for gram in text])
    return made


def main() -> None:
    """Print how often each way finds the nearest recipe, and how long it takes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--run", type=Path, required=True)
    parser.add_argument("--texts", type=int, default=500)
    options = parser.parse_args()
    run = Run.open(options.run)
    vocabulary = Vocabulary(run.read("vocabulary", ["token"])["token"].tolist())
    tokens = run.read("tokens", ["split", "token_ids"])
    training = [ids.tolist() for ids in tokens[tokens["split"] == "train"]["token_ids"]]
    samples = run.read("samples", ["sample_id", "text"])
    chosen = samples.sample(options.texts, random_state=1)["text"]
    texts = [vocabulary.encode(text) for text in chosen]
    theirs, ours = [list(map(shingles, each)) for each in (training, texts)]
    ways: dict[str, Callable[[], Similarities]] = {
        "all pairs": lambda: by_all_pairs(ours, theirs),
        "product of sparse matrices": lambda: nearest(texts, training, len(vocabulary)).similarity,
        **{
            f"MinHash, threshold {threshold:g}": lambda t=threshold: by_minhash(ours, theirs, t)
            for threshold in (0.5, 0.2, 0.1)
        },
    }
    print(f"{len(texts):,} samples, {len(training):,} training recipes\n")
    print("| way | s | nearest found | within .02 | none found | mean similarity |")
    print("|---|---|---|---|---|---|")
    truth: Similarities | None = None
    for name, way in ways.items():
        began = time.perf_counter()
        found = way()
        seconds = time.perf_counter() - began
        truth = found if truth is None else truth
        shares = (np.isclose(found, truth), found > truth - 0.02, found == 0)
        told = " | ".join(f"{share.mean():.1%}" for share in shares)
        print(f"| {name} | {seconds:.1f} | {told} | {found.mean():.3f} |")


if __name__ == "__main__":
    main()
