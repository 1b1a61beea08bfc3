"""Perplexity by epoch."""

from __future__ import annotations

from typing import Any

import altair as alt

from recipegen.report.charts.axes import Section, Size, bare_axis, line_of, ticks_of, with_rows
from recipegen.report.charts.colours import TRAIN, VALID, Style
from recipegen.report.charts.svg_and_png import render


def training_chart(epochs: list[Section], name: str, size: Size) -> str:
    """Perplexity of the training and the validation split by epoch, on a logarithmic scale."""
    x = alt.X(
        "epoch:Q",
        title="epoch",
        axis=alt.Axis(format="d", values=ticks_of([row["epoch"] for row in epochs]), grid=False),
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
        axis=bare_axis("~s"),
    )
    base = with_rows(rows).encode(x=x, y=y)
    label = with_rows(rows[-1:]).mark_text(
        text=style.label,
        align="left",
        dx=8,
        dy=side * 0.6 * size.text,
        fontSize=size.text,
        fontWeight=600,
        color=style.ink,
    )
    return [
        line_of(base, style),
        base.mark_point(color=style.colour, filled=True, size=30, opacity=1),
        label.encode(x=x, y=y),
    ]
