"""The tables by temperature: each metric of each group of texts, and how it differs from real ones.

Generated texts are compared with held-out real recipes (the baseline), and with a control made from
them, by permuting their ingredients across the recipes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.special import stdtr, stdtrit
from scipy.stats import norm

from recipegen.config import Summarise
from recipegen.evaluation.labelled.joined import check_judge
from recipegen.evaluation.labelled.judge_quality import Labels
from recipegen.evaluation.metrics import METRIC_QUANTITIES, METRICS, Curves, Group, Yardsticks
from recipegen.evaluation.per_group.diversity import NO_VALUES, Values, parts_of, values_of
from recipegen.evaluation.per_group.generators import (
    Known,
    block_words_of,
    diversity_of,
    generator_of,
    judge_generators,
    reference_of,
)
from recipegen.evaluation.per_group.networks import across_networks
from recipegen.evaluation.per_group.operating_points import OF_SIZES
from recipegen.evaluation.per_group.references import REAL, REFERENCES, WITH_LISTS
from recipegen.evaluation.statistics.estimates import interval_of_difference, quotient, ratios
from recipegen.evaluation.statistics.multiple_tests import holm
from recipegen.evaluation.statistics.sums import (
    ALL,
    Cell,
    Floats,
    Resampling,
    Sums,
    by_cell,
    sums_of,
)

HEADLINE_TEMPERATURE = 1.0
LEVEL, POWER = 0.05, 0.8
ENDS = ("estimate", "low", "high")


class Summary(NamedTuple):
    """The tables that summarise groups of texts."""

    temperature_summary: pd.DataFrame
    prompt_summary: pd.DataFrame
    temperature_tests: pd.DataFrame
    trends: pd.DataFrame
    pair_summary: pd.DataFrame
    network_summary: pd.DataFrame
    operating_points: pd.DataFrame
    generator_tests: pd.DataFrame
    judge_quality: pd.DataFrame
    corrected_rates: pd.DataFrame


def summarise(
    texts: pd.DataFrame,
    sample_pairs: pd.DataFrame,
    yardsticks: Yardsticks,
    settings: Summarise,
    seed: int,
) -> Summary:
    """The tables by temperature, of texts that are all in memory.

    Args:
        texts: a row for each text with all that is known of it: see :func:`describe_texts`.
        sample_pairs: the table of that name.
        yardsticks: what the metrics compare with.
        settings: of the statistics.
        seed: of the resamples.
    """
    how = Resampling(settings.resamples, seed)
    parts = parts_of(texts)
    return summary_of(
        sums_of(texts, yardsticks.normal_copy, how, METRIC_QUANTITIES, OF_SIZES),
        {cell: values_of(part, yardsticks.training) for cell, part in parts.items()},
        diversity_of(parts, block_words_of(parts.values())),
        count_pairs(sample_pairs, texts),
        yardsticks.curves,
        settings,
    )


def summary_of(
    sums: Mapping[Cell, Sums],
    values: Mapping[Cell, Values],
    diversity: Mapping[Cell, Sequence[float]],
    pairs: pd.DataFrame,
    curves: Curves,
    settings: Summarise,
    labels: Labels | None = None,
) -> Summary:
    """The tables by temperature, from what was summed up over blocks of texts.

    Args:
        sums: of all texts, by kind of prompt, and of their classes by number of ingredients.
        values: of the metrics of diversity in each cell.
        diversity: see :class:`~recipegen.evaluation.per_group.generators.Known`.
        pairs: the table ``pair_summary``; its rows may be in any order.
        curves: for each origin, how pair support falls with the share of exchanged ingredients.
        settings: of the statistics.
        labels: what people said about items of the run, if there is anything.
    """
    cells = by_cell(sums)
    groups = {
        cell: Group(cells[cell], values.get(cell, NO_VALUES), curves, settings.confidence)
        for cell in sorted((cell for cell in cells if cell.size is None), key=_order)
    }
    checked = check_judge(groups, labels or Labels(), settings)
    groups = {cell: checked.known_of(cell, group) for cell, group in groups.items()}
    found = _measured(groups, checked.metrics)
    summary = found[found["prompts"] == ALL].drop(columns="prompts").reset_index(drop=True)
    whole = {cell: group for cell, group in groups.items() if cell.is_whole}
    beside = {cell.group: reference_of(group.sums) for cell, group in whole.items()}
    return Summary(
        summary,
        found[found["prompts"] != ALL],
        compare_with_real(summary, settings.confidence, beside),
        _trends(list(map(_rate, whole, whole.values())), settings),
        pairs.sort_values(
            ["sample_count", *PAIR_KEYS], ascending=[False, *[True] * 4], ignore_index=True
        ),
        across_networks(summary, settings.confidence),
        *judge_generators({"": Known(cells, diversity)}, curves, settings.confidence),
        checked.quality,
        checked.rates,
    )


def measured(
    sums: Mapping[Cell, Sums], curves: Curves, confidence: float, metrics: Iterable[str]
) -> pd.DataFrame:
    """Rows of the table ``temperature_summary`` for some metrics that are made of sums."""
    whole = {cell: own for cell, own in by_cell(sums).items() if cell.is_whole}
    groups = {
        cell: Group(whole[cell], NO_VALUES, curves, confidence)
        for cell in sorted(whole, key=_order)
    }
    return _measured(groups, metrics).drop(columns="prompts")


def _measured(groups: Mapping[Cell, Group], metrics: Iterable[str]) -> pd.DataFrame:
    rows = [
        (cell.temperature, cell.group, cell.prompts, name, *estimate, count)
        for cell, group in groups.items()
        for name in metrics
        for estimate, count in [METRICS[name].measure(group)]
    ]
    columns = ["temperature", "group", "prompts", "metric", "estimate", "low", "high", "count"]
    return pd.DataFrame(rows, columns=columns).astype({"temperature": "float64"})


def describe_texts(
    texts: pd.DataFrame, sample_scores: pd.DataFrame, text_measures: pd.DataFrame
) -> pd.DataFrame:
    """A row for each text with all that is known of it.

    Args:
        texts: rows of ``samples`` or ``references``, or of both.
        sample_scores: the rows about these texts, at least.
        text_measures: the rows about these texts, at least.
    """
    scored = texts.merge(sample_scores.drop(columns=["group", "temperature"]), on="sample_id")
    return scored.merge(text_measures, on="sample_id")


def _order(cell: Cell) -> tuple[int, str, float, int, str]:
    """Real and control recipes come last; texts of all kinds of prompts come before each kind."""
    temperature = np.inf if cell.temperature is None else cell.temperature
    return _place(cell.group), cell.group, temperature, int(cell.prompts != ALL), cell.prompts


def _place(group: str) -> int:
    return REFERENCES.index(group) + 1 if group in REFERENCES else 0


def compare_with_real(
    summary: pd.DataFrame, confidence: float, beside: Mapping[str, str] | None = None
) -> pd.DataFrame:
    """The table ``temperature_tests``: each group of texts against real recipes, by metric.

    Args:
        summary: the table ``temperature_summary``.
        confidence: level of its intervals.
        beside: for each group, the group of real recipes that it is compared with; by default
            ``real``.

    The difference of two independent estimates has a two-sided normal test. Standard errors come
    from the widths of the intervals. The p-values of a metric are adjusted by Holm's method (Holm
    1979).
    """
    whole = summary[summary["low"].notna()]
    real = whole[whole["group"].isin((REAL, WITH_LISTS))]
    named = whole["group"].map(beside or {}).fillna(REAL)
    reference = named.where(named.isin(real["group"]), REAL)
    others = whole.assign(reference=reference)[~whole["group"].isin((REAL, WITH_LISTS))]
    both = others.merge(
        real.rename(columns={"group": "reference"}),
        on=["metric", "reference"],
        suffixes=("", "_real"),
    )
    z = norm.ppf((1 + confidence) / 2)
    own, theirs = (both[[f"{name}{of}" for name in ENDS]].to_numpy().T for of in ("", "_real"))
    low, high = interval_of_difference(own, theirs)
    error = (high - low) / 2 / z
    difference = both["estimate"] - both["estimate_real"]
    ratio = np.divide(difference, error, out=np.zeros(len(both)), where=error > 0)
    tests = both[["metric", "group", "temperature", "reference"]].assign(
        difference=difference,
        low=low,
        high=high,
        p_value=2 * norm.sf(np.abs(ratio)),
        detectable=(norm.ppf(1 - LEVEL / 2) + norm.ppf(POWER)) * error,
    )
    adjusted = tests.groupby("metric", sort=False)["p_value"].transform(holm)
    return tests.assign(p_adjusted=adjusted.astype("float64"))


class Rate(NamedTuple):
    """The implausible-pair rate of a group of texts, over all its prompts."""

    group: str
    temperature: float
    rate: float
    resampled: Floats
    found: int
    """Number of texts with an implausible pair."""


def _rate(cell: Cell, group: Group) -> Rate:
    top, bottom = group.sums["implausible_pair_count"], group.sums["judged_pair_count"]
    temperature = np.nan if cell.temperature is None else cell.temperature
    return Rate(cell.group, temperature, quotient(top, bottom), ratios(top, bottom), top.positive)


def _trends(found: list[Rate], settings: Summarise) -> pd.DataFrame:
    """The table ``trends``: how the implausible-pair rate moves with temperature.

    The slope is fitted by least squares over the temperatures above 0. Its interval and p-value
    come from the resamples. The onset is the temperature from which on the rate exceeds that of
    real recipes by more than ``onset_margin``.
    """
    rows = []
    drawn = {each.group for each in found if each.temperature > 0}
    for name in [*generated_groups(drawn), *other_groups(drawn)]:
        curve = [each for each in found if each.group == name and each.temperature > 0]
        real = next((each for each in found if each.group == "real"), None)
        temperatures = np.array([each.temperature for each in curve])
        rates = [each.rate for each in curve]
        resampled = [each.resampled for each in curve]
        if len(curve) > 1:
            slopes = np.polynomial.polynomial.polyfit(
                temperatures, np.column_stack([rates, np.array(resampled)]), 1
            )[1]
            error = np.nanstd(slopes[1:], ddof=1)
            # As for each rate: Student's t, by the texts that have anything to count.
            freedom = 1 + min(each.found for each in curve)
            p = 2 * stdtr(freedom, -abs(slopes[0]) / error) if error > 0 else np.nan
            half = error * stdtrit(freedom, (1 + settings.confidence) / 2)
            rows.append((name, "slope", slopes[0], slopes[0] - half, slopes[0] + half, p))
        if curve and real is not None:
            crossed = onset(
                temperatures,
                np.column_stack([rates, np.array(resampled)]),
                np.array([real.rate, *real.resampled]) + settings.onset_margin,
            )
            tail = (1 - settings.confidence) / 2
            low, high = np.quantile(crossed[1:], [tail, 1 - tail], method="inverted_cdf")
            rows.append((name, "onset_temperature", crossed[0], low, high, np.nan))
    columns = ["group", "statistic", "estimate", "low", "high", "p_value"]
    trends = pd.DataFrame(rows, columns=columns).replace(np.inf, np.nan)
    return trends.assign(metric="implausible_pair_rate")


def onset(temperatures: Floats, rates: Floats, thresholds: Floats) -> Floats:
    """The temperature from which on the rate stays above a threshold, for each of N curves.

    Between temperatures the rate is interpolated linearly. A curve that is not above its threshold
    at the highest temperature gives infinity.

    Args:
        temperatures: ascending, shape (T,).
        rates: shape (T, N).
        thresholds: shape (N,).
    """
    above = np.nan_to_num(rates, nan=-np.inf) > thresholds
    stays = np.logical_and.accumulate(above[::-1], axis=0)[::-1]
    first = stays.argmax(axis=0)
    curves = np.arange(rates.shape[1])
    before = np.maximum(first - 1, 0)
    low, high = rates[before, curves], rates[first, curves]
    rise = np.divide(thresholds - low, high - low, out=np.ones(len(curves)), where=high > low)
    between = temperatures[before] + rise * (temperatures[first] - temperatures[before])
    found = np.where(first == 0, temperatures[0], between)
    return np.where(stays[-1], found, np.inf)


PAIR_KEYS = ["ingredient_a", "ingredient_b", "group", "temperature"]


def count_pairs(sample_pairs: pd.DataFrame, texts: pd.DataFrame) -> pd.DataFrame:
    """The table ``pair_summary`` of some texts: in how many of them each implausible pair is.

    Args:
        sample_pairs: the table of that name.
        texts: columns sample_id, group and temperature.
    """
    flagged = sample_pairs[sample_pairs["implausible"]]
    placed = flagged.merge(texts[["sample_id", "group", "temperature"]], on="sample_id")
    counted = placed.groupby(PAIR_KEYS, dropna=False).size()
    return counted.rename("sample_count").reset_index()


def generated_groups(groups: Iterable[str]) -> list[str]:
    """The groups of the network's texts, by cut-off; texts drawn among all words come first."""
    return sorted({group for group in groups if group.startswith("generated")})


