"""What an ingredient goes with, and what could replace it beside another ingredient.

Companions are ingredients that meet more often than by chance, beyond doubt. They are sorted by the
log-likelihood ratio (Dunning 1993), so that the meetings that chance explains worst come first.
Sorting by lift would put rarities first. Sorting by frequency would put first what every recipe
holds.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

MIN_TOGETHER = 5
"""Fewest recipes with both ingredients for one to count as a companion of the other."""

SURE = 1.92
"""Log-likelihood ratio from which two are sure to meet more often than by chance: 95 %."""

MIN_ALIKE = 0.1
"""Lowest ``same_company`` at which one ingredient could replace another of its category."""


def with_companions(pairings: pd.DataFrame, ingredients: pd.DataFrame) -> pd.DataFrame:
    """The table ``ingredients`` with its column ``companions``.

    Args:
        pairings: the table.
        ingredients: the table, without this column.
    """
    listed = pairings["count_both"] >= MIN_TOGETHER
    sure = pairings[listed & (pairings["count_both"] > pairings["expected"])]
    met, expected = sure["count_both"], sure["expected"]
    sure = sure.assign(surprise=met * np.log(met / expected) - (met - expected))
    sure = sure[sure["surprise"] >= SURE]
    names = {"ingredient_a": "ingredient", "ingredient_b": "companion"}
    turned = {"ingredient_b": "ingredient", "ingredient_a": "companion"}
    rows = pd.concat([sure.rename(columns=names), sure.rename(columns=turned)])
    rows = rows.sort_values(["surprise", "companion"], ascending=[False, True])
    basics = ingredients.loc[ingredients["basic"], "ingredient"]
    pairs = zip(rows["ingredient"], rows["companion"], strict=True)
    kin = np.array([_named_after(one, other) for one, other in pairs], dtype=bool)
    rows = rows[~rows["companion"].isin(basics) & ~kin]
    of = {str(name): list(each) for name, each in rows.groupby("ingredient")["companion"]}
    companions = ingredients["ingredient"].map(lambda name: of.get(name, []))
    return ingredients.assign(companions=companions)


def _named_after(one: str, other: str) -> bool:
    """Whether one name contains the other, as in lemon and lemon juice: often the same food."""
    words, others = set(one.split()), set(other.split())
    return words <= others or others <= words


class Companions:
    """What goes with what, from the tables ``ingredients`` and ``pairings``."""

    def __init__(self, ingredients: pd.DataFrame, pairings: pd.DataFrame) -> None:
        """Read the two tables."""
        names = ingredients["ingredient"]
        self._companions = {
            name: [str(each) for each in companions]
            for name, companions in zip(names, ingredients["companions"], strict=True)
        }
        known = ingredients.dropna(subset="category")
        self._category = dict(zip(known["ingredient"], known["category"], strict=True))
        alike = pairings[pairings["same_company"] >= MIN_ALIKE]
        columns = (alike[name] for name in ("ingredient_a", "ingredient_b", "same_company"))
        self._alike = {(a, b): alike for a, b, alike in zip(*columns, strict=True)}

    def of(self, name: str) -> list[str]:
        """The companions of an ingredient, the surest first."""
        return self._companions[name]

    def instead(self, name: str, beside: str) -> list[str]:
        """What could replace ``name`` beside another ingredient, the most similar first.

        Candidates are the companions of ``beside`` that are in the category of ``name`` and go with
        the same ingredients as ``name``.
        """
        category = self._category.get(name)
        alike = {
            each: self._alike.get((min(name, each), max(name, each)), 0.0)
            for each in self.of(beside)
            if each != name and category and self._category.get(each) == category
        }
        likest = sorted(alike, key=lambda each: -alike[each])
        return [each for each in likest if alike[each] >= MIN_ALIKE]
