"""Verdicts on toy counts worked by hand, and against the known truth of composed recipes."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recipegen.config import LearnPairings
from recipegen.pairing.plausibility import Plausibility, learn_pairings
from tests.composed import IMPLAUSIBLE, PLAUSIBLE, SHARED, compose_recipes

PAIRINGS = pd.DataFrame(
    [
        ("egg", "flour", 1.0, False),
        ("egg", "garlic", -2.0, True),
        ("flour", "garlic", -0.5, False),
    ],
    columns=["ingredient_a", "ingredient_b", "log_lift", "implausible"],
)
MODEL = Plausibility(PAIRINGS)


def composed_ingredients(count: int) -> pd.DataFrame:
    """Rows of ``recipe_ingredients`` for composed recipes, both origins alike."""
    rows = []
    for number, recipe in enumerate(compose_recipes(count, seed=1)):
        split = ("train", "train", "train", "valid", "test")[number % 5]
        for line in recipe["ingredients"]:  # type: ignore[attr-defined]
            name = line.split(" ", 2)[2]
            rows += [(f"{number:05d}", split, origin, name) for origin in ("lines", "directions")]
    return pd.DataFrame(rows, columns=["recipe_id", "split", "origin", "ingredient"])


@pytest.fixture(scope="module")
def learned() -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    return learn_pairings(composed_ingredients(3000), LearnPairings(), seed=3)


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


def test_the_lift_is_the_shrunk_ratio_with_its_posterior_interval() -> None:
    rows = [("r1", "a"), ("r1", "b"), ("r2", "a"), ("r2", "b"), ("r3", "a"), ("r3", "c")]
    table = pd.DataFrame(rows, columns=["recipe_id", "ingredient"])
    table = table.assign(split="train", origin="lines")
    _, pairings, _ = learn_pairings(table, LearnPairings(prior_strength=2.0), seed=0)
    pair = pairings.set_index(["ingredient_a", "ingredient_b"]).loc[("a", "b")]
    expected = 3 * 2 * 6 / 36  # three recipes of two: 6 ordered pairs in 6 slots
    assert pair["expected"] == pytest.approx(expected)
    assert pair["log_lift"] == pytest.approx(math.log((2 + 2) / (expected + 2)))
    # Gamma(4, rate 3): the quantiles .025 and .975 of chi-square with 8 degrees, over 2 * 3.
    assert pair["log_lift_low"] == pytest.approx(math.log(2.179731 / 6), abs=1e-6)
    assert pair["log_lift_high"] == pytest.approx(math.log(17.534546 / 6), abs=1e-6)
    assert ("b", "c") not in set(
        zip(pairings["ingredient_a"], pairings["ingredient_b"], strict=True)
    )


def test_known_truth_precision_and_recall(
    learned: tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame],
) -> None:
    _, pairings, _ = learned
    flagged = {
        (row.ingredient_a, row.ingredient_b)
        for row in pairings[pairings["implausible"]].itertuples()
    }
    assert not flagged & PLAUSIBLE
    assert not [pair for pair in flagged if set(pair) & set(SHARED)]
    assert len(flagged & IMPLAUSIBLE) >= 0.99 * len(IMPLAUSIBLE)


def test_few_recipes_flag_nothing() -> None:
    _, pairings, _ = learn_pairings(composed_ingredients(20), LearnPairings(), seed=3)
    assert not pairings["implausible"].any()


def test_the_tables_count_recipes(
    learned: tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame],
) -> None:
    ingredients, pairings, _ = learned
    assert ingredients["count"].max() <= 1800
    assert np.allclose(ingredients["share"], ingredients["count"] / 1800)
    assert (pairings["ingredient_a"] < pairings["ingredient_b"]).all()
    assert (pairings["count_both"] <= pairings[["count_a", "count_b"]].min(axis=1)).all()


def test_validation_tells_spoilt_from_real_recipes(
    learned: tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame],
) -> None:
    _, _, validation = learned
    by_metric = validation.set_index("metric")
    assert by_metric.loc["implausible_pair_rate", "estimate"] == 0
    assert by_metric.loc["auc", "estimate"] > 0.8
    assert by_metric.loc["auc", "low"] < by_metric.loc["auc", "estimate"]
