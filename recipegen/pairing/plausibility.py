"""How plausible a pair of ingredients is, and a recipe made of pairs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations

import pandas as pd


@dataclass(frozen=True)
class PairVerdict:
    """What is known about a pair, ``a`` before ``b`` in the alphabet."""

    a: str
    b: str
    log_lift: float
    """Below 0: rarer together than by chance. 0 where the corpus cannot tell."""
    implausible: bool


@dataclass(frozen=True)
class RecipeScore:
    """How well the ingredients of a recipe go together."""

    ingredients: tuple[str, ...]
    """Sorted, each once."""
    pairs: tuple[PairVerdict, ...]
    implausibility: float | None
    """Minus the mean log lift of the ingredient that fits worst; None under two ingredients."""
    worst_ingredient: str | None


class Plausibility:
    """Judges pairs and recipes from the table ``pairings`` alone."""

    def __init__(self, pairings: pd.DataFrame) -> None:
        """Take over the verdicts; a pair that is not listed has log lift 0."""
        columns = ("ingredient_a", "ingredient_b", "log_lift", "implausible")
        rows = zip(*(pairings[column].tolist() for column in columns), strict=True)
        self._verdicts = {(row[0], row[1]): PairVerdict(*row) for row in rows}

    def judge(self, ingredients: Iterable[str]) -> RecipeScore:
        """The score of a recipe; the order of its ingredients and doubles change nothing."""
        names = tuple(sorted(set(ingredients)))
        verdicts = self._verdicts
        pairs = tuple(
            verdicts.get(pair) or PairVerdict(*pair, 0.0, implausible=False)
            for pair in combinations(names, 2)
        )
        if not pairs:
            return RecipeScore(names, (), None, None)
        sums = dict.fromkeys(names, 0.0)
        for pair in pairs:
            sums[pair.a] += pair.log_lift
            sums[pair.b] += pair.log_lift
        worst = min(names, key=sums.__getitem__)
        fit = sums[worst] / (len(names) - 1)
        return RecipeScore(names, pairs, -fit, worst)
