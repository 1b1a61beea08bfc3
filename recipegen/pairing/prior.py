"""What is known of pairs before the recipes of a corpus are read.

This is a judge that was learned from other recipes, reduced to the numbers that a corpus needs: how
often pairs met there, the network, what people objected to, and the limits of the verdicts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.sparse import csr_array

from recipegen.pairing.calibration import BY_THEORY, WITHOUT_RECIPES
from recipegen.pairing.counts import Floats, Meetings
from recipegen.pairing.exchange_equivalent import ExchangeCurve
from recipegen.pairing.lifts import Others
from recipegen.pairing.objections import Objections
from recipegen.pairing.verdicts import Limits


@dataclass(frozen=True)
class Prior:
    """Numbers of a judge that was learned from other recipes."""

    ingredients: pd.DataFrame
    """Columns ingredient (in alphabetical order), category, basic, count."""
    together: csr_array
    """Recipes with both ingredients, N x N; the diagonal has those with the one."""
    chance: float
    """What the product of two ingredients' counts is multiplied by to expect their meetings."""
    arrays: Mapping[str, Floats]
    """The arrays of its table ``ingredient_model``, by name."""
    verdict: npt.NDArray[np.uint8]
    """The code of the verdict on each pair, P = N (N - 1) / 2, row by row."""

    def places(self, names: Sequence[str]) -> npt.NDArray[np.intp]:
        """Places of these ingredients among those of the judge; -1 for one it does not know."""
        known = pd.Index(self.ingredients["ingredient"])
        return np.asarray(known.get_indexer(pd.Index(names)), dtype=np.intp)

    @cached_property
    def meetings(self) -> Meetings:
        """How often the ingredients of the judge met in its recipes."""
        return self.of_names(tuple(self.ingredients["ingredient"]))

    def of_names(self, names: tuple[str, ...]) -> Meetings:
        """How often these ingredients met in the judge's recipes; 0 for unknown ones."""
        places = self.places(names)
        known = np.flatnonzero(places >= 0)
        size, there = len(names), places[known]
        together = np.zeros((size, size))
        together[np.ix_(known, known)] = self.together[there][:, there].todense()
        single = np.zeros(size)
        single[known] = self.ingredients["count"].to_numpy(dtype=np.float64)[there]
        return Meetings(names, single, together, np.outer(single, single) * self.chance)

    def others(self, names: tuple[str, ...]) -> Others:
        """The judge's recipes, as the lifts of these ingredients need them."""
        strength, rank, _ = self.arrays["lifts"]
        return Others(self.of_names(names), float(strength), int(rank))

    def verdicts_of(self, names: tuple[str, ...]) -> npt.NDArray[np.uint8]:
        """The judge's verdict on every pair of these names, N x N; unknown for unknown names."""
        size = len(self.ingredients)
        square = np.zeros((size, size), dtype=np.uint8)
        square[np.triu_indices(size, 1)] = self.verdict
        square += square.T
        places = self.places(names)
        known = np.flatnonzero(places >= 0)
        codes = np.zeros((len(names), len(names)), dtype=np.uint8)
        codes[np.ix_(known, known)] = square[np.ix_(places[known], places[known])]
        return codes

    @property
    def objections(self) -> Objections:
        """What people objected to."""
        return Objections.from_arrays(self.arrays)

    @property
    def limits(self) -> Limits:
        """The limits of the judge's verdicts."""
        return Limits(*(float(value) for value in self.arrays["limits"]))

    def curve(self, origin: str) -> ExchangeCurve:
        """The judge's curve of exchanged shares."""
        return ExchangeCurve(*self.arrays[f"exchanged.{origin}"])

    def weights(self, origin: str) -> tuple[Floats, Floats]:
        """Weights of an ingredient's odds, and of a recipe's evidence."""
        name = f"calibration.{origin}"
        return self.arrays[f"{name}.weights"], self.arrays[f"{name}.recipe_weights"]


FROM_NOTHING = (BY_THEORY, WITHOUT_RECIPES)
"""The weights if there is no judge."""
