"""The tables about the judge say what the labels say, worked by hand on a small run."""

import numpy as np
import pandas as pd
import pytest

from recipegen.evaluation.labelled.corrected_rates import Errors
from recipegen.evaluation.labelled.judge_quality import (
    OWN,
    RUN,
    SHIPPED,
    Judged,
    Labels,
    Wish,
    best_basis,
    quality_of,
    quality_table,
    rates_table,
    texts_of,
)
from recipegen.evaluation.statistics.estimates import NONE
from recipegen.evaluation.statistics.score_intervals import Strata, weighted_share

WISH = Wish(0.95, 0.01, 0)
HOT, COLD, REAL = ("generated", 1.5), ("generated", 0.5), ("real", None)
JUDGED = {
    COLD: Judged(100, 900, (0.1, 0.08, 0.12)),
    HOT: Judged(300, 700, (0.3, 0.27, 0.33)),
    REAL: Judged(10, 990, (0.01, 0.005, 0.02)),
}
GROUPS = {
    "generated": Judged(400, 1600, (0.2, 0.18, 0.22)),
    "real": JUDGED[REAL],
    None: Judged(400, 1600, (0.2, 0.18, 0.22)),
}
STRATA = pd.DataFrame(
    [
        ("generated", 0.5, True, 20, 8, 20.0, 8.0),
        ("generated", 0.5, False, 40, 2, 40.0, 2.0),
        ("generated", 1.5, True, 25, 20, 25.0, 20.0),
        ("generated", 1.5, False, 50, 5, 50.0, 5.0),
    ],
    columns=["group", "temperature", "implausible", "labelled", "absurd", "count", "found"],
)
TEXTS = {"pair": texts_of(STRATA, JUDGED, GROUPS)}


def rates(shipped: Errors | None = None) -> pd.DataFrame:
    return rates_table(TEXTS, shipped, WISH)


def test_precision_share_found_and_specificity_of_a_group_at_a_temperature() -> None:
    (cold,) = (own for own in TEXTS["pair"] if own.temperature == 0.5)
    found = quality_of(cold, 0.95)
    # 40 of the 100 implausible pairs are absurd, and 45 of the 900 others.
    assert found["judge_precision"][0] == pytest.approx(0.4)
    assert found["judge_sensitivity"][0] == pytest.approx(40 / 85)
    assert found["judge_specificity"][0] == pytest.approx(855 / 915)
    assert all(low < value < high for value, low, high in found.values())


def test_over_temperatures_each_stratum_counts_by_its_size() -> None:
    (own,) = (each for each in TEXTS["pair"] if each.over == "group")
    # 40 + 240 of 400 implausible pairs are absurd, 45 + 70 of the 1,600 others.
    found = quality_of(own, 0.95)
    assert found["judge_precision"][0] == pytest.approx(280 / 400)
    assert found["judge_sensitivity"][0] == pytest.approx(280 / 395)


def test_the_corrected_rate_by_labels_of_the_same_texts() -> None:
    found = (
        rates().query("basis == @OWN", local_dict={"OWN": OWN}).set_index(["over", "temperature"])
    )
    assert found.loc[("temperature", 0.5), "estimate"] == pytest.approx(0.085)
    assert found.loc[("temperature", 1.5), "estimate"] == pytest.approx(0.31)
    assert found.loc[("group", np.nan), "estimate"].item() == pytest.approx(395 / 2000)
    assert found.loc[("temperature", 0.5), "labels"] == 60
    known = Strata(np.array([0.1, 0.9]), np.array([8.0, 2.0]), np.array([20.0, 40.0]))
    _, low, high = weighted_share(known, 0.95)
    row = found.loc[("temperature", 0.5)]
    assert row["low"] < low < high < row["high"]


def test_texts_without_labels_are_corrected_by_those_of_the_run_and_then_of_others() -> None:
    shipped = Errors((90, 100), (1, 200), 0.03)
    of_real = rates(shipped).query("group == 'real'")
    assert [*of_real["basis"]] == [RUN, SHIPPED]
    best = best_basis(rates(shipped))
    assert [*best.query("group == 'generated'")["basis"].unique()] == [OWN]
    # 1 % is fewer than the false alarms that these labels lead to expect.
    assert of_real["estimate"].isna().tolist() == [True, False]
    assert [*best.query("group == 'real'")["basis"]] == [SHIPPED]


def test_more_labels_are_asked_for_where_they_can_help() -> None:
    wide = rates_table(TEXTS, None, Wish(0.95, 0.03, 0))
    own = wide[wide["basis"] == OWN].set_index(["over", "temperature"])
    assert own.loc[("temperature", 0.5), "more_others"] > 100
    # At T = 1.5 the raw rate alone is unsure by 0.03 * (0.8 - 0.1) = 0.021.
    assert own.loc[("temperature", 1.5), "more_others"] > 0
    narrow = rates_table(TEXTS, None, Wish(0.95, 0.02, 0))
    hot = narrow[(narrow["basis"] == OWN) & (narrow["temperature"] == 1.5)]
    assert hot["more_others"].isna().all()


def test_a_verdict_without_a_label_leaves_the_rate_uncorrected() -> None:
    part = STRATA[STRATA["implausible"].astype(bool)]
    texts = {"pair": texts_of(part, JUDGED, GROUPS)}
    assert rates_table(texts, None, WISH).empty
    cold = next(own for own in texts["pair"] if own.temperature == 0.5)
    found = quality_of(cold, 0.95)
    assert found["judge_precision"][0] == pytest.approx(0.4)
    assert found["judge_sensitivity"] == pytest.approx(NONE, nan_ok=True)


def test_texts_in_which_the_judge_objects_to_nothing_have_labels_of_one_verdict_alone() -> None:
    judged = {REAL: Judged(0, 500, (0.0, 0.0, 0.01))}
    rows = pd.DataFrame([("real", np.nan, False, 30, 1, 30.0, 1.0)], columns=STRATA.columns)
    texts = {"pair": texts_of(rows, judged, {"real": judged[REAL]})}
    (row,) = rates_table(texts, None, WISH).to_dict("records")
    assert row["estimate"] == pytest.approx(1 / 30)
    assert row["more_implausible"] == 0


def test_the_quality_table_counts_labels() -> None:
    table = quality_table(TEXTS, 0.95)
    assert set(table["over"]) == {"temperature", "group", "run"}
    (row,) = table.query("over == 'run' and metric == 'judge_precision'").to_dict("records")
    assert (row["labelled_implausible"], row["absurd_implausible"]) == (45, 28)
    assert (row["labelled_others"], row["absurd_others"]) == (90, 7)


def test_a_run_without_labels_has_none() -> None:
    assert not Labels().any
    assert Labels(shipped=Errors((1, 2), (0, 2), 0.5)).any
