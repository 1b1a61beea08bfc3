"""The titles that state a finding, on invented numbers: rise, fall, no change, missing values."""

from typing import Any

import pytest

from recipegen.report.chart_titles import (
    heat_finding,
    metric_finding,
    next_word_finding,
    rate_finding,
    trade_off_finding,
    training_finding,
    trend_finding,
)

GAP = "\N{NARROW NO-BREAK SPACE}"


def row(temperature: float | None, estimate: float | None, half: float | None) -> dict[str, Any]:
    low = None if estimate is None or half is None else estimate - half
    high = None if estimate is None or half is None else estimate + half
    return {"temperature": temperature, "estimate": estimate, "low": low, "high": high}


def metric(
    *rows: tuple[float, float | None, float | None], real: float | None = None, unit: str = "rate"
) -> dict[str, Any]:
    """A metric by temperature; each row is temperature, estimate and half width of the interval."""
    return {
        "unit": unit,
        "generated": [row(*each) for each in rows],
        "real": row(None, real, None),
    }


def plain(text: str | None) -> str:
    return (text or "").replace(GAP, " ")


RISE = metric((0.2, 0.012, 0.002), (1.0, 0.03, 0.003), (1.5, 0.096, 0.004), real=0.01)
FALL = metric((0.2, 0.096, 0.004), (1.5, 0.012, 0.002), real=0.01)
FLAT = metric((0.2, 0.012, 0.003), (1.5, 0.016, 0.004), real=0.01)
PEAK = metric((0.2, 0.012, 0.002), (1.0, 0.096, 0.004), (1.5, 0.02, 0.003))
DIP = metric((0.2, 0.096, 0.004), (1.0, 0.012, 0.002), (1.5, 0.08, 0.003))


@pytest.mark.parametrize(
    ("given", "rate", "short"),
    [
        (
            RISE,
            "At T = 1.5 the rate is 8 times that at T = 0.2",
            "Rises from 1.2 to 9.6 %; real 1.0 %",
        ),
        (
            FALL,
            "The rate falls from 9.6 to 1.2 % between T = 0.2 and T = 1.5",
            "Falls from 9.6 to 1.2 %; real 1.0 %",
        ),
        (
            FLAT,
            "No detectable change: 1.2 % at T = 0.2, 1.6 % at T = 1.5",
            "No detectable change: 1.2 to 1.6 %; real 1.0 %",
        ),
        (PEAK, "The rate is highest at T = 1: 9.6 %", "Highest at T = 1: 9.6 %"),
        (DIP, "The rate is lowest at T = 1: 1.2 %", "Lowest at T = 1: 1.2 %"),
    ],
    ids=["rise", "fall", "flat", "peak", "dip"],
)
def test_a_movement_is_told_where_its_interval_excludes_zero(
    given: dict[str, Any], rate: str, short: str
) -> None:
    assert plain(rate_finding(given)) == rate
    assert plain(metric_finding(given)) == short


def test_a_small_rise_is_told_in_figures_and_not_as_a_multiple() -> None:
    small = metric((0.2, 0.10, 0.01), (1.5, 0.14, 0.01))
    assert plain(rate_finding(small)) == (
        "The rate rises from 10.0 to 14.0 % between T = 0.2 and T = 1.5"
    )


def test_a_rise_from_nothing_is_no_multiple() -> None:
    none = metric((0.2, 0.0, 0.001), (1.5, 0.14, 0.01))
    assert plain(rate_finding(none)) == (
        "The rate rises from 0 to 14.0 % between T = 0.2 and T = 1.5"
    )


def test_without_an_interval_nothing_is_claimed() -> None:
    bare = metric((0.0, 0.01, None), (1.5, 0.14, 0.01))
    assert plain(rate_finding(bare)) == "1.0 % at T = 0, 14.0 % at T = 1.5"
    assert plain(metric_finding(bare)) == "Without intervals: 1.0 to 14.0 %"


def test_a_middle_that_differs_from_one_end_alone_is_no_peak() -> None:
    given = metric((0.2, 0.012, 0.002), (1.0, 0.097, 0.004), (1.5, 0.096, 0.004))
    assert plain(metric_finding(given)) == "Rises from 1.2 to 9.6 %"


def test_a_bump_on_the_way_is_no_peak() -> None:
    given = metric((0.2, 0.092, 0.0005), (0.4, 0.095, 0.0005), (1.5, 0.042, 0.0005))
    assert plain(metric_finding(given)) == "Falls from 9.2 to 4.2 %"


def test_what_was_not_measured_has_no_title() -> None:
    nothing = metric((0.2, None, None), (1.5, None, None), real=0.4)
    assert rate_finding(nothing) is None
    assert metric_finding(nothing) is None
    assert metric_finding(metric()) is None


def test_temperatures_that_were_not_measured_are_passed_over() -> None:
    given = metric((0.0, None, None), (0.2, 0.012, 0.002), (1.5, 0.096, 0.004))
    assert plain(metric_finding(given)) == "Rises from 1.2 to 9.6 %"


def test_one_temperature_is_told_alone() -> None:
    assert plain(rate_finding(metric((1.0, 0.03, 0.01)))) == "3.0 % at T = 1"
    given = metric((1.0, 120.0, 2.0), real=110.0, unit="words")
    assert metric_finding(given) == "120 at T = 1; real 110"


