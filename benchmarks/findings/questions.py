"""The questions of the page: the rows that answer each, from what all runs say together."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from benchmarks.findings.combine import Interval, between, difference, over_networks, ratio
from benchmarks.findings.known import Known, interval_of, row_of
from benchmarks.findings.measures import ALIKE, COLUMNS, METRICS, RATE, VALUES

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
    return pd.concat([known.mean(RATE, ALIKE), known.reference(RATE), pd.DataFrame(rows)])


def _network(known: Known) -> pd.DataFrame:
    single = known.networks[known.networks["metric"].isin((RATE, "entropy", "perplexity"))]
    single = single[single["cut_off"] == ""]
    rows: list[dict[str, object]] = []
    first_of: dict[str, tuple[Interval, float]] = {}
    for corpus, preset, curve in known.curves():
        own = curve[curve["temperature"] == HEADLINE]
        if own.empty:
            continue
        entropy = known.along(corpus, preset, "entropy")["estimate"]
        here = between(curve["temperature"], entropy, HEADLINE)
        first, level = first_of.setdefault(corpus, (interval_of(own.iloc[0]), here))
        equal = curve_at(curve, entropy, level)
        there = own.iloc[0].to_dict() | {
            "temperature": between(entropy, curve["temperature"], level)
        }
        rows.append(row_of("rate_at_equal_entropy", equal, there))
        if interval_of(own.iloc[0]) != first:
            times = ratio(interval_of(own.iloc[0]), first)
            rows.append(row_of("times_first_preset", times, own.iloc[0]))
            times = ratio(equal, first)
            rows.append(row_of("times_first_preset_at_equal_entropy", times, there))
    return pd.concat([single, known.mean("perplexity", "entropy"), pd.DataFrame(rows)])


def _cut_off(known: Known) -> pd.DataFrame:
    both = (RATE, "distinct_2")
    single = known.networks[known.networks["metric"].isin(both)]
    compared = [
        row
        for _, own in single.groupby(["corpus", "generator", "network"], sort=False)
        for _, cut in own[(own["cut_off"] != "") & (own["metric"] == RATE)].iterrows()
        for row in _against_whole(cut, own)
    ]
    found = pd.DataFrame(compared, columns=COLUMNS).dropna(subset="estimate")
    shown, whole = known.mean(*both, cut=True), known.mean(*both)
    parts = [whole, shown, known.reference("distinct_2"), over_networks(found)]
    return pd.concat([part for part in parts if len(part)])


def _against_whole(cut: pd.Series, own: pd.DataFrame) -> list[dict[str, object]]:
    """A network with a cut-off against the same network without: rows with derived metrics.

    The networks are the same, so it does not matter for the ratios how they were trained.

    Args:
        cut: the rate at a temperature with a cut-off.
        own: all rates and varieties of the network.
    """
    here = own["temperature"] == cut["temperature"]
    alike = own[here & (own["cut_off"] == cut["cut_off"]) & (own["metric"] == "distinct_2")]
    variety = interval_of(alike.iloc[0])
    whole = own[own["cut_off"] == ""].sort_values("temperature")
    curve, plain = (whole[whole["metric"] == name] for name in (RATE, "distinct_2"))
    rate, full = (
        interval_of(each[each["temperature"] == cut["temperature"]].iloc[0])
        for each in (curve, plain)
    )
    x, level = plain["estimate"], variety[0]
    equal = curve_at(curve, x, level)
    found = {
        "times_whole": ratio(interval_of(cut), rate),
        "variety_kept": ratio(variety, full),
        "temperature_at_equal_variety": (between(x, curve["temperature"], level), *UNSURE),
        "rate_at_equal_variety": equal,
        "times_equal_variety": ratio(interval_of(cut), equal),
    }
    return [{**row_of(name, each, cut), "network": cut["network"]} for name, each in found.items()]


def curve_at(curve: pd.DataFrame, x: pd.Series, level: float) -> Interval:
    """The estimate of a curve, with its interval, where x has a value."""
    estimate, low, high = (between(x, curve[name], level) for name in VALUES)
    return estimate, low, high


def _examples(known: Known) -> pd.DataFrame:
    rows = known.mean(*METRICS)
    first = rows[rows["generator"] == rows["generator"].iloc[0]]
    return pd.concat([first[first["temperature"].isin(EXAMPLES)], known.reference(*METRICS)])


def _corrected(known: Known) -> pd.DataFrame:
    rates = known.mean(RATE)
    return rates[rates["corrected"].notna()]


QUESTIONS: dict[str, Callable[[Known], pd.DataFrame]] = {
    "temperature": _temperature,
    "network": _network,
    "cut-off": _cut_off,
    "word": lambda known: known.words,
    "exchanged": lambda known: pd.concat(
        [known.mean("exchanged_share"), known.reference("exchanged_share")]
    ),
    "examples": _examples,
    "judge": lambda known: pd.concat([known.labels, _corrected(known)]),
}
"""The questions in the order of the page, and how each is asked."""
