"""What an ingredient goes with, and what could take its place beside another.

Companions meet oftener than chance would let them, beyond doubt. The first are those whose meetings
chance explains worst, by the log-likelihood ratio (Dunning 1993): a high lift alone would put
rarities first, mere frequency what everything holds.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

MIN_TOGETHER = 5
"""Recipes with both from which one ingredient is said to go with another."""

SURE = 1.92
"""Log-likelihood ratio from which two meet oftener than by chance beyond doubt: 95 %."""

MIN_ALIKE = 0.1
"""``same_company`` from which one of the same category could take an ingredient's place."""


def with_companions(pairings: pd.DataFrame, ingredients: pd.DataFrame) -> pd.DataFrame:
    """The table ``ingredients`` with its column ``companions``.

    Args:
        pairings: the table.
        ingredients: the table, this column aside.
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
    """Whether one names the other, as lemon does lemon juice: often the same food in a recipe."""
    words, others = set(one.split()), set(other.split())
    return words <= others or others <= words


class Companions:
    """What goes with what, from the tables ``ingredients`` and ``pairings``."""

    def __init__(self, ingredients: pd.DataFrame, pairings: pd.DataFrame) -> None:
        """Take over what the tables say."""
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
        """What could take the place of ``name`` beside another, the likest first.

        Companions of the other, of the category of ``name`` and in like company.
        """
        category = self._category.get(name)
        alike = {
            each: self._alike.get((min(name, each), max(name, each)), 0.0)
            for each in self.of(beside)
            if each != name and category and self._category.get(each) == category
        }
        likest = sorted(alike, key=lambda each: -alike[each])
        return [each for each in likest if alike[each] >= MIN_ALIKE]
