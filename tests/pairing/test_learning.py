"""Verdicts are compared with what is known about composed recipes."""

from typing import Literal

import numpy as np
import pandas as pd
import pytest

from recipegen.config import LearnPairings
from recipegen.judge.built_in import load_judge
from recipegen.pairing.exchange_equivalent import WAYS, relative_support
from recipegen.pairing.ingredient_sets import Sets
from recipegen.pairing.learning import Beforehand, Learned, learn_pairings
from recipegen.pairing.negative_sampling import Way, exchange_share
from recipegen.pairing.plausibility import Plausibility
from tests.composed import IMPLAUSIBLE, PLAUSIBLE, SHARED, compose_recipes


def composed_ingredients(count: int) -> pd.DataFrame:
    """Rows of ``recipe_ingredients`` for composed recipes; both origins have the same rows."""
    rows = []
    for number, recipe in enumerate(compose_recipes(count, seed=1)):
        split = ("train", "train", "train", "valid", "test")[number % 5]
        for line in recipe["ingredients"]:  # type: ignore[attr-defined]
            name = line.split(" ", 2)[2]
            rows += [(f"{number:05d}", split, origin, name) for origin in ("lines", "directions")]
    return pd.DataFrame(rows, columns=["recipe_id", "split", "origin", "ingredient"])


def learn(rows: pd.DataFrame, prior: Literal["built-in", "off"] = "off") -> Learned:
    """What is learned if the texts to judge name the same ingredients as the directions."""
    texts = rows[(rows["origin"] == "directions") & (rows["split"] != "train")]
    names = pd.DataFrame({"ingredient": sorted(set(rows["ingredient"]))})
    kinds = names.assign(category="spice", basic=names["ingredient"].isin(SHARED))
    settings = LearnPairings(prior=prior)
    return learn_pairings(
        rows, texts, kinds, settings, 3, Beforehand.of(load_judge().prior, settings)
    )


@pytest.fixture(scope="module")
def learned() -> Learned:
    return learn(composed_ingredients(3000))


def pairs_called(learned: Learned, *verdicts: str) -> set[tuple[str, str]]:
    rows = learned.pairings[learned.pairings["verdict"].isin(verdicts)]
    return set(zip(rows["ingredient_a"], rows["ingredient_b"], strict=True))


def test_what_no_family_cooks_is_found_and_what_one_cooks_is_not(learned: Learned) -> None:
    found = pairs_called(learned, "implausible", "unusual")
    assert not found & PLAUSIBLE
    assert len(found & IMPLAUSIBLE) >= 0.99 * len(IMPLAUSIBLE)
    assert not [pair for pair in pairs_called(learned, "implausible") if set(pair) & set(SHARED)]


def test_no_pair_is_plausible_that_the_interval_speaks_against(learned: Learned) -> None:
    plausible = learned.pairings[learned.pairings["verdict"] == "plausible"]
    assert (plausible["log_lift_high"] >= 0).all()
    assert (learned.pairings["implausible"] == (learned.pairings["verdict"] == "implausible")).all()


def test_few_recipes_lean_on_the_judge_and_many_overrule_it() -> None:
    """Composed recipes put beef and potato together, and never celery and shrimp."""
    few, many = (learn(composed_ingredients(count), "built-in") for count in (40, 3000))
    assert ("chocolate", "cod") in pairs_called(few, "implausible")
    assert ("chocolate", "cod") in pairs_called(many, "implausible")
    lift = {
        name: float(
            found.pairings.set_index(["ingredient_a", "ingredient_b"]).loc[pair, "log_lift"]
        )
        for name, found, pair in (
            ("few", few, ("beef", "potato")),
            ("many", many, ("beef", "potato")),
            ("apart, few", few, ("celery", "shrimp")),
            ("apart, many", many, ("celery", "shrimp")),
        )
    }
    assert lift["many"] > lift["few"] > 0
    assert lift["apart, many"] < lift["apart, few"] - 0.5


