"""Properties of the words of texts, a small function for each. Blanks separate the words."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

import numpy as np
import numpy.typing as npt

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
    lengths = np.array([len(text) for text in texts])
    matched = np.ones((len(texts), _BLEU))
    for n in range(1, _BLEU + 1):
        counted = [Counter(ngrams(text, n)) for text in texts]
        first, second = _two_highest(counted)
        for at, counts in enumerate(counted):
            clipped = sum(
                min(count, second[gram] if first[gram] == (count, at) else first[gram][0])
                for gram, count in counts.items()
            )
            matched[at, n - 1] = clipped / counts.total()
    with np.errstate(divide="ignore"):
        precision = np.exp(np.log(matched).mean(axis=1))
    return [
        float(score * _brevity(length, np.delete(lengths, at)))
        for at, (score, length) in enumerate(zip(precision, lengths, strict=True))
        if len(texts) > 1
    ]


_BLEU = 4


def _two_highest(
    counted: Sequence[Counter[tuple[str, ...]]],
) -> tuple[dict[tuple[str, ...], tuple[int, int]], dict[tuple[str, ...], int]]:
    """For each n-gram: its highest count, the first text with it, the highest of other texts."""
    first: dict[tuple[str, ...], tuple[int, int]] = {}
    second: dict[tuple[str, ...], int] = {}
    for at, counts in enumerate(counted):
        for gram, count in counts.items():
            best = first.get(gram, (0, -1))[0]
            if count > best:
                first[gram], second[gram] = (count, at), best
            else:
                second[gram] = max(second[gram], count)
    return first, second


def _brevity(length: int, others: npt.NDArray[np.int64]) -> float:
    """BLEU's penalty for a text that is shorter than the reference nearest in length."""
    distances = np.abs(others - length)
    nearest = int(others[distances == distances.min()].min())
    return 1.0 if length >= nearest else math.exp(1 - nearest / length)
