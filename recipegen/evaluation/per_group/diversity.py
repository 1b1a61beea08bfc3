"""Metrics of many texts together: how diverse they are, and how much like real recipes.

Such metrics depend on the amount of text, so they are measured on blocks of one size. They are
measured on at most ``PART`` texts of a group, drawn at random: more texts would say little more.
"""

from __future__ import annotations

import hashlib
from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import Generic, NamedTuple, TypeVar

import pandas as pd

from recipegen.evaluation.per_group.mauve import TEXTS, mauve
from recipegen.evaluation.per_text.words import blocks, distinct, self_bleu, zipf_coefficient
from recipegen.evaluation.statistics.sums import Cell, cells_of, reported
from recipegen.language.vocabulary import words_of

PART = 2000
"""Most texts of a group on which metrics of diversity are measured."""


class Values(NamedTuple):
    """The values of metrics of diversity, one or several for each block of texts."""

    texts: int
    """Number of texts in the part."""
    of: Mapping[str, Sequence[float]]
    """The values of each metric."""


NO_VALUES = Values(0, {})


def values_of(texts: Sequence[str], training: Sequence[str]) -> Values:
    """What is measured on a part of the texts of a group.

    Args:
        texts: the part, in random order.
        training: training recipes as texts, which MAUVE compares with.
    """
    words = [words_of(text) for text in texts]
    cut = list(blocks(words))
    whole = min(len(texts), len(training)) // TEXTS * TEXTS
    spaced = [" ".join(each) for each in words[:whole]]
    return Values(
        len(texts),
        {
            **{f"distinct_{n}": [distinct(block, n) for block in cut] for n in (1, 2, 3)},
            "self_bleu": [value for block in cut for value in self_bleu(block)],
            "zipf_coefficient": [zipf_coefficient(block) for block in cut],
            "mauve": [
                mauve(spaced[first : first + TEXTS], training[first : first + TEXTS])
                for first in range(0, whole, TEXTS)
            ],
        },
    )


def distinct_pairs(texts: Iterable[str], block_words: int) -> list[float]:
    """The share of distinct 2-grams in each block of ``block_words`` words."""
    return [distinct(block, 2) for block in blocks(map(words_of, texts), block_words)]


def parts_of(texts: pd.DataFrame) -> dict[Cell, list[str]]:
    """The part of each reported cell of texts that are all in memory, in random order.

    Args:
        texts: columns sample_id, group, temperature and text; if there is a column prompt_group,
            kinds of prompts are told apart.
    """
    draw = Draw[Cell](PART)
    for cell, rows in cells_of(texts).items():
        draw.add(cell, texts.loc[rows, "sample_id"])
    said = dict(zip(texts["sample_id"], texts["text"], strict=True))
    return {cell: [said[each] for each in ids] for cell, ids in parts_from(draw).items()}


def parts_from(draw: Draw[Cell]) -> dict[Cell, list[str]]:
    """The identifiers of the texts in the part of each reported cell, in random order."""
    chosen = draw.chosen()
    return {
        cell: sorted((each for part in parts for each in chosen[part]), key=place_of)[:PART]
        for cell, parts in reported(chosen).items()
    }


K = TypeVar("K", bound=Hashable)


class Draw(Generic[K]):
    """Some texts of each group, drawn at random: the first ones by the SHA-256 of their identifier.

    Texts may come in any order and in any number of pieces.
    """

    def __init__(self, most: int) -> None:
        """Draw at most ``most`` texts of each group."""
        self._most = most
        self._held: dict[K, list[tuple[bytes, str]]] = {}

    def add(self, group: K, sample_ids: Iterable[str]) -> None:
        """Offer texts of a group."""
        held = self._held.setdefault(group, [])
        held += [(place_of(sample_id), sample_id) for sample_id in sample_ids]
        if len(held) > 2 * self._most:
            self._held[group] = sorted(held)[: self._most]

    def chosen(self) -> dict[K, list[str]]:
        """The texts that were drawn of each group, in their random order."""
        return {
            group: [sample_id for _, sample_id in sorted(held)[: self._most]]
            for group, held in self._held.items()
        }


def place_of(sample_id: str) -> bytes:
    """The place of a text in the random order of all texts."""
    return hashlib.sha256(sample_id.encode()).digest()
