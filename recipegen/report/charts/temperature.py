"""A metric by temperature, with its band, real recipes and the control."""

from __future__ import annotations

from dataclasses import replace

import altair as alt

from recipegen.report.charts.axes import (
    Section,
    Size,
    at_temperature,
    axes_of,
    curve_of,
    labels_of,
    points_of,
)
from recipegen.report.charts.colours import (
    CONTROL,
    GENERATED,
    LSTM,
    OTHER_COLOURS,
    OTHER_DASH,
    REAL,
    Style,
)
from recipegen.report.charts.svg_and_png import Chart, png, render
from recipegen.report.charts.trade_off import figure_in_words

LONGEST_LABEL = 20
"""Most characters of the name of a generator next to its curve."""


def temperature_chart(metric: Section, name: str, size: Size) -> str:
    """A metric by temperature with its band, real recipes dashed and the control dotted.

    Samples that were drawn with cut-offs get lines of their own.

    Args:
        metric: an entry of the summary's metrics.
        name: identifier of the chart, unique in a page.
        size: size of the plotting area.
    """
    title = f"{metric['name']} by temperature"
    return render(_layers(metric, size), name, size, title, reading_of(metric))


def temperature_png(metric: Section, size: Size) -> bytes:
    """The same chart as a PNG, for pages that show no SVG."""
    return png(_layers(metric, size), size)


def _layers(metric: Section, size: Size) -> Chart:
    rows = [row for row in metric["generated"] if row["estimate"] is not None]
    name_of = (metric["group"] or "").replace(LSTM, GENERATED.label) or GENERATED.label
    own = replace(GENERATED, label=shortened(name_of, 0))
    marks = {REAL: metric["real"], CONTROL: metric["control"]}
    levels = {style: row for style, row in marks.items() if row["estimate"] is not None}
    others, other_levels = other_curves(metric)
    levels |= other_levels
    all_rows = [*rows, *(row for found in others.values() for row in found)]
    axes = axes_of(all_rows, [*all_rows, *levels.values()], metric["unit"])
    layers: list[alt.Chart] = []
    for style, level in levels.items():
        layers += curve_of([{**level, "temperature": end} for end in axes.span], style, axes)
    for style, found in {own: rows, **others}.items():
        layers += curve_of(found, style, axes) + points_of(found, style, axes)
    at = {style: row["estimate"] for style, row in levels.items()}
    at |= {style: found[-1]["estimate"] for style, found in others.items()}
    if rows:
        at[own] = rows[-1]["estimate"]
    layers += labels_of(at, axes, size)
    return alt.layer(*layers)


def other_curves(metric: Section) -> tuple[dict[Style, list[Section]], dict[Style, Section]]:
    """The curves of other groups, and the levels of groups whose temperature is not known."""
    curves: dict[Style, list[Section]] = {}
    levels: dict[Style, Section] = {}
    for number, each in enumerate(metric["others"]):
        label = shortened(each["group"].removeprefix("generated, "), number)
        style = Style(label, f"var(--other-{number % OTHER_COLOURS})", OTHER_DASH)
        rows = [row for row in each["rows"] if row["estimate"] is not None]
        curve = [row for row in rows if row["temperature"] is not None]
        if curve:
            curves[style] = curve
        elif rows:
            levels[style] = rows[0]
    return curves, levels


def shortened(name: str, number: int) -> str:
    """A name that fits next to its curve. A name that is cut gets a number, so it stays unique."""
    return name if len(name) <= LONGEST_LABEL else f"{name[: LONGEST_LABEL - 4]}… {number + 1}"


def reading_of(metric: Section) -> str:
    """The figures of the chart in words, for screen readers."""
    parts = [
        f"{row['temperature']:g}: {figure_in_words(row, metric)}" for row in metric["generated"]
    ]
    parts += [
        f"{each['group']}{at_temperature(row)}: {figure_in_words(row, metric)}"
        for each in metric["others"]
        for row in each["rows"]
    ]
    parts += [f"{name}: {figure_in_words(metric[name], metric)}" for name in ("real", "control")]
    return "; ".join(parts)