def other_groups(groups: Iterable[str]) -> list[str]:
    """The groups of other generators' texts."""
    found = {*groups}
    return sorted(found - {*generated_groups(found), *REFERENCES})


def main_groups(groups: Iterable[str]) -> list[str]:
    """The groups of the generator that the charts show, by cut-off: the network if there is one."""
    found = {*groups}
    if own := generated_groups(found):
        return own
    others = other_groups(found)
    return [name for name in others if generator_of(name) == generator_of(others[0])]


def headline(summary: pd.DataFrame, confidence: float = 0.95) -> str:
    """The finding of a run in three sentences, from its table ``temperature_summary``.

    Args:
        summary: the table.
        confidence: level of its intervals, 0 to 1.
    """
    rates = summary[(summary["metric"] == "implausible_pair_rate") & summary["estimate"].notna()]
    groups = main_groups(rates["group"])
    if not groups:
        return "No generated text holds two known ingredients: there is nothing to judge."
    generated = rates[rates["group"] == groups[0]]
    distances = (generated["temperature"] - HEADLINE_TEMPERATURE).abs().fillna(0).to_numpy()
    nearest = generated.iloc[int(distances.argmin())]
    at = nearest["temperature"]
    sentence = (
        f"{'Cooks' if pd.isna(at) else f'At T = {at:g}, cooks'} would object to "
        f"{_percent(nearest)} of ingredient pairs{_interval(nearest, confidence)}"
    )
    others = [_distance(nearest, rates, group) for group in ("real", "control")]
    sentence += ": " + ", ".join(filter(None, others)) if any(others) else ""
    told = (_as_if(summary, nearest), _onset(rates, groups[0], confidence))
    return " ".join([f"{sentence}.", *filter(None, told)])


