"""Sets of numbered ingredients: the form in which the models of pairs read recipes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd

from recipegen.pairing.categorical_columns import codes_of
from recipegen.pairing.counts import Floats


@dataclass(frozen=True)
class Sets:
    """Sets of ingredients, stored one after the other."""

    members: npt.NDArray[np.int64]
    """Numbers of ingredients, T in all."""
    sizes: npt.NDArray[np.int64]
    """Number of members of each of the B sets."""
    apart: npt.NDArray[np.int64] = field(default_factory=lambda: np.zeros((0, 2), dtype=np.int64))
    """Pairs of members of one set that do not meet: places among the T members, K x 2."""

    @classmethod
    def of(
        cls,
        sets: Sequence[Sequence[int] | npt.NDArray[np.int64]],
        apart: Sequence[Sequence[tuple[int, int]]] = (),
    ) -> Sets:
        """Sets from sequences of numbers.

        Args:
            sets: the members of each.
            apart: for each set, the places in it of members that do not meet; none by default.
        """
        sizes = np.array([len(each) for each in sets], dtype=np.int64)
        members = [np.zeros(0, dtype=np.int64), *(np.asarray(each, np.int64) for each in sets)]
        starts = (np.cumsum(sizes) - sizes).tolist()
        pairs = [
            (start + a, start + b)
            for start, own in zip(starts, apart or [()] * len(sets), strict=True)
            for a, b in own
        ]
        places = np.array(pairs, dtype=np.int64).reshape(-1, 2)
        return cls(np.concatenate(members), sizes, places)

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
        apart = self._apart_in(chosen, found.starts) if len(self.apart) else self.apart
        return Sets(self.members[np.arange(len(moved)) + moved], found.sizes, apart)

    def _apart_in(
        self, chosen: npt.NDArray[np.intp], starts: npt.NDArray[np.int64]
    ) -> npt.NDArray[np.int64]:
        """Pairs that do not meet in the chosen sets, which begin at ``starts``."""
        owners = self.owners[self.apart[:, 0]]
        moved = [
            self.apart[owners == number] - self.starts[number] + start
            for number, start in zip(chosen, starts, strict=True)
        ]
        return np.concatenate([np.zeros((0, 2), dtype=np.int64), *moved])

    def several(self) -> Sets:
        """The sets that have at least two members."""
        return self.take(np.flatnonzero(self.sizes > 1))

    def by_size(self) -> Iterator[tuple[npt.NDArray[np.intp], npt.NDArray[np.int64]]]:
        """The sets of each size: their places, and their members, sets x size."""
        starts = self.starts
        for size in np.unique(self.sizes):
            places = np.flatnonzero(self.sizes == size)
            yield places, self.members[starts[places][:, None] + np.arange(size)]

    def apart_at(
        self, places: npt.NDArray[np.intp]
    ) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """Pairs that do not meet in sets of one size: the row of the set, and the two places in it.

        Args:
            places: of the sets, as :meth:`by_size` gives them.
        """
        owners = self.owners[self.apart[:, 0]]
        chosen = np.isin(owners, places)
        rows = np.searchsorted(places, owners[chosen])
        inside = self.apart[chosen] - self.starts[owners[chosen]][:, None]
        return rows, inside[:, 0], inside[:, 1]

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
