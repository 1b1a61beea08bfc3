"""Trends over several runs, on invented entries."""

import re
from collections.abc import Sequence
from typing import Any

import pytest

from recipegen.report import charts
from recipegen.report.charts import NARROW, WIDE
from recipegen.report.facts import RunEntry
from recipegen.report.page import index_page
from recipegen.report.run_trends import MOST_RUNS, MOST_SERIES, series_of
from tests.report.conftest import BIDI, HOSTILE
from tests.report.reading import Element, read

TEMPERATURES = (0.2, 0.6, 1.0, 1.5)


def entry(at: int, *rates: float, half: float = 0.004, **changes: Any) -> RunEntry:
    """The entry of a run that ended on one day, with its rates; that of real recipes is 1 %."""
    common = {"metric": "implausible_pair_rate", "count": 300}
    rows: list[dict[str, Any]] = [
        {
            **common,
            "group": "generated",
            "temperature": temperature,
            "estimate": rate,
            "low": rate - half,
            "high": rate + half,
        }
        for temperature, rate in zip(TEMPERATURES, rates, strict=False)
    ]
    real = {"group": "real", "temperature": None, "estimate": 0.01, "low": 0.008, "high": 0.012}
    values: dict[str, Any] = {
        "run": f"run-{at:03d}",
        "title": "Soups",
        "finished": f"2026-{1 + at // 28:02d}-{1 + at % 28:02d}T01:00:00+00:00",
        "state": "finished",
        "report": f"run-{at:03d}/report.html",
        "comparable": "soups",
        "corpus": "soups",
        "rates": [*rows, {**common, **real}] if rows else (),
    }
    return RunEntry(**{**values, **changes})


STEADY = (0.010, 0.015, 0.030, 0.050)
RISEN = (0.010, 0.015, 0.030, 0.070)
WEEK = [
    entry(0, *STEADY),
    entry(1, *STEADY),
    entry(2, state="failed"),
    entry(3, *RISEN),
    entry(4, *RISEN),
]


@pytest.fixture(scope="module")
def week() -> dict[str, Any]:
    (series,) = series_of(WEEK)
    return series


def marked(series: dict[str, Any]) -> list[tuple[str, float]]:
    return [
        (run["run"], figure["temperature"])
        for run in series["runs"]
        for figure in run["figures"]
        if figure["change"] and figure["change"]["changed"]
    ]


def test_runs_stand_newest_first_at_the_temperatures_of_the_headline(week: dict[str, Any]) -> None:
    assert [run["run"] for run in week["runs"]] == [f"run-{at:03d}" for at in (4, 3, 2, 1, 0)]
    assert [run["place"] for run in week["runs"]] == [4, 3, 2, 1, 0]
    assert week["temperatures"] == [0.2, 1.0, 1.5]
    first = week["runs"][-1]
    assert [figure["estimate"] for figure in first["figures"]] == [0.010, 0.030, 0.050]
    assert first["real"]["estimate"] == 0.01


def test_a_change_is_that_since_the_run_before_with_figures(week: dict[str, Any]) -> None:
    assert marked(week) == [("run-003", 1.5)]
    assert week["finding"] == (
        "At T = 0.2, 1 and 1.5: changed in 1 of 3 steps from run to run, "
        "last on 2026-01-04 (up at T = 1.5)"
    )


def test_the_first_run_has_changed_from_nothing(week: dict[str, Any]) -> None:
    assert [figure["change"] for figure in week["runs"][-1]["figures"]] == [None] * 3


def test_a_failed_run_has_no_figures(week: dict[str, Any]) -> None:
    assert (week["runs"][2]["state"], week["runs"][2]["figures"]) == ("failed", [])


def test_the_order_of_the_entries_does_not_matter(week: dict[str, Any]) -> None:
    assert series_of(reversed(WEEK)) == [week]


def test_the_series_with_the_newest_run_comes_first() -> None:
    others = [entry(at, *STEADY, comparable="pies", title="Pies") for at in (1, 9)]
    assert [series["title"] for series in series_of([*WEEK, *others])] == ["Pies", "Soups"]


def test_one_run_alone_and_runs_that_all_failed_have_no_trend() -> None:
    (alone,) = series_of([entry(0, *STEADY), entry(1, state="failed")])
    assert alone["reason"] == "there is one run alone: a trend needs two"
    assert series_of([entry(0, state="failed"), entry(1, state="failed")]) == []
    assert series_of([entry(0, *STEADY, comparable=None)]) == []


def test_a_temperature_that_a_run_lacks_is_missing_with_a_reason() -> None:
    (series,) = series_of([entry(0, *STEADY[:2]), entry(1, *STEADY)])
    first = series["runs"][-1]["figures"]
    assert [figure["estimate"] for figure in first] == [0.010, None, None]
    assert first[1]["reason"]


def test_the_last_runs_are_shown_where_there_are_more() -> None:
    runs = [entry(at, *(STEADY if at < 8 else RISEN)) for at in range(MOST_RUNS + 8)]
    (series,) = series_of(runs)
    assert (len(series["runs"]), series["count"]) == (MOST_RUNS, MOST_RUNS + 8)
    # The oldest one shown has changed since one that is not shown.
    assert marked(series) == [("run-008", 1.5)]
    page = read(index_page(runs))
    assert "68 runs of the same corpus and grid, the last 60 shown" in page.text


# Chart and table


def labels(svg: str) -> list[str]:
    return [text.text for text in read(svg).all("text")]


def test_lines_carry_their_names_and_real_recipes_are_dashed(week: dict[str, Any]) -> None:
    svg = charts.trend_chart(week, "trend", WIDE)
    assert {"T = 0.2", "T = 1", "T = 1.5", "real"} <= set(labels(svg))
    assert 'stroke-dasharray="7,4"' in svg
    dashes = re.findall(r'stroke-dasharray="([^"]+)"', svg)
    assert {"10,3", "4,2"} <= set(dashes)
    assert read(svg).one("desc").text == week["finding"]