def _as_if(summary: pd.DataFrame, at: pd.Series) -> str:
    """The sentence on the share of ingredients to be exchanged, at the temperature of a row."""
    own = summary["temperature"].fillna(-1.0) == (
        -1.0 if pd.isna(at["temperature"]) else at["temperature"]
    )
    same = (summary["group"] == at["group"]) & own
    found = summary[same & (summary["metric"] == "exchanged_share") & summary["estimate"].notna()]
    if found.empty:
        return ""
    row = found.iloc[0]
    bounds = "" if pd.isna(row["low"]) else f" ({100 * row['low']:.0f}-{100 * row['high']:.0f} %)"
    return (
        f"It is as if {100 * row['estimate']:.0f} %{bounds} of the ingredients of real recipes had "
        "been exchanged at random."
    )


def _percent(row: pd.Series) -> str:
    return f"{100 * row['estimate']:.1f} %"


def _interval(row: pd.Series, confidence: float) -> str:
    low, high = 100 * row["low"], 100 * row["high"]
    bounds = "" if pd.isna(low) else f"{confidence:.0%} interval {low:.1f}-{high:.1f}; "
    return f" ({bounds.replace('%', ' %')}{row['count']:,} samples)"


def _distance(row: pd.Series, rates: pd.DataFrame, group: str) -> str:
    found = rates[rates["group"] == group]
    if found.empty:
        return ""
    points = 100 * (row["estimate"] - found.iloc[0]["estimate"])
    name = {"real": "real recipes", "control": "the control"}[group]
    return f"{abs(points):.1f} points {'above' if points >= 0 else 'below'} {name}"


