"""Draws the charts as SVG, one function per chart, from sections of the summary to a string.

Colours are CSS variables of the page, so that a chart follows the light or dark theme. The same
input gives the same bytes. vl-convert numbers its elements with a counter that continues from chart
to chart, so we replace the identifiers by ones made of the name of the chart.
"""

from __future__ import annotations

import html
import json
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import altair as alt
import vl_convert
from altair.utils import schemapi

from recipegen.report.wording import shown_word

FONT = "system-ui, sans-serif"
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
class Style:
    """How a group of texts is drawn. Groups never differ by colour alone."""

    label: str
    colour: str
    dash: tuple[int, ...] = ()

    @property
    def ink(self) -> str:
        """The colour of the label, dark or light enough to read."""
        return self.colour.replace(")", "-ink)")


GENERATED = Style("LSTM", "var(--generated)")
REAL = Style("real", "var(--real)", (7, 4))
CONTROL = Style("control", "var(--control)", (2, 3))
TRAIN = Style("train", "var(--control)", (7, 4))
VALID = Style("valid", "var(--generated)")

LSTM = "generated"
"""The group of the network's samples."""
OTHER_DASH = (10, 3)
OTHER_COLOURS = 3
LONGEST_LABEL = 20
"""Most characters of the name of a generator next to its curve."""

REST = "all other words"
"""The label of the bar that stands for the words not shown."""


def temperature_chart(metric: Section, name: str, size: Size) -> str:
    """A metric by temperature with its band, real recipes dashed and the control dotted.

    Samples that were drawn with cut-offs get lines of their own.

    Args:
        metric: an entry of the summary's metrics.
        name: identifier of the chart, unique in a page.
        size: size of the plotting area.
    """
    rows = [row for row in metric["generated"] if row["estimate"] is not None]
    name_of = (metric["group"] or "").replace(LSTM, GENERATED.label) or GENERATED.label
    own = replace(GENERATED, label=shortened(name_of, 0))
    marks = {REAL: metric["real"], CONTROL: metric["control"]}
    levels = {style: row for style, row in marks.items() if row["estimate"] is not None}
    others, other_levels = _others(metric)
    levels |= other_levels
    all_rows = [*rows, *(row for found in others.values() for row in found)]
    axes = _axes(all_rows, [*all_rows, *levels.values()], metric["unit"])
    layers: list[alt.Chart] = []
    for style, level in levels.items():
        layers += _curve([{**level, "temperature": end} for end in axes.span], style, axes)
    for style, found in {own: rows, **others}.items():
        layers += _curve(found, style, axes) + _points(found, style, axes)
    at = {style: row["estimate"] for style, row in levels.items()}
    at |= {style: found[-1]["estimate"] for style, found in others.items()}
    if rows:
        at[own] = rows[-1]["estimate"]
    layers += _labels(at, axes, size)
    title = f"{metric['name']} by temperature"
    return render(alt.layer(*layers), name, size, title, _reading(metric))


def _others(metric: Section) -> tuple[dict[Style, list[Section]], dict[Style, Section]]:
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


def _axes(rows: list[Section], drawn: list[Section], unit: str) -> Axes:
    temperatures = sorted({float(row["temperature"]) for row in rows})
    span, reach = _span(temperatures), _range(drawn, unit)
    x = alt.X(
        "temperature:Q",
        title="sampling temperature",
        scale=alt.Scale(domain=list(span), nice=False, zero=False),
        axis=alt.Axis(values=_ticks(temperatures), grid=False, format=".6~g"),
    )
    # Perplexities at high temperatures are a hundred times those at low ones.
    kind = "log" if unit == "perplexity" else "linear"
    scale = alt.Scale(type=kind, domain=list(reach), nice=False, zero=False)  # type: ignore[arg-type]
    return Axes(x, scale, _bare_axis(_format(unit, reach)), span, reach, kind == "log")


def _span(temperatures: list[float]) -> tuple[float, float]:
    low, high = (temperatures[0], temperatures[-1]) if temperatures else (0.0, 1.0)
    room = 0.04 * (high - low) or 0.5
    return low - room, high + room


