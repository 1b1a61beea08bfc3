"""Runs that can be compared, one after the other: the trends of the index of runs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, TypeAlias

import pandas as pd

from recipegen.evaluation.temperature import main_groups
from recipegen.report.change import HEADLINE_METRIC, Change, changes, rates_frame
from recipegen.report.facts import RunEntry, clock, day
from recipegen.report.findings import trend_finding
from recipegen.report.summary import ends_and_middle, estimate

Section: TypeAlias = dict[str, Any]

# A page that opens at once, however many runs there are: it draws no more and says so.
MOST_RUNS = 60
MOST_SERIES = 12


def series_of(entries: Iterable[RunEntry]) -> list[Section]:
    """The series of runs of the same corpus and grid, that with the newest run first.

    A series of fewer than two runs with figures carries ``reason``, why there is no trend.
    """
    groups: dict[str, list[RunEntry]] = {}
    for entry in sorted(entries, key=lambda entry: (entry.finished, entry.run)):
        if entry.comparable is not None:
            groups.setdefault(entry.comparable, []).append(entry)
    newest = sorted(groups.values(), key=lambda runs: (runs[-1].finished, runs[-1].run))
    return [_series(runs) for runs in reversed(newest) if any(run.rates for run in runs)]


def _series(runs: Sequence[RunEntry]) -> Section:
    """A series: ``runs`` newest first, and what is drawn of them, oldest first, by place."""
    last = [run for run in runs if run.rates][-1]
    section: Section = {
        "reason": None,
        "title": last.title,
        "corpus": last.corpus,
        "run": last.run,
        "count": len(runs),
    }
    if sum(bool(run.rates) for run in runs) < 2:
        return {**section, "reason": "there is one run alone: a trend needs two"}
    temperatures = _temperatures(last)
    rows = [_row(run, temperatures) for run in _with_changes(runs[-MOST_RUNS - 1 :])]
    shown = _placed(rows[-MOST_RUNS:])
    section |= {
        "temperatures": temperatures,
        "runs": shown[::-1],
        "comparisons": sum(bool(f["change"]) for row in shown for f in row["figures"]),
    }
    return {**section, "finding": trend_finding(section)}


def _placed(rows: list[Section]) -> list[Section]:
    """The rows with their place on the axis and its label: the day, or of one day the time."""
    label = clock if len({row["date"] for row in rows}) == 1 else day
    return [
        {**row, "place": place, "label": label(row["finished"])} for place, row in enumerate(rows)
    ]


def _temperatures(run: RunEntry) -> list[float]:
    """The coldest, the nearest to 1 and the hottest of a run."""
    return ends_and_middle(_own(rates_frame(run.rates))["temperature"].dropna())


def _own(rates: pd.DataFrame) -> pd.DataFrame:
    """The rates of texts drawn among all words."""
    return rates[rates["group"].isin(main_groups(rates["group"].astype(str))[:1])]


def _with_changes(runs: Sequence[RunEntry]) -> Iterable[tuple[RunEntry, list[Change]]]:
    """Each run with how it differs from the one with figures before it."""
    before: pd.DataFrame | None = None
    for run in runs:
        rates = rates_frame(run.rates)
        yield run, [] if before is None else changes(before, rates)
        before = before if rates.empty else rates


def _row(found: tuple[RunEntry, list[Change]], temperatures: Sequence[float]) -> Section:
    run, changed = found
    rates = rates_frame(run.rates)
    by_temperature = {row["temperature"]: row for row in _own(rates).to_dict("records")}
    since = {row["temperature"]: row for row in changed}
    real = rates[rates["group"] == "real"].to_dict("records")
    return {
        "run": run.run,
        "state": run.state,
        "report": run.report,
        "finished": run.finished,
        "date": day(run.finished),
        "figures": [
            {**estimate(by_temperature.get(t, _missing(t))), "change": since.get(t)}
            for t in temperatures
        ]
        if run.rates
        else [],
        "real": estimate(real[0]) if real else None,
    }


def _missing(temperature: float) -> Section:
    """A row of the rates where a run has none."""
    nothing = dict.fromkeys(("estimate", "low", "high"))
    return {**nothing, "metric": HEADLINE_METRIC, "temperature": temperature, "count": 0}
