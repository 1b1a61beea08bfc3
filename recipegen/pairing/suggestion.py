"""What else would go with some ingredients."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from recipegen.pairing.context import IngredientModel
from recipegen.pairing.sets import Sets


@dataclass(frozen=True)
class Suggestion:
    """An ingredient that would go with others."""

    ingredient: str
    probability: float
    """That one more ingredient of a recipe with the others is this one, 0 to 1."""
    lift: float
    """How many times as likely as any ingredient of any recipe is this one."""


def suggest(
    given: Sequence[str], ingredients: pd.DataFrame, model: IngredientModel, most: int = 10
) -> list[Suggestion]:
    """What would go with some ingredients as one more, the likeliest first, basics left out.

    Args:
        given: ingredients of the table, one at least.
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
