"""Recipes are judged by their worst ingredient; the order of ingredients changes nothing."""

import math

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recipegen.pairing.plausibility import Plausibility

PAIRINGS = pd.DataFrame(
    [
        ("egg", "flour", 1.0, False),
        ("egg", "garlic", -2.0, True),
        ("flour", "garlic", -0.5, False),
    ],
    columns=["ingredient_a", "ingredient_b", "log_lift", "implausible"],
)
MODEL = Plausibility(PAIRINGS)


def test_the_worst_ingredient_is_the_one_with_the_lowest_mean() -> None:
    score = MODEL.judge(["garlic", "flour", "egg"])
    assert score.ingredients == ("egg", "flour", "garlic")
    assert [pair.log_lift for pair in score.pairs] == [1.0, -2.0, -0.5]
    # Means: egg (1 - 2) / 2, flour (1 - 0.5) / 2, garlic (-2 - 0.5) / 2.
    assert (score.worst_ingredient, score.implausibility) == ("garlic", 1.25)
    assert [pair.implausible for pair in score.pairs] == [False, True, False]


@pytest.mark.parametrize("ingredients", [[], ["egg"], ["egg", "egg"], ["never heard of"]])
def test_under_two_ingredients_there_is_no_score(ingredients: list[str]) -> None:
    score = MODEL.judge(ingredients)
    assert (score.pairs, score.implausibility, score.worst_ingredient) == ((), None, None)


def test_unknown_pairs_are_neutral() -> None:
    score = MODEL.judge(["egg", "unicorn"])
    assert score.implausibility == 0.0
    assert not score.pairs[0].implausible


@given(st.lists(st.sampled_from(["egg", "flour", "garlic", "salt", "unicorn"])), st.randoms())
def test_order_and_doubles_change_nothing(names: list[str], shuffle: object) -> None:
    shuffled = names * 2
    shuffle.shuffle(shuffled)  # type: ignore[attr-defined]
    score = MODEL.judge(shuffled)
    assert score == MODEL.judge(names)
    assert score.implausibility is None or math.isfinite(score.implausibility)
