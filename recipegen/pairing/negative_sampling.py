"""Recipes spoilt on purpose: some of their ingredients exchanged for others."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from recipegen.pairing.counts import Floats
from recipegen.pairing.ingredient_sets import Sets
from recipegen.pairing.substitutes import Substitutes

Kind = Literal["frequency", "drawn", "category"]

Way = Literal["drawn", "even"]
"""How the new ingredients are drawn: ``drawn`` by how common they are, as if they came from another
recipe, or ``even``, with all names equally likely."""

TRIES = 50


@dataclass(frozen=True)
class Spoilt:
    """Real recipes and the same with ingredients exchanged."""

    places: npt.NDArray[np.int64]
    """Places of the real recipes among those that were to be spoilt."""
    real: Sets
    exchanged: Sets
    intruders: npt.NDArray[np.bool_]
    """Which members of ``exchanged`` are intruders, T."""


@dataclass(frozen=True)
class Intruders:
    """Draws ingredients that replace others."""

    counts: Floats
    """How common each ingredient is in recipes of the kind that is spoilt, N."""
    categories: Sequence[str | None]
    """The category of each, N."""

    def spoil(self, recipes: Sets, number: int, kind: Kind, random: np.random.Generator) -> Spoilt:
        """The recipes that are long enough, with ``number`` ingredients exchanged.

        Args:
            recipes: real ones.
            number: intruders in each.
            kind: ``frequency``: intruders are about as common as what they replace, so that
                rarity gives nothing away; ``drawn``: drawn by how common they are;
                ``category``: of the same category, all equally likely.
            random: draws them.
        """
        draws = {"frequency": self._frequency, "drawn": self._drawn, "category": self._category}
        draw = partial(draws[kind], random)
        kept: list[int] = []
        spoilt: list[npt.NDArray[np.int64]] = []
        marks: list[npt.NDArray[np.bool_]] = []
        for recipe, real in enumerate(recipes):
            long_enough = len(real) > max(1, number)
            if long_enough and (found := _exchanged(real, number, draw, random)):
                kept.append(recipe)
                spoilt.append(found[0])
                marks.append(found[1])
        places = np.array(kept, dtype=np.int64)
        intruders = np.concatenate(marks) if marks else np.zeros(0, dtype=bool)
        return Spoilt(places, recipes.take(places), Sets.of(spoilt), intruders)

    @cached_property
    def _substitutes(self) -> Substitutes:
        return Substitutes(self.counts)

    @cached_property
    def _cumulated(self) -> list[float]:
        return _cumulated(self.counts)

    @cached_property
    def _codes(self) -> npt.NDArray[np.int64]:
        codes, _ = pd.factorize(np.array(self.categories, dtype=object))
        return codes

    def _frequency(self, random: np.random.Generator, victim: int) -> int:
        alike = self._substitutes.like(victim)
        return int(alike[random.integers(len(alike))])

    def _drawn(self, random: np.random.Generator, _: int) -> int:
        return bisect_left(self._cumulated, random.random())

    def _category(self, random: np.random.Generator, victim: int) -> int:
        return int(random.choice(np.flatnonzero(self._codes == self._codes[victim])))


def _cumulated(chances: Floats) -> list[float]:
    """The sums of the first chances, divided by the sum of all, so that the last one is 1."""
    sums = np.cumsum(chances)
    return list((sums / max(sums[-1], np.finfo(np.float64).tiny)).tolist())


def _exchanged(
    real: npt.NDArray[np.int64],
    number: int,
    draw: Callable[[int], int],
    random: np.random.Generator,
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.bool_]] | None:
    found, taken = real.copy(), set(real.tolist())
    mark = np.zeros(len(real), dtype=bool)
    for place in random.choice(len(real), number, replace=False):
        tries = (draw(int(real[place])) for _ in range(TRIES))
        intruder = next((each for each in tries if each not in taken), None)
        if intruder is None:
            return None
        taken.add(intruder)
        found[place], mark[place] = intruder, True
    return found, mark


def exchange_share(
    recipes: Sets, share: float, way: Way, shares: Floats, random: np.random.Generator
) -> Sets:
    """The recipes with a share of their ingredients exchanged for any others.

    Of n ingredients, n times the share are exchanged. That number is rounded up or down at random,
    so that the mean is exact.

    Args:
        recipes: real ones.
        share: 0 to 1.
        way: how the new ingredients are drawn.
        shares: how common each ingredient is, N.
        random: draws which ingredients are exchanged, and the new ones.
    """
    chances = shares / shares.sum() if way == "drawn" else np.full(len(shares), 1 / len(shares))
    cumulated = _cumulated(chances)

    def draw(_: int) -> int:
        return bisect_left(cumulated, random.random())

    found = []
    for real in recipes:
        number = int(share * len(real) + random.random())
        spoilt = _exchanged(real, number, draw, random) if number else None
        found.append(real if spoilt is None else spoilt[0])
    return Sets.of(found)


def splice(recipes: Sets) -> Sets:
    """Each recipe's first half with the second half of the next one: two dishes in one.

    The order of the members of a set means nothing, so every second member makes a half.
    """
    parts = list(recipes)
    halves = [
        (one[::2], other[1::2]) for one, other in zip(parts, parts[1:] + parts[:1], strict=True)
    ]
    return Sets.of([np.unique(np.concatenate(both)) for both in halves])
