"""Fitting the network of :mod:`recipegen.pairing.context`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import nn
from torch.nn import functional

from recipegen.pairing.context import ORIGINS, IngredientModel
from recipegen.pairing.counts import Floats
from recipegen.pairing.lifts import leading_eigenvectors
from recipegen.pairing.sets import Sets
from recipegen.progress import Progress

WIDTH, HIDDEN = 128, 256
BATCH = 256
ASKED = 2048
"""Most ingredients that are to be named in a batch. A fixed number keeps memory unfragmented."""
LEARNING_RATE = 5e-3
TUNING_RATE = 1e-3
"""Peak learning rate for a network that starts as one learned from other recipes."""


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
    model = IngredientModel(size, WIDTH, HIDDEN)
    _begin(model, log_lift, recipes)
    if known:
        _begin_as(model, *known)
    rate = TUNING_RATE if known else LEARNING_RATE
    usable = {origin: sets.several() for origin, sets in recipes.items()}
    total = min(examples, epochs * sum(map(len, usable.values())))
    steps = -(-total // BATCH)
    if not steps:
        return model.eval()
    optimiser = torch.optim.AdamW(
        [value for value in model.parameters() if value.requires_grad],
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
        others = (each.index_select(0, asked) for each in model.others(sets, keep))
        logits = model(*others, ORIGINS.index(origin))
        loss = functional.cross_entropy(logits, torch.from_numpy(sets.members)[asked])
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        schedule.step()
        if step % 20 == 0:
            progress(step / steps, f"ingredients in context: loss {loss.item():.2f}")
    return model.eval()


def _begin(model: IngredientModel, log_lift: Floats, recipes: Mapping[str, Sets]) -> None:
    values, vectors = leading_eigenvectors(log_lift, WIDTH)
    scaled = vectors * np.sqrt(np.maximum(values, 0.0))
    with torch.no_grad():
        for parameter in (model.given, model.named):
            parameter[:, : scaled.shape[1]] = torch.from_numpy(scaled)
        for place, origin in enumerate(ORIGINS):
            counts = np.bincount(recipes[origin].members, minlength=len(log_lift)) + 0.5
            logs = torch.from_numpy(np.log(counts / counts.sum()))
            model.log_share[place] = logs
            model.bias[place] = logs


def _begin_as(
    model: IngredientModel, arrays: Mapping[str, Floats], places: npt.NDArray[np.intp]
) -> None:
    """Copy the parameters of another network; ingredients that it does not know get zero vectors.

    The frequencies of ingredients remain those of the recipes at hand.
    """
    there = torch.from_numpy(np.flatnonzero(places >= 0))
    rows = places[places >= 0]
    with torch.no_grad():
        for name, parameter in model.named_parameters():
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
