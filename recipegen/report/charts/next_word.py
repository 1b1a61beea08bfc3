"""The likely next words at a temperature, as bars."""

from __future__ import annotations

from typing import Any

import altair as alt

from recipegen.report.charts.axes import Section, Size, with_rows
from recipegen.report.charts.svg_and_png import render
from recipegen.report.wording import shown_word

REST = "all other words"
"""The label of the bar that stands for the words not shown."""


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
        row["label"] = share_in_words(row["share"])
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
    base = with_rows(rows).encode(x=x, y=y)
    colour = alt.condition(
        "datum.kind == 'word'", alt.value("var(--generated)"), alt.value("var(--rest)")
    )
    text = base.mark_text(align="left", dx=4, fontSize=size.text, color="var(--ink)")
    bars = base.mark_bar(height={"band": 0.72}).encode(color=colour)
    return alt.LayerChart(layer=[bars, text.encode(text="label:N")])


def share_in_words(share: float) -> str:
    """A probability in per cent."""
    return "<0.1%" if 0 < share < 0.001 else f"{share:.1%}"
