"""Ingredients that would go with others are suggested, worked by hand on a small model."""

import math

import numpy as np
import pandas as pd
import pytest

from recipegen.pairing.set_encoder import IngredientModel
from recipegen.pairing.set_encoder_training import Network
from recipegen.pairing.suggestion import Suggestion, suggest

INGREDIENTS = pd.DataFrame(
    {
        "ingredient": ["egg", "flour", "garlic", "salt"],
        "basic": [False, False, False, True],
        "count": [20, 10, 10, 60],
    }
)


def toy_model() -> IngredientModel:
    """Egg, flour and salt call for each other, and garlic calls for itself alone.

    One dimension: the product of the vectors is the log-odds.
    """
    arrays = Network(4, width=1, hidden=2).arrays()
    arrays["given"] = arrays["named"] = np.array([[1.0], [1.0], [-1.0], [1.0]])
    arrays["direct"] = np.array([1.0])
    arrays["log_share"] = np.log([[0.2, 0.1, 0.1, 0.6]] * 2)
    return IngredientModel(arrays)


def test_the_likeliest_comes_first_and_basics_are_left_out() -> None:
    # Beside egg: flour and salt have the odds e, garlic 1/e; egg is there already.
    total = 2 * math.e + 1 / math.e
    flour, garlic = math.e / total, 1 / math.e / total
    assert suggest(["egg"], INGREDIENTS, toy_model()) == [
        Suggestion("flour", pytest.approx(flour), pytest.approx(flour / 0.1)),
        Suggestion("garlic", pytest.approx(garlic), pytest.approx(garlic / 0.1)),
    ]


def test_a_double_changes_nothing_and_no_more_are_given_than_asked_for() -> None:
    model = toy_model()
    found = suggest(["egg", "egg"], INGREDIENTS, model, most=1)
    assert found == suggest(["egg"], INGREDIENTS, model)[:1]


def test_where_all_are_in_nothing_is_left() -> None:
    assert suggest(["egg", "flour", "garlic"], INGREDIENTS, toy_model()) == []
