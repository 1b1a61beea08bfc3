"""An n-gram model of the same words as the network.

It shows what counting alone achieves, and measures texts independently of the network. The
smoothing is interpolated modified Kneser-Ney (Chen & Goodman 1999, "An empirical study of smoothing
techniques for language modeling"). The probability of a word w after a context h is::

    p(w | h) = (c(h w) - D(c(h w))) / c(h) + g(h) p(w | h without its first word)

For the longest n-grams, c is the number of occurrences. For shorter ones, c is the number of
different words that occur before them. D is a discount that depends on the count: 1, 2, or 3 and
more. g(h) is the share of probability that was discounted. It goes to the shorter context, and
after the empty context to all words equally. For a context that was never seen, g(h) is 1.

An n-gram is stored as one integer, ``context * V + word``. Its context is the row number of the
n-gram that is one word shorter. So n-grams can have any length, and one binary search looks up all
words at once. A recipe starts with a context that is no word, so that its first words have contexts
of their own.

Shapes: N words, R recipes, K n-grams of a length, C their possible contexts, V vocabulary_size.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import Any

import numpy as np
import numpy.typing as npt

Integers = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Arrays = Mapping[str, npt.NDArray[Any]]

FALLBACK_DISCOUNTS = (0.5, 1.0, 1.5)
"""Discounts of KenLM for counts of 1, 2, and 3 or more, if a corpus is too small for others."""

UNSEEN = -1
"""Row number of an n-gram that was not seen. As an index it gives the last value of an array."""


@dataclass(frozen=True)
class Table:
    """The n-grams of one length."""

    keys: Integers
    """``context * V + word`` of each n-gram, sorted, shape (K,)."""
    counts: Integers
    """Count of each n-gram, 1 or more, shape (K,)."""
    discounts: Floats
    """Discounts for counts of 1, 2, and 3 or more, shape (3,)."""
    shorter: int
    """Number of n-grams that are one word shorter. Their row numbers are the contexts, and this
    number itself is the context at the start of a recipe."""
    vocabulary_size: int

    @cached_property
    def shares(self) -> Floats:
        """The discounted probability of the word of each n-gram, shape (K + 1,).

        The last value, 0, is that of an n-gram that was not seen.
        """
        return np.append((self.counts - self._taken) / self._sums(self.counts)[self._contexts], 0.0)

    @cached_property
    def handed_on(self) -> Floats:
        """The probability that each context leaves to shorter n-grams, shape (C + 1,).

        The last value, 1, is that of a context that was not seen.
        """
        sums = self._sums(self.counts)
        left = np.divide(self._sums(self._taken), sums, out=np.ones_like(sums), where=sums > 0)
        return np.append(left, 1.0)

    @cached_property
    def _contexts(self) -> Integers:
        return self.keys // self.vocabulary_size

    @cached_property
    def _taken(self) -> Floats:
        taken: Floats = self.discounts[np.minimum(self.counts, 3) - 1]
        return taken

    def _sums(self, values: npt.NDArray[Any]) -> Floats:
        """The sum of the values of each context, shape (C,)."""
        size = self.shorter + 1
        return np.bincount(self._contexts, values, size).astype(np.float64)

    def rows(self, contexts: Integers, words: Integers) -> Integers:
        """The row of the n-gram of each context and word, shape (N,); ``UNSEEN`` if it has none."""
        if not len(self.keys):
            return np.full(len(words), UNSEEN)
        wanted = contexts * self.vocabulary_size + words
        rows = np.minimum(np.searchsorted(self.keys, wanted), len(self.keys) - 1)
        return np.where(self.keys[rows] == wanted, rows, UNSEEN)


class NGram:
    """A fitted model. After any context, every token id has a positive probability."""

    def __init__(self, vocabulary_size: int, tables: Sequence[Table]) -> None:
        """Predict one of ``vocabulary_size`` token ids. The table of single words comes first."""
        self.vocabulary_size = vocabulary_size
        self.tables = tuple(tables)

    @classmethod
    def fit(cls, recipes: Sequence[Sequence[int]], vocabulary_size: int, order: int = 4) -> NGram:
        """Count the n-grams of recipes.

        Args:
            recipes: token ids, with the stop token at the end of a complete recipe.
            vocabulary_size: all token ids are below this number.
            order: words of the longest n-gram, including the predicted one, 1 or more.

        Raises:
            ValueError: a token id is out of range, or the order is below 1.
        """
        if order < 1:
            raise ValueError(f"the order of an n-gram is 1 or more, got {order}")
        words = _Words(recipes, vocabulary_size)
        levels = list(_levels(words, order, vocabulary_size))
        shorter, tables = 0, []
        for level, longer in zip(levels, [*levels[1:], None], strict=True):
            # A shorter n-gram counts once for each different longer one that ends with it.
            occurrences = level.rows if longer is None else level.rows[longer.first]
            counts = np.bincount(occurrences, minlength=len(level.keys))
            table = Table(level.keys, counts, find_discounts(counts), shorter, vocabulary_size)
            shorter = len(level.keys)
            tables.append(table)
        return cls(vocabulary_size, tables)

    @property
    def order(self) -> int:
        """Words of the longest n-gram, including the predicted one."""
        return len(self.tables)

    def log_probabilities(
        self, recipes: Sequence[Sequence[int]], given: int | Sequence[int] = 1
    ) -> tuple[Floats, Integers]:
        """The log-probability of each recipe in nats, and how many words it covers; shapes (R,).

        Args:
            recipes: token ids, with the stop token at the end of a complete recipe.
            given: how many words at the start of a recipe do not count: one number for all
                recipes, or one for each.

        Raises:
            ValueError: a token id is out of range.
        """
        words = _Words(recipes, self.vocabulary_size)
        scored = words.positions >= np.broadcast_to(given, len(recipes))[words.recipes]
        logs, recipe = np.log(self._probabilities(words)[scored]), words.recipes[scored]
        sums = np.bincount(recipe, logs, len(recipes)).astype(np.float64)
        return sums, np.bincount(recipe, minlength=len(recipes)).astype(np.int64)

    def perplexity(self, recipes: Sequence[Sequence[int]]) -> float:
        """Exp of the mean negative log-likelihood of words after the first; NaN without words."""
        logs, words = self.log_probabilities(recipes)
        return math.exp(-logs.sum() / words.sum()) if words.any() else math.nan

    def next_word_probabilities(self, tokens: Sequence[int]) -> Floats:
        """Probability of each word after the tokens of a recipe so far, shape (V,)."""
        read = list(tokens)[1 - self.order :]
        words = _Words(
            [[*read, word] for word in range(self.vocabulary_size)], self.vocabulary_size
        )
        probabilities: Floats = self._probabilities(words)[words.positions == len(read)]
        return probabilities

    def _probabilities(self, words: _Words) -> Floats:
        """Probability of each word after the words before it, shape (N,)."""
        probabilities = np.full(len(words.tokens), 1 / self.vocabulary_size)
        contexts = np.zeros_like(words.tokens)
        for table in self.tables:
            rows = table.rows(contexts, words.tokens)
            probabilities = table.shares[rows] + table.handed_on[contexts] * probabilities
            contexts = words.one_later(rows, start=len(table.keys))
        return probabilities

    # As plain arrays

    def arrays(self) -> dict[str, npt.NDArray[Any]]:
        """The model without ``vocabulary_size``, as arrays: ``keys.1``, ``counts.1``, ..."""
        return {
            f"{name}.{length}": getattr(table, name)
            for length, table in enumerate(self.tables, start=1)
            for name in ("keys", "counts", "discounts")
        }

    @classmethod
    def from_arrays(cls, vocabulary_size: int, arrays: Arrays) -> NGram:
        """The model from its :meth:`arrays`.

        Raises:
            KeyError: an array is missing.
        """
        shorter, tables = 0, []
        for length in range(1, len(arrays) // 3 + 1):
            keys, counts, discounts = (
                arrays[f"{name}.{length}"] for name in ("keys", "counts", "discounts")
            )
            tables.append(Table(keys, counts, discounts, shorter, vocabulary_size))
            shorter = len(keys)
        return cls(vocabulary_size, tables)


def find_discounts(counts: Integers) -> Floats:
    """Discounts for counts of 1, 2, and 3 or more: Chen & Goodman 1999, section 3.

    The result is ``FALLBACK_DISCOUNTS`` if one of the counts 1, 2, 3 and 4 does not occur, or if a
    discount would not be above 0 or would exceed its count.
    """
    ones, twos, threes, fours = (int((counts == count).sum()) for count in (1, 2, 3, 4))
    if not ones * twos * threes * fours:
        return np.array(FALLBACK_DISCOUNTS)
    share = ones / (ones + 2 * twos)
    discounts = np.array(
        [
            1 - 2 * share * twos / ones,
            2 - 3 * share * threes / twos,
            3 - 4 * share * fours / threes,
        ]
    )
    sound = (discounts > 0) & (discounts <= (1, 2, 3))
    return discounts if sound.all() else np.array(FALLBACK_DISCOUNTS)


class _Words:
    """All words of some recipes in one array, with the recipe and position of each; shapes (N,)."""

    def __init__(self, recipes: Sequence[Sequence[int]], vocabulary_size: int) -> None:
        lengths = np.fromiter(map(len, recipes), np.int64, len(recipes))
        self.tokens = np.fromiter(chain.from_iterable(recipes), np.int64, lengths.sum())
        self.recipes = np.repeat(np.arange(len(recipes)), lengths)
        starts = lengths.cumsum() - lengths
        self.positions = np.arange(len(self.tokens)) - starts[self.recipes]
        wrong = self.tokens[(self.tokens < 0) | (self.tokens >= vocabulary_size)]
        if len(wrong):
            raise ValueError(f"token ids lie from 0 to {vocabulary_size - 1}, got {wrong[0]}")

    def one_later(self, values: Integers, start: int) -> Integers:
        """The value of the word before each word, shape (N,); ``start`` for first words."""
        return np.where(self.positions == 0, start, np.roll(values, 1))


@dataclass(frozen=True)
class _Level:
    """The n-grams of one length in a text."""

    keys: Integers
    """The different n-grams, sorted, shape (K,)."""
    first: Integers
    """Index of the first word of the text at which each of them ends, shape (K,)."""
    rows: Integers
    """Row in ``keys`` of the n-gram that ends at each word of the text, shape (N,)."""


def _levels(words: _Words, order: int, vocabulary_size: int) -> Iterator[_Level]:
    contexts = np.zeros_like(words.tokens)
    for _ in range(order):
        keys, first, rows = np.unique(
            contexts * vocabulary_size + words.tokens, return_index=True, return_inverse=True
        )
        yield _Level(keys, first, rows)
        contexts = words.one_later(rows, start=len(keys))
