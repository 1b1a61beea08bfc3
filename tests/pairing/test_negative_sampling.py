"""Ingredients of recipes are exchanged for others."""

import numpy as np
import pytest

from recipegen.pairing.ingredient_sets import Sets
from recipegen.pairing.negative_sampling import Intruders, Kind

INTRUDERS = Intruders(np.arange(40, 0, -1.0), ["herb", "fish"] * 20)
RECIPES = Sets.of([[0, 5, 9], [30, 31], [7], [20, 21, 22, 23, 24]])


@pytest.mark.parametrize("kind", ["frequency", "drawn", "category"])
@pytest.mark.parametrize("number", [1, 2])
def test_exchanged_recipes_differ_in_the_marked_places_alone(kind: Kind, number: int) -> None:
    spoilt = INTRUDERS.spoil(RECIPES, number, kind, np.random.default_rng(0))
    assert spoilt.real.sizes.tolist() == spoilt.exchanged.sizes.tolist()
    assert spoilt.real.sizes.min() > number
    differ = spoilt.real.members != spoilt.exchanged.members
    assert (differ == spoilt.intruders).all()
    assert np.bincount(spoilt.exchanged.owners, spoilt.intruders).tolist() == [number] * len(
        spoilt.real
    )
    pairs = set(zip(spoilt.exchanged.owners, spoilt.exchanged.members, strict=True))
    assert len(pairs) == len(spoilt.exchanged.members)
    if kind == "frequency":
        # The ranks are the numbers: counts fall with them.
        was, now = spoilt.real.members[differ], spoilt.exchanged.members[differ]
        assert (np.abs(now - was) <= 0.25 * was + 2).all()
    if kind == "category":
        assert (spoilt.real.members[differ] % 2 == spoilt.exchanged.members[differ] % 2).all()


def test_taken_sets_keep_their_members() -> None:
    assert RECIPES.take(np.array([3, 1])).members.tolist() == [20, 21, 22, 23, 24, 30, 31]


def test_sets_are_taken_together_by_their_size() -> None:
    sets = Sets.of([[3, 4], [], [5], [6, 7]])
    found = [(places.tolist(), members.tolist()) for places, members in sets.by_size()]
    assert found == [([1], [[]]), ([2], [[5]]), ([0, 3], [[3, 4], [6, 7]])]
