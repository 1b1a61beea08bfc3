"""How plausible a pair of ingredients is, and a recipe made of ingredients."""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd

from recipegen.pairing.calibration import DECIMALS, SURPRISING, Calibration, at_least_one, log_odds
from recipegen.pairing.context import IngredientModel, table_arrays
from recipegen.pairing.counts import Floats
from recipegen.pairing.sets import Sets

Pair = tuple[str, str]
"""Two ingredients, the first before the second in the alphabet."""


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
    """Log-odds that an ingredient is out of place; None under two known ingredients."""
    p_value: float | None
    """Share of real recipes of like size that are at least as implausible."""
    worst_ingredient: str | None
    """The one that is out of place likeliest."""

    @property
    def flagged(self) -> bool:
        """Whether hardly a real recipe is as implausible."""
        return self.p_value is not None and self.p_value <= SURPRISING


class Plausibility:
    """Judges pairs and recipes from tables of numbers alone."""

    def __init__(
        self, ingredients: pd.DataFrame, pairings: pd.DataFrame, ingredient_model: pd.DataFrame
    ) -> None:
        """Take over what the tables of these names say.

        A pair that is not listed has log lift 0; an ingredient that is not listed has no say in
        the score of a recipe.
        """
        self.names: list[str] = ingredients["ingredient"].tolist()
        self._places = {name: place for place, name in enumerate(self.names)}
        # Matrices: an entry a pair in a dictionary takes fifty times the memory.
        pairs = tuple(pairings[f"ingredient_{side}"].map(self._places) for side in "ab")
        self._log_lift = np.zeros((len(self.names), len(self.names)))
        self._log_lift[pairs] = pairings["log_lift"]
        self._implausible = np.zeros(self._log_lift.shape, dtype=bool)
        self._implausible[pairs] = pairings["implausible"]
        arrays = table_arrays(ingredient_model)
        self.model = IngredientModel.from_arrays(arrays).double()
        self.calibration = Calibration.from_arrays(arrays)

    def judge(self, ingredients: Iterable[str], origin: str = "directions") -> RecipeScore:
        """The score of a recipe; the order of its ingredients and doubles change nothing."""
        return self.judge_all([ingredients], origin)[0]

    def judge_all(
        self,
        recipes: Sequence[Iterable[str]],
        origin: str = "directions",
        apart: Sequence[Set[Pair]] | None = None,
    ) -> list[RecipeScore]:
        """The scores of recipes.

        Args:
            recipes: the ingredients of each.
            origin: where they were found, ``lines`` or ``directions``.
            apart: pairs of each recipe that do not meet in it: alternatives of one another.
        """
        names = [tuple(sorted(set(recipe))) for recipe in recipes]
        apart = apart or [frozenset()] * len(names)
        known = [[self._places[name] for name in each if name in self._places] for each in names]
        scored = [number for number, each in enumerate(known) if len(each) > 1]
        found = dict(
            zip(scored, self._score([known[number] for number in scored], origin), strict=True)
        )
        return [
            RecipeScore(
                each, self._pairs(each, apart[number]), *found.get(number, (None, None, None))
            )
            for number, each in enumerate(names)
        ]

    def _pairs(self, names: tuple[str, ...], apart: Set[Pair]) -> tuple[PairVerdict, ...]:
        pairs = combinations(names, 2)
        return tuple(self._verdict(*pair) for pair in pairs if pair not in apart)

    def _verdict(self, a: str, b: str) -> PairVerdict:
        if a not in self._places or b not in self._places:
            return PairVerdict(a, b, 0.0, implausible=False)
        pair = self._places[a], self._places[b]
        return PairVerdict(a, b, float(self._log_lift[pair]), bool(self._implausible[pair]))

    def _score(self, known: list[list[int]], origin: str) -> list[tuple[float, float, str]]:
        sets = Sets.of(known)
        odds, implausibility = self.measure(sets, origin)
        p_values = self.calibration.p_values(implausibility, sets.sizes)
        worst = [self.names[member] for member in sets.members[sets.largest(odds)]]
        return list(zip(implausibility.tolist(), p_values.tolist(), worst, strict=True))

    def measure(self, sets: Sets, origin: str) -> tuple[Floats, Floats]:
        """Log-odds that each member is out of place, T, and that any of its set is, B."""
        odds = log_odds(self.calibration.weights, self.model.fits(sets, origin), sets)
        odds = np.round(odds, DECIMALS)
        return odds, np.round(at_least_one(odds, sets), DECIMALS)
