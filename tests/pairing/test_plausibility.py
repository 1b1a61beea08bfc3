"""Recipes are judged as a whole; the order of their ingredients changes nothing."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recipegen.pairing.calibration import Calibration
from recipegen.pairing.plausibility import Plausibility
from recipegen.pairing.set_encoder import ORIGINS, arrays_table
from recipegen.pairing.set_encoder_training import Network

NAMES = ("egg", "flour", "garlic")
PAIRINGS = pd.DataFrame(
    [
        ("egg", "flour", 1.0, -5.0, "plausible"),
        ("egg", "garlic", -2.0, 1.0, "implausible"),
        ("flour", "garlic", -0.5, -3.0, "unusual"),
    ],
    columns=["ingredient_a", "ingredient_b", "log_lift", "objection", "verdict"],
)


def toy_plausibility() -> Plausibility:
    """A model in which egg and flour call for each other, and garlic for itself alone.

    One dimension: the mean of the others' vectors times the own one is the log-odds.
    """
    arrays = Network(len(NAMES), width=1, hidden=2).arrays()
    arrays["given"] = np.array([[1.0], [1.0], [-1.0]])
    arrays["named"] = np.array([[1.0], [1.0], [-1.0]])
    arrays["direct"] = np.array([1.0])
    arrays["bias"] = arrays["log_share"] = np.full((2, 3), math.log(1 / 3))
    calibration = Calibration(
        weights=np.array([0.0, -1.0, -1.0]),
        recipe_weights=np.array([0.0, 1.0, 0.0, 0.5, 0.0, 0.0, 0.0]),
        usual=np.zeros(1),
        deviation=np.ones(1),
        sizes=np.array([2.0, 3.0]),
        real=np.array([-1.0, 0.0]),
        usual_alarm=np.zeros(1),
        alarm_deviation=np.ones(1),
        alarm_limit=np.array([9.0]),
    )
    arrays["unlisted"] = np.zeros(2)
    for origin in ORIGINS:
        arrays |= calibration.arrays(origin)
        arrays[f"exchanged.{origin}"] = np.array([1.0, 0.0, 2.0])
        arrays[f"typical.{origin}"] = np.array([0.5, 1.0, 1.0])
    return Plausibility.from_tables(
        pd.DataFrame({"ingredient": NAMES}), PAIRINGS, arrays_table(arrays)
    )


MODEL = toy_plausibility()


def test_a_pair_is_scored_as_worked_by_hand() -> None:
    score = MODEL.judge(["garlic", "egg"])
    # The log-odds of egg given garlic are -1 * 1, of flour the same, of garlic -1 * -1. Egg came in
    # by how common it is, 1/3, or for flour, which egg or garlic may replace. Garlic given egg:
    # alike.
    z = 2 * math.exp(-1) + math.exp(1)
    egg = math.log(math.exp(-1) / z) - math.log(0.5 / 3 + 0.5 * math.exp(-1) / z / 2)
    z = 2 * math.exp(1) + math.exp(-1)
    garlic = math.log(math.exp(-1) / z) - math.log(0.5 / 3 + 0.5 * math.exp(1) / z / 2)
    odds = [-egg - math.log(2), -garlic - math.log(2)]
    none = math.prod(1 / (1 + math.exp(each)) for each in odds)
    # Surprise, and half the log-odds of an objection to the one pair.
    assert score.implausibility == pytest.approx(math.log((1 - none) / none) + 0.5, abs=1e-6)
    assert score.worst_ingredient == "garlic"
    # None of the two real recipes is as implausible: (1 + 0) / (1 + 2).
    assert score.p_value == pytest.approx(1 / 3)
    assert not score.flagged
    assert [pair.implausible for pair in score.pairs] == [True]
    assert score.typical_support == 0.75


def test_the_support_of_pairs_is_set_against_strangers() -> None:
    """Pairs that meet more often than by chance have positive support, other pairs negative."""
    fitting, odd = MODEL.judge(["egg", "flour"]), MODEL.judge(["egg", "garlic"])
    assert fitting.support > 0 > odd.support


def test_what_fits_is_less_implausible() -> None:
    fitting, odd = MODEL.judge(["egg", "flour"]), MODEL.judge(["egg", "garlic"])
    assert fitting.implausibility is not None
    assert odd.implausibility is not None
    assert fitting.implausibility < odd.implausibility


@pytest.mark.parametrize(
    "ingredients", [[], ["egg"], ["egg", "egg"], ["never heard of"], ["egg", "unicorn"]]
)
def test_under_two_known_ingredients_there_is_no_score(ingredients: list[str]) -> None:
    score = MODEL.judge(ingredients)
    assert (score.implausibility, score.p_value, score.worst_ingredient) == (None, None, None)
    assert not score.flagged


def test_unknown_pairs_are_neutral() -> None:
    (pair,) = MODEL.judge(["egg", "unicorn"]).pairs
    assert (pair.log_lift, pair.implausible, pair.judged) == (0.0, False, False)


@given(st.lists(st.sampled_from([*NAMES, "salt", "unicorn"])), st.randoms())
def test_order_and_doubles_change_nothing(names: list[str], shuffle: object) -> None:
    shuffled = names * 2
    shuffle.shuffle(shuffled)  # type: ignore[attr-defined]
    score = MODEL.judge(shuffled)
    assert score == MODEL.judge(names)
    assert score == MODEL.judge_all([["egg", "flour"], names, []])[1]
    assert score.implausibility is None or math.isfinite(score.implausibility)
    assert score.p_value is None or 0 < score.p_value <= 1
