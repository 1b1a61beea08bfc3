"""Sizes, axes, curves and labels, from which the charts are put together."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import altair as alt

from recipegen.report.charts.colours import Style

Section = Mapping[str, Any]


@dataclass(frozen=True)
class Size:
    """The size of the plotting area and of its text, in pixels."""

    width: int
    height: int
    text: int = 12


WIDE = Size(760, 320, 13)
NARROW = Size(235, 240, 12)
SMALL = Size(210, 130, 11)
BARS = Size(170, 230, 12)
CURVE = Size(300, 190, 12)


@dataclass(frozen=True)
class Axes:
    """Both axes of a chart, with the range of each in units of the data."""

    x: alt.X
    scale: alt.Scale
    axis: alt.Axis
    span: tuple[float, float]
    range: tuple[float, float]
    logarithmic: bool

    def y(self, column: str = "estimate") -> alt.Y:
        """The vertical axis for a column."""
        return alt.Y(f"{column}:Q", title=None, scale=self.scale, axis=self.axis)


def axes_of(rows: list[Section], drawn: list[Section], unit: str) -> Axes:
    """Axes that show all rows over temperature, and all that is drawn."""
    temperatures = sorted({float(row["temperature"]) for row in rows})
    span, reach = span_of(temperatures), range_of(drawn, unit)
    x = alt.X(
        "temperature:Q",
        title="sampling temperature",
        scale=alt.Scale(domain=list(span), nice=False, zero=False),
        axis=alt.Axis(values=ticks_of(temperatures), grid=False, format=".6~g"),
    )
    # Perplexities at high temperatures are a hundred times those at low ones.
    kind = "log" if unit == "perplexity" else "linear"
    scale = alt.Scale(type=kind, domain=list(reach), nice=False, zero=False)  # type: ignore[arg-type]
    return Axes(x, scale, bare_axis(format_of(unit, reach)), span, reach, kind == "log")


def span_of(temperatures: list[float]) -> tuple[float, float]:
    """The ends of the axis of temperatures, with some room on both sides."""
    low, high = (temperatures[0], temperatures[-1]) if temperatures else (0.0, 1.0)
    room = 0.04 * (high - low) or 0.5
    return low - room, high + room


def ticks_of(values: list[float], most: int = 8) -> list[float]:
    """The values themselves, or every n-th of them if there are more than ``most``."""
    return values[:: -(-len(values) // most) or 1]


def range_of(rows: list[Section], unit: str) -> tuple[float, float]:
    """The lowest and the highest value of the vertical axis.

    The axis starts at 0, unless a metric stays so far from 0 that its changes would be invisible.
    The band of a few texts may be many times as wide as the range of all estimates. Such a band is
    cut, because it would flatten every line.
    """
    values = [row["estimate"] for row in rows]
    most, least = max([0.0, *values]), min([0.0, *values])
    room = 0.6 * (most - least)
    tops = [row["high"] for row in rows if row["high"] is not None]
    ends = [row["low"] for row in rows if row["low"] is not None]
    high = min(max([most, *tops]), most + room)
    low = max(min([least, *ends]), least - room)
    if unit == "perplexity":
        return max(1.0, 0.9 * min([*values, *ends], default=1.0)), 1.1 * max([*values, 2.0])
    if unit != "rate" and min([*values, *ends], default=0.0) > 0.5 * high:
        bottom = min([*values, *ends])
        low = bottom - 0.15 * (high - bottom)
    return low, high + (0.06 * (high - low) or 1.0)


def format_of(unit: str, reach: tuple[float, float]) -> str:
    """The format of the numbers at an axis."""
    if unit != "rate":
        return ",.2~f"
    return ".1%" if reach[1] < 0.05 else ".0%"


def curve_of(rows: list[dict[str, Any]], style: Style, axes: Axes) -> list[alt.Chart]:
    """A line and the band of its intervals."""
    base = with_rows(rows).encode(x=axes.x)
    band = with_rows([row for row in rows if None not in (row["low"], row["high"])]).encode(
        x=axes.x
    )
    return [
        band.mark_area(color=style.colour, opacity=0.18, clip=True).encode(
            y=axes.y("low"), y2="high:Q"
        ),
        line_of(base.encode(y=axes.y()), style),
    ]


def points_of(rows: list[dict[str, Any]], style: Style, axes: Axes) -> list[alt.Chart]:
    """A point at each estimate."""
    points = with_rows(rows).mark_point(color=style.colour, filled=True, size=36, opacity=1)
    return [points.encode(x=axes.x, y=axes.y())]


def with_rows(rows: list[dict[str, Any]]) -> alt.Chart:
    """A chart with these rows in it."""
    return alt.Chart(alt.InlineData(values=list(rows)))


def line_of(base: alt.Chart, style: Style) -> alt.Chart:
    """The line of a group."""
    dash = list(style.dash) if style.dash else alt.Undefined
    line: alt.Chart = base.mark_line(color=style.colour, strokeWidth=2, strokeDash=dash)
    return line


def labels_of(at: Mapping[Style, float], axes: Axes, size: Size) -> list[alt.Chart]:
    """The name of each line at its right end; names that would overlap are moved apart."""
    there, back = (math.log, math.exp) if axes.logarithmic else (float, float)
    low, high = map(there, axes.range)
    gap = (high - low) * (size.text + 2) / size.height
    places = list(map(back, apart(list(map(there, at.values())), gap)))
    return [
        with_rows([{"estimate": place}])
        .mark_text(
            text=style.label,
            align="left",
            dx=6,
            fontSize=size.text,
            fontWeight=600,
            color=style.ink,
            clip=False,
        )
        .encode(x=alt.value(size.width), y=axes.y())
        for style, place in zip(at, places, strict=True)
    ]


def apart(values: list[float], gap: float) -> list[float]:
    """The values, raised as little as needed so that they lie at least ``gap`` apart."""
    places = list(values)
    lowest = float("-inf")
    for at in sorted(range(len(values)), key=values.__getitem__):
        places[at] = max(values[at], lowest)
        lowest = places[at] + gap
    return places


def at_temperature(row: Section) -> str:
    """The temperature of a row, as it follows a name; empty if there is none."""
    return "" if row["temperature"] is None else f", {row['temperature']:g}"


def bare_axis(form: str) -> alt.Axis:
    """An axis with numbers and grid lines only."""
    return alt.Axis(format=form, tickCount=5, domain=False, ticks=False)
