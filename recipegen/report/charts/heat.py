"""The implausible pairs by temperature, as a heat map."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import altair as alt

from recipegen.report.charts.axes import Section, Size, with_rows
from recipegen.report.charts.svg_and_png import render

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
    base = with_rows(cells).encode(
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
