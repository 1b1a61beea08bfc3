"""Groups of recipes from any source get their own rates."""

import numpy as np
import pandas as pd
import pytest

from recipegen.config import Summarise
from recipegen.evaluation.per_group.outside_groups import (
    GROUP_METRICS,
    MOST_GROUPS,
    group_summary,
    group_tests,
)
from recipegen.pairing.exchange_equivalent import ExchangeCurve

CURVES = {"lines": ExchangeCurve(1.0, 0.0, 2.0), "directions": ExchangeCurve(2.0, 0.0, 2.0)}


def scores(group: str, implausible: int, support: float, origin: str = "lines") -> pd.DataFrame:
    return pd.DataFrame(
        {
            "sample_id": [f"{group}-{n}" for n in range(4)],
            "group": group,
            "ingredient_count": [5, 5, 5, 0],
            "judged_pair_count": [10, 10, 10, 0],
            "implausible_pair_count": [implausible, 0, 0, 0],
            "implausibility": [1.0, 2.0, 3.0, np.nan],
            "flagged": [True, False, False, False],
            "pair_support": [support, support, support, 0.0],
            "typical_support": [4.0, 4.0, 4.0, 0.0],
            "origin": origin,
        }
    )


def test_each_group_has_its_own_rates_worked_by_hand() -> None:
    both = pd.concat([scores("bad", 3, 1.0), scores("good", 0, 4.0)], ignore_index=True)
    found = group_summary(both, CURVES, Summarise(resamples=200), 1)
    assert found["group"].tolist() == ["bad"] * 4 + ["good"] * 4
    rows = found.set_index(["group", "metric"])["estimate"]
    assert set(found["metric"]) == set(GROUP_METRICS)
    assert rows["bad", "implausible_pair_rate"] == pytest.approx(0.1)
    assert rows["bad", "flagged_recipe_rate"] == pytest.approx(1 / 3)
    assert rows["bad", "implausibility"] == 2
    assert rows["bad", "exchanged_share"] == pytest.approx(0.5)
    assert rows["good", "exchanged_share"] == 0
    assert (found["low"] <= found["high"]).all()


def test_texts_and_lists_are_read_off_their_own_curves() -> None:
    texts = group_summary(
        scores("texts", 0, 2.0, "directions"), CURVES, Summarise(resamples=100), 1
    )
    share = texts.set_index("metric").loc["exchanged_share", "estimate"]
    assert share == pytest.approx(0.5)


def test_no_recipes_give_no_rows() -> None:
    nothing = scores("none", 0, 1.0).head(0)
    assert group_summary(nothing, CURVES, Summarise(), 1).empty


def test_two_groups_are_compared_at_equal_sizes() -> None:
    long = scores("long", 3, 1.0).assign(ingredient_count=[5, 9, 9, 9])
    found = group_tests(
        pd.concat([long, scores("short", 1, 4.0)], ignore_index=True),
        CURVES,
        Summarise(resamples=200),
        1,
    )
    assert found["metric"].tolist() == list(GROUP_METRICS)
    row = found.set_index("metric").loc["implausible_pair_rate"]
    # Only the first text of the longer ones is of a size that the shorter ones have, 5.
    assert row[["group_a", "group_b"]].tolist() == ["long", "short"]
    assert row[["estimate_a", "estimate_b"]].tolist() == pytest.approx([0.3, 1 / 30])
    assert row["raw_difference"] == pytest.approx(0.1 - 1 / 30)
    assert row[["shared_sizes_a", "shared_sizes_b"]].tolist() == [0.25, 0.75]
    assert found.set_index("metric").loc["exchanged_share", "estimate_a"] == pytest.approx(0.5)


def test_many_groups_are_not_compared_two_by_two() -> None:
    many = [scores(f"group {at}", 1, 1.0) for at in range(MOST_GROUPS + 1)]
    frame = pd.concat(many, ignore_index=True)
    settings = Summarise(resamples=100)
    assert group_tests(frame, CURVES, settings, 1).empty
    few = frame[frame["group"] != "group 0"]
    pairs = MOST_GROUPS * (MOST_GROUPS - 1) // 2
    assert len(group_tests(few, CURVES, settings, 1)) == len(GROUP_METRICS) * pairs
    assert group_tests(frame.head(0), CURVES, settings, 1).empty