def test_a_change_is_a_triangle_and_a_failed_run_a_cross(week: dict[str, Any]) -> None:
    svg = charts.trend_chart(week, "trend", WIDE)
    assert labels(svg).count("×") == 1
    assert svg.count('stroke="var(--ink)"') == 1
    (steady,) = series_of([entry(at, *STEADY) for at in range(4)])
    calm = charts.trend_chart(steady, "trend", WIDE)
    assert "×" not in labels(calm)
    assert 'stroke="var(--ink)"' not in calm


def test_a_trend_is_drawn_alike_each_time_in_the_colours_of_the_page(week: dict[str, Any]) -> None:
    svg = charts.trend_chart(week, "trend", NARROW)
    charts.trend_chart(week, "other", WIDE)
    assert charts.trend_chart(week, "trend", NARROW) == svg
    colours = set(re.findall(r'(?:fill|stroke)="([^"]+)"', svg))
    assert all(value.startswith("var(") for value in colours - {"none", "transparent"})
    assert "style=" not in svg


@pytest.mark.parametrize("size", [WIDE, NARROW])
def test_runs_are_named_by_their_day_or_of_one_day_by_the_time(size: charts.Size) -> None:
    (days,) = series_of([entry(at, *STEADY) for at in range(40)])
    dates = [text for text in labels(charts.trend_chart(days, "t", size)) if "2026" in text]
    assert dates[0] == "2026-01-01"
    assert 1 < len(dates) <= size.width // 80
    times = [f"2026-01-01T0{at}:30:00+00:00" for at in range(3)]
    (hours,) = series_of([entry(at, *STEADY, finished=time) for at, time in enumerate(times)])
    assert "00:30" in labels(charts.trend_chart(hours, "t", size))


def test_a_series_without_intervals_is_drawn() -> None:
    runs = [entry(at, *STEADY) for at in range(3)]
    bare = [
        {**row, "low": None, "high": None, "estimate": row["estimate"]} for row in runs[0].rates
    ]
    (series,) = series_of([entry(at, *STEADY, rates=bare) for at in range(3)])
    assert "NaN" not in charts.trend_chart(series, "trend", WIDE)
    assert marked(series) == []


def trend_table(runs: Sequence[RunEntry]) -> list[list[str]]:
    table = read(index_page(runs)).one("section", id="trends").one("table")
    return [
        [
            cell.text.replace("\N{NARROW NO-BREAK SPACE}", " ")
            for cell in row.walk()
            if cell.name in ("th", "td")
        ]
        for row in table.one("tbody").all("tr")
    ]


def test_the_figures_of_a_trend_stand_below_it_as_a_table() -> None:
    rows = trend_table(WEEK)
    assert rows[0][:4] == [
        "run-004",
        "2026-01-05 01:00 UTC",
        "1.0 % 0.60 to 1.4 %",
        "0 −0.57 to +0.57",
    ]
    assert rows[1][6:8] == ["7.0 % 6.6 to 7.4 %", "+2.0 +1.4 to +2.6 changed"]
    assert rows[2][2:] == ["failed: no figures"]
    assert rows[4][3] == "–"
    assert rows[4][-1] == "1.0 % 0.80 to 1.2 %"


def test_an_index_of_single_runs_says_why_there_is_no_trend() -> None:
    page = read(index_page([entry(0, *STEADY), entry(1, *STEADY, comparable="pies")]))
    assert not page.all("section", id="trends")
    assert len(page.one("section", id="runs").all("svg")) == 2
    assert "These runs have no trend, because each is the only one" in page.text
    assert "run-001, run-000." in page.text


def test_no_more_series_are_drawn_than_a_page_bears() -> None:
    runs = [
        entry(at, *STEADY, comparable=f"series-{number}")
        for number in range(MOST_SERIES + 2)
        for at in (0, 1)
    ]
    page = index_page(runs)
    shown = read(page)
    assert len(shown.one("section", id="trends").all("figure")) == MOST_SERIES
    assert len(shown.one("section", id="runs").all("figure")) == len(runs)
    assert "2 further series" in read(page).text
    assert len(page.encode()) < 1_000_000


# Safety


@pytest.fixture(scope="module")
def hostile() -> Element:
    names = [HOSTILE, BIDI, "{{ 7 * 7 }}"]
    return read(
        index_page(
            [
                entry(at, *STEADY, run=name, title=name, corpus=name, finished=f"2026-01-0{at + 1}")
                for at, name in enumerate(names)
            ]
        )
    )


def test_hostile_names_of_runs_stay_text(hostile: Element) -> None:
    assert not hostile.all("img")
    assert HOSTILE in hostile.one("section", id="trends").text
    assert "{{ 7 * 7 }}" in hostile.text
    assert len(hostile.all("script")) == 0


def test_names_of_runs_are_isolated(hostile: Element) -> None:
    for element in hostile.walk():
        own = "".join(child for child in element.children if isinstance(child, str))
        if BIDI in own and element.name not in ("title", "desc"):
            assert element.name == "bdi", (element.name, own)


def test_identifiers_of_several_trends_differ() -> None:
    page = read(index_page([*WEEK, *(entry(at, *STEADY, comparable="pies") for at in (0, 1))]))
    ids = [element.attributes["id"] for element in page.walk() if "id" in element.attributes]
    assert len(set(ids)) == len(ids)
    links = [link.attributes["href"] or "" for link in page.all("a")]
    assert {link[1:] for link in links if link.startswith("#")} <= set(ids)
