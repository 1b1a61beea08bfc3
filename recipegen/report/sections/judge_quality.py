"""The section on how often the judge is right, and the corrected rates beside the raw ones."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeAlias

import pandas as pd

from recipegen.evaluation.labelled.judge_quality import (
    GROUP,
    LABELLED,
    OWN,
    PRECISION,
    RUN,
    SENSITIVITY,
    SHIPPED,
    SPECIFICITY,
    TEMPERATURE,
    TEXTS,
    WHOLE,
    best_basis,
)
from recipegen.report.excerpts import number
from recipegen.report.facts import RunFacts
from recipegen.report.wording import interval, value

Section: TypeAlias = dict[str, Any]
Tables: TypeAlias = Mapping[str, pd.DataFrame]

UNITS = {"pair": "pairs", "text": "texts"}
QUALITY = (PRECISION, SENSITIVITY, SPECIFICITY)

NOT_ASKED = "The rates are not corrected: the setting summarise.corrected is off."
NO_LABELS = (
    "All rates of this report are the judge's own. They are not corrected for its errors: nobody "
    "has labelled pairs of this run, and no labels came with the judge. To label some, start with "
    "recipegen label draw."
)
ASSUMPTIONS = {
    RUN: "A column takes the judge’s sensitivity and specificity on all labelled texts for those "
    "on the texts of a row. It assumes the same errors at all temperatures. A rate that cannot be "
    "under this assumption is not shown.",
    SHIPPED: "A column rests on labels that came with the built-in judge. They say how often it "
    "was right on other texts, and it assumes the same errors on these. Labels of this run need "
    "no such assumption.",
}
BASES = {
    OWN: "corrected, by labels of these texts",
    RUN: "if the judge errs alike on all labelled texts",
    SHIPPED: "if it errs as on other texts",
}
"""The columns of the table, by what the corrected rate rests on."""


def checked_section(tables: Tables, facts: RunFacts) -> Section:
    """Corrected rates with the raw ones, the judge's quality, and what to label next."""
    rates, quality = tables["corrected_rates"], tables["judge_quality"]
    shown = rates[rates["estimate"].notna()]
    return {
        "sentences": [*_sentences(shown, quality, facts)],
        "rates": [_table(str(unit), rows) for unit, rows in shown.groupby("unit", sort=False)],
        "quality": [*_quality(quality)],
    }


def _table(unit: str, rows: pd.DataFrame) -> Section:
    """A row for some texts: the raw rate, and the corrected one by each basis."""
    bases = [basis for basis in BASES if basis in set(rows["basis"])]
    by_texts = rows.groupby(["over", "group", "temperature"], sort=False, dropna=False)
    return {
        "unit": unit,
        "title": f"absurd {UNITS[unit]}",
        "half_width": float(rows["half_width"].iloc[0]),
        "columns": [BASES[basis] for basis in bases],
        "rows": [
            _row({row["basis"]: row for row in own.to_dict("records")}, bases)
            for _, own in by_texts
        ],
    }


def _row(by_basis: Mapping[str, Mapping[Any, Any]], bases: Sequence[str]) -> Section:
    first, own = next(iter(by_basis.values())), by_basis.get(OWN)
    return {
        **_rate(first),
        "corrected": [_rate(by_basis[basis]) if basis in by_basis else None for basis in bases],
        "labels": int(own["labels"]) if own else 0,
        "more": _more(own) if own else "–",
    }


def correction(rates: pd.DataFrame | None, group: str | None, at: float | None) -> Section | None:
    """The corrected rate of pairs of a group at a temperature; None if there is none.

    Args:
        rates: the table ``corrected_rates``, if there is one.
        group: the group.
        at: the temperature; None if there is none.
    """
    if rates is None or rates.empty or group is None:
        return None
    own = rates[(rates["unit"] == "pair") & (rates["over"] == TEMPERATURE)]
    own = own[
        own["group"].eq(group) & own["temperature"].fillna(-1.0).eq(-1.0 if at is None else at)
    ]
    found = best_basis(own).to_dict("records")
    return _rate(found[0]) if found else None


