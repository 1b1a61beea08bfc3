"""Series of comparable runs in order of time: the trends of the index of runs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, TypeAlias

import pandas as pd

from recipegen.evaluation.per_group.temperature import main_groups
from recipegen.report.chart_titles import trend_finding
from recipegen.report.facts import RunEntry, clock, day
from recipegen.report.sections.change import HEADLINE_METRIC, Change, changes, rates_frame
from recipegen.report.sections.headline import ends_and_middle
from recipegen.report.sections.metrics import estimate

Section: TypeAlias = dict[str, Any]

# Limits that let the index open at once, however many runs there are. The page says what it omits.
MOST_RUNS = 60
MOST_SERIES = 12


def series_of(entries: Iterable[RunEntry]) -> list[Section]:
    """The series of runs with the same corpus and grid; the series with the newest run comes first.

    A series with fewer than two runs that have figures has a ``reason`` why there is no trend.
    """
    groups: dict[str, list[RunEntry]] = {}
    for entry in sorted(entries, key=lambda entry: (entry.finished, entry.run)):
        if entry.comparable is not None:
            groups.setdefault(entry.comparable, []).append(entry)
    newest = sorted(groups.values(), key=lambda runs: (runs[-1].finished, runs[-1].run))
    return [_series(runs) for runs in reversed(newest) if any(run.rates for run in runs)]


def _series(runs: Sequence[RunEntry]) -> Section:
    """A series: ``runs``, the newest first, each with a ``place`` that counts from the oldest."""
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
    """The rows with a place on the axis and a label: the day, or the time if all share a day."""
    label = clock if len({row["date"] for row in rows}) == 1 else day
    return [
        {**row, "place": place, "label": label(row["finished"])} for place, row in enumerate(rows)
    ]


def _temperatures(run: RunEntry) -> list[float]:
    """A run's lowest temperature, the one nearest to 1 and the highest."""
    return ends_and_middle(_own(rates_frame(run.rates))["temperature"].dropna())


def _own(rates: pd.DataFrame) -> pd.DataFrame:
    """The rates of texts that were drawn without cut-offs."""
    return rates[rates["group"].isin(main_groups(rates["group"].astype(str))[:1])]


def _with_changes(runs: Sequence[RunEntry]) -> Iterable[tuple[RunEntry, list[Change]]]:
    """Each run with its changes since the last run before it that has figures."""
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
    """Stands for the rate of a run at a temperature that the run lacks."""
    nothing = dict.fromkeys(("estimate", "low", "high"))
    return {**nothing, "metric": HEADLINE_METRIC, "temperature": temperature, "count": 0}
