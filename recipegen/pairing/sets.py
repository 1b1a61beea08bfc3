"""Sets of numbered ingredients: the form in which the models of pairs read recipes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from recipegen.pairing.categories import codes_of
from recipegen.pairing.counts import Floats


@dataclass(frozen=True)
class Sets:
    """Sets of ingredients, stored one after the other."""

    members: npt.NDArray[np.int64]
    """Numbers of ingredients, T in all."""
    sizes: npt.NDArray[np.int64]
    """Number of members of each of the B sets."""

    @classmethod
    def of(cls, sets: Sequence[Sequence[int] | npt.NDArray[np.int64]]) -> Sets:
        """Sets from sequences of numbers."""
        sizes = np.array([len(each) for each in sets], dtype=np.int64)
        members = [np.zeros(0, dtype=np.int64), *(np.asarray(each, np.int64) for each in sets)]
        return cls(np.concatenate(members), sizes)

    @classmethod
    def of_rows(cls, rows: pd.DataFrame, names: Sequence[str]) -> Sets:
        """Recipes from rows of recipe_id and ingredient, in the order of their ids.

        An ingredient becomes its place in ``names``. Ingredients that are not in ``names`` are left
        out, and so are recipes without any that is.
        """
        ingredients = rows["ingredient"].astype("category").cat
        place_of = pd.Index(names).get_indexer(ingredients.categories)
        places, recipes = place_of[ingredients.codes], codes_of(rows["recipe_id"])
        known = places >= 0
        # One number for each pair of recipe and ingredient, sorted, each once.
        pairs = np.unique(recipes[known].astype(np.int64) * len(names) + places[known])
        _, sizes = np.unique(pairs // max(1, len(names)), return_counts=True)
        return cls(pairs % max(1, len(names)), sizes.astype(np.int64))

    @property
    def owners(self) -> npt.NDArray[np.int64]:
        """The set that each member belongs to, T."""
        return np.repeat(np.arange(len(self.sizes)), self.sizes)

    @property
    def starts(self) -> npt.NDArray[np.int64]:
        """Where the members of each set begin, B."""
        return np.asarray(np.cumsum(self.sizes) - self.sizes)

    def take(self, chosen: npt.NDArray[np.intp]) -> Sets:
        """The chosen sets, in the order chosen."""
        found = Sets(self.members[:0], self.sizes[chosen])
        moved = np.repeat(self.starts[chosen] - found.starts, found.sizes)
        return Sets(self.members[np.arange(len(moved)) + moved], found.sizes)

    def several(self) -> Sets:
        """The sets that have at least two members."""
        return self.take(np.flatnonzero(self.sizes > 1))

    def by_size(self) -> Iterator[tuple[npt.NDArray[np.intp], npt.NDArray[np.int64]]]:
        """The sets of each size: their places, and their members, sets x size."""
        starts = self.starts
        for size in np.unique(self.sizes):
            places = np.flatnonzero(self.sizes == size)
            yield places, self.members[starts[places][:, None] + np.arange(size)]

    def largest(self, values: Floats) -> npt.NDArray[np.int64]:
        """The place of the member with the largest of T values in each set, B; the first of ties.

        No set may be empty.
        """
        each = zip(self.starts, self.sizes, strict=True)
        places = [start + values[start : start + size].argmax() for start, size in each]
        return np.array(places, dtype=np.int64)

    def __len__(self) -> int:
        return len(self.sizes)

    def __iter__(self) -> Iterator[npt.NDArray[np.int64]]:
        """The members of each set."""
        for start, size in zip(self.starts, self.sizes, strict=True):
            yield self.members[start : start + size]
