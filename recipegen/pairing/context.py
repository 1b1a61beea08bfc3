"""How likely an ingredient is, given the rest of its recipe.

This is a set network (Zaheer et al. 2017), trained to name an ingredient that was taken out of a
recipe. The vectors of the other ingredients are summed. Two hidden layers and an output layer turn
the sum into one vector, and its products with the vectors of all ingredients are the logits. The
order of ingredients makes no difference. The ingredient lines of a recipe and its directions name
things in their own ways, so the network is told which of the two it reads.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
import torch
from torch import Tensor, nn
from torch.nn import functional

from recipegen.pairing.counts import Floats
from recipegen.pairing.sets import Sets
from recipegen.pairing.stand_ins import StandIns

ORIGINS = ("lines", "directions")
"""Where the ingredients of a recipe were found, in the order of the network's inputs."""

BATCH = 256


class IngredientModel(nn.Module):
    """Log-probabilities of an ingredient given the others of its recipe.

    Its parameters are kept in a table, as named arrays of numbers: see :meth:`arrays`.
    """

    def __init__(self, ingredients: int, width: int, hidden: int) -> None:
        """A network for N ``ingredients``, vectors of ``width`` and ``hidden`` units."""
        super().__init__()
        self.given = nn.Parameter(torch.zeros(ingredients, width))
        self.named = nn.Parameter(torch.zeros(ingredients, width))
        self.bias = nn.Parameter(torch.zeros(len(ORIGINS), ingredients))
        self.log_share = nn.Parameter(torch.zeros(len(ORIGINS), ingredients), requires_grad=False)
        self.direct = nn.Parameter(torch.full((width,), 0.5))
        self.origin = nn.Parameter(torch.zeros(len(ORIGINS), hidden))
        self.first = nn.Linear(width + 1, hidden)
        self.norm = nn.LayerNorm(hidden)
        self.second = nn.Linear(hidden, hidden)
        self.last = nn.Linear(hidden, width)
        nn.init.zeros_(self.last.weight)
        nn.init.zeros_(self.last.bias)

    def forward(self, total: Tensor, count: Tensor, origin: int) -> Tensor:
        """Logits of the missing ingredient, T x N.

        Args:
            total: sum of the ``given`` vectors of the ingredients that are there, T x width.
            count: the number of these ingredients, T.
            origin: a place in ``ORIGINS``.
        """
        mean = total / count.clamp(min=1).sqrt()[:, None]
        inner = self.first(torch.cat([mean, count.log1p()[:, None]], dim=1)) + self.origin[origin]
        inner = self.norm(functional.gelu(inner))
        inner = functional.gelu(self.second(inner))
        logits: Tensor = (self.last(inner) + self.direct * mean) @ self.named.T
        return logits + self.bias[origin]

    def others(self, sets: Sets, keep: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """For each member, the sum of the vectors of the others of its set, and their number.

        Args:
            sets: T members.
            keep: T, 0 for a member that is hidden from the others.
        """
        told = torch.ones(len(sets.members)) if keep is None else keep
        vectors = self._vectors(sets) * told[:, None]
        owners = torch.from_numpy(sets.owners)
        # Not indexed with brackets, because the gradient of that is added up in varying order.
        sums, counts = (_sums(sets, each).index_select(0, owners) for each in (vectors, told))
        return sums - vectors, counts - told

    @torch.no_grad()
    def fits(self, sets: Sets, origin: str = "directions") -> tuple[Floats, Floats]:
        """How well each member fits the others of its set, in nats, by two measures of T values.

        Returns:
            The fit, ln P(member | others) - ln P(member stands in for another | others). The second
            term is from :class:`StandIns`. The fit is below 0 if the member more likely took the
            place of another one. And the company, ln P(member | others) - ln P(member). It is below
            0 if the member is rarer with these others than elsewhere.
        """
        place, fits, company = ORIGINS.index(origin), [np.zeros(0)], [np.zeros(0)]
        shares = self.shares(origin)
        stand_ins, log_shares = StandIns(shares), np.log(shares)
        for first in range(0, len(sets), BATCH):
            batch = sets.take(np.arange(first, min(first + BATCH, len(sets))))
            logs = self(*self.others(batch), place).double().log_softmax(dim=1).numpy()
            own = logs[np.arange(len(logs)), batch.members]
            fits.append(own - stand_ins.log_probability(np.exp(logs), batch.members))
            company.append(own - log_shares[batch.members])
        return np.concatenate(fits), np.concatenate(company)

    def shares(self, origin: str) -> Floats:
        """How common each ingredient is in recipes of an origin, N, adding up to 1."""
        logs = self.log_share[ORIGINS.index(origin)]
        return np.asarray(logs.double().exp().numpy(), dtype=np.float64)

    @torch.no_grad()
    def completions(self, sets: Sets, origin: str = "directions") -> Floats:
        """Log-probability of every ingredient as one more of each set, B x N.

        Ingredients that are already in a set have minus infinity.
        """
        sums = _sums(sets, self._vectors(sets))
        logits = self(sums, torch.from_numpy(sets.sizes).float(), ORIGINS.index(origin))
        logits[torch.from_numpy(sets.owners), torch.from_numpy(sets.members)] = -torch.inf
        return np.asarray(logits.log_softmax(dim=1).double().numpy())

    def _vectors(self, sets: Sets) -> Tensor:
        return functional.embedding(torch.from_numpy(sets.members), self.given)

    def arrays(self) -> dict[str, Floats]:
        """The parameters by name."""
        return {name: value.double().numpy() for name, value in self.state_dict().items()}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, Floats]) -> IngredientModel:
        """The network with these parameters."""
        ingredients, width = arrays["given"].shape
        model = cls(ingredients, width, arrays["origin"].shape[1])
        names = model.state_dict()
        model.load_state_dict({name: torch.from_numpy(arrays[name]).float() for name in names})
        return model.eval()


def _sums(sets: Sets, values: Tensor) -> Tensor:
    """The sum of the values of the members of each set: T, or T x width, to B."""
    zeros = values.new_zeros(len(sets), *values.shape[1:])
    return zeros.index_add(0, torch.from_numpy(sets.owners), values)


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
