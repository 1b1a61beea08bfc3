"""The headline figures of comparable runs in order of time."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import altair as alt

from recipegen.report.charts.axes import (
    Axes,
    Section,
    Size,
    bare_axis,
    curve_of,
    format_of,
    labels_of,
    points_of,
    range_of,
    ticks_of,
    with_rows,
)
from recipegen.report.charts.colours import REAL, Style
from recipegen.report.charts.svg_and_png import render

TREND_LINES = (
    ("var(--other-0)", (10, 3)),
    ("var(--generated)", ()),
    ("var(--other-1)", (4, 2)),
)
"""Colour and dash of the lines of a trend, the lowest temperature first."""


def trend_chart(series: Section, name: str, size: Size) -> str:
    """The headline rate run by run, one line per temperature; changes and failed runs are marked.

    Args:
        series: one of those that :func:`~recipegen.report.run_trends.series_of` returns, without a
            reason.
        name: identifier of the chart, unique in a page.
        size: size of the plotting area.
    """
    runs = series["runs"][::-1]
    lines = {
        Style(f"T = {temperature:g}", *look): _placed(runs, column)
        for column, (temperature, look) in enumerate(
            zip(series["temperatures"], TREND_LINES, strict=False)
        )
    }
    real = [{**run["real"], "place": run["place"]} for run in runs if run["real"]]
    lines[REAL] = [row for row in real if row["estimate"] is not None]
    lines = {style: rows for style, rows in lines.items() if rows}
    axes = _axes_by_run(runs, [row for rows in lines.values() for row in rows], size)
    layers: list[alt.Chart] = []
    for style, rows in lines.items():
        layers += curve_of(rows, style, axes)
    for style, rows in lines.items():
        layers += _changes(rows, style, axes) if style != REAL else []
    layers += _failures([run for run in runs if not run["figures"]], axes, size)
    layers += labels_of({style: rows[-1]["estimate"] for style, rows in lines.items()}, axes, size)
    return render(alt.layer(*layers), name, size, "Rate by run", series["finding"])


def _placed(runs: Sequence[Section], column: int) -> list[dict[str, Any]]:
    """The figures at one temperature, each with the place of its run on the axis."""
    figures = [{**run["figures"][column], "place": run["place"]} for run in runs if run["figures"]]
    return [row for row in figures if row["estimate"] is not None]


def _axes_by_run(runs: Sequence[Section], rows: list[Section], size: Size) -> Axes:
    places = ticks_of(list(range(len(runs))), max(2, size.width // TICK_WIDTH))
    labels = json.dumps([run["label"] for run in runs])
    reach = range_of(rows, "rate")
    x = alt.X(
        "place:Q",
        title="run",
        scale=alt.Scale(domain=[-0.5, len(runs) - 0.5], nice=False, zero=False),
        axis=alt.Axis(values=places, grid=False, labelExpr=f"{labels}[datum.value]"),
    )
    scale = alt.Scale(domain=list(reach), nice=False, zero=False)
    span = (-0.5, len(runs) - 0.5)
    return Axes(x, scale, bare_axis(format_of("rate", reach)), span, reach, logarithmic=False)


TICK_WIDTH = 90
"""Width for the label of a run, in pixels."""


def _changes(rows: list[dict[str, Any]], style: Style, axes: Axes) -> list[alt.Chart]:
    """A point per run, or a large triangle if the rate has changed since the run before."""
    layers = points_of([row for row in rows if not _has_changed(row)], style, axes)
    for shape, up in (("triangle-up", True), ("triangle-down", False)):
        changed = [
            row for row in rows if _has_changed(row) and (row["change"]["difference"] > 0) == up
        ]
        if changed:
            mark = with_rows(changed).mark_point(
                shape=shape,
                filled=True,
                size=150,
                opacity=1,
                color=style.colour,
                stroke="var(--ink)",
            )
            layers.append(mark.encode(x=axes.x, y=axes.y()))
    return layers


def _has_changed(row: Section) -> bool:
    return row["change"] is not None and bool(row["change"]["changed"])


def _failures(runs: list[Section], axes: Axes, size: Size) -> list[alt.Chart]:
    """A cross on the axis for each run without figures."""
    if not runs:
        return []
    places = with_rows([{"place": run["place"]} for run in runs])
    cross = places.mark_text(
        text="×", fontSize=size.text + 7, fontWeight=700, color="var(--control-ink)"
    )
    return [cross.encode(x=axes.x, y=alt.value(size.height))]
