"""How likely an ingredient is, given the rest of its recipe.

This is a set network (Zaheer et al. 2017), trained to name an ingredient that was taken out of a
recipe. The vectors of the other ingredients are summed. Two hidden layers and an output layer turn
the sum into one vector, and its products with the vectors of all ingredients are the logits. The
order of ingredients makes no difference. The ingredient lines of a recipe and its directions name
things in their own ways, so the network is told which of the two it reads.

Here the network is computed with NumPy, so that judging recipes needs no torch, which takes long to
import. :mod:`recipegen.pairing.set_encoder_training` trains it.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import erf

from recipegen.errors import CorruptFile
from recipegen.pairing.counts import Floats
from recipegen.pairing.ingredient_sets import Sets
from recipegen.pairing.substitutes import Substitutes

ORIGINS = ("lines", "directions")
"""Where the ingredients of a recipe were found, in the order of the network's inputs."""

PARAMETERS = (
    *("given", "named", "bias", "log_share", "direct", "origin"),
    *("first.weight", "first.bias", "norm.weight", "norm.bias"),
    *("second.weight", "second.bias", "last.weight", "last.bias"),
)
"""The arrays of the network: see :class:`recipegen.pairing.set_encoder_training.Network`."""

BATCH = 16
"""Sets that are computed at once: so few that what is computed stays in the processor's cache."""

LARGEST = 1e30
"""Parameters of this size are damaged: even their products would not fit."""

EPSILON = 1e-5
"""What the layer normalisation adds to a variance (the default of torch)."""


class IngredientModel:
    """Log-probabilities of an ingredient given the others of its recipe."""

    def __init__(self, arrays: Mapping[str, Floats]) -> None:
        """The network with these parameters; arrays of other names are left out.

        Raises:
            CorruptFile: a parameter is not a number, or far beyond what fitting ends with.
        """
        self.arrays = {name: np.asarray(arrays[name], dtype=np.float64) for name in PARAMETERS}
        for name, array in self.arrays.items():
            if not (np.abs(array) < LARGEST).all():
                raise CorruptFile(
                    f"ingredient_model: {name} holds numbers that no fitting ends with; "
                    "`recipegen verify` says which file is damaged"
                )

    def fits(self, sets: Sets, origin: str = "directions") -> tuple[Floats, Floats]:
        """How well each member fits the others of its set, in nats, by two measures of T values.

        Returns:
            The fit, ln P(member | others) - ln P(member stands in for another | others). The second
            term is from :class:`Substitutes`. The fit is below 0 if the member more likely took the
            place of another one. And the company, ln P(member | others) - ln P(member). It is below
            0 if the member is rarer with these others than elsewhere.
        """
        fits, company = [np.zeros(0)], [np.zeros(0)]
        shares = self.shares(origin)
        substitutes, log_shares = Substitutes(shares), np.log(shares)
        for first in range(0, len(sets), BATCH):
            batch = sets.take(np.arange(first, min(first + BATCH, len(sets))))
            logs = self._given_the_others(batch, origin)
            own = logs[np.arange(len(logs)), batch.members]
            fits.append(own - substitutes.log_probability(np.exp(logs), batch.members))
            company.append(own - log_shares[batch.members])
        return np.concatenate(fits), np.concatenate(company)

    def shares(self, origin: str) -> Floats:
        """How common each ingredient is in recipes of an origin, N, adding up to 1."""
        return np.asarray(np.exp(self.arrays["log_share"][ORIGINS.index(origin)]))

    def completions(self, sets: Sets, origin: str = "directions") -> Floats:
        """Log-probability of every ingredient as one more of each set, B x N.

        Ingredients that are already in a set have minus infinity.
        """
        logits = self._logits(self._sums(sets), sets.sizes, origin)
        logits[sets.owners, sets.members] = -np.inf
        return _log_softmax(logits)

    def _given_the_others(self, sets: Sets, origin: str) -> Floats:
        """Log-probability of every ingredient in the place of each member, T x N."""
        owners = sets.owners
        others = self._sums(sets)[owners] - self.arrays["given"][sets.members]
        return _log_softmax(self._logits(others, sets.sizes[owners] - 1, origin))

    def _sums(self, sets: Sets) -> Floats:
        """The sum of the vectors of the members of each set, B x width."""
        vectors = self.arrays["given"][sets.members]
        sums = np.zeros((len(sets), vectors.shape[1]))
        filled = sets.sizes > 0
        if filled.any():
            sums[filled] = np.add.reduceat(vectors, sets.starts[filled], axis=0)
        return sums

    def _logits(self, total: Floats, count: npt.NDArray[np.int64], origin: str) -> Floats:
        """As :meth:`recipegen.pairing.set_encoder_training.Network.forward`."""
        value, place = self.arrays, ORIGINS.index(origin)
        mean = total / np.sqrt(np.maximum(count, 1))[:, None]
        seen = np.concatenate([mean, np.log1p(count)[:, None]], axis=1)
        inner = _gelu(seen @ value["first.weight"].T + value["first.bias"] + value["origin"][place])
        inner -= inner.mean(axis=1, keepdims=True)
        inner /= np.sqrt((inner**2).mean(axis=1, keepdims=True) + EPSILON)
        inner = inner * value["norm.weight"] + value["norm.bias"]
        inner = _gelu(inner @ value["second.weight"].T + value["second.bias"])
        last = inner @ value["last.weight"].T + value["last.bias"]
        return np.asarray((last + value["direct"] * mean) @ value["named"].T + value["bias"][place])


def _gelu(values: Floats) -> Floats:
    """The Gaussian error linear unit (Hendrycks & Gimpel 2016)."""
    return np.asarray(values * (1 + erf(values / np.sqrt(2))) / 2)


def _log_softmax(logits: Floats) -> Floats:
    logits -= logits.max(axis=1, keepdims=True)
    logits -= np.log(np.exp(logits).sum(axis=1, keepdims=True))
    return logits


def arrays_table(arrays: Mapping[str, Floats]) -> pd.DataFrame:
    """Named arrays as a table that any reader of Parquet understands."""
    return pd.DataFrame(
        {
            "parameter": list(arrays),
            "shape": [list(array.shape) for array in arrays.values()],
            "values": [array.ravel() for array in arrays.values()],
        }
    )


def table_arrays(table: pd.DataFrame) -> dict[str, Floats]:
    """The named arrays of a table from :func:`arrays_table`."""
    rows = zip(table["parameter"], table["shape"], table["values"], strict=True)
    return {
        str(name): np.array(values, dtype=np.float64).reshape(tuple(shape))
        for name, shape, values in rows
    }
