"""The implausible pairs of the samples, how often they occur by temperature, and why."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

import pandas as pd
from scipy.special import expit

from recipegen.evaluation.per_group.temperature import main_groups
from recipegen.pairing.neighbours import Companions
from recipegen.report.chart_titles import heat_finding
from recipegen.report.excerpts import number
from recipegen.report.facts import RunFacts

Section: TypeAlias = dict[str, Any]
Tables: TypeAlias = Mapping[str, pd.DataFrame]

PAIR = ["ingredient_a", "ingredient_b"]
MOST_COMPANIONS = 4
UNKNOWN = -1.0
"""Stands for a temperature that is not known; real temperatures are never below 0."""
MOST_HEATED = 25
"""Most pairs in the heat map."""


def pairs_section(tables: Tables, facts: RunFacts) -> Section:
    """The implausible pairs of the samples, the surest first, and where they occur."""
    found, ranked = ranked_pairs(tables)
    limit = facts.setting("report", "pairs") or len(ranked)
    rows = ranked.head(limit).to_dict("records")
    pairs = tables["pair_summary"]
    real = _counts_by_pair(pairs[pairs["group"] == "real"])
    cells = _cells(found)
    temperatures = sorted(float(value) for value in found["temperature"].unique())
    companions = Companions(tables["ingredients"], tables["pairings"])
    return {
        "total": len(ranked),
        "temperatures": temperatures,
        "rows": [
            {**_pair(row, temperatures, cells, real), **_why(row, companions)} for row in rows
        ],
    }


def ranked_pairs(tables: Tables) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The implausible pairs by temperature, and a ranking with each pair once, the surest first.

    They are those of the texts that the charts are about: the network's, if there is one. The
    surest pair is the one that a cook most probably objects to.
    """
    pairs = tables["pair_summary"]
    found = pairs[pairs["group"].isin(main_groups(pairs["group"]))]
    found = found.assign(temperature=found["temperature"].fillna(UNKNOWN))
    totals = found.groupby(PAIR, as_index=False)["sample_count"].sum()
    ranked = totals.merge(tables["pairings"], on=PAIR).sort_values(
        ["objection", *PAIR], ascending=[False, True, True]
    )
    return found, ranked


def _cells(found: pd.DataFrame) -> dict[Any, int]:
    """How many samples hold each pair, by temperature."""
    return found.groupby([*PAIR, "temperature"])["sample_count"].sum().to_dict()


def heat_section(tables: Tables, facts: RunFacts) -> Section:
    """How many samples hold each of the worst pairs, by temperature, and how many real recipes."""
    found, ranked = ranked_pairs(tables)
    cells, pairs, texts = _cells(found), tables["pair_summary"], tables["text_counts"]
    drawn = texts[texts["group"].isin(main_groups(texts["group"]))]
    real = _counts_by_pair(pairs[pairs["group"] == "real"])
    by_temperature = drawn.groupby(drawn["temperature"].fillna(UNKNOWN), sort=True)["count"].sum()
    columns: list[Section] = [
        {"group": "generated", "temperature": float(str(temperature)), "count": int(count)}
        for temperature, count in by_temperature.items()
    ]
    if real_count := int(texts.loc[texts["group"] == "real", "count"].sum()):
        columns.append({"group": "real", "temperature": None, "count": real_count})
    limit = min(MOST_HEATED, facts.setting("report", "pairs") or MOST_HEATED)
    rows = []
    for a, b in ranked.head(limit)[PAIR].astype(str).itertuples(index=False):
        counts = [
            real.get((a, b), 0)
            if column["group"] == "real"
            else int(cells.get((a, b, column["temperature"]), 0))
            for column in columns
        ]
        shares = [count / c["count"] for count, c in zip(counts, columns, strict=True)]
        own = [{"count": n, "share": x} for n, x in zip(counts, shares, strict=True)]
        rows.append({"a": a, "b": b, "cells": own})
    most = max((cell["share"] for row in rows for cell in row["cells"]), default=0.0)
    heat = {"total": len(ranked), "columns": columns, "rows": rows, "most": most}
    return {**heat, "finding": heat_finding(heat)}


def _counts_by_pair(pairs: pd.DataFrame) -> dict[tuple[str, str], int]:
    return {
        (row["ingredient_a"], row["ingredient_b"]): int(row["sample_count"])
        for row in pairs.to_dict("records")
    }


def _pair(
    row: Mapping[Any, Any],
    temperatures: list[float],
    cells: Mapping[Any, int],
    real: Mapping[tuple[str, str], int],
) -> Section:
    a, b = str(row["ingredient_a"]), str(row["ingredient_b"])
    return {
        "a": a,
        "b": b,
        "observed": int(row["count_both"]),
        "expected": number(row["expected"]),
        "log_lift": number(row["log_lift"]),
        "low": number(row["log_lift_low"]),
        "high": number(row["log_lift_high"]),
        "objection": float(expit(row["objection"])),
        "samples": int(row["sample_count"]),
        "by_temperature": [int(cells.get((a, b, value), 0)) for value in temperatures],
        "real": real.get((a, b), 0),
    }


def _why(row: Mapping[Any, Any], companions: Companions) -> Section:
    """How common both ingredients are, what each goes with, and what could replace either."""
    a, b = str(row["ingredient_a"]), str(row["ingredient_b"])
    return {
        "sides": [
            {
                "name": name,
                "recipes": int(count),
                "goes_with": companions.of(name)[:MOST_COMPANIONS],
            }
            for name, count in ((a, row["count_a"]), (b, row["count_b"]))
        ],
        "instead": [
            *([each, b] for each in companions.instead(a, b)[:1]),
            *([a, each] for each in companions.instead(b, a)[:1]),
        ],
    }
