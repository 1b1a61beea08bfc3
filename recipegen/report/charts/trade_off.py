"""The share of implausible pairs against the variety of the texts."""

from __future__ import annotations

import altair as alt

from recipegen.report.charts.axes import Section, Size, bare_axis, format_of, with_rows
from recipegen.report.charts.colours import CONTROL, GENERATED, REAL
from recipegen.report.charts.svg_and_png import render


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
    x = alt.X("x:Q", title="distinct 2-grams", axis=bare_axis(".0%"), scale=alt.Scale(zero=False))
    most = max((point["y"] for point in points), default=0.0)
    form = format_of("rate", (0.0, most))
    y = alt.Y("y:Q", title="implausible pairs", axis=bare_axis(form))
    base = with_rows(points).encode(x=x, y=y)
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
            mark = with_rows([place]).encode(x=x, y=y)
            layers.append(mark.mark_point(color=style.colour, shape="diamond", size=90, opacity=1))
            layers.append(
                mark.mark_text(
                    text=style.label, dx=-9, align="right", fontSize=size.text, color=style.ink
                )
            )
    words = "; ".join(f"T = {p['label']}: {p['x']:.1%} distinct, {p['y']:.1%}" for p in points)
    return render(alt.layer(*layers), name, size, "Diversity against implausible pairs", words)


def figure_in_words(row: Section, metric: Section) -> str:
    """An estimate in words, for people who do not see the chart."""
    if row["estimate"] is None:
        return "not measured"
    return f"{row['estimate']:.1%}" if metric["unit"] == "rate" else f"{row['estimate']:.3g}"
