"""The answer of a run in words: which generator comes closest to real cooking, and where."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from recipegen.evaluation.per_group.generators import BEST, cuts_of
from recipegen.evaluation.per_group.temperature import LEVEL, headline
from recipegen.language.sampling import GENERATED

LSTM = "the LSTM"
"""How the report names the network of a run."""

NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")

SURE = 0.9
"""Probability from which a choice is called sure."""


def answer(
    summary: pd.DataFrame, points: pd.DataFrame, tests: pd.DataFrame, confidence: float = 0.95
) -> str:
    """The finding of a run in a few sentences.

    Args:
        summary: the table ``temperature_summary``.
        points: the table ``operating_points``.
        tests: the table ``generator_tests``.
        confidence: level of the intervals, 0 to 1.
    """
    return " ".join(filter(None, told(summary, points, tests, confidence)))


def told(
    summary: pd.DataFrame, points: pd.DataFrame, tests: pd.DataFrame, confidence: float = 0.95
) -> tuple[str, str]:
    """The finding, and a recommendation, which is empty if the finding already contains it."""
    if points["generator"].nunique() > 1 and points["best"].any():
        return which_is_better(points, tests), ""
    return headline(summary, confidence), recommendation(points)


def called(generator: str) -> str:
    """The name of a generator in sentences: ``generated`` and ``RUN: generated`` are the LSTM."""
    run, colon, name = generator.rpartition(": ")
    return f"{run}{colon}{LSTM if name == GENERATED else name}"


def place(point: Mapping[Any, Any]) -> str:
    """The setting of a point, such as ``T = 0.7, top-p 0.9``; empty if it has neither."""
    temperature = "" if pd.isna(point["temperature"]) else f"T = {point['temperature']:g}"
    return ", ".join(filter(None, (temperature, cuts_of(str(point["group"])))))


def which_is_better(points: pd.DataFrame, tests: pd.DataFrame) -> str:
    """Which of several generators comes closest to real cooking, and how the others compare."""
    best = points[points["best"].astype(bool)].sort_values("distance", kind="stable")
    first, *others = best.to_dict("records")
    named = {*best["generator"]}
    like, worse = list[str](), list[str]()
    for other in others:
        is_like = not _differ(first["generator"], other["generator"], tests)
        (like if is_like else worse).append(_beside(other, with_rate=not is_like))
    lost = [called(name) for name in points["generator"].unique() if name not in named]
    said = [
        f"Of {_number(points['generator'].nunique())} generators, {_closest(first)}",
        f"Not distinguishable from it: {_listed(like)}." if like else "",
        f"Further away: {_listed(worse)}." if worse else "",
        f"No two ingredients were found in any text of {_listed(lost)}." if lost else "",
    ]
    return " ".join(filter(None, said))


def _closest(first: Mapping[Any, Any]) -> str:
    """The sentence about the generator that comes closest."""
    at = place(first)
    exchanged = f"{100 * first['exchanged_share']:.0f}"
    share = "none" if exchanged == "0" else f"{exchanged} %"
    return (
        f"{called(first['generator'])}{f' at {at}' if at else ''} comes closest to real cooking: "
        f"cooks would object to {100 * _rate(first):.1f} % of its ingredient pairs{_real(first)}, "
        f"and it is as if {share} of the ingredients had been exchanged at random."
    )


def _rate(point: Mapping[Any, Any]) -> float:
    """The rate of implausible pairs at equal numbers of ingredients."""
    # Runs of earlier versions have the rate of all texts only.
    return float(point.get("equal_size_pair_rate", point["implausible_pair_rate"]))


def _real(point: Mapping[Any, Any]) -> str:
    """The rate of real recipes with the same numbers of ingredients, in parentheses."""
    if "real_pair_rate" not in point:
        return ""
    return f" (real recipes of the same sizes: {100 * point['real_pair_rate']:.1f} %)"


def _number(count: int) -> str:
    return NUMBERS[count] if count < len(NUMBERS) else f"{count:,}"


def _rows(a: str, b: str, metric: str, tests: pd.DataFrame) -> pd.DataFrame:
    """The tests of a metric between two generators at their best, in either order."""
    pair = (tests["generator_a"].eq(a) & tests["generator_b"].eq(b)) | (
        tests["generator_a"].eq(b) & tests["generator_b"].eq(a)
    )
    return tests[pair & tests["at"].eq(BEST) & tests["metric"].eq(metric)]


def _differ(a: str, b: str, tests: pd.DataFrame) -> bool:
    rows = _rows(a, b, "distance", tests)
    return bool((rows["p_adjusted"] <= LEVEL).any())


def _beside(point: Mapping[Any, Any], *, with_rate: bool) -> str:
    rate = f"{100 * _rate(point):.1f} % of pairs" if with_rate else ""
    told = ", ".join(filter(None, (place(point), rate)))
    return f"{called(point['generator'])}{f' ({told})' if told else ''}"


def _listed(names: list[str]) -> str:
    *most, last = names
    return f"{', '.join(most)} and {last}" if most else last


def recommendation(points: pd.DataFrame) -> str:
    """At which setting to draw from a generator, and how sure that is; empty without a choice."""
    best = points[points["best"].astype(bool)]
    if len(points) < 2 or len(best) != 1 or pd.isna(best.iloc[0]["distance"]):
        return ""
    first = best.to_dict("records")[0]
    sure = float(first["probability_best"])
    said = f"To stay closest to real cooking, draw at {place(first)}"
    if sure >= SURE:
        return f"{said}: in {100 * sure:.0f} % of resamples no other setting is closer."
    rest = points[~points["best"].astype(bool)].sort_values("probability_best", ascending=False)
    second = rest.to_dict("records")[0]
    return (
        f"{said}, but that is not sure: it is closest in {100 * sure:.0f} % of resamples, "
        f"{place(second)} in {100 * second['probability_best']:.0f} %."
    )
