"""Which other ingredients would go with given ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from recipegen.pairing.ingredient_sets import Sets
from recipegen.pairing.set_encoder import IngredientModel


@dataclass(frozen=True)
class Suggestion:
    """An ingredient that would go with others."""

    ingredient: str
    probability: float
    """Probability that one more ingredient of a recipe with the others is this one, 0 to 1."""
    lift: float
    """This probability over the share of the ingredient among those of all recipes."""


def suggest(
    given: Sequence[str], ingredients: pd.DataFrame, model: IngredientModel, most: int = 10
) -> list[Suggestion]:
    """Ingredients that would go with the given ones, the likeliest first, without basics.

    Args:
        given: at least one ingredient of the table.
        ingredients: the table that the model was learned with.
        model: how likely an ingredient is, given the others.
        most: how many at most.
    """
    names = ingredients["ingredient"].tolist()
    sets = Sets.of([sorted({names.index(name) for name in given})])
    (logs,) = model.completions(sets, "lines")
    shares = model.shares("lines")
    allowed = np.isfinite(logs) & ~ingredients["basic"].to_numpy(dtype=bool)
    best = [int(place) for place in np.argsort(-logs, kind="stable") if allowed[place]]
    return [
        Suggestion(
            names[place], float(np.exp(logs[place])), float(np.exp(logs[place]) / shares[place])
        )
        for place in best[:most]
    ]