def test_other_units_have_no_percent() -> None:
    assert metric_finding(metric((0.2, 3.0, 0.1), (1.5, 2.0, 0.1), unit="nats")) == (
        "Falls from 3.0 to 2.0"
    )


def test_the_trade_off_is_told_where_diversity_is_nearest_to_real_recipes() -> None:
    diversity = metric((0.2, 0.1, None), (1.0, 0.44, None), (1.5, 0.7, None), real=0.47)
    assert plain(trade_off_finding(RISE, diversity)) == (
        "Diversity is closest to that of real recipes at T = 1 (44.0 % against 47.0 %), "
        "where the rate is 3.0 % against 1.0 %"
    )


def test_a_trade_off_without_real_recipes_or_measures_has_no_title() -> None:
    diversity = metric((0.2, 0.1, None), (1.5, 0.7, None))
    assert trade_off_finding(RISE, diversity) is None
    assert trade_off_finding(RISE, metric((0.2, None, None), real=0.47)) is None
    assert trade_off_finding(RISE, metric((0.7, 0.1, None), real=0.47)) is None


def epochs(*perplexities: float | None) -> list[dict[str, Any]]:
    return [
        {"epoch": at, "valid_perplexity": value} for at, value in enumerate(perplexities, start=1)
    ]


def test_training_that_ended_at_its_best_might_have_gone_on() -> None:
    log = epochs(80.0, 44.0, 41.5)
    assert training_finding(log, log[2]) == (
        "Perplexity on held-out recipes was still falling at the end: lowest at epoch 3 of 3 (41.5)"
    )


def test_training_that_went_beyond_its_best_says_where_it_ended() -> None:
    log = epochs(80.0, 41.5, 44.0)
    assert training_finding(log, log[1]) == (
        "Perplexity on held-out recipes: lowest at epoch 2 of 3 (41.5), 44.0 at the end"
    )


def test_training_that_was_not_measured_has_no_title() -> None:
    assert training_finding(epochs(None), None) is None
    log = epochs(80.0, None)
    assert training_finding(log, log[0]) == (
        "Perplexity on held-out recipes: lowest at epoch 1 of 2 (80.0)"
    )


def heat(*pairs: tuple[str, str, tuple[float, ...]], real: bool = True) -> dict[str, Any]:
    columns: list[dict[str, Any]] = [
        {"group": "generated", "temperature": t, "count": 100} for t in (0.2, 1.5)
    ]
    if real:
        columns.append({"group": "real", "temperature": None, "count": 100})
    return {
        "columns": columns,
        "rows": [
            {
                "a": a,
                "b": b,
                "cells": [{"share": share, "count": round(100 * share)} for share in shares],
            }
            for a, b, shares in pairs
        ],
    }


def test_the_heat_map_names_its_hottest_cell_of_the_model() -> None:
    given = heat(("lamb", "vanilla", (0.0, 0.03, 0.01)), ("anchovy", "fig", (0.02, 0.01, 0.5)))
    assert plain(heat_finding(given)) == (
        "Most frequent: lamb + vanilla, in 3.0 % of the samples at T = 1.5 "
        "and in 1.0 % of real recipes"
    )


def test_of_pairs_as_frequent_the_surest_is_named() -> None:
    given = heat(("lamb", "vanilla", (0.0, 0.03)), ("anchovy", "fig", (0.03, 0.0)), real=False)
    assert plain(heat_finding(given)) == (
        "Most frequent: lamb + vanilla, in 3.0 % of the samples at T = 1.5"
    )


def test_a_heat_map_without_a_pair_has_no_title() -> None:
    assert heat_finding(heat()) is None
    assert heat_finding(heat(("lamb", "vanilla", (0.0, 0.0, 0.4)))) is None


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("cup", "“cup” leads with 30.0 %"),
        ("", "(end of recipe) leads with 30.0 %"),
        (",", "“,” leads with 30.0 %"),
        ("a\u202e", "“aU+202E” leads with 30.0 %"),
    ],
)
def test_the_likeliest_word_is_named(word: str, said: str) -> None:
    assert plain(next_word_finding({"word": word, "probability": 0.3})) == said


def run(date: str, *differences: float | None, changed: bool = False) -> dict[str, Any]:
    """A run of a series; its rates at T = 0.2, 1.2, ... differ by this much from the run before."""
    return {
        "date": date,
        "figures": [
            {
                "change": None
                if each is None
                else {"temperature": at + 0.2, "difference": each, "changed": changed}
            }
            for at, each in enumerate(differences)
        ],
    }


def test_a_trend_says_how_often_the_rate_changed_and_when_last() -> None:
    runs = [
        run("2026-11-04", 0.001),
        run("2026-11-03", -0.02, -0.04, changed=True),
        {"date": "2026-11-02", "figures": []},
        run("2026-11-01", None, None),
    ]
    assert trend_finding({"runs": runs, "temperatures": [0.2, 1.2]}) == (
        "At T = 0.2 and 1.2: changed in 1 of 2 steps from run to run, "
        "last on 2026-11-03 (down at T = 1.2)"
    )


def test_a_trend_without_a_change_says_so() -> None:
    runs = [run("b", 0.001), run("a", None)]
    assert trend_finding({"runs": runs, "temperatures": [1.0]}) == (
        "At T = 1: no detectable change in 1 step from run to run"
    )
