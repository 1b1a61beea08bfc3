"""What a text took from the training recipes: its longest copied span and its nearest recipe.

A span is copied if one training recipe has the same words in a row. Real recipes share long spans
too ("salt and freshly ground black pepper"). So a length means something only in comparison with
held-out recipes (Lee et al. 2022). McCoy et al. 2023 measure new n-grams in the same way.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from recipegen.tables import NEW_NGRAMS

Integers = npt.NDArray[np.integer[Any]]
Hashes = npt.NDArray[np.uint64]

SHINGLE_WORDS = 3
_ROWS = 100

_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)


@dataclass(frozen=True)
class Spans:
    """The longest span of each text that occurs in a training recipe; the first one of a tie."""

    length: Integers
    """In words; 0 if no training recipe has any word of the text."""
    start: Integers
    """Position of its first word in the text."""
    recipe: Integers
    """Index of the training recipe; -1 if there is none."""
    new: dict[int, Integers]
    """For each n of ``NEW_NGRAMS``: how many n-grams of each text occur in no training recipe."""


def _as_words(recipe: Sequence[int]) -> npt.NDArray[np.int32]:
    return np.asarray(recipe, dtype=np.int32)


class _Words:
    """All recipes in one sequence of words. The n-grams still in play begin at ``places``."""

    def __init__(self, recipes: Sequence[Sequence[int]], mixed: Hashes) -> None:
        lengths = np.fromiter(map(len, recipes), dtype=np.int64, count=len(recipes))
        self.owner = np.repeat(np.arange(len(recipes), dtype=np.int32), lengths)
        self.first = np.cumsum(lengths) - lengths
        words = np.concatenate([np.zeros(0, np.int32), *map(_as_words, recipes)])
        self._mixed = mixed[words]
        self.places = np.arange(len(words), dtype=np.int32)
        self.hashes = self._mixed.copy()

    @property
    def owners(self) -> Integers:
        """Index of the recipe of each n-gram."""
        return self.owner[self.places]

    def keep(self, chosen: npt.NDArray[np.bool_]) -> None:
        self.places, self.hashes = self.places[chosen], self.hashes[chosen]

    def lengthen(self, n: int) -> None:
        """Go from n-grams to (n + 1)-grams. Those that would leave their recipe are dropped."""
        last = self.places + n
        inside = last < len(self.owner)
        inside[inside] = self.owner[last[inside]] == self.owner[self.places[inside]]
        self.keep(inside)
        with np.errstate(over="ignore"):
            self.hashes = self.hashes * _MULTIPLIER + self._mixed[self.places + n]


def copied_spans(
    texts: Sequence[Sequence[int]], training: Sequence[Sequence[int]], vocabulary_size: int
) -> Spans:
    """The longest copied span of each text, and how many of its n-grams are new.

    N-grams are looked up by 64-bit hashes, for n = 1, 2, 3 and so on. An n-gram that is not in the
    training recipes cannot be the start of a longer one that is. So few are left soon.

    Args:
        texts: token ids of each text.
        training: token ids of each training recipe.
        vocabulary_size: number of words; all token ids are below it.
    """
    ours, theirs = (_Words(recipes, _mixed(vocabulary_size)) for recipes in (texts, training))
    lengths = np.fromiter(map(len, texts), dtype=np.int64, count=len(texts))
    longest, start = np.zeros(len(texts), np.int64), np.zeros(len(texts), np.int64)
    recipe = np.full(len(texts), -1)
    new = {n: np.maximum(lengths - n + 1, 0) for n in NEW_NGRAMS}
    n = 1
    while len(ours.places):
        first, copied = _look_up(ours.hashes, theirs)
        ours.keep(copied)
        owner = ours.owners
        if n in new:
            new[n] -= np.bincount(owner, minlength=len(texts))
        changed, at = np.unique(owner, return_index=True)
        longest[changed] = n
        start[changed] = ours.places[at] - ours.first[changed]
        recipe[changed] = theirs.owner[first[copied][at]]
        ours.lengthen(n)
        theirs.lengthen(n)
        n += 1
    return Spans(longest, start, recipe, new)


def _look_up(hashes: Hashes, theirs: _Words) -> tuple[Integers, npt.NDArray[np.bool_]]:
    """The first place of each n-gram in the training recipes, and whether there is one.

    N-grams of the training recipes that were not looked up are dropped.
    """
    own, which = np.unique(hashes, return_inverse=True)
    found = np.searchsorted(own, theirs.hashes).clip(max=max(0, len(own) - 1))
    asked = own[found] == theirs.hashes
    theirs.keep(asked)
    first = np.full(len(own), -1)
    # The last assignment counts, so the first place comes last.
    first[found[asked][::-1]] = theirs.places[::-1]
    return first[which], first[which] >= 0


@dataclass(frozen=True)
class Nearest:
    """The training recipe that is most like each text."""

    recipe: Integers
    """Its index, the first one of a tie; -1 if no training recipe shares a 3-gram."""
    similarity: npt.NDArray[np.float64]
    """Jaccard similarity of the sets of word 3-grams, 0 to 1."""


def nearest(
    texts: Sequence[Sequence[int]], training: Sequence[Sequence[int]], vocabulary_size: int
) -> Nearest:
    """The nearest training recipe of each text, by the Jaccard similarity of word 3-grams.

    Exact: the 3-grams that each text shares with each recipe are a product of two sparse matrices,
    which takes less time than locality-sensitive hashing, and that finds only what is alike for the
    most part, which samples never are.

    Args:
        texts: token ids of each text.
        training: token ids of each training recipe.
        vocabulary_size: number of words; all token ids are below it.
    """
    ours, theirs, own = _shingles(texts, training, vocabulary_size)
    offered, sizes = theirs.T.tocsr(), np.diff(theirs.indptr)
    recipe, similarity = np.full(len(texts), -1), np.zeros(len(texts))
    for first in range(0, len(texts), _ROWS):
        shared = (ours[first : first + _ROWS] @ offered).tocsr()
        sums = np.repeat(own[first : first + _ROWS], np.diff(shared.indptr)) + sizes[shared.indices]
        jaccard = shared.data / (sums - shared.data)
        rows = np.flatnonzero(np.diff(shared.indptr))
        best = np.maximum.reduceat(jaccard, shared.indptr[rows]) if len(rows) else jaccard
        alike = jaccard == np.repeat(best, np.diff(shared.indptr)[rows])
        # The first recipe of a tie.
        tied = np.where(alike, shared.indices, np.iinfo(np.int32).max)
        similarity[first + rows] = best
        recipe[first + rows] = np.minimum.reduceat(tied, shared.indptr[rows]) if len(rows) else -1
    return Nearest(recipe, similarity)


def _shingles(
    texts: Sequence[Sequence[int]], training: Sequence[Sequence[int]], vocabulary_size: int
) -> tuple[csr_array, csr_array, Integers]:
    """Which training shingles each text and each recipe has, and how many each text has in all."""
    ours, theirs = (_Words(recipes, _mixed(vocabulary_size)) for recipes in (texts, training))
    for n in range(1, SHINGLE_WORDS):
        ours.lengthen(n)
        theirs.lengthen(n)
    known, places = np.unique(theirs.hashes, return_inverse=True)
    own, own_places = np.unique(ours.hashes, return_inverse=True)
    _, there, here = np.intersect1d(known, own, assume_unique=True, return_indices=True)
    place = np.full(len(own), -1)
    place[here] = there
    ours_known = place[own_places] >= 0
    return (
        _rows(ours.owners[ours_known], place[own_places][ours_known], len(texts), len(known)),
        _rows(theirs.owners, places, len(training), len(known)),
        np.diff(_rows(ours.owners, own_places, len(texts), len(own)).indptr),
    )


def _rows(owners: Integers, places: Integers, height: int, width: int) -> csr_array:
    """A sparse matrix with 1 at the given rows and columns, and 0 elsewhere."""
    ones = np.ones(len(owners), dtype=np.int32)
    rows = csr_array((ones, (owners, places)), shape=(height, max(1, width)))
    rows.sum_duplicates()
    rows.data[:] = 1
    return rows


def _mixed(vocabulary_size: int) -> Hashes:
    """A random number for each word."""
    random = np.random.default_rng(0)
    return random.integers(0, 2**64, size=vocabulary_size, dtype=np.uint64)
