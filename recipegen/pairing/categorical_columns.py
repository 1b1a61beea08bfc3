"""Tables with tens of millions of repeated words, held as numbers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd


def in_categories(frames: Iterable[pd.DataFrame], columns: Sequence[str]) -> pd.DataFrame:
    """The rows of all frames, with categorical columns whose categories are in alphabetical order.

    A row then takes a few bytes, however long its words are.

    Args:
        frames: parts of a table, in order.
        columns: the columns to keep, all of them text.
    """
    codes: dict[str, list[npt.NDArray[np.int32]]] = {name: [] for name in columns}
    known: dict[str, dict[str, int]] = {name: _numbered() for name in columns}
    for rows in frames:
        for name in columns:
            places, words = pd.factorize(rows[name])
            numbers = np.array([known[name][word] for word in words], dtype=np.int32)
            codes[name].append(numbers[places])
    return pd.DataFrame({name: _sorted(known.pop(name), codes.pop(name)) for name in columns})


def _numbered() -> defaultdict[str, int]:
    """A dictionary that gives each new word the next number."""
    numbers: defaultdict[str, int] = defaultdict(lambda: len(numbers))
    return numbers


def _sorted(known: dict[str, int], codes: list[npt.NDArray[np.int32]]) -> pd.Categorical:
    words = sorted(known)
    ranks = np.empty(len(words), dtype=np.int32)
    ranks[[known[word] for word in words]] = np.arange(len(words), dtype=np.int32)
    all_codes = np.concatenate([np.zeros(0, dtype=np.int32), *codes])
    return pd.Categorical.from_codes(ranks[all_codes], pd.Index(words, dtype="str"))


def codes_of(column: pd.Series) -> npt.NDArray[np.int32]:
    """A number for each word of a column; the numbers follow the alphabetical order of words."""
    categories = column.astype("category").cat
    return np.asarray(categories.codes, dtype=np.int32)
