"""The difference of two collections of recipes, over matched recipes where they match."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recipegen.config import Summarise
from recipegen.errors import UsageError
from recipegen.evaluation.per_group.matching import FEWEST, differences, match
from recipegen.evaluation.statistics.estimates import correlation_of, interval_of_difference
from recipegen.pairing.exchange_equivalent import ExchangeCurve

CURVES = {"lines": ExchangeCurve(1.0, 0.0, 2.0), "directions": ExchangeCurve(2.0, 0.0, 2.0)}
RATE = ["implausible_pair_rate"]
SETTINGS = Summarise(resamples=200)


def recipes(implausible: list[int], group: str = "all", **fields: object) -> pd.DataFrame:
    """Recipes with ten pairs each, of which some are implausible."""
    ids = [str(n) for n in range(len(implausible))]
    named = {"sample_id": ids, "prompt": "", "title": "", "group": group, **fields}
    return pd.DataFrame(
        {
            **named,
            "judged_pair_count": 10,
            "implausible_pair_count": implausible,
            "implausibility": 1.0,
            "flagged": [count > 0 for count in implausible],
            "pair_support": 1.0,
            "typical_support": 4.0,
            "origin": "lines",
        }
    )


def difference(own: pd.DataFrame, baseline: pd.DataFrame) -> pd.Series:
    found = differences(match(own, baseline), RATE, CURVES, SETTINGS, 1)
    assert len(found) == 1
    return found.iloc[0]


def test_the_interval_of_a_difference_by_hand() -> None:
    a, b = np.array([[5.0], [2.0], [9.0]]), np.array([[3.0], [1.0], [7.0]])
    # Below: the distances 5 - 2 = 3 and 7 - 3 = 4. Above: 9 - 5 = 4 and 3 - 1 = 2.
    assert interval_of_difference(a, b)[:, 0] == pytest.approx([2 - 5, 2 + 20**0.5])
    half = interval_of_difference(a, b, correlation=0.5)[:, 0]
    assert half == pytest.approx([2 - 13**0.5, 2 + 12**0.5])
    assert interval_of_difference(a, b, correlation=1.0)[:, 0] == pytest.approx([2 - 1, 2 + 2])


def test_the_correlation_of_resamples_by_hand() -> None:
    assert correlation_of(np.array([1.0, 2, 3]), np.array([2.0, 4, 6])) == pytest.approx(1)
    assert correlation_of(np.array([1.0, 2, 3]), np.array([3.0, 2, 1])) == pytest.approx(-1)
    assert correlation_of(np.array([1.0, 2, np.nan, 3]), np.array([2.0, 1, 9, 2])) == 0
    assert correlation_of(np.array([1.0, 1, 1]), np.array([1.0, 2, 3])) == 0
    assert correlation_of(np.array([np.nan]), np.array([1.0])) == 0


def test_two_groups_of_four_by_hand() -> None:
    # With so few recipes nothing is matched: Wilson's intervals of 1 in 4 (0.045587 to 0.699358)
    # and of 0 in 4 (0 to 0.489891) are combined. 0.25 - hypot(0.204413, 0.489891) = -0.280827.
    found = differences(
        match(recipes([1, 0, 0, 0]), recipes([0, 0, 0, 0])),
        ["flagged_recipe_rate"],
        CURVES,
        SETTINGS,
        1,
    ).iloc[0]
    assert found["estimate"] == 0.25
    assert found["low"] == pytest.approx(-0.280827, abs=2e-6)
    assert found["high"] == pytest.approx(0.699358, abs=2e-6)
    assert (found["own"], found["baseline"], found["count"]) == (0.25, 0, 4)
    assert found["matched"] == 0


def test_recipes_are_matched_by_what_most_of_them_share() -> None:
    prompts = [f"recipe {n // 2}" for n in range(60)]
    one = recipes([0] * 60, prompt=prompts)
    assert match(one, one)[2:] == ("prompt", 30)
    others = one.assign(prompt=[f"other {prompt}" for prompt in prompts])
    assert match(one, others)[2:] == ("sample_id", 60)
    strangers = others.assign(sample_id=[f"x{n}" for n in range(60)])
    assert match(one, strangers)[2:] == ("", 0)
    few = recipes([0] * (FEWEST - 1))
    assert match(few, few)[2:] == ("", 0)


def test_one_prompt_for_all_recipes_matches_nothing() -> None:
    one = recipes([0] * 60, prompt="Write a recipe.")
    assert match(one, one.assign(sample_id=[f"x{n}" for n in range(60)])).field == ""


def test_a_recipe_without_a_prompt_is_drawn_on_its_own() -> None:
    prompts = ["", *(f"recipe {n}" for n in range(30))]
    others = [f"x{n}" for n in range(31)]
    own, baseline, *_ = match(
        recipes([0] * 31, prompt=prompts), recipes([0] * 31, prompt=prompts, sample_id=others)
    )
    assert pd.isna(own["recipe_id"].iloc[0])
    assert own["recipe_id"].iloc[1] == "recipe 0"
    assert not set(own["sample_id"]) & set(baseline["sample_id"])


HARD = [5, 4, 0, 0, 0, 3, 0, 0, 2, 0] * 6
"""Implausible pairs of recipes of sixty prompts, some of which are hard."""


def test_the_same_prompts_make_the_difference_surer() -> None:
    worse = [count + (at % 6 == 0) for at, count in enumerate(HARD)]
    matched = difference(recipes(worse), recipes(HARD))
    ids = [f"x{n}" for n in range(60)]
    apart = difference(recipes(worse), recipes(HARD, sample_id=ids))
    assert matched["estimate"] == apart["estimate"] == pytest.approx(10 / 600)
    assert matched["high"] - matched["low"] < (apart["high"] - apart["low"]) / 2
    assert matched["low"] > 0 > apart["low"]


def test_the_same_recipes_differ_by_exactly_nothing() -> None:
    found = difference(recipes(HARD), recipes(HARD))
    assert found[["estimate", "low", "high"]].tolist() == [0, 0, 0]


@settings(max_examples=30)
@given(st.lists(st.integers(0, 10), min_size=2, max_size=30), st.integers(0, 10))
def test_the_interval_holds_the_difference(counts: list[int], other: int) -> None:
    found = difference(recipes(counts), recipes([other, *counts[1:]]))
    assert found["estimate"] == pytest.approx((counts[0] - other) / 10 / len(counts))
    assert found["low"] <= found["estimate"] <= found["high"]


def test_groups_are_compared_with_those_of_their_names() -> None:
    both = pd.concat([recipes([1] * 9, "a"), recipes([2] * 9, "b")], ignore_index=True)
    found = differences(match(both, both), RATE, CURVES, SETTINGS, 1)
    assert found["estimate"].tolist() == [0, 0]
    alone = differences(match(both, recipes([1] * 9, "old")), RATE, CURVES, SETTINGS, 1)
    assert alone["estimate"].tolist() == pytest.approx([0, 0.1])
    with pytest.raises(UsageError, match="no group 'old', but 'a', 'b'; give the groups the same"):
        differences(match(recipes([1] * 9, "old"), both), RATE, CURVES, SETTINGS, 1)