def _onset(rates: pd.DataFrame, group: str, confidence: float) -> str:
    """From which temperature on the rate lies above that of real recipes.

    The difference has a one-sided normal test at each temperature, with standard errors from the
    widths of the intervals. The p-values are adjusted by Holm's method (Holm 1979), for a joint
    level of 5 %.
    """
    real = rates[rates["group"] == "real"]
    known = rates["low"].notna() & rates["temperature"].notna()
    generated = rates[(rates["group"] == group) & known]
    if real.empty or generated.empty or pd.isna(real.iloc[0]["low"]):
        return ""
    floor = real.iloc[0]
    own = generated[list(ENDS)].to_numpy(dtype=np.float64).T
    theirs = floor[list(ENDS)].to_numpy(dtype=np.float64)[:, None]
    low, high = interval_of_difference(own, theirs)
    errors = (high - low) / 2 / norm.ppf((1 + confidence) / 2)
    change = generated["estimate"] - floor["estimate"]
    p = norm.sf(np.divide(change, errors, out=np.zeros(len(change)), where=errors > 0))
    above = generated["temperature"].to_numpy()[holm(np.asarray(p)) <= LEVEL]
    if not len(above):
        return "At no temperature does the rate lie above that of real recipes."
    return f"The rate lies above that of real recipes from T = {above.min():g} on."
