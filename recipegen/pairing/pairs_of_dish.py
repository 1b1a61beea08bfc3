"""What a text puts into a dish, and which pairs of it count.

An ingredient is in the dish whatever the cook does, or it is a member of a choice. Of a choice the
cook takes one. So members of one choice never meet, and each choice counts once: its most plausible
member, since the cook chooses. Ingredients that work within a part of the dish, such as yeast, do
not meet those of other parts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import expit

Pair = tuple[str, str]
"""Two ingredients, the first before the second in the alphabet."""


@dataclass(frozen=True)
class Dish:
    """The ingredients of a text."""

    ingredients: tuple[str, ...]
    """Those that are in the dish whatever the cook chooses."""
    choices: tuple[tuple[str, ...], ...] = ()
    """The members of each choice, in the order in which the text names them."""
    apart: frozenset[Pair] = frozenset()
    """Pairs that do not meet: one works within its part, and the other is in another part."""

    @classmethod
    def of(cls, recipe: Dish | Iterable[str]) -> Dish:
        """A dish from its ingredients; a dish stays as it is."""
        return recipe if isinstance(recipe, cls) else cls(tuple(recipe))  # type: ignore[arg-type]

    def first_taken(self) -> list[str]:
        """The ingredients, of each choice the first named, sorted, each once."""
        return sorted({*self.ingredients, *(choice[0] for choice in self.choices)})


def most_plausible(
    choice: Sequence[str],
    rest: Iterable[str],
    places: Mapping[str, int],
    objection: npt.NDArray[np.floating],
) -> str:
    """The member to whose pairs with the rest a cook objects least; the first of ties.

    Args:
        choice: the members, at least one; others than known ones are taken only if none is known.
        rest: the ingredients that are in the dish anyway.
        places: the numbers of the N ingredients that are known.
        objection: log-odds that a cook objects to each pair, N x N.
    """
    known = [name for name in choice if name in places]
    if not known:
        return choice[0]
    members = [places[name] for name in known]
    others = [places[name] for name in rest if name in places and name not in known]
    objected = expit(objection[np.ix_(members, others)].astype(np.float64)).sum(axis=1)
    return known[int(objected.argmin())]


def taken(
    rows: pd.DataFrame, names: Sequence[str], objection: npt.NDArray[np.floating]
) -> pd.DataFrame:
    """Rows of recipes; of each choice, only the row of its most plausible member is left.

    Args:
        rows: columns recipe_id, ingredient and choice: the number of the choice in its recipe that
            an ingredient is a member of, 0 for none. Without the last column, all rows stay.
        names: the N ingredients that are known; others are taken only if no member is known.
        objection: log-odds that a cook objects to each pair, N x N.
    """
    if "choice" not in rows or not rows["choice"].any():
        return rows
    places = {name: place for place, name in enumerate(names)}
    is_kept = rows["choice"].eq(0)
    chosen: list[object] = []
    sure = rows[is_kept].groupby("recipe_id")["ingredient"]
    rest = {str(recipe): group.tolist() for recipe, group in sure}
    for (recipe, _), members in rows[~is_kept].groupby(["recipe_id", "choice"])["ingredient"]:
        choice = members.tolist()
        best = most_plausible(choice, rest.get(str(recipe), []), places, objection)
        chosen.append(members.index[choice.index(best)])
    return rows[is_kept | rows.index.isin(chosen)]
