"""What may have taken the place of an ingredient that belonged there.

We do not know how wrong ingredients get into a recipe, so we mix two distributions. One draws any
ingredient by its frequency. The other draws an ingredient about as common as the replaced one, so
that its rarity does not give it away. The second depends on what would have belonged there: if the
rest of the recipe calls for something as common as garlic, but not for garlic, garlic is suspect.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from recipegen.pairing.counts import Floats

RANK_WINDOW = 0.25
"""Ingredients are of like frequency when their ranks differ by at most this share."""

LIKE_FREQUENCY = 0.5
"""Probability that a stand-in is about as common as what it replaced."""


class Substitutes:
    """Which ingredient may stand in for which, by how common each is."""

    def __init__(self, counts: Floats) -> None:
        """From the number of recipes that use each ingredient, N, or anything proportional."""
        size = len(counts)
        self._share = counts / max(counts.sum(), np.finfo(np.float64).tiny)
        self._ranked = np.argsort(-counts, kind="stable")
        self._ranks = np.argsort(self._ranked, kind="stable")
        ranks = np.arange(size)
        # By rank of the replaced ingredient: ranks from low to before high may stand in for it.
        self._low = (ranks * (1 - RANK_WINDOW)).astype(np.int64)
        self._high = np.minimum((ranks * (1 + RANK_WINDOW)).astype(np.int64) + 2, size)
        # By rank of the stand-in: the ranks that it may replace. Both ends rise with the rank.
        self._first = np.searchsorted(self._high, ranks, side="right")
        self._last = np.searchsorted(self._low, ranks, side="right")

    def like(self, ingredient: int) -> npt.NDArray[np.int64]:
        """The ingredients about as common as this one, itself included, the commonest first."""
        rank = self._ranks[ingredient]
        return self._ranked[self._low[rank] : self._high[rank]]

    def log_probability(self, wanted: Floats, members: npt.NDArray[np.int64]) -> Floats:
        """Logarithm of the probability that each member came in for another ingredient, T.

        Args:
            wanted: probability of each ingredient in the member's place, T x N.
            members: ingredients, T.
        """
        spread = wanted.take(self._ranked, axis=1)
        spread /= np.maximum(self._high - self._low - 1, 1)
        sums = np.zeros((len(members), len(self._ranked) + 1))
        np.cumsum(spread, axis=1, out=sums[:, 1:])
        rows, ranks = np.arange(len(members)), self._ranks[members]
        like = sums[rows, self._last[ranks]] - sums[rows, self._first[ranks]]
        like -= spread[rows, ranks]  # no ingredient stands in for itself
        share = self._share[members]
        return np.asarray(np.log((1 - LIKE_FREQUENCY) * share + LIKE_FREQUENCY * like))
