"""Recipes that occur in a corpus more than once."""

from __future__ import annotations

from dataclasses import asdict

import numpy as np

from recipegen.corpus.recipe import Recipe, Reject, reject
from recipegen.corpus.split import Ids, Places


def first_places(ids: Ids) -> Places:
    """For each recipe, the place of the first recipe with the same id, which may be itself; N."""
    _, places, which = np.unique(ids, return_index=True, return_inverse=True)
    return places[which]


def reject_double(recipe: Recipe, source: str, position: int) -> Reject:
    """The reject for a recipe that occurred before, at a position of a source."""
    where = "" if source == recipe.source else f" of {source}"
    reason = f"duplicate of record {position}{where}"
    return reject(recipe.source, recipe.position, reason, asdict(recipe))
