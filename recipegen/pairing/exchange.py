"""Recipes spoilt on purpose: some of their ingredients exchanged for others."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from recipegen.pairing.context import Sets
from recipegen.pairing.counts import Floats

Kind = Literal["frequency", "drawn", "category"]

RANK_WINDOW = 0.25
"""An intruder's frequency rank differs by at most this share from that of what it replaces."""

TRIES = 50


@dataclass(frozen=True)
class Spoilt:
    """Real recipes and the same with ingredients exchanged."""

    real: Sets
    exchanged: Sets
    intruders: npt.NDArray[np.bool_]
    """Which members of ``exchanged`` are intruders, T."""


@dataclass(frozen=True)
class Intruders:
    """Draws ingredients that stand in for others."""

    counts: Floats
    """Recipes that use each ingredient, N."""
    categories: Sequence[str | None]
    """The category of each, N."""

    def spoil(self, recipes: Sets, number: int, kind: Kind, random: np.random.Generator) -> Spoilt:
        """Recipes with ``number`` ingredients exchanged, those that are long enough.

        Args:
            recipes: real ones.
            number: intruders in each.
            kind: ``frequency``: intruders are about as common as what they replace, so that
                rarity gives nothing away; ``drawn``: drawn by how common they are;
                ``category``: of the same category, all alike.
            random: draws them.
        """
        ranked = np.argsort(-self.counts, kind="stable")
        ranks = np.empty(len(ranked), dtype=np.int64)
        ranks[ranked] = np.arange(len(ranked))
        cumulated = np.cumsum(self.counts) / max(1.0, self.counts.sum())
        alike: dict[str | None, npt.NDArray[np.int64]] = {}
        for name in set(self.categories):
            alike[name] = np.flatnonzero([other == name for other in self.categories])

        def draw(victim: int) -> int:
            if kind == "drawn":
                return int(np.searchsorted(cumulated, random.random()))
            if kind == "category":
                return int(random.choice(alike[self.categories[victim]]))
            low, high = (ranks[victim] * (1 + sign * RANK_WINDOW) for sign in (-1, 1))
            return int(ranked[random.integers(int(low), min(int(high) + 2, len(ranked)))])

        kept: list[int] = []
        spoilt: list[npt.NDArray[np.int64]] = []
        marks: list[npt.NDArray[np.bool_]] = []
        starts = np.cumsum(recipes.sizes) - recipes.sizes
        for recipe, (start, size) in enumerate(zip(starts, recipes.sizes, strict=True)):
            if size < max(2, number + 1):
                continue
            real = recipes.members[start : start + size]
            found = _exchanged(real, number, draw, random)
            if found is not None:
                kept.append(recipe)
                spoilt.append(found[0])
                marks.append(found[1])
        taken = recipes.take(np.array(kept, dtype=np.int64))
        intruders = np.concatenate(marks) if marks else np.zeros(0, dtype=bool)
        return Spoilt(taken, Sets.of(spoilt), intruders)


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
