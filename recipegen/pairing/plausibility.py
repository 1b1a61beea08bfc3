"""How plausible a pair of ingredients is, and a recipe made of ingredients."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import numpy.typing as npt
import pandas as pd

from recipegen.pairing.calibration import DECIMALS, Calibration, at_least_one, log_odds
from recipegen.pairing.counts import Floats
from recipegen.pairing.exchange_equivalent import ExchangeCurve, Support, centred_support
from recipegen.pairing.ingredient_sets import Sets
from recipegen.pairing.pairs_of_dish import Dish, Pair, most_plausible
from recipegen.pairing.recipe_evidence import PairMatrices, evidence, worst_objection
from recipegen.pairing.set_encoder import ORIGINS, IngredientModel, table_arrays
from recipegen.pairing.verdicts import UNKNOWN, VERDICTS, matrices_of
from recipegen.pairing.within_parts import fits_within


@dataclass(frozen=True)
class PairVerdict:
    """What is known about a pair, ``a`` before ``b`` in the alphabet."""

    a: str
    b: str
    log_lift: float
    """Below 0 if the two meet less often than by chance; 0 if one of them is not known."""
    verdict: str
    """One of ``VERDICTS``."""

    @property
    def implausible(self) -> bool:
        """Whether a cook would object."""
        return self.verdict == "implausible"

    @property
    def judged(self) -> bool:
        """Whether enough is known of the pair to judge it."""
        return self.verdict != "unknown"


@dataclass(frozen=True)
class RecipeScore:
    """How well the ingredients of a recipe go together."""

    ingredients: tuple[str, ...]
    """Sorted, each once."""
    pairs: tuple[PairVerdict, ...]
    support: float
    """Sum over pairs of known ingredients: see :mod:`recipegen.pairing.exchange_equivalent`."""
    typical_support: float
    """The support that the same ingredients have in real recipes."""
    implausibility: float | None
    """Log-odds that the recipe is a spoilt one; None with fewer than two known ingredients."""
    p_value: float | None
    """Share of real recipes that are, for their size, at least as implausible."""
    worst_ingredient: str | None
    """The ingredient that is most likely out of place."""
    flagged: bool
    """Whether it raises more alarm than 19 of 20 real recipes of its size: see ``calibration``."""


def curves_of(arrays: Mapping[str, Floats]) -> dict[str, ExchangeCurve]:
    """The curves of exchanged ingredients, by origin, in the table ``ingredient_model``."""
    return {each: ExchangeCurve(*arrays[f"exchanged.{each}"]) for each in ORIGINS}


class Plausibility:
    """Judges pairs and recipes from numbers alone."""

    def __init__(
        self, names: Sequence[str], pairs: PairMatrices, arrays: Mapping[str, Floats]
    ) -> None:
        """Take over what is known.

        Args:
            names: the known ingredients, N; others have no influence on a score.
            pairs: what is known of every pair of them.
            arrays: the named arrays of the table ``ingredient_model``.
        """
        self.names = list(names)
        self.pairs = pairs
        self._places = {name: place for place, name in enumerate(self.names)}
        self.model = IngredientModel(arrays)
        self.calibrations = {each: Calibration.from_arrays(arrays, each) for each in ORIGINS}
        self.supports = {
            each: Support(
                centred_support(pairs.log_lift, self.model.shares(each)), arrays[f"typical.{each}"]
            )
            for each in ORIGINS
        }
        self.curves = curves_of(arrays)

    @classmethod
    def from_tables(
        cls, ingredients: pd.DataFrame, pairings: pd.DataFrame, ingredient_model: pd.DataFrame
    ) -> Plausibility:
        """The judge that these tables of a run describe."""
        names, arrays = ingredients["ingredient"].tolist(), table_arrays(ingredient_model)
        return cls(names, matrices_of(names, pairings, arrays["unlisted"]), arrays)

    def judge(self, ingredients: Iterable[str], origin: str = "directions") -> RecipeScore:
        """The score of a recipe; order and repetition of its ingredients make no difference."""
        return self.judge_all([ingredients], origin)[0]

    def judge_all(
        self,
        recipes: Sequence[Dish | Iterable[str]],
        origin: str = "directions",
    ) -> list[RecipeScore]:
        """The scores of recipes.

        Args:
            recipes: each a dish, or its ingredients. Of each choice of a dish, the member counts
                that goes best with the rest.
            origin: where the ingredients were found, ``lines`` or ``directions``.
        """
        dishes = list(map(Dish.of, recipes))
        names = [self._taken(dish) for dish in dishes]
        known = [[self._places[name] for name in each if name in self._places] for each in names]
        sets = Sets.of(known, list(map(self._apart, names, dishes)))
        scored = np.flatnonzero(sets.sizes > 1)
        found = dict(zip(scored.tolist(), self._score(sets.take(scored), origin), strict=True))
        support = self.supports[origin].sums(sets).tolist()
        return [
            RecipeScore(
                each,
                self._pairs(each, dishes[number].apart),
                *(round(each, DECIMALS) for each in support[number]),
                *found.get(number, (None, None, None, False)),
            )
            for number, each in enumerate(names)
        ]

    def _taken(self, dish: Dish) -> tuple[str, ...]:
        """The ingredients that a cook puts in, sorted: of each choice the most plausible member."""
        chosen = (
            most_plausible(choice, dish.ingredients, self._places, self.pairs.objection)
            for choice in dish.choices
        )
        return tuple(sorted({*dish.ingredients, *chosen}))

    def _apart(self, names: tuple[str, ...], dish: Dish) -> list[tuple[int, int]]:
        """The places, among the known ingredients, of those that do not meet."""
        if not dish.apart:
            return []
        known = [name for name in names if name in self._places]
        at = {name: place for place, name in enumerate(known)}
        return [(at[a], at[b]) for a, b in sorted(dish.apart) if a in at and b in at]

    def _pairs(self, names: tuple[str, ...], apart: Set[Pair]) -> tuple[PairVerdict, ...]:
        pairs = combinations(names, 2)
        return tuple(self._verdict(*pair) for pair in pairs if pair not in apart)

    def _verdict(self, a: str, b: str) -> PairVerdict:
        if a not in self._places or b not in self._places:
            return PairVerdict(a, b, 0.0, VERDICTS[UNKNOWN])
        pair = self._places[a], self._places[b]
        code = int(self.pairs.verdict[pair])
        return PairVerdict(a, b, float(self.pairs.log_lift[pair]), VERDICTS[code])

    def _score(self, sets: Sets, origin: str) -> list[tuple[float, float, str, bool]]:
        calibration = self.calibrations[origin]
        odds, implausibility = self.measure(sets, origin)
        p_values = calibration.p_values(implausibility, sets.sizes)
        worst = [self.names[member] for member in sets.members[sets.largest(odds)]]
        objection = worst_objection(sets, self.pairs)
        flags = calibration.flags(implausibility, objection, sets.sizes)
        columns = (implausibility.tolist(), p_values.tolist(), worst, flags.tolist())
        return list(zip(*columns, strict=True))

    def measure(self, sets: Sets, origin: str) -> tuple[Floats, Floats]:
        """Log-odds that each member is out of place, T, and that each set was spoilt, B.

        Args:
            sets: each of at least two members.
            origin: where the ingredients were found.
        """
        calibration = self.calibrations[origin]
        odds, speaks = evidence_of(self.model, self.pairs, calibration.weights, sets, origin)
        return odds, np.round(speaks @ calibration.recipe_weights, DECIMALS)


def evidence_of(
    model: IngredientModel,
    pairs: PairMatrices,
    weights: Floats,
    sets: Sets,
    origin: str,
) -> tuple[Floats, npt.NDArray[np.float64]]:
    """Log-odds that each member is out of place, T, and what speaks against each set, B x 7."""
    fits, company = fits_within(model, sets, origin)
    odds = np.round(log_odds(weights, fits, sets), DECIMALS)
    return odds, evidence(sets, at_least_one(odds, sets), company, pairs)
