"""Lifts of toy counts worked by hand, and verdicts against the known truth of composed recipes."""

import math

import numpy as np
import pandas as pd
import pytest

from recipegen.config import LearnPairings
from recipegen.pairing.learning import learn_pairings
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


@pytest.fixture(scope="module")
def learned() -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    return learn_pairings(composed_ingredients(3000), LearnPairings(), seed=3)


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
