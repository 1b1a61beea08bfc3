"""The questions of the page: the rows that answer each, from what all runs say together."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from benchmarks.findings.combine import Interval, between, difference, ratio
from benchmarks.findings.known import Known, interval_of, row_of
from benchmarks.findings.measures import KEYS, METRICS, RATE, VALUES

HEADLINE = 1.0
"""The temperature at which generators are compared."""
EXAMPLES = (0.2, 1.0)
"""The temperatures of the book's two examples."""
UNSURE = (float("nan"), float("nan"))
"""The interval of a value that has none."""


def _temperature(known: Known) -> pd.DataFrame:
    rows = []
    for corpus, _, curve in known.curves():
        real = known.real(corpus, RATE)
        differences = [difference(interval_of(row), real) for _, row in curve.iterrows()]
        about = [row for _, row in curve.iterrows()]
        rows += [
            row_of("above_real", found, row) for found, row in zip(differences, about, strict=True)
        ]
        first, last = about[0], about[-1]
        span = {**first.to_dict(), "temperature": None}
        rows.append(row_of("rise", difference(interval_of(last), interval_of(first)), span))
        onset = float("nan")
        for found, row in zip(reversed(differences), reversed(about), strict=True):
            if not found[1] > 0:
                break
            onset = float(row["temperature"])
        rows.append(row_of("above_real_from", (onset, *UNSURE), span))
    return pd.concat([known.mean(RATE), known.reference(RATE), pd.DataFrame(rows)])


def _network(known: Known) -> pd.DataFrame:
    single = known.networks[known.networks["metric"].isin((RATE, "entropy", "perplexity"))]
    single = single[single["cut_off"] == ""]
    rows, first_of = [], {}
    for corpus, preset, curve in known.curves():
        entropies = known.along(corpus, preset, "entropy")
        own = curve[curve["temperature"] == HEADLINE]
        if own.empty:
            continue
        here = entropies[entropies["temperature"] == HEADLINE]["estimate"].iloc[0]
        at_one, level = first_of.setdefault(corpus, (interval_of(own.iloc[0]), float(here)))
        x = entropies["estimate"]
        equal = curve_at(curve, x, level)
        reached = between(x, curve["temperature"], level)
        about = {**own.iloc[0].to_dict(), "temperature": reached}
        rows += [
            row_of("times_first_preset", ratio(interval_of(own.iloc[0]), at_one), own.iloc[0]),
            row_of("rate_at_equal_entropy", equal, about),
            row_of("times_first_preset_at_equal_entropy", ratio(equal, at_one), about),
        ]
    return pd.concat([single, known.mean("perplexity", "entropy"), pd.DataFrame(rows)])


def _cut_off(known: Known) -> pd.DataFrame:
    shown = known.mean(RATE, "distinct_2", cut=True)
    rows = []
    for _, cut in shown[shown["metric"] == RATE].iterrows():
        corpus, preset = cut["corpus"], cut["generator"]
        variety = shown[(shown["metric"] == "distinct_2") & _same(shown, cut)].iloc[0]
        curve, plain = (known.along(corpus, preset, name) for name in (RATE, "distinct_2"))
        whole, whole_variety = (
            interval_of(each[each["temperature"] == cut["temperature"]].iloc[0])
            for each in (curve, plain)
        )
        x, level = plain["estimate"], float(variety["estimate"])
        equal = curve_at(curve, x, level)
        cooler = between(x, curve["temperature"], level)
        rows += [
            row_of("times_whole", ratio(interval_of(cut), whole), cut),
            row_of("variety_kept", ratio(interval_of(variety), whole_variety), cut),
            row_of("rate_at_equal_variety", equal, cut),
            row_of("temperature_at_equal_variety", (cooler, *UNSURE), cut),
            row_of("above_equal_variety", difference(interval_of(cut), equal), cut),
        ]
    temperatures = shown["temperature"].unique()
    whole = known.mean(RATE, "distinct_2")
    whole = whole[whole["temperature"].isin(temperatures)]
    return pd.concat([whole, shown, known.reference("distinct_2"), pd.DataFrame(rows)])


def curve_at(curve: pd.DataFrame, x: pd.Series, level: float) -> Interval:
    """The estimate of a curve, with its interval, where x has a value."""
    estimate, low, high = (between(x, curve[name], level) for name in VALUES)
    return estimate, low, high


def _same(rows: pd.DataFrame, row: pd.Series) -> pd.Series:
    keys = [name for name in KEYS if name != "metric"]
    return (rows[keys] == row[keys]).all(axis=1)


def _examples(known: Known) -> pd.DataFrame:
    rows = known.mean(*METRICS)
    first = rows[rows["generator"] == rows["generator"].iloc[0]]
    return pd.concat([first[first["temperature"].isin(EXAMPLES)], known.reference(*METRICS)])


QUESTIONS: dict[str, Callable[[Known], pd.DataFrame]] = {
    "temperature": _temperature,
    "network": _network,
    "cut-off": _cut_off,
    "word": lambda known: known.words,
    "exchanged": lambda known: pd.concat(
        [known.mean("exchanged_share"), known.reference("exchanged_share")]
    ),
    "examples": _examples,
}
"""The questions in the order of the page, and how each is asked."""
