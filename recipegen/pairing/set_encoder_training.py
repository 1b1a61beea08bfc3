"""The network of :mod:`recipegen.pairing.set_encoder` in torch, which fits its parameters."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn
from torch.nn import functional

from recipegen.pairing.counts import Floats
from recipegen.pairing.ingredient_sets import Sets
from recipegen.pairing.lifts import leading_eigenvectors
from recipegen.pairing.set_encoder import ORIGINS, IngredientModel
from recipegen.progress import Progress

WIDTH, HIDDEN = 128, 256
BATCH = 256
ASKED = 2048
"""Most ingredients that are to be named in a batch. A fixed number keeps memory unfragmented."""
LEARNING_RATE = 5e-3
TUNING_RATE = 1e-3
"""Peak learning rate for a network that starts as one learned from other recipes."""


class Network(nn.Module):
    """Logits of an ingredient given the others of its recipe."""

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

    def others(self, sets: Sets, keep: Tensor) -> tuple[Tensor, Tensor]:
        """For each member, the sum of the vectors of the others of its set, and their number.

        Args:
            sets: T members.
            keep: T, 0 for a member that is hidden from the others.
        """
        vectors = functional.embedding(torch.from_numpy(sets.members), self.given) * keep[:, None]
        owners = torch.from_numpy(sets.owners)
        # Not indexed with brackets, because the gradient of that is added up in varying order.
        sums, counts = (_sums(sets, each).index_select(0, owners) for each in (vectors, keep))
        return sums - vectors, counts - keep

    def arrays(self) -> dict[str, Floats]:
        """The parameters by name."""
        return {name: value.double().numpy() for name, value in self.state_dict().items()}


def _sums(sets: Sets, values: Tensor) -> Tensor:
    """The sum of the values of the members of each set: T, or T x width, to B."""
    zeros = values.new_zeros(len(sets), *values.shape[1:])
    return zeros.index_add(0, torch.from_numpy(sets.owners), values)


@dataclass(frozen=True)
class Restraint:
    """What keeps the network from learning its recipes by heart."""

    weight_decay: float = 0.01
    untold: float = 0.15
    """Share of a recipe's ingredients that are left out of the context while fitting."""


USUAL = Restraint()


def fit_ingredient_model(
    log_lift: Floats,
    recipes: Mapping[str, Sets],
    examples: int,
    epochs: int,
    seed: int,
    progress: Progress,
    known: tuple[Mapping[str, Floats], npt.NDArray[np.intp]] | None = None,
    restraint: Restraint = USUAL,
) -> IngredientModel:
    """The network, fitted to name a missing ingredient.

    Without ``known`` it starts as the log-lift model: its vectors are the leading eigenvectors of
    the log lifts. So a small corpus starts from what pairs say, and a large corpus adds what pairs
    do not say. With ``known`` it starts as a network that was learned from other recipes, and is
    tuned to these. The optimiser is AdamW with a one-cycle learning rate (Smith & Topin 2019).

    Args:
        log_lift: of every pair, N x N.
        recipes: sets of ingredients, by origin.
        examples: number of sets that are shown in total.
        epochs: how often a set is shown at most.
        seed: of the batches.
        progress: told the share done.
        known: the arrays of another network, and the place in it of each of the N ingredients, -1
            for an ingredient that it does not know.
        restraint: should be stronger the longer the network is fitted.
    """
    torch.manual_seed(seed)
    size = len(log_lift)
    network = Network(size, WIDTH, HIDDEN)
    _begin(network, log_lift, recipes)
    if known:
        _begin_as(network, *known)
    rate = TUNING_RATE if known else LEARNING_RATE
    usable = {origin: sets.several() for origin, sets in recipes.items()}
    total = min(examples, epochs * sum(map(len, usable.values())))
    steps = -(-total // BATCH)
    if not steps:
        return IngredientModel(network.arrays())
    optimiser = torch.optim.AdamW(
        [value for value in network.parameters() if value.requires_grad],
        lr=rate,
        weight_decay=restraint.weight_decay,
    )
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, rate, total_steps=steps + 1, pct_start=0.1
    )
    random = np.random.default_rng([seed, 0x5E7])
    for step, (origin, sets) in zip(range(steps), _batches(usable, random), strict=False):
        keep = torch.from_numpy(
            (random.random(len(sets.members)) >= restraint.untold).astype(np.float32)
        )
        asked = torch.from_numpy(random.permutation(len(sets.members))[:ASKED])
        others = (each.index_select(0, asked) for each in network.others(sets, keep))
        logits = network(*others, ORIGINS.index(origin))
        loss = functional.cross_entropy(logits, torch.from_numpy(sets.members)[asked])
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimiser.step()
        schedule.step()
        if step % 20 == 0:
            progress(step / steps, f"ingredients in context: loss {loss.item():.2f}")
    return IngredientModel(network.arrays())


def _begin(network: Network, log_lift: Floats, recipes: Mapping[str, Sets]) -> None:
    values, vectors = leading_eigenvectors(log_lift, WIDTH)
    scaled = vectors * np.sqrt(np.maximum(values, 0.0))
    with torch.no_grad():
        for parameter in (network.given, network.named):
            parameter[:, : scaled.shape[1]] = torch.from_numpy(scaled)
        for place, origin in enumerate(ORIGINS):
            counts = np.bincount(recipes[origin].members, minlength=len(log_lift)) + 0.5
            logs = torch.from_numpy(np.log(counts / counts.sum()))
            network.log_share[place] = logs
            network.bias[place] = logs


def _begin_as(network: Network, arrays: Mapping[str, Floats], places: npt.NDArray[np.intp]) -> None:
    """Copy the parameters of another network; ingredients that it does not know get zero vectors.

    The frequencies of ingredients remain those of the recipes at hand.
    """
    there = torch.from_numpy(np.flatnonzero(places >= 0))
    rows = places[places >= 0]
    with torch.no_grad():
        for name, parameter in network.named_parameters():
            values = torch.from_numpy(np.asarray(arrays[name])).float()
            if name in ("given", "named"):
                parameter.zero_()
                parameter[there] = values[rows]
            elif name == "bias":
                shift = values - torch.from_numpy(np.asarray(arrays["log_share"])).float()
                parameter[:, there] += shift[:, rows]
            elif name != "log_share":
                parameter.copy_(values)


def _batches(
    recipes: Mapping[str, Sets], random: np.random.Generator
) -> Iterator[tuple[str, Sets]]:
    """Endless batches of one origin each; all sets are shown once before any is shown again."""
    while True:
        batches: list[tuple[str, npt.NDArray[np.int64]]] = []
        for origin, sets in recipes.items():
            order = random.permutation(len(sets))
            batches += [(origin, order[at : at + BATCH]) for at in range(0, len(sets), BATCH)]
        for place in random.permutation(len(batches)):
            origin, chosen = batches[place]
            yield origin, recipes[origin].take(chosen)