def _ticks(values: list[float], most: int = 8) -> list[float]:
    """The values themselves, or every n-th of them if there are more than ``most``."""
    return values[:: -(-len(values) // most) or 1]


def _range(rows: list[Section], unit: str) -> tuple[float, float]:
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


def _format(unit: str, reach: tuple[float, float]) -> str:
    if unit != "rate":
        return ",.2~f"
    return ".1%" if reach[1] < 0.05 else ".0%"


def _curve(rows: list[dict[str, Any]], style: Style, axes: Axes) -> list[alt.Chart]:
    """A line and the band of its intervals."""
    base = _over(rows).encode(x=axes.x)
    band = _over([row for row in rows if None not in (row["low"], row["high"])]).encode(x=axes.x)
    return [
        band.mark_area(color=style.colour, opacity=0.18, clip=True).encode(
            y=axes.y("low"), y2="high:Q"
        ),
        _line(base.encode(y=axes.y()), style),
    ]


def _points(rows: list[dict[str, Any]], style: Style, axes: Axes) -> list[alt.Chart]:
    points = _over(rows).mark_point(color=style.colour, filled=True, size=36, opacity=1)
    return [points.encode(x=axes.x, y=axes.y())]


def _over(rows: list[dict[str, Any]]) -> alt.Chart:
    return alt.Chart(alt.InlineData(values=list(rows)))


def _line(base: alt.Chart, style: Style) -> alt.Chart:
    dash = list(style.dash) if style.dash else alt.Undefined
    line: alt.Chart = base.mark_line(color=style.colour, strokeWidth=2, strokeDash=dash)
    return line


def _labels(at: Mapping[Style, float], axes: Axes, size: Size) -> list[alt.Chart]:
    """The name of each line at its right end; names that would overlap are moved apart."""
    there, back = (math.log, math.exp) if axes.logarithmic else (float, float)
    low, high = map(there, axes.range)
    gap = (high - low) * (size.text + 2) / size.height
    places = list(map(back, apart(list(map(there, at.values())), gap)))
    return [
        _over([{"estimate": place}])
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


def _reading(metric: Section) -> str:
    """The figures of the chart in words, for screen readers."""
    parts = [f"{row['temperature']:g}: {_figure(row, metric)}" for row in metric["generated"]]
    parts += [
        f"{each['group']}{_at(row)}: {_figure(row, metric)}"
        for each in metric["others"]
        for row in each["rows"]
    ]
    parts += [f"{name}: {_figure(metric[name], metric)}" for name in ("real", "control")]
    return "; ".join(parts)


def _at(row: Section) -> str:
    return "" if row["temperature"] is None else f", {row['temperature']:g}"


def trade_off_chart(rate: Section, diversity: Section, name: str, size: Size) -> str:
    """The rate of implausible pairs over diversity: points by temperature, for real and control.

    Args:
        rate: an entry of the summary's metrics.
        diversity: another entry of the summary's metrics.
        name: identifier of the chart, unique in a page.
        size: size of the plotting area.
    """
    other = {row["temperature"]: row["estimate"] for row in diversity["generated"]}
    points = [
        {"x": other[row["temperature"]], "y": row["estimate"], "label": f"{row['temperature']:g}"}
        for row in rate["generated"]
        if row["estimate"] is not None and other.get(row["temperature"]) is not None
    ]
    x = alt.X("x:Q", title="distinct 2-grams", axis=_bare_axis(".0%"), scale=alt.Scale(zero=False))
    most = max((point["y"] for point in points), default=0.0)
    form = _format("rate", (0.0, most))
    y = alt.Y("y:Q", title="implausible pairs", axis=_bare_axis(form))
    base = _over(points).encode(x=x, y=y)
    layers = [
        base.mark_line(color=GENERATED.colour, strokeWidth=1.5).encode(order="label:Q"),
        base.mark_point(color=GENERATED.colour, filled=True, size=44, opacity=1),
        base.mark_text(dx=8, align="left", fontSize=size.text, color="var(--ink)").encode(
            text="label:N"
        ),
    ]
    for style in (REAL, CONTROL):
        place = {"x": diversity[style.label]["estimate"], "y": rate[style.label]["estimate"]}
        if None not in place.values():
            mark = _over([place]).encode(x=x, y=y)
            layers.append(mark.mark_point(color=style.colour, shape="diamond", size=90, opacity=1))
            layers.append(
                mark.mark_text(
                    text=style.label, dx=-9, align="right", fontSize=size.text, color=style.ink
                )
            )
    words = "; ".join(f"T = {p['label']}: {p['x']:.1%} distinct, {p['y']:.1%}" for p in points)
    return render(alt.layer(*layers), name, size, "Diversity against implausible pairs", words)


def _bare_axis(form: str) -> alt.Axis:
    """An axis with numbers and grid lines only."""
    return alt.Axis(format=form, tickCount=5, domain=False, ticks=False)


def _figure(row: Section, metric: Section) -> str:
    if row["estimate"] is None:
        return "not measured"
    return f"{row['estimate']:.1%}" if metric["unit"] == "rate" else f"{row['estimate']:.3g}"


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
        layers += _curve(rows, style, axes)
    for style, rows in lines.items():
        layers += _changes(rows, style, axes) if style != REAL else []
    layers += _failures([run for run in runs if not run["figures"]], axes, size)
    layers += _labels({style: rows[-1]["estimate"] for style, rows in lines.items()}, axes, size)
    return render(alt.layer(*layers), name, size, "Rate by run", series["finding"])


def _placed(runs: Sequence[Section], column: int) -> list[dict[str, Any]]:
    """The figures at one temperature, each with the place of its run on the axis."""
    figures = [{**run["figures"][column], "place": run["place"]} for run in runs if run["figures"]]
    return [row for row in figures if row["estimate"] is not None]


def _axes_by_run(runs: Sequence[Section], rows: list[Section], size: Size) -> Axes:
    places = _ticks(list(range(len(runs))), max(2, size.width // TICK_WIDTH))
    labels = json.dumps([run["label"] for run in runs])
    reach = _range(rows, "rate")
    x = alt.X(
        "place:Q",
        title="run",
        scale=alt.Scale(domain=[-0.5, len(runs) - 0.5], nice=False, zero=False),
        axis=alt.Axis(values=places, grid=False, labelExpr=f"{labels}[datum.value]"),
    )
    scale = alt.Scale(domain=list(reach), nice=False, zero=False)
    span = (-0.5, len(runs) - 0.5)
    return Axes(x, scale, _bare_axis(_format("rate", reach)), span, reach, logarithmic=False)


TICK_WIDTH = 90
"""Width for the label of a run, in pixels."""


def _changes(rows: list[dict[str, Any]], style: Style, axes: Axes) -> list[alt.Chart]:
    """A point per run, or a large triangle if the rate has changed since the run before."""
    layers = _points([row for row in rows if not _has_changed(row)], style, axes)
    for shape, up in (("triangle-up", True), ("triangle-down", False)):
        changed = [
            row for row in rows if _has_changed(row) and (row["change"]["difference"] > 0) == up
        ]
        if changed:
            mark = _over(changed).mark_point(
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
    places = _over([{"place": run["place"]} for run in runs])
    cross = places.mark_text(
        text="×", fontSize=size.text + 7, fontWeight=700, color="var(--control-ink)"
    )
    return [cross.encode(x=axes.x, y=alt.value(size.height))]


HEAT_STEPS = 4


def heat_step(share: float, most: float) -> int:
    """How dark a cell is: 0 for a share of 0, up to 4 for the largest share."""
    return min(HEAT_STEPS, math.ceil(HEAT_STEPS * share / most)) if share > 0 else 0


@dataclass(frozen=True)
class Grid:
    """The dimensions of a heat map, in pixels."""

    columns: int
    """Largest width of all columns together."""
    column: int
    """Largest width of a column."""
    row: int
    label: int
    """Largest width of the names of the rows."""
    text: int


HEAT_WIDE = Grid(columns=560, column=62, row=21, label=240, text=12)
HEAT_NARROW = Grid(columns=190, column=40, row=22, label=126, text=11)
LETTER, DIGIT = 0.58, 0.62
"""Width of a letter and of a digit in a wide font, in units of the text size."""


def heat_chart(heat: Section, name: str, grid: Grid) -> str:
    """How many samples hold each pair: one row per pair, one column per temperature, real last.

    If the columns are too narrow for the counts, only the colours are shown.

    Args:
        heat: the section ``heat`` of the summary.
        name: identifier of the chart, unique in a page.
        grid: dimensions of the heat map.
    """
    columns = [_column_name(column) for column in heat["columns"]]
    pairs = [f"{row['a']} + {row['b']}" for row in heat["rows"]]
    cells = [
        {
            "pair": pair,
            "column": column,
            "count": f"{own['count']:,}",
            "step": f"var(--heat-{heat_step(own['share'], heat['most'])})",
        }
        for pair, row in zip(pairs, heat["rows"], strict=True)
        for column, own in zip(columns, row["cells"], strict=True)
        if own["count"]
    ]
    width = min(grid.column, grid.columns // len(columns))
    base = _over(cells).encode(
        x=_bands("column", columns, "sampling temperature", orient="top", labelAngle=0),
        y=_bands(
            "pair",
            pairs,
            None,
            labelLimit=grid.label,
            labelFontSize=grid.text,
            labelColor="var(--ink)",
            minExtent=min(1.12 * grid.label, LETTER * grid.text * max(map(len, pairs))) + 6,
        ),
    )
    square = base.mark_rect(stroke="var(--paper)", strokeWidth=2)
    layers = [square.encode(color=alt.Color("step:N", scale=None))]
    if width >= DIGIT * grid.text * max((len(cell["count"]) for cell in cells), default=0) + 4:
        text = base.mark_text(fontSize=grid.text, color="var(--ink)")
        layers.append(text.encode(text="count:N"))
    size = Size(width * len(columns), grid.row * len(pairs), grid.text)
    title = heat["finding"] or "Implausible pairs by temperature"
    return render(alt.layer(*layers), name, size, title, _heat_reading(heat, columns))


def _column_name(column: Section) -> str:
    return "real" if column["temperature"] is None else f"{column['temperature']:g}"


def _bands(field: str, names: list[str], title: str | None, **look: Any) -> Any:
    channel = alt.X if field == "column" else alt.Y
    axis = alt.Axis(domain=False, ticks=False, grid=False, labelOverlap=False, **look)
    return channel(f"{field}:N", sort=None, title=title, scale=alt.Scale(domain=names), axis=axis)


def _heat_reading(heat: Section, columns: list[str]) -> str:
    """The counts of the heat map in words, for screen readers."""
    lines = []
    for row in heat["rows"]:
        found = [
            f"{column}: {cell['count']:,}"
            for column, cell in zip(columns, row["cells"], strict=True)
            if cell["count"]
        ]
        lines.append(f"{row['a']} + {row['b']}, {', '.join(found)}")
    return "; ".join(lines)


def training_chart(epochs: list[Section], name: str, size: Size) -> str:
    """Perplexity of the training and the validation split by epoch, on a logarithmic scale."""
    x = alt.X(
        "epoch:Q",
        title="epoch",
        axis=alt.Axis(format="d", values=_ticks([row["epoch"] for row in epochs]), grid=False),
        scale=alt.Scale(zero=False, nice=False, padding=10),
    )
    layers: list[alt.Chart] = []
    last = epochs[-1]
    # The lines end close together, so the upper one's name goes above and the other's below.
    up = -1 if (last["train_perplexity"] or 0) >= (last["valid_perplexity"] or 0) else 1
    for column, style, side in (
        ("train_perplexity", TRAIN, up),
        ("valid_perplexity", VALID, -up),
    ):
        rows = [{"epoch": row["epoch"], "perplexity": row[column]} for row in epochs if row[column]]
        layers += _perplexity(rows, style, x, size, side)
    words = "; ".join(
        f"epoch {row['epoch']}: train {row['train_perplexity']}, valid {row['valid_perplexity']}"
        for row in epochs
    )
    return render(alt.layer(*layers), name, size, "Perplexity by epoch", words)


def _perplexity(
    rows: list[dict[str, Any]], style: Style, x: alt.X, size: Size, side: int
) -> list[alt.Chart]:
    """A line and its name, above (``side`` -1) or below (``side`` 1) the end of the line."""
    y = alt.Y(
        "perplexity:Q",
        title=None,
        scale=alt.Scale(type="log", nice=False, padding=8),
        axis=_bare_axis("~s"),
    )
    base = _over(rows).encode(x=x, y=y)
    label = _over(rows[-1:]).mark_text(
        text=style.label,
        align="left",
        dx=8,
        dy=side * 0.6 * size.text,
        fontSize=size.text,
        fontWeight=600,
        color=style.ink,
    )
    return [
        _line(base, style),
        base.mark_point(color=style.colour, filled=True, size=30, opacity=1),
        label.encode(x=x, y=y),
    ]


def next_word_chart(distribution: Section, name: str, subject: str, size: Size) -> str:
    """The likeliest next words after a prompt, one bar per word; the last bar is all other words.

    Args:
        distribution: an entry of the summary's next words, at one temperature.
        name: identifier of the chart, unique in a page.
        subject: what the chart is about, in words.
        size: size of the plotting area.
    """
    rows = [
        {"word": shown_word(row["word"]), "share": row["probability"], "kind": "word"}
        for row in distribution["words"]
    ]
    rows.append({"word": REST, "share": distribution["remaining"], "kind": "rest"})
    for row in rows:
        row["label"] = _share(row["share"])
    words = "; ".join(f"{row['word']}: {row['label']}" for row in rows)
    return render(_bars(rows, size), name, size, subject, words)


def _bars(rows: list[dict[str, Any]], size: Size) -> alt.LayerChart:
    y = alt.Y(
        "word:N",
        sort=None,
        title=None,
        axis=alt.Axis(domain=False, ticks=False, grid=False, labelLimit=100, minExtent=108),
    )
    x = alt.X("share:Q", axis=None, scale=alt.Scale(domain=[0, 1], nice=False))
    base = _over(rows).encode(x=x, y=y)
    colour = alt.condition(
        "datum.kind == 'word'", alt.value("var(--generated)"), alt.value("var(--rest)")
    )
    text = base.mark_text(align="left", dx=4, fontSize=size.text, color="var(--ink)")
    bars = base.mark_bar(height={"band": 0.72}).encode(color=colour)
    return alt.LayerChart(layer=[bars, text.encode(text="label:N")])


def _share(share: float) -> str:
    return "<0.1%" if 0 < share < 0.001 else f"{share:.1%}"


_ROOM = {"left": 4, "top": 6, "right": 14, "bottom": 4}
"""Space around the chart, in pixels. The reader's font may be wider than the one measured here."""


@contextmanager
def unchecked() -> Iterator[None]:
    """Draw charts without checking each part of them against the schema of Vega-Lite.

    The checks take two thirds of the time; the tests draw every chart with them.
    """
    with schemapi.debug_mode(False):
        yield


def render(
    chart: alt.LayerChart | alt.FacetChart, name: str, size: Size, title: str, description: str
) -> str:
    """The chart as an SVG element that a screen reader announces as one image."""
    drawn = (
        chart.properties(
            width=size.width, height=size.height, background="transparent", padding=_ROOM
        )
        .configure(aria=False, font=FONT)
        .configure_view(stroke=None)
        .configure_axis(
            labelColor="var(--soft)",
            titleColor="var(--soft)",
            titleFontWeight="normal",
            labelFontSize=size.text - 1,
            titleFontSize=size.text - 1,
            gridColor="var(--line)",
            domainColor="var(--line)",
            tickColor="var(--line)",
            labelPadding=6,
        )
    )
    svg = vl_convert.vegalite_to_svg(drawn.to_json(indent=None, validate=schemapi.DEBUG_MODE))
    return _announced(_lean(_renamed(svg, name)), name, title, description)


def _renamed(svg: str, name: str) -> str:
    """The SVG with identifiers made of the chart's name and a number of their own."""
    for place, identifier in enumerate(dict.fromkeys(re.findall(r'\bid="([^"]+)"', svg))):
        svg = svg.replace(f'id="{identifier}"', f'id="{name}-{place}"')
        svg = svg.replace(f"url(#{identifier})", f"url(#{name}-{place})")
    return svg


_SURPLUS = re.compile(
    r' (?:(?:aria-[a-z]+|role|class|pointer-events|xmlns:xlink|version)="[^"]*"|opacity="1")'
)


def _lean(svg: str) -> str:
    """The SVG without attributes that only Vega's script reads; numbers have two decimals."""

    def tag(match: re.Match[str]) -> str:
        text = _SURPLUS.sub("", match[0])
        return re.sub(r"\d+\.\d{3,}", lambda m: f"{float(m[0]):.2f}", text)

    return _MARKS.sub(_shared, re.sub(r"<[^>]+>", tag, svg))


_MARKS = re.compile(r"<g([^>]*)>((?:<path[^>]*/>|<text[^>]*>[^<]*</text>){2,})</g>")
_TAG = re.compile(r"<\w[^>]*>")
_INHERITED = re.compile(
    r' ((?:font-[a-z]+|fill|fill-opacity|stroke|stroke-[a-z]+|text-anchor)="[^"]*")'
)


def _shared(marks: re.Match[str]) -> str:
    """A group of marks; attributes that all marks share are written once, at the group."""
    own, inside = marks.groups()
    looks = [_INHERITED.findall(tag) for tag in _TAG.findall(inside)]
    common = [look for look in looks[0] if all(look in each for each in looks)]
    common = [look for look in common if f" {look.partition('=')[0]}=" not in own]

    def without(tag: re.Match[str]) -> str:
        return _INHERITED.sub(lambda look: "" if look[1] in common else look[0], tag[0])

    return f"<g{own}{''.join(f' {look}' for look in common)}>{_TAG.sub(without, inside)}</g>"


def _announced(svg: str, name: str, title: str, description: str) -> str:
    inside = svg[svg.index(">") + 1 :]
    view = re.search(r'viewBox="([^"]+)"', svg)
    width, height = (view[1] if view else "0 0 0 0").split()[2:]
    return (
        f'<svg id="{name}" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
        f'width="{width}" height="{height}" role="img" '
        f'aria-labelledby="{name}-title {name}-desc">'
        f'<title id="{name}-title">{html.escape(title)}</title>'
        f'<desc id="{name}-desc">{html.escape(description)}</desc>{inside}'
    )
