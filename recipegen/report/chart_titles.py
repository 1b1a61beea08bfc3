"""The titles of the report's charts: each says in one line what its chart shows.

A title says that something rises, falls or differs only if the interval of the difference excludes
zero. If an interval is missing, the title names the values and claims nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from recipegen.evaluation.statistics.estimates import interval_of_difference
from recipegen.report.wording import GAP, shown_word, value

Section = Mapping[str, Any]

NOTABLE_RATIO = 1.5
"""A rise by at least this factor is told as a multiple."""
NOTABLE_TURN = 0.5
"""A peak or dip between both ends is told if it lies at least this far beyond both of them.

In units of the distance between the ends.
"""


def rate_finding(metric: Section) -> str | None:
    """How the headline rate changes with temperature; None if it was not measured."""
    rows = _measured(metric)
    if len(rows) < 2:
        return _alone(rows, metric["unit"])
    first, last = rows[0], rows[-1]
    inner = _extreme(rows)
    if inner:
        word, row = inner
        return f"The rate is {word} at {_at(row)}: {value(row['estimate'], 'rate')}"
    if not _differ(first, last):
        ends = ", ".join(f"{value(row['estimate'], 'rate')} at {_at(row)}" for row in (first, last))
        return f"No detectable change: {ends}" if _have_intervals(first, last) else ends
    times = last["estimate"] / first["estimate"] if first["estimate"] > 0 else 0.0
    if times >= NOTABLE_RATIO:
        return f"At {_at(last)} the rate is {_multiple(times)} times that at {_at(first)}"
    word = "rises" if last["estimate"] > first["estimate"] else "falls"
    span = f"from {_span(first, last, 'rate')}"
    return f"The rate {word} {span} between {_at(first)} and {_at(last)}"


def metric_finding(metric: Section) -> str | None:
    """How a metric changes with temperature, and its value for real recipes.

    None if the metric was not measured.

    Args:
        metric: an entry of the summary's metrics.
    """
    rows, unit = _measured(metric), metric["unit"]
    if not rows:
        return None
    real = metric["real"]["estimate"]
    beside = "" if real is None else f"; real {value(real, unit)}"
    return f"{_movement(rows, unit)}{beside}"


def _movement(rows: Sequence[Section], unit: str) -> str:
    first, last = rows[0], rows[-1]
    if len(rows) < 2:
        return _alone(rows, unit) or ""
    if inner := _extreme(rows):
        word, row = inner
        return f"{word.capitalize()} at {_at(row)}: {value(row['estimate'], unit)}"
    if not _differ(first, last):
        word = "No detectable change" if _have_intervals(first, last) else "Without intervals"
        return f"{word}: {_span(first, last, unit)}"
    word = "Rises" if last["estimate"] > first["estimate"] else "Falls"
    return f"{word} from {_span(first, last, unit)}"


def _measured(metric: Section) -> list[Section]:
    return [row for row in metric["generated"] if row["estimate"] is not None]


def _alone(rows: Sequence[Section], unit: str) -> str | None:
    return f"{value(rows[0]['estimate'], unit)} at {_at(rows[0])}" if rows else None


def _extreme(rows: Sequence[Section]) -> tuple[str, Section] | None:
    """The highest or lowest value, if it is a notable peak or dip between both ends."""
    first, last = rows[0], rows[-1]
    for word, choose in (("highest", max), ("lowest", min)):
        row = choose(rows, key=lambda each: each["estimate"])
        beyond = min(abs(row["estimate"] - end["estimate"]) for end in (first, last))
        between = abs(first["estimate"] - last["estimate"])
        if _differ(row, first) and _differ(row, last) and beyond >= NOTABLE_TURN * between:
            return word, row
    return None


def _differ(a: Section, b: Section) -> bool:
    """Whether the interval of the difference excludes zero; False if there is no interval."""
    if not _have_intervals(a, b):
        return False
    ends = (np.array([row["estimate"], row["low"], row["high"]]) for row in (a, b))
    low, high = interval_of_difference(*ends)
    return bool(low > 0 or high < 0)


def _have_intervals(*rows: Section) -> bool:
    return all(row["low"] is not None and row["high"] is not None for row in rows)


def _at(row: Section) -> str:
    return f"T = {row['temperature']:g}"


def _span(first: Section, last: Section, unit: str) -> str:
    start = value(first["estimate"], unit).removesuffix(f"{GAP}%")
    return f"{start} to {value(last['estimate'], unit)}"


def _multiple(times: float) -> str:
    return f"{times:,.0f}" if times >= 10 else f"{times:.1f}".removesuffix(".0")


def trade_off_finding(rate: Section, diversity: Section) -> str | None:
    """The rate at the temperature whose diversity is closest to that of real recipes.

    Args:
        rate: the entry of the headline metric in the summary's metrics.
        diversity: the entry of the metric of diversity.
    """
    rates = {row["temperature"]: row["estimate"] for row in _measured(rate)}
    rows = [row for row in _measured(diversity) if row["temperature"] in rates]
    real, floor = diversity["real"]["estimate"], rate["real"]["estimate"]
    if not rows or real is None or floor is None:
        return None
    nearest = min(rows, key=lambda row: (abs(row["estimate"] - real), row["temperature"]))
    own = rates[nearest["temperature"]]
    return (
        f"Diversity is closest to that of real recipes at {_at(nearest)} "
        f"({value(nearest['estimate'], 'rate')} against {value(real, 'rate')}), "
        f"where the rate is {value(own, 'rate')} against {value(floor, 'rate')}"
    )


def training_finding(epochs: Sequence[Section], best: Section | None) -> str | None:
    """Whether the network was still learning when its training ended.

    Args:
        epochs: rows of ``training_log``.
        best: the row with the lowest perplexity on held-out recipes, or None.
    """
    if best is None:
        return None
    last = epochs[-1]
    lowest = f"lowest at epoch {best['epoch']} of {last['epoch']}"
    lowest += f" ({value(best['valid_perplexity'])})"
    if last["epoch"] == best["epoch"]:
        return f"Perplexity on held-out recipes was still falling at the end: {lowest}"
    if last["valid_perplexity"] is None:
        return f"Perplexity on held-out recipes: {lowest}"
    rise = value(last["valid_perplexity"])
    return f"Perplexity on held-out recipes: {lowest}, {rise} at the end"


def heat_finding(heat: Section) -> str | None:
    """The pair that most samples of a temperature hold, and how frequent it is in real recipes."""
    found = [
        (cell["share"], -at, pair, column)
        for at, pair in enumerate(heat["rows"])
        for cell, column in zip(pair["cells"], heat["columns"], strict=True)
        if column["group"] == "generated" and cell["count"]
    ]
    if not found:
        return None
    share, _, pair, column = max(found, key=lambda each: each[:2])
    said = f"Most frequent: {pair['a']} + {pair['b']}, in {value(share, 'rate')} of the samples"
    said += f" at {_at(column)}"
    real = pair["cells"][-1] if heat["columns"][-1]["group"] == "real" else None
    return f"{said} and in {value(real['share'], 'rate')} of real recipes" if real else said


def next_word_finding(first: Section) -> str:
    """The likeliest next word with its probability."""
    word = shown_word(first["word"])
    named = word if word[0] in "“(" else f"“{word}”"
    return f"{named} leads with {value(first['probability'], 'rate')}"


def trend_finding(series: Section) -> str:
    """How often the rate changed in a series of runs, and when it last did.

    Args:
        series: one of those that :func:`~recipegen.report.run_trends.series_of` returns.
    """
    compared = [run for run in series["runs"] if any(f["change"] for f in run["figures"])]
    changed = [run for run in compared if any(_changed(figure) for figure in run["figures"])]
    of_all = f"{len(compared)} step{'' if len(compared) == 1 else 's'} from run to run"
    *most, last = (f"{temperature:g}" for temperature in series["temperatures"])
    where = f"At T = {', '.join(most)} and {last}" if most else f"At T = {last}"
    if not changed:
        return f"{where}: no detectable change in {of_all}"
    newest = changed[0]
    change = max(
        (figure["change"] for figure in newest["figures"] if _changed(figure)),
        key=lambda each: abs(each["difference"]),
    )
    way = "up" if change["difference"] > 0 else "down"
    return (
        f"{where}: changed in {len(changed)} of {of_all}, last on {newest['date']} "
        f"({way} at T = {change['temperature']:g})"
    )


def _changed(figure: Section) -> bool:
    return figure["change"] is not None and bool(figure["change"]["changed"])
