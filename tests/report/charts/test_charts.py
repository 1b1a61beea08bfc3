import re
from typing import Any

import pytest

from recipegen.report import charts
from recipegen.report.charts import HEAT_NARROW, HEAT_WIDE, NARROW, SMALL, WIDE, apart, heat_step
from recipegen.report.sections.section import Section
from recipegen.report.sections.worst_pairs import MOST_HEATED
from tests.report.conftest import BIDI
from tests.report.reading import read


@pytest.fixture(scope="module")
def metric(summary: Section) -> Section:
    rows: list[Section] = summary["metrics"]["rows"]
    return rows[0]


def test_a_chart_is_one_image_with_a_name_and_its_figures_in_words(metric: Section) -> None:
    svg = read(charts.temperature_chart(metric, "rate", WIDE)).one("svg")
    assert svg.attributes["role"] == "img"
    assert svg.one("title", id="rate-title").text == "Implausible pair rate by temperature"
    figure = f"1: {metric['generated'][1]['estimate']:.1%}"
    assert figure in svg.one("desc", id="rate-desc").text


def test_the_same_input_gives_the_same_bytes_with_identifiers_of_its_own(metric: Section) -> None:
    first = charts.temperature_chart(metric, "rate", WIDE)
    charts.temperature_chart(metric, "other", NARROW)
    assert charts.temperature_chart(metric, "rate", WIDE) == first
    identifiers = re.findall(r'\bid="([^"]+)"', first)
    assert len(set(identifiers)) == len(identifiers)
    assert all(name == "rate" or name.startswith("rate-") for name in identifiers)
    assert set(re.findall(r"url\(#([^)]+)\)", first)) <= set(identifiers)


def test_charts_are_the_same_without_checks(metric: Section) -> None:
    checked = charts.temperature_chart(metric, "rate", WIDE)
    with charts.unchecked():
        assert charts.temperature_chart(metric, "rate", WIDE) == checked


def test_groups_differ_by_line_style_and_carry_their_names(metric: Section) -> None:
    svg = charts.temperature_chart(metric, "rate", WIDE)
    assert 'stroke-dasharray="7,4"' in svg
    assert 'stroke-dasharray="2,3"' in svg
    labels = {text.text for text in read(svg).all("text")}
    assert {"LSTM", "real", "control"} <= labels


def test_colours_are_those_of_the_page(metric: Section) -> None:
    svg = charts.temperature_chart(metric, "rate", WIDE)
    colours = set(re.findall(r'(?:fill|stroke)="([^"]+)"', svg))
    assert all(value.startswith("var(") for value in colours - {"none", "transparent"})


def test_a_chart_needs_no_inline_style(metric: Section) -> None:
    assert "style=" not in charts.temperature_chart(metric, "rate", WIDE)


def nothing(**more: Any) -> Section:
    return {"estimate": None, "low": None, "high": None, "temperature": None, "count": 0, **more}


def test_a_metric_without_values_is_drawn_empty(metric: Section) -> None:
    empty = {**metric, "generated": [nothing(temperature=1.0)]}
    empty |= {"real": nothing(), "control": nothing()}
    assert "not measured" in charts.temperature_chart(empty, "rate", SMALL)


def test_one_temperature_and_no_interval_are_drawn(metric: Section) -> None:
    alone = {**metric["generated"][0], "low": None, "high": None}
    svg = charts.temperature_chart({**metric, "generated": [alone]}, "rate", SMALL)
    assert "NaN" not in svg


def test_words_are_text_whatever_they_are() -> None:
    words = [{"word": word, "probability": 0.2} for word in ("<script>", "", ".", BIDI, "&")]
    distribution = {"temperature": 1.0, "entropy": 1.0, "remaining": 0.0, "words": words}
    svg = charts.next_word_chart(distribution, "next", "words", charts.BARS)
    labels = [text.text for text in read(svg).all("text")]
    for word in ("<script>", "(end of recipe)", "“.”", "U+202EevilU+202C", "“&”"):
        assert word in labels


def test_one_epoch_is_drawn() -> None:
    epochs = [{"epoch": 1, "train_perplexity": 90.0, "valid_perplexity": None}]
    assert "NaN" not in charts.training_chart(epochs, "training", charts.CURVE)


def test_labels_are_moved_apart_as_little_as_needed() -> None:
    assert apart([5.0, 1.0, 1.5], 1.0) == [5.0, 1.0, 2.0]
    assert apart([], 1.0) == []


def test_labels_part_on_a_logarithmic_scale_too(metric: Section) -> None:
    level = {"low": None, "high": None, "count": 9, "reason": None, "temperature": None}
    metric = {
        **metric,
        "unit": "perplexity",
        "generated": [
            {**level, "temperature": t, "estimate": e} for t, e in ((0.5, 3.0), (1.5, 400.0))
        ],
        "real": {**level, "estimate": 10.0},
        "control": {**level, "estimate": 10.1},
    }
    svg = charts.temperature_chart(metric, "log", SMALL)
    places = {
        name: float(y)
        for y, name in re.findall(r'translate\([\d.]+,([\d.]+)\)"[^>]*>(real|control)<', svg)
    }
    assert 10 < places["real"] - places["control"] < 20


