import re
from typing import Any

import pytest

from recipegen.report import charts
from recipegen.report.charts import NARROW, SMALL, WIDE, apart
from recipegen.report.summary import Section
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


def test_groups_differ_by_line_style_and_carry_their_names(metric: Section) -> None:
    svg = charts.temperature_chart(metric, "rate", WIDE)
    assert 'stroke-dasharray="7,4"' in svg
    assert 'stroke-dasharray="2,3"' in svg
    labels = {text.text for text in read(svg).all("text")}
    assert {"model", "real", "control"} <= labels


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