def _rate(row: Mapping[Any, Any]) -> Section:
    return {
        "texts": _texts(row),
        "raw": number(row["raw"]),
        "raw_ends": {"low": number(row["raw_low"]), "high": number(row["raw_high"])},
        **{name: number(row[name]) for name in ("estimate", "low", "high")},
        "assumes": row["basis"] != OWN,
    }


def _texts(row: Mapping[Any, Any]) -> str:
    if row["over"] == WHOLE:
        return "all labelled texts"
    group = str(row["group"]).replace("generated", "the LSTM")
    if row["over"] == GROUP:
        return f"{group}, all temperatures"
    return group if pd.isna(row["temperature"]) else f"{group}, T = {row['temperature']:g}"


def _more(row: Mapping[Any, Any]) -> str:
    """How many more labels make the interval as narrow as asked, in words."""
    if pd.isna(row["more_implausible"]):
        return "too few texts for that"
    parts = [
        f"{int(row[name]):,} {kind}"
        for name, kind in (("more_implausible", "implausible"), ("more_others", "others"))
        if row[name] > 0
    ]
    return " and ".join(parts) or "none"


def _sentences(rates: pd.DataFrame, quality: pd.DataFrame, facts: RunFacts) -> Iterator[str]:
    """What the tables say, in words."""
    if facts.setting("summarise", "corrected") is False:
        yield NOT_ASKED
        return
    if rates.empty:
        yield NO_LABELS
        return
    yield (
        "A rate counts what the judge calls implausible. The judge errs, so people labelled some "
        "items without seeing its verdicts. The corrected rate is the share of items that they "
        "would call absurd."
    )
    yield from _of_all(quality)
    yield from (said for basis, said in ASSUMPTIONS.items() if basis in set(rates["basis"]))
    yield from next_labels(rates)


def _of_all(quality: pd.DataFrame) -> Iterator[str]:
    """The judge's quality on all labelled pairs."""
    rows = quality[(quality["unit"] == "pair") & (quality["over"] == WHOLE)]
    known = rows[rows["estimate"].notna()].set_index("metric").to_dict("index")
    if row := known.get(PRECISION):
        yield (
            f"Of the pairs that the judge calls implausible, {_percent(row)} are absurd. "
            f"{_count(row)}"
        )
    if row := known.get(SENSITIVITY):
        yield f"Of the absurd pairs, it finds {_percent(row)}."


def _percent(row: Mapping[Any, Any]) -> str:
    ends = {name: number(row[name]) for name in ("low", "high")}
    return f"{value(number(row['estimate']), 'rate')} ({interval(ends, 'rate')})"


def _count(row: Mapping[Any, Any]) -> str:
    return (
        f"{row['labelled_implausible']:,} implausible pairs and {row['labelled_others']:,} others "
        "are labelled."
    )


def next_labels(rates: pd.DataFrame) -> Iterator[str]:
    """Which labels are worth making next: those of the widest interval over all temperatures."""
    own = rates[(rates["basis"] == OWN) & (rates["unit"] == "pair")]
    enough = own[own["more_others"].notna()]
    if enough.empty:
        return
    narrow = enough.assign(width=enough["high"] - enough["low"])
    row = narrow.sort_values("width", ascending=False, kind="stable").iloc[0].to_dict()
    more = _more(row)
    half = f"{100 * row['half_width']:g}"
    if more == "none":
        if len(enough) == len(own):
            yield f"All corrected rates are known to ± {half} points. More labels are not needed."
        return
    yield (
        f"Worth labelling next: {_texts(row)}, whose corrected rate is the least sure "
        f"({interval({'low': number(row['low']), 'high': number(row['high'])}, 'rate')}). To know "
        f"it to ± {half} points takes about this many more labels: {more}."
    )


def _quality(quality: pd.DataFrame) -> Iterator[Section]:
    for _, rows in quality.groupby(TEXTS, sort=False, dropna=False):
        by_metric = rows.set_index("metric")
        first = rows.iloc[0].to_dict()
        unit = "" if first["unit"] == "pair" else " (whole texts)"
        yield {
            "texts": f"{_texts(first)}{unit}",
            "metrics": [
                {name: number(by_metric.loc[metric, name]) for name in ("estimate", "low", "high")}
                for metric in QUALITY
            ],
            **{name: first[name] for name in LABELLED},
        }
