"""Recipes that stand in a corpus more than once."""

from __future__ import annotations

from dataclasses import asdict

import numpy as np

from recipegen.corpus.recipe import Recipe, Reject, reject
from recipegen.corpus.split import Ids, Places


def first_places(ids: Ids) -> Places:
    """The place of the first recipe with the id of each, N: its own where it is the first."""
    _, places, which = np.unique(ids, return_index=True, return_inverse=True)
    return places[which]


def reject_double(recipe: Recipe, source: str, position: int) -> Reject:
    """The reject of a recipe that has stood before at a position of a source."""
    where = "" if source == recipe.source else f" of {source}"
    reason = f"double of record {position}{where}"
    return reject(recipe.source, recipe.position, reason, asdict(recipe))
