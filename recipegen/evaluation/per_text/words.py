"""Properties of the words of texts, a small function for each. Blanks separate the words."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

import numpy as np
import numpy.typing as npt
import pandas as pd

BLOCK_WORDS = 5000
"""Words in a block; metrics of diversity are measured on blocks."""


def ngrams(words: Sequence[str], n: int) -> Iterable[tuple[str, ...]]:
    """Every run of ``n`` words, in order."""
    return zip(*(words[start:] for start in range(n)), strict=False)


def repeated_ngrams(text: str, n: int = 4) -> tuple[int, int]:
    """How many n-grams of a text occur earlier in it, and how many it has in all.

    Repetition within a text, as in Welleck et al. 2020 (seq-rep-n).
    """
    counts = Counter(ngrams(text.split(), n))
    return counts.total() - len(counts), counts.total()


def final_loop(text: str, repeats: int = 3, longest: int = 20) -> int:
    """How many words at the end of a text only repeat what comes before them; 0 without a loop.

    A loop is a span of at most ``longest`` words that occurs at least ``repeats`` times in a row at
    the end (Holtzman et al. 2020 call it degenerate repetition). The words of its first occurrence
    are not counted.
    """
    words = text.split()
    found = 0
    for period in range(1, longest + 1):
        tail = 0
        while tail + period < len(words) and words[-1 - tail] == words[-1 - tail - period]:
            tail += 1
        if tail >= period * (repeats - 1):
            found = max(found, tail)
    return found


def blocks(texts: Iterable[list[str]], block_words: int = BLOCK_WORDS) -> Iterator[list[list[str]]]:
    """Texts, as words, in whole blocks of ``block_words`` words or a little more.

    Some metrics depend on the amount of text, so they are compared only on blocks of one size. The
    words after the last whole block are left out; too little text gives no block.
    """
    block: list[list[str]] = []
    words = 0
    for text in texts:
        block.append(text)
        words += len(block[-1])
        if words >= block_words:
            yield block
            block, words = [], 0


def distinct(block: Sequence[Sequence[str]], n: int) -> float:
    """Share of distinct n-grams (Li et al. 2016); no n-gram spans two texts."""
    grams = list(chain.from_iterable(ngrams(each, n) for each in block))
    return len(set(grams)) / len(grams) if grams else 0.0


def zipf_coefficient(block: Sequence[Sequence[str]]) -> float:
    """The exponent s of Zipf's law: the frequency of a word is proportional to its rank ** -s.

    It is fitted by least squares in logarithms, and is about 1 in natural language (Zipf 1949).
    Holtzman et al. 2020 compare it in the same way. NaN if there are fewer than two different
    words.
    """
    counts = sorted(Counter(chain.from_iterable(block)).values(), reverse=True)
    if len(counts) < 2:
        return math.nan
    ranks = np.log(np.arange(1, len(counts) + 1))
    return -float(np.polyfit(ranks, np.log(counts), 1)[0])


def self_bleu(block: Sequence[Sequence[str]]) -> list[float]:
    """BLEU-4 of each text with all others of the block as references (Zhu et al. 2018), 0 to 1.

    BLEU as in Papineni et al. 2002, on unchanged words and without smoothing. The higher it is, the
    more alike are the texts. Texts of fewer than four words are left out.
    """
    texts = [text for text in block if len(text) >= _BLEU]
    if len(texts) < 2:
        return []
    lengths = np.array([len(text) for text in texts])
    owner = np.repeat(np.arange(len(texts)), lengths)
    words = pd.factorize(np.array(list(chain.from_iterable(texts)), dtype=object))[0]
    grams, matched = words, np.ones((len(texts), _BLEU))
    for n in range(1, _BLEU + 1):
        matched[:, n - 1] = _clipped(owner[: len(grams)], grams, len(texts)) / (lengths - n + 1)
        # The (n + 1)-grams: each n-gram with the word after it, unless that is in the next text.
        longer = pd.factorize(grams[:-1] * (words.max() + 1) + words[n:])[0]
        grams = np.where((owner[n:] == owner[: len(longer)]) & (grams[:-1] >= 0), longer, -1)
    with np.errstate(divide="ignore"):
        precision = np.exp(np.log(matched).mean(axis=1))
    return [
        float(score * _brevity(length, np.delete(lengths, at)))
        for at, (score, length) in enumerate(zip(precision, lengths, strict=True))
    ]


_BLEU = 4
Integers = npt.NDArray[np.int64]


def _clipped(owner: Integers, grams: Integers, texts: int) -> Integers:
    """The n-grams of each text that occur in another, counted as often as in one other at most.

    Args:
        owner: the text of each n-gram.
        grams: the number of each n-gram, the same for the same words; -1 if it is none.
        texts: number of texts.
    """
    whole = grams >= 0
    keys, counts = np.unique(grams[whole] * texts + owner[whole], return_counts=True)
    gram, text = np.divmod(keys, texts)
    order = np.lexsort((-counts, gram))
    gram, text, counts = gram[order], text[order], counts[order]
    first = np.flatnonzero(np.diff(gram, prepend=-1))
    size = np.diff([*first, len(gram)])
    # What another text allows: the highest count of the n-gram, or, to the text that has it, the
    # second highest.
    allowed = np.repeat(counts[first], size)
    second = np.where(size > 1, counts[np.minimum(first + 1, len(counts) - 1)], 0)
    allowed[first] = second
    return np.bincount(text, np.minimum(counts, allowed), minlength=texts).astype(np.int64)


def _brevity(length: int, others: npt.NDArray[np.int64]) -> float:
    """BLEU's penalty for a text that is shorter than the reference nearest in length."""
    distances = np.abs(others - length)
    nearest = int(others[distances == distances.min()].min())
    return 1.0 if length >= nearest else math.exp(1 - nearest / length)
