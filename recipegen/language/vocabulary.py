"""Turns recipes into words, and words into numbers."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cached_property
from itertools import repeat

import pandas as pd

STOP = 0
"""Token that ends a recipe. It is also used as padding."""

UNKNOWN = 1
"""Token of every word that is not in the vocabulary."""

STOP_WORD = ""
UNKNOWN_WORD = "[UNK]"

SEPARATOR = "|"
"""The word between title and directions."""

_WORD = re.compile(r"[^\W_]+|\S")


def recipe_text(title: str, directions: Iterable[str]) -> str:
    """The text of a recipe as the network reads it: ``recipe for {title} | {directions}``."""
    return " ".join(recipe_words(title, directions))


def recipe_words(title: str, directions: Iterable[str]) -> list[str]:
    """The words of the text of a recipe."""
    return split_words(f"recipe for {title} {SEPARATOR} {' '.join(directions)}")


def split_words(text: str) -> list[str]:
    """The words of ``text`` in lower case. Every punctuation mark is a word of its own.

    A word is a run of letters and digits, or any other single character that is not blank.
    """
    return _WORD.findall(text.lower())


def words_of(text: str) -> list[str]:
    """The words of a text, whether the network or another generator wrote it.

    If the text contains ``[UNK]``, blanks already separate its words.
    """
    return text.split() if UNKNOWN_WORD in text else split_words(text)


def prompt_length(prompt: str, text: str) -> int:
    """How many words at the start of a text are its prompt; 0 if the generator only answers."""
    given = words_of(prompt)
    if text.startswith(prompt):
        return len(given)
    written = words_of(text)[: len(given)]
    # The network writes [UNK] for a word of its prompt that it does not know.
    same = (word in (asked, UNKNOWN_WORD) for word, asked in zip(written, given, strict=False))
    return len(given) if len(written) == len(given) and all(same) else 0


class Vocabulary:
    """The words that the network knows, in order of falling frequency, and their token ids."""

    def __init__(self, words: Sequence[str]) -> None:
        """Take the words in the order of their ids. The stop word and ``[UNK]`` come first."""
        if tuple(words[:2]) != (STOP_WORD, UNKNOWN_WORD):
            raise ValueError("a vocabulary starts with the stop word and [UNK]")
        self.words = tuple(words)

    @classmethod
    def learn(cls, counts: Counter[str], size: int) -> Vocabulary:
        """The ``size - 2`` most frequent words; words of equal frequency in alphabetical order."""
        ranked = sorted(counts, key=lambda word: (-counts[word], word))
        return cls([STOP_WORD, UNKNOWN_WORD, *ranked[: size - 2]])

    @cached_property
    def _ids(self) -> dict[str, int]:
        return {word: number for number, word in enumerate(self.words)}

    def __len__(self) -> int:
        return len(self.words)

    def table(self, counts: Counter[str], recipes: int) -> pd.DataFrame:
        """The table ``vocabulary``: token_id, token, count.

        Args:
            counts: how often each word occurs in the training split.
            recipes: number of recipes in the training split; each ends with one stop token.
        """
        known = [counts[word] for word in self.words[2:]]
        return pd.DataFrame(
            {
                "token_id": range(len(self)),
                "token": self.words,
                "count": [recipes, counts.total() - sum(known), *known],
            }
        )

    def encode(self, text: str) -> list[int]:
        """The token ids of the words of ``text``, whether or not blanks separate them."""
        return self.ids_of(words_of(text))

    def ids_of(self, words: Iterable[str]) -> list[int]:
        """The token id of each word."""
        return list(map(self._ids.get, words, repeat(UNKNOWN)))

    def decode(self, token_ids: Iterable[int]) -> str:
        """The words of ``token_ids``, separated by blanks, up to the stop token."""
        words = []
        for token_id in token_ids:
            if token_id == STOP:
                break
            words.append(self.words[token_id])
        return " ".join(words)
