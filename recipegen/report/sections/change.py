"""How the headline rate differs from the run before, by temperature and in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd

from recipegen.evaluation.per_group.run_differences import compare_summaries
from recipegen.evaluation.per_group.temperature import HEADLINE_TEMPERATURE, main_groups
from recipegen.report.excerpts import number

HEADLINE_METRIC = "implausible_pair_rate"
"""The rate on the first screen, by which runs are also compared over time."""

ONE_DIGIT = 0.002
"""Differences are shown with one decimal, in points, if their interval is at least this wide."""

KEYS = ["metric", "group", "temperature"]
MEASURED = ["estimate", "low", "high", "count"]

Change = dict[str, Any]
"""``temperature``, ``difference``, ``low`` and ``high`` (each may be None), and ``changed``."""


def headline_rates(summary: pd.DataFrame) -> list[dict[Any, Any]]:
    """The rows of ``temperature_summary`` for the headline metric, as JSON values."""
    rows = summary[summary["metric"] == HEADLINE_METRIC].astype(object)
    found: list[dict[Any, Any]] = rows.where(rows.notna(), None).to_dict("records")
    return found


def rates_frame(rates: Iterable[Mapping[Any, Any]]) -> pd.DataFrame:
    """Rows of :func:`headline_rates` as a table; a value that is not a number becomes missing."""
    frame = pd.DataFrame(list(rates), columns=[*KEYS, *MEASURED])
    numbers = ["temperature", *MEASURED]
    frame[numbers] = frame[numbers].apply(pd.to_numeric, errors="coerce").astype("float64")
    return frame[frame["metric"] == HEADLINE_METRIC].fillna({"count": 0})


def changes(before: pd.DataFrame, after: pd.DataFrame) -> list[Change]:
    """How the rate changed at each temperature that both runs have, for texts without cut-offs.

    Args:
        before: the table ``temperature_summary`` of a run, or at least its rows for the rate.
        after: the same table of a later run.
    """
    found = compare_summaries(
        *(frame[frame["metric"] == HEADLINE_METRIC] for frame in (before, after))
    )
    own = found[found["temperature"].notna()]
    own = own[own["group"].isin(main_groups(own["group"])[:1])]
    return [
        {
            **{name: number(row[name]) for name in ("temperature", "difference", "low", "high")},
            "changed": bool(row["changed"]),
        }
        for row in own.sort_values("temperature").to_dict("records")
    ]


def nearest_to_one(rows: Sequence[Change]) -> Change:
    """The change at the temperature that is nearest to that of the headline."""
    return min(
        rows, key=lambda row: (abs(row["temperature"] - HEADLINE_TEMPERATURE), row["temperature"])
    )


def verdict(rows: Sequence[Change], run: str) -> dict[str, str]:
    """A sentence about the changes, in the parts ``start``, ``run`` and ``end``.

    The name of the run is a part of its own, so that pages can isolate it:
    ``No detectable change since`` *run-41* ``at any temperature; T = 1: -0.2 points (-0.9 to
    +0.5).``
    """
    known = [row for row in rows if row["low"] is not None]
    if not known:
        return {"start": "No change could be measured since", "run": run, "end": "."}
    changed = [row for row in known if row["changed"]]
    if not changed:
        where = " at any temperature; " if len(known) > 1 else "; "
        return {
            "start": "No detectable change since",
            "run": run,
            "end": f"{where}{in_points(nearest_to_one(known))}.",
        }
    most = max(changed, key=lambda row: abs(row["difference"]))
    where = f" at {len(changed)} of {len(known)} temperatures, most at "
    return {
        "start": "Changed since",
        "run": run,
        "end": f"{where if len(known) > 1 else ' at '}{in_points(most)}.",
    }


def in_points(row: Change) -> str:
    """A change as ``T = 1: -0.2 points (-0.9 to +0.5)``."""
    shown = f"T = {row['temperature']:g}"
    if row["difference"] is None:
        return f"{shown}: not measured"
    if row["low"] is None:
        return f"{shown}: {signed(row['difference'])} points (no interval)"
    digits = 1 if row["high"] - row["low"] >= ONE_DIGIT else 2
    difference, low, high = (signed(row[name], digits) for name in ("difference", "low", "high"))
    return f"{shown}: {difference} points ({low} to {high})"


def signed(share: float, digits: int = 1) -> str:
    """A difference of rates in percentage points with its sign; no sign if it rounds to 0."""
    shown = f"{100 * share:+.{digits}f}"
    return shown if float(shown) else shown[1:]