def test_what_the_judge_knows_is_known_to_a_corpus_that_never_saw_it() -> None:
    rows = composed_ingredients(40)
    texts = rows[(rows["origin"] == "directions") & (rows["split"] != "train")]
    names = pd.DataFrame(
        {"ingredient": ["anchovy", "marshmallow", *sorted(set(rows["ingredient"]))]}
    )
    kinds = names.assign(category="spice", basic=False)
    settings = LearnPairings()
    known = Beforehand.of(load_judge().prior, settings)
    learned = learn_pairings(rows, texts, kinds, settings, 3, known)
    assert ("anchovy", "marshmallow") in pairs_called(learned, "implausible")
    assert learned.ingredients.set_index("ingredient").loc["anchovy", "count"] == 0


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
    for verdict in ("implausible", "unusual"):
        assert by_metric.get_group(f"{verdict}_pair_rate")["estimate"].tolist() == [0]
    areas = by_metric.get_group("auc")
    assert (areas["estimate"] > 0.8).all()
    assert (areas["low"] <= areas["estimate"]).all()
    assert (areas["estimate"] <= areas["high"]).all()


def test_no_recipes_to_calibrate_on_flag_none() -> None:
    rows = composed_ingredients(300)
    found = learn(rows[rows["split"] == "train"])
    judge = Plausibility.from_tables(found.ingredients, found.pairings, found.ingredient_model)
    score = judge.judge(["salmon", "chocolate"])
    assert score.implausibility is not None
    assert not score.flagged


def test_the_same_recipes_in_another_order_teach_the_same() -> None:
    rows = composed_ingredients(200)
    once, again = learn(rows), learn(rows.sample(frac=1, random_state=1))
    pd.testing.assert_frame_equal(once.pairings, again.pairings)
    pd.testing.assert_frame_equal(once.ingredient_model, again.ingredient_model)


@pytest.mark.parametrize("way", WAYS)
def test_the_more_is_exchanged_the_worse_a_recipe_looks(learned: Learned, way: Way) -> None:
    tables = (learned.ingredients, learned.pairings, learned.ingredient_model)
    judge = Plausibility.from_tables(*tables)
    rows = composed_ingredients(3000)
    held_out = rows[(rows["split"] == "test") & (rows["origin"] == "lines")]
    real, random = Sets.of_rows(held_out, judge.names), np.random.default_rng(5)
    found = []
    for dose in (0.0, 0.1, 0.2, 0.4, 0.6):
        spoilt = exchange_share(real, dose, way, judge.model.shares("lines"), random)
        recipes = [[judge.names[member] for member in each] for each in spoilt]
        scores = judge.judge_all(recipes, "lines")
        pairs = [pair for score in scores for pair in score.pairs if pair.judged]
        found.append(
            (
                np.mean([pair.implausible for pair in pairs]),
                np.mean([score.implausibility or 0.0 for score in scores]),
                np.mean([score.flagged for score in scores]),
                float(
                    judge.curves["lines"].share(relative_support(spoilt, judge.supports["lines"]))
                ),
            )
        )
    rates, implausibility, flagged, shares = np.array(found).T
    # The network is surest, and so most surprised, where half of a recipe still calls for the rest.
    for each in (rates, implausibility[:4], shares):
        assert (np.diff(each) > 0).all(), found
    assert implausibility[4] > implausibility[2]
    # Of recipes of eight ingredients all are flagged before half of them is exchanged.
    assert (np.diff(flagged) >= 0).all()
    assert flagged[0] < 0.1 < 0.5 < flagged[1]
    # Forty names in all, of which a recipe never takes one that it holds: beyond two fifths
    # strangers are stranger than chance, and the share is read too high.
    assert shares[:4].tolist() == pytest.approx([0.0, 0.1, 0.2, 0.4], abs=0.1)
    assert shares[4] > 0.55
