"""Each metric by temperature, and why a figure is missing."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from recipegen.evaluation.metrics import LABEL_METRICS, METRICS
from recipegen.evaluation.per_group.answer import called
from recipegen.evaluation.per_group.mauve import TEXTS
from recipegen.evaluation.per_group.references import WITH_LISTS
from recipegen.evaluation.per_group.temperature import main_groups, other_groups
from recipegen.evaluation.per_text.words import BLOCK_WORDS
from recipegen.report.chart_titles import metric_finding, rate_finding, trade_off_finding
from recipegen.report.excerpts import number
from recipegen.report.facts import RunFacts
from recipegen.report.sections.change import HEADLINE_METRIC
from recipegen.report.sections.section import Section, Tables

NOT_MEASURED = "could not be measured on these texts"
NOTHING_TO_COUNT = "nothing in these texts to measure it on"
TOO_FEW_WORDS = f"fewer than {BLOCK_WORDS:,} words, the size of a block"
TOO_FEW_TEXTS = (
    f"fewer than {TEXTS:,} texts, or fewer than {TEXTS:,} training recipes to compare them with"
)
NEEDS = {
    **dict.fromkeys(
        ("distinct_1", "distinct_2", "distinct_3", "self_bleu", "zipf_coefficient"), TOO_FEW_WORDS
    ),
    "mauve": TOO_FEW_TEXTS,
}
"""Why a metric that needs much text is missing. Other metrics had nothing to count."""

UNTOLD = {
    **dict.fromkeys(
        ("word_perplexity", "entropy"), "their generator does not tell how likely its words are"
    ),
    "stopped_rate": "their generator does not tell how its texts ended",
    **dict.fromkeys(("used_list_rate", "listed_use_rate"), "no text has an ingredient list"),
    **dict.fromkeys(LABEL_METRICS, "no labels say so"),
}
"""Why a metric is missing that needs something which not every generator tells or writes."""


def metrics_section(tables: Tables, _: RunFacts) -> Section:
    """Each metric with its estimates by temperature, for real recipes and for the control."""
    frame = tables["temperature_summary"]
    there = set(frame["metric"])
    rows = [metric_of(frame, key) for key in METRICS if key in there]
    sections = dict.fromkeys(row["section"] for row in rows)
    return {
        "rows": rows,
        "sections": [
            {"name": name, "rows": [row for row in rows if row["section"] == name]}
            for name in sections
        ],
        "missing": _not_measured(rows),
        "model": called(rows[0]["group"]) if rows and rows[0]["group"] else None,
        **findings({row["key"]: row for row in rows}),
        "temperatures": sorted({t for m in rows for t in _temperatures_of(m)}),
    }


EXCHANGED = "exchanged_share"
"""The metric by which the headline says how far texts are from real recipes."""

TRADE_OFF = "distinct_2"
"""The metric of diversity that the rate is compared with."""


def findings(metrics: Mapping[str, Section]) -> Section:
    """The titles of the three charts about the rate; None for a title that has nothing to say."""
    rate, diversity = metrics.get(HEADLINE_METRIC), metrics.get(TRADE_OFF)
    return {
        "rate_finding": rate_finding(rate) if rate else None,
        "exchanged_finding": metrics[EXCHANGED]["finding"] if EXCHANGED in metrics else None,
        "trade_off_finding": trade_off_finding(rate, diversity) if rate and diversity else None,
    }


def _not_measured(rows: list[Section]) -> list[Section]:
    """Which metrics are missing for which texts, and why; grouped by reason."""
    names: dict[tuple[str, tuple[str, ...]], list[str]] = {}
    for metric in rows:
        by_reason: dict[str, list[str]] = {}
        for name, found in _series_of_texts(metric):
            for row in found:
                if row["reason"]:
                    by_reason.setdefault(row["reason"], []).append(_whose(name, row, found))
        for reason, whose in by_reason.items():
            names.setdefault((reason, tuple(dict.fromkeys(whose))), []).append(metric["name"])
    return [
        {"names": found, "texts": list(whose), "reason": reason}
        for (reason, whose), found in names.items()
    ]


def _series_of_texts(metric: Section) -> Iterator[tuple[str, list[Section]]]:
    """The estimates of a metric for each group of texts, with the name of the group for readers."""
    if metric["generated"]:
        yield called(metric["group"]), metric["generated"]
    for each in metric["others"]:
        yield called(each["group"]), each["rows"]
    yield "real recipes", [metric["real"]]
    yield "the control", [metric["control"]]


def _whose(name: str, row: Section, rows: list[Section]) -> str:
    """The texts of a row in words.

    The temperature is named only if other temperatures of the group were measured.
    """
    if row["temperature"] is None or all(each["reason"] for each in rows):
        return name
    return f"{name} at T = {row['temperature']:g}"


def _temperatures_of(metric: Section) -> set[float]:
    rows = [*metric["generated"], *(row for each in metric["others"] for row in each["rows"])]
    return {row["temperature"] for row in rows if row["temperature"] is not None}


def metric_of(frame: pd.DataFrame, key: str) -> Section:
    """A metric of the table ``temperature_summary``, as charts and tables show it."""
    rows = frame[frame["metric"] == key]
    groups = main_groups(frame["group"])
    others = [name for name in other_groups(frame["group"]) if name not in groups]
    series = {group: _by_temperature(rows[rows["group"] == group]) for group in [*groups, *others]}
    # A curve needs a generator with temperatures; one without is drawn as a horizontal line.
    first = groups[0] if groups and _has_temperatures(series[groups[0]]) else None
    metric = {
        "key": key,
        "name": readable(key),
        "definition": METRICS[key].definition,
        "section": METRICS[key].section,
        "unit": METRICS[key].unit,
        "group": first,
        "generated": series.pop(first) if first else [],
        "others": [{"group": group, "rows": found} for group, found in series.items()],
        "real": _reference(rows, "real"),
        "control": _reference(rows, "control"),
        "whole": _reference(rows, WITH_LISTS) if WITH_LISTS in {*rows["group"]} else None,
    }
    return {**metric, "finding": metric_finding(metric)}


def _has_temperatures(rows: list[Section]) -> bool:
    return any(row["temperature"] is not None for row in rows)


def _by_temperature(rows: pd.DataFrame) -> list[Section]:
    return [estimate(row) for row in rows.sort_values("temperature").to_dict("records")]


def readable(metric: str) -> str:
    """The name of a metric in words."""
    words = re.sub(r"(\d+|n)gram", r"\1-gram", metric.replace("_", " "))
    named = words.replace("bleu", "BLEU").replace("mauve", "MAUVE")
    return named[0].upper() + named[1:]


def _reference(rows: pd.DataFrame, group: str) -> Section:
    found = rows[rows["group"] == group].to_dict("records")
    if found:
        return estimate(found[0])
    nothing = dict.fromkeys(("temperature", "estimate", "low", "high"))
    return {**nothing, "count": 0, "reason": f"no {group} recipes were scored"}


def estimate(row: Mapping[Any, Any]) -> Section:
    """An estimate with its interval and number of texts, and the reason if it is None."""
    value = number(row["estimate"])
    untold = UNTOLD.get(row["metric"], NOTHING_TO_COUNT)
    nothing = NOT_MEASURED if row["count"] else untold
    return {
        "temperature": number(row["temperature"]),
        "estimate": value,
        "low": number(row["low"]),
        "high": number(row["high"]),
        "count": int(row["count"]),
        "reason": NEEDS.get(row["metric"], nothing) if value is None else None,
    }
