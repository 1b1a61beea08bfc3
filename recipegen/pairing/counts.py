"""How often ingredients occur together in recipes, and how often they would by chance."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.sparse import csr_array, hstack

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Meetings:
    """How often N ingredients met in a collection of recipes."""

    names: tuple[str, ...]
    """In alphabetical order."""
    single: Floats
    """Recipes that use each ingredient, N."""
    together: Floats
    """Recipes that use both ingredients, N x N; the diagonal has those that use the one."""
    expected: Floats
    """Recipes that would use both if ingredients were independent, N x N."""


@dataclass(frozen=True)
class Counts:
    """Recipes by ingredients: which recipe uses which ingredient."""

    names: tuple[str, ...]
    """The ingredients, in alphabetical order."""
    uses: csr_array
    """R recipes x N ingredients, 1 where a recipe uses an ingredient, else 0."""

    @classmethod
    def of(
        cls, recipe_ids: Iterable[str], ingredients: Iterable[str], most: int | None = None
    ) -> Counts:
        """Counts from parallel columns: a recipe, and an ingredient that it uses.

        The order of the rows makes no difference, nor do repeated rows.

        Args:
            recipe_ids: of each row.
            ingredients: of each row.
            most: number of ingredients to keep, the commonest; None keeps all.
        """
        recipes, _ = pd.factorize(_column(recipe_ids))
        columns, names = pd.factorize(_column(ingredients), sort=True)
        shape = (int(recipes.max(initial=-1)) + 1, len(names))
        places = (recipes.astype(np.int32), columns.astype(np.int32))
        uses = csr_array((np.ones(len(columns), dtype=np.int32), places), shape=shape)
        uses.data[:] = 1
        return cls(tuple(names), uses).commonest(most)

    def commonest(self, most: int | None) -> Counts:
        """The counts of the ``most`` commonest ingredients; of equal ones, the first by name."""
        if most is None or most >= len(self.names):
            return self
        kept = np.sort(np.argsort(-self.single, kind="stable")[:most])
        return Counts(tuple(self.names[place] for place in kept), self.uses[:, kept])

    def joined_by(self, names: Iterable[str]) -> Counts:
        """These counts with further ingredients, which no recipe uses."""
        together = [*self.names, *names]
        order = np.argsort(np.array(together, dtype=object), kind="stable")
        more = csr_array((self.uses.shape[0], len(together) - len(self.names)), dtype=np.int32)
        uses = csr_array(hstack([self.uses, more], format="csr"))
        return Counts(tuple(together[place] for place in order), csr_array(uses[:, order]))

    @property
    def size(self) -> int:
        """Number of recipes that are counted."""
        return int(self.uses.shape[0])

    @property
    def single(self) -> Floats:
        """Recipes that use each ingredient, N."""
        return np.asarray(self.uses.sum(axis=0), dtype=np.float64)

    def together(self) -> Floats:
        """Recipes that use both ingredients, N x N; the diagonal has those that use the one."""
        return np.asarray((self.uses.T @ self.uses).todense(), dtype=np.float64)

    def expected(self) -> Floats:
        """Recipes that would use both if ingredients were independent, N x N.

        With m_r ingredients in recipe r, n_a recipes with a, and the slots of all recipes filled
        from one urn, E_ab = n_a n_b * sum_r m_r (m_r - 1) / (sum_r m_r)^2. The usual n_a n_b / R
        assumes that all recipes have the same size. It expects too few, because long recipes hold
        most of the pairs.
        """
        return np.outer(self.single, self.single) * self.chance

    @cached_property
    def meetings(self) -> Meetings:
        """All counts of ingredients and pairs, in one object."""
        return Meetings(self.names, self.single, self.together(), self.expected())

    @cached_property
    def chance(self) -> float:
        """What the product of two ingredients' counts is multiplied by in :meth:`expected`."""
        sizes = np.asarray(self.uses.sum(axis=1), dtype=np.float64)
        slots = sizes.sum()
        return float((sizes * (sizes - 1)).sum() / slots**2) if slots else 0.0


def _column(values: Iterable[str]) -> pd.Series:
    """The values as a column; a column is not copied, since it may have millions of rows."""
    return values if isinstance(values, pd.Series) else pd.Series(list(values), dtype="str")
