"""Verdicts against the known truth of composed recipes."""

import numpy as np
import pandas as pd
import pytest

from recipegen.config import LearnPairings
from recipegen.pairing.learning import Learned, learn_pairings
from recipegen.pairing.plausibility import Plausibility
from tests.composed import IMPLAUSIBLE, PLAUSIBLE, SHARED, compose_recipes


def composed_ingredients(count: int) -> pd.DataFrame:
    """Rows of ``recipe_ingredients`` for composed recipes, both origins alike."""
    rows = []
    for number, recipe in enumerate(compose_recipes(count, seed=1)):
        split = ("train", "train", "train", "valid", "test")[number % 5]
        for line in recipe["ingredients"]:  # type: ignore[attr-defined]
            name = line.split(" ", 2)[2]
            rows += [(f"{number:05d}", split, origin, name) for origin in ("lines", "directions")]
    return pd.DataFrame(rows, columns=["recipe_id", "split", "origin", "ingredient"])


def learn(rows: pd.DataFrame) -> Learned:
    """What is learned when texts name what the directions do."""
    texts = rows[(rows["origin"] == "directions") & (rows["split"] != "train")]
    kinds = pd.DataFrame({"ingredient": SHARED, "category": "spice", "basic": True})
    return learn_pairings(rows, texts, kinds, LearnPairings(), seed=3)


@pytest.fixture(scope="module")
def learned() -> Learned:
    return learn(composed_ingredients(3000))


def test_known_truth_precision_and_recall(
    learned: Learned,
) -> None:
    pairings = learned.pairings
    flagged = {
        (row.ingredient_a, row.ingredient_b)
        for row in pairings[pairings["implausible"]].itertuples()
    }
    assert not flagged & PLAUSIBLE
    assert not [pair for pair in flagged if set(pair) & set(SHARED)]
    assert len(flagged & IMPLAUSIBLE) >= 0.99 * len(IMPLAUSIBLE)


def test_few_recipes_flag_nothing() -> None:
    pairings = learn(composed_ingredients(20)).pairings
    assert not pairings["implausible"].any()


def test_the_tables_count_recipes(
    learned: Learned,
) -> None:
    ingredients, pairings = learned.ingredients, learned.pairings
    assert ingredients["count"].max() <= 1800
    assert np.allclose(ingredients["share"], ingredients["count"] / 1800)
    assert (pairings["ingredient_a"] < pairings["ingredient_b"]).all()
    assert (pairings["count_both"] <= pairings[["count_a", "count_b"]].min(axis=1)).all()


def test_validation_tells_spoilt_from_real_recipes(
    learned: Learned,
) -> None:
    validation = learned.pairing_validation
    by_metric = validation.groupby("metric")
    assert by_metric.get_group("implausible_pair_rate")["estimate"].tolist() == [0]
    areas = by_metric.get_group("auc")
    assert (areas["estimate"] > 0.8).all()
    assert (areas["low"] <= areas["estimate"]).all()
    assert (areas["estimate"] <= areas["high"]).all()


def test_no_recipes_to_calibrate_on_flag_none() -> None:
    rows = composed_ingredients(300)
    found = learn(rows[rows["split"] == "train"])
    judge = Plausibility(found.ingredients, found.pairings, found.ingredient_model)
    score = judge.judge(["salmon", "chocolate"])
    assert score.implausibility is not None
    assert not score.flagged


def test_the_same_recipes_in_another_order_teach_the_same() -> None:
    rows = composed_ingredients(200)
    once, again = learn(rows), learn(rows.sample(frac=1, random_state=1))
    pd.testing.assert_frame_equal(once.pairings, again.pairings)
    pd.testing.assert_frame_equal(once.ingredient_model, again.ingredient_model)