def heat(pairs: int, temperatures: int, count: int) -> Section:
    """A heat map with every cell filled, and ``count`` in the last cell of each row."""
    columns = [
        {"group": "generated", "temperature": at / 10, "count": 2000}
        for at in range(1, temperatures + 1)
    ]
    columns.append({"group": "real", "temperature": None, "count": 2000})
    counts = [*range(1, temperatures + 1), count]
    cells = [{"count": each, "share": each / 2000} for each in counts]
    names = [(f"ingredient {at}", f"another <b>& {at}") for at in range(pairs)]
    return {
        "columns": columns,
        "rows": [{"a": a, "b": b, "cells": cells} for a, b in names],
        "most": max(counts) / 2000,
        "finding": None,
    }


HEAT_SIZES = pytest.mark.parametrize("grid", [HEAT_WIDE, HEAT_NARROW])


@HEAT_SIZES
def test_a_heat_map_names_its_pairs_and_counts_its_cells(grid: charts.Grid) -> None:
    svg = read(charts.heat_chart(heat(2, 2, 8), "heat", grid))
    labels = [text.text for text in svg.all("text")]
    assert {"0.1", "0.2", "real", "1", "2", "8"} <= set(labels)
    assert any(label.startswith("ingredient 0 + another") for label in labels)
    assert "ingredient 1 + another <b>& 1, 0.1: 1, 0.2: 2, real: 8" in svg.one("desc").text


def test_a_cell_is_as_dark_as_its_share_and_an_empty_one_is_left_out() -> None:
    assert [heat_step(share, 0.08) for share in (0.0, 0.001, 0.02, 0.021, 0.06, 0.08)] == [
        0,
        1,
        1,
        2,
        3,
        4,
    ]
    given = heat(1, 2, 8)
    given["rows"][0]["cells"][0] = {"count": 0, "share": 0.0}
    svg = charts.heat_chart(given, "heat", HEAT_WIDE)
    shades = re.findall(r'fill="var\(--heat-(\d)\)"', svg)
    assert shades == ["1", "4"]
    assert "0" not in [text.text for text in read(svg).all("text")]


def test_counts_that_do_not_fit_their_column_are_left_to_the_table() -> None:
    svg = read(charts.heat_chart(heat(2, 30, 1234), "heat", HEAT_NARROW))
    assert "1,234" not in [text.text for text in svg.all("text")]
    wide = read(charts.heat_chart(heat(2, 3, 1234), "heat", HEAT_WIDE))
    assert "1,234" in [text.text for text in wide.all("text")]


def test_a_heat_map_in_both_sizes_is_small_and_drawn_alike_each_time() -> None:
    full = heat(MOST_HEATED, 7, 1234)
    both = [charts.heat_chart(full, "heat", grid) for grid in (HEAT_WIDE, HEAT_NARROW)]
    assert sum(len(svg.encode()) for svg in both) < 60_000
    assert [charts.heat_chart(full, "heat", grid) for grid in (HEAT_WIDE, HEAT_NARROW)] == both
    for svg in both:
        colours = set(re.findall(r'(?:fill|stroke)="([^"]+)"', svg))
        assert all(value.startswith("var(") for value in colours - {"none", "transparent"})
        assert "style=" not in svg


@HEAT_SIZES
def test_a_heat_map_fits_its_place(grid: charts.Grid) -> None:
    svg = read(charts.heat_chart(heat(MOST_HEATED, 7, 99), "heat", grid)).one("svg")
    assert float(svg.attributes["width"] or 0) <= (820 if grid is HEAT_WIDE else 360)


def test_the_trade_off_has_a_point_a_temperature_with_its_name() -> None:
    def values(*estimates: float | None) -> Section:
        rows = [
            {"temperature": at, "estimate": each}
            for at, each in zip((0.2, 1.0, 1.5), estimates, strict=True)
        ]
        return {"generated": rows, "real": nothing(), "control": {**nothing(), "estimate": 0.5}}

    svg = read(
        charts.trade_off_chart(values(0.1, 0.2, None), values(0.3, 0.4, 0.5), "t", charts.CURVE)
    )
    labels = {text.text for text in svg.all("text")}
    assert {"0.2", "1", "control"} <= labels
    assert not {"1.5", "real"} & labels
    assert svg.one("desc").text == "T = 0.2: 30.0% distinct, 10.0%; T = 1: 40.0% distinct, 20.0%"


def test_looks_that_all_marks_of_a_group_share_are_told_once() -> None:
    words = [{"word": f'a fill="{at}"', "probability": 0.2} for at in range(3)]
    distribution = {"temperature": 1.0, "entropy": 1.0, "remaining": 0.4, "words": words}
    svg = charts.next_word_chart(distribution, "next", "words", charts.BARS)
    assert svg.count("font-family") < len(read(svg).all("text"))
    labels = [text.text for text in read(svg).all("text")]
    assert 'a fill="1"' in labels
    for group in read(svg).all("g"):
        for mark in group.children:
            assert isinstance(mark, str) or not set(group.attributes) & set(mark.attributes) & {
                "font-family",
                "font-size",
                "text-anchor",
            }


@pytest.mark.parametrize("temperatures", [(0.2, 0.7, 1.2), (0.25, 0.5, 1.125)])
def test_every_temperature_is_written_out_at_the_axis(
    metric: Section, temperatures: tuple[float, ...]
) -> None:
    first = metric["generated"][0]
    rows = [{**first, "temperature": heat} for heat in temperatures]
    chart = charts.temperature_chart({**metric, "generated": rows, "others": []}, "a", WIDE)
    ticks = re.findall(r">([0-9.]+)</text>", chart)
    assert [f"{each:g}" for each in temperatures if f"{each:g}" not in ticks] == []
