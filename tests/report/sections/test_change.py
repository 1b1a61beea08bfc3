import pandas as pd
import pytest

from recipegen.report.sections.change import (
    HEADLINE_METRIC,
    changes,
    headline_rates,
    in_points,
    rates_frame,
    signed,
    verdict,
)

RATE = {"metric": HEADLINE_METRIC, "group": "generated", "count": 100}


def rates(*rows: tuple[float | None, float, float | None, float | None]) -> pd.DataFrame:
    """The rates of a run, each given as temperature, estimate, low and high."""
    names = ("temperature", "estimate", "low", "high")
    return rates_frame({**RATE, **dict(zip(names, row, strict=True))} for row in rows)


COLD = (0.2, 0.010, 0.007, 0.013)
HOT = (1.5, 0.050, 0.046, 0.054)


def test_the_interval_of_a_difference_is_that_of_independent_estimates() -> None:
    (row,) = changes(rates(COLD), rates((0.2, 0.012, 0.008, 0.016)))
    # Half widths 0.003 and 0.004, so 0.005 together.
    assert row["difference"] == pytest.approx(0.002)
    assert (row["low"], row["high"]) == pytest.approx((-0.003, 0.007))
    assert not row["changed"]


def test_a_change_is_one_whose_interval_excludes_zero() -> None:
    rows = changes(rates(COLD, HOT), rates(COLD, (1.5, 0.060, 0.057, 0.063)))
    assert [row["changed"] for row in rows] == [False, True]
    # Half widths 0.004 and 0.003, so 0.005 together.
    assert (rows[1]["low"], rows[1]["high"]) == pytest.approx((0.005, 0.015))


def test_temperatures_of_one_run_alone_are_left_out() -> None:
    assert [row["temperature"] for row in changes(rates(COLD, HOT), rates(HOT))] == [1.5]


def test_an_estimate_without_an_interval_is_not_called_changed() -> None:
    (row,) = changes(rates((0.2, 0.01, None, None)), rates((0.2, 0.5, None, None)))
    assert (row["low"], row["changed"]) == (None, False)


def test_real_recipes_and_texts_with_cut_offs_are_no_changes_of_the_headline() -> None:
    others = [{**RATE, "group": group} for group in ("real", "control", "generated, top-p 0.8")]
    frame = rates_frame(
        {**row, "temperature": None, "estimate": 0.1, "low": 0.0, "high": 0.2} for row in others
    )
    both = pd.concat([rates(COLD), frame])
    assert [row["temperature"] for row in changes(both, both)] == [0.2]


def said(before: pd.DataFrame, after: pd.DataFrame) -> str:
    found = verdict(changes(before, after), "run-41")
    return f"{found['start']} {found['run']}{found['end']}"


def test_no_detectable_change_names_the_temperature_nearest_to_1() -> None:
    after = rates((0.2, 0.012, 0.008, 0.016), (1.5, 0.048, 0.045, 0.051))
    assert said(rates(COLD, HOT), after) == (
        "No detectable change since run-41 at any temperature; T = 1.5: -0.2 points (-0.7 to +0.3)."
    )


def test_a_change_names_its_temperature_and_by_how_much() -> None:
    after = rates(COLD, (1.5, 0.060, 0.057, 0.063))
    assert said(rates(COLD, HOT), after) == (
        "Changed since run-41 at 1 of 2 temperatures, most at T = 1.5: +1.0 points (+0.5 to +1.5)."
    )
    assert said(rates(HOT), after) == (
        "Changed since run-41 at T = 1.5: +1.0 points (+0.5 to +1.5)."
    )


def test_of_several_changes_the_largest_is_named() -> None:
    after = rates((0.2, 0.030, 0.026, 0.034), (1.5, 0.010, 0.007, 0.013))
    assert "at 2 of 2 temperatures, most at T = 1.5: -4.0 points" in said(rates(COLD, HOT), after)


def test_where_no_interval_is_known_nothing_is_claimed() -> None:
    bare = rates((1.0, 0.01, None, None))
    assert said(bare, bare) == "No change could be measured since run-41."
    assert said(rates(COLD), rates(HOT)) == "No change could be measured since run-41."


def test_points_have_a_sign_but_for_none_and_as_many_digits_as_their_interval_bears() -> None:
    assert [signed(share) for share in (0.012, -0.012, 0.0001, -0.0001)] == [
        "+1.2",
        "-1.2",
        "0.0",
        "0.0",
    ]
    narrow = {"temperature": 1.0, "difference": 0.0003, "low": -0.0004, "high": 0.001}
    assert in_points(narrow) == "T = 1: +0.03 points (-0.04 to +0.10)"
    assert in_points({**narrow, "low": None}) == "T = 1: 0.0 points (no interval)"
    assert in_points({**narrow, "difference": None}) == "T = 1: not measured"


def test_rates_are_kept_as_json_and_read_again() -> None:
    frame = pd.concat([rates(COLD, (1.0, float("nan"), None, None))])
    kept = headline_rates(frame.assign(temperature=[0.2, None]))
    assert kept[1]["temperature"] is None
    assert kept[1]["estimate"] is None
    pd.testing.assert_frame_equal(rates_frame(kept), frame.assign(temperature=[0.2, None]))


def test_other_metrics_are_not_kept() -> None:
    frame = rates(COLD).assign(metric="word_count")
    assert headline_rates(frame) == []
    assert rates_frame([{**RATE, "metric": "word_count"}]).empty
