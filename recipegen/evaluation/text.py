"""Properties of a text as a text: one metric, one small function. Words are set apart by blanks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import chain

UNKNOWN_WORD = "[UNK]"

BLOCK_WORDS = 5000
"""Words in a block that distinct-n is measured on."""


def ngrams(words: Sequence[str], n: int) -> Iterable[tuple[str, ...]]:
    """Every run of ``n`` words, in order."""
    return zip(*(words[start:] for start in range(n)), strict=False)


def repeated_ngrams(text: str, n: int = 4) -> tuple[int, int]:
    """How many n-grams of a text have occurred in it before, and how many it has.

    Repetition within a text, as in Welleck et al. 2020 (seq-rep-n).
    """
    counts = Counter(ngrams(text.split(), n))
    return counts.total() - len(counts), counts.total()


def unknown_words(text: str) -> tuple[int, int]:
    """How many words of a text are ``[UNK]``, and how many it has."""
    words = text.split()
    return words.count(UNKNOWN_WORD), len(words)


def distinct(texts: Iterable[str], n: int, block_words: int = BLOCK_WORDS) -> list[float]:
    """Share of distinct n-grams (Li et al. 2016) in each whole block of ``block_words`` words.

    The share falls as text grows, so it is compared on blocks of one size only. No n-gram runs
    across the border of two texts. Less than one block of text gives an empty list.
    """
    shares = []
    block: list[list[str]] = []
    words = 0
    for text in texts:
        block.append(text.split())
        words += len(block[-1])
        if words >= block_words:
            grams = list(chain.from_iterable(ngrams(each, n) for each in block))
            shares.append(len(set(grams)) / len(grams) if grams else 0.0)
            block, words = [], 0
    return shares
