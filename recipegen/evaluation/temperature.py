"""Statistics over the texts of a temperature, beside real recipes (floor) and control (ceiling).

The unit is the text, not the pair: the pairs of a recipe are not independent. A rate over pairs
is a ratio of two sums over texts (Cochran 1977, ch. 6) with a bootstrap interval over texts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.stats import binomtest, norm, t

from recipegen.config import Summarise
from recipegen.evaluation.text import BLOCK_WORDS, distinct, repeated_ngrams, unknown_words

Floats = npt.NDArray[np.float64]
Estimate = tuple[float, float, float]

NONE: Estimate = (np.nan, np.nan, np.nan)
HEADLINE_TEMPERATURE = 1.0


@dataclass(frozen=True)
class Metric:
    """A metric of a group of texts."""

    name: str
    unit: str
    """``rate`` (0 to 1), ``words``, ``ingredients``, ``nats`` or ``perplexity``."""
    definition: str


METRICS = {
    metric.name: metric
    for metric in (
        Metric(
            "implausible_pair_rate",
            "rate",
            "pairs of ingredients flagged as implausible over all pairs, texts as the unit: "
            "ratio of sums, bootstrap percentile interval",
        ),
        Metric(
            "implausible_sample_rate",
            "rate",
            "texts with at least one flagged pair over texts with a pair; Wilson interval",
        ),
        Metric(
            "flagged_recipe_rate",
            "rate",
            "texts that are as implausible as at most one in twenty real recipes of their size, "
            "over texts with two known ingredients; Wilson interval",
        ),
        Metric(
            "implausibility",
            "nats",
            "mean over texts of the log-odds that an ingredient is out of place; t interval",
        ),
        Metric("ingredient_count", "ingredients", "different ingredients a text; t interval"),
        Metric("word_count", "words", "words a text, the prompt included; t interval"),
        Metric("stopped_rate", "rate", "texts ended by the stop token; Wilson interval"),
        *(
            Metric(
                f"distinct_{n}",
                "rate",
                f"distinct {n}-grams over all {n}-grams, mean over blocks of {BLOCK_WORDS:,} "
                "words; t interval over blocks",
            )
            for n in (1, 2, 3)
        ),
        Metric(
            "repeated_4gram_rate",
            "rate",
            "4-grams that stood in the same text before, over all; bootstrap percentile interval",
        ),
        Metric("unknown_word_rate", "rate", "[UNK] over all words; bootstrap percentile interval"),
        Metric(
            "word_perplexity",
            "perplexity",
            "exp of minus the mean log-probability of a word after the prompt under the network at "
            "temperature 1; bootstrap percentile interval; generated texts only",
        ),
    )
}


@dataclass(frozen=True)
class _Group:
    """The texts of one group and temperature, their scores in the same order."""

    name: str
    temperature: float
    texts: pd.DataFrame
    scores: pd.DataFrame
    random: np.random.Generator
    settings: Summarise


def summarise(
    samples: pd.DataFrame,
    references: pd.DataFrame,
    sample_scores: pd.DataFrame,
    sample_pairs: pd.DataFrame,
    settings: Summarise,
    seed: int,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The tables ``temperature_summary`` and ``pair_summary``."""
    rows = []
    for group in _groups(samples, references, sample_scores, settings, seed):
        rows += [
            (group.temperature, group.name, name, *estimate, count)
            for name, (estimate, count) in _measure(group).items()
        ]
    columns = ["temperature", "group", "metric", "estimate", "low", "high", "count"]
    return pd.DataFrame(rows, columns=columns), _pairs(sample_pairs, sample_scores)


def _groups(
    samples: pd.DataFrame,
    references: pd.DataFrame,
    scores: pd.DataFrame,
    settings: Summarise,
    seed: int,
) -> Iterator[_Group]:
    by_id = scores.set_index("sample_id")

    def group(name: str, temperature: float, texts: pd.DataFrame) -> _Group:
        # Random numbers belong to the group, so that one more temperature changes no other.
        bits = int(np.float64(temperature).view(np.uint64))
        random = np.random.default_rng([seed, bits, len(name)])
        chosen = by_id.loc[texts["sample_id"]]
        return _Group(name, temperature, texts, chosen, random, settings)

    for temperature, texts in samples.groupby("temperature", sort=True):
        yield group("generated", float(temperature), texts)  # type: ignore[arg-type]
    for name, texts in references.groupby("group", sort=False):
        yield group(str(name), np.nan, texts)


def _measure(group: _Group) -> dict[str, tuple[Estimate, int]]:
    scores, texts = group.scores, group.texts
    paired = scores[scores["pair_count"] > 0]
    judged = scores[scores["implausibility"].notna()]
    flags = paired["implausible_pair_count"].to_numpy(dtype=np.float64)
    words = texts["text"].tolist()
    measured = {
        "implausible_pair_rate": _ratio(group, flags, paired["pair_count"]),
        "implausible_sample_rate": _share(group, flags > 0),
        "flagged_recipe_rate": _share(group, judged["flagged"]),
        "implausibility": _mean(group, judged["implausibility"]),
        "ingredient_count": _mean(group, scores["ingredient_count"]),
        "word_count": _mean(group, texts["word_count"]),
        "stopped_rate": _share(group, texts["stopped"]),
        **{f"distinct_{n}": _mean(group, distinct(words, n)) for n in (1, 2, 3)},
        "repeated_4gram_rate": _ratio(group, *_columns(repeated_ngrams, words)),
        "unknown_word_rate": _ratio(group, *_columns(unknown_words, words)),
    }
    counts = dict.fromkeys(measured, len(texts))
    counts |= dict.fromkeys(("implausible_pair_rate", "implausible_sample_rate"), len(paired))
    counts |= dict.fromkeys(("flagged_recipe_rate", "implausibility"), len(judged))
    if "log_probability" in texts:
        measured["word_perplexity"] = _perplexity(group)
        counts["word_perplexity"] = len(texts)
    return {name: (estimate, counts[name]) for name, estimate in measured.items()}


def _columns(measure: Callable[[str], tuple[int, int]], texts: Sequence[str]) -> tuple[Floats, ...]:
    return tuple(np.array([measure(text) for text in texts], dtype=np.float64).reshape(-1, 2).T)


def _perplexity(group: _Group) -> Estimate:
    texts = group.texts
    prompts = texts["prompt"].map(lambda prompt: len(prompt.split()))
    drawn = (texts["word_count"] - prompts).clip(lower=0) + texts["stopped"]
    estimate = _ratio(group, -texts["log_probability"], drawn)
    return tuple(float(np.exp(value)) for value in estimate)  # type: ignore[return-value]


def _ratio(group: _Group, above: npt.ArrayLike, below: npt.ArrayLike) -> Estimate:
    """The ratio of two sums over texts, with a percentile bootstrap interval over texts."""
    top, bottom = (np.asarray(column, dtype=np.float64) for column in (above, below))
    if bottom.sum() <= 0:
        return NONE
    estimate = float(top.sum() / bottom.sum())
    ratios = _resampled(top, bottom, group)
    if len(top) < 2 or len(ratios) == 0:
        return estimate, np.nan, np.nan
    tail = (1 - group.settings.confidence) / 2
    low, high = np.quantile(ratios, [tail, 1 - tail])
    return estimate, float(low), float(high)


def _resampled(top: Floats, bottom: Floats, group: _Group) -> Floats:
    ratios = []
    for _ in range(group.settings.resamples):
        drawn = group.random.integers(len(top), size=len(top))
        if (total := bottom[drawn].sum()) > 0:
            ratios.append(top[drawn].sum() / total)
    return np.array(ratios)


def _share(group: _Group, flags: npt.ArrayLike) -> Estimate:
    """A share of texts with its Wilson score interval (Wilson 1927)."""
    found = np.asarray(flags, dtype=bool)
    if not len(found):
        return NONE
    test = binomtest(int(found.sum()), len(found))
    interval = test.proportion_ci(group.settings.confidence, method="wilson")
    return float(found.mean()), float(interval.low), float(interval.high)


def _mean(group: _Group, values: npt.ArrayLike) -> Estimate:
    """A mean with the interval of Student's t."""
    found = np.asarray(values, dtype=np.float64)
    if not len(found):
        return NONE
    mean = float(found.mean())
    if len(found) < 2:
        return mean, np.nan, np.nan
    error = float(found.std(ddof=1) / np.sqrt(len(found)))
    half = error * float(t.ppf((1 + group.settings.confidence) / 2, len(found) - 1))
    return mean, mean - half, mean + half


def _pairs(sample_pairs: pd.DataFrame, scores: pd.DataFrame) -> pd.DataFrame:
    flagged = sample_pairs[sample_pairs["implausible"]]
    placed = flagged.merge(scores[["sample_id", "group", "temperature"]], on="sample_id")
    keys = ["ingredient_a", "ingredient_b", "group", "temperature"]
    counted = placed.groupby(keys, dropna=False).size().rename("sample_count").reset_index()
    return counted.sort_values(
        ["sample_count", *keys], ascending=[False, True, True, True, True], ignore_index=True
    )


def headline(summary: pd.DataFrame, confidence: float = 0.95) -> str:
    """The finding of a run in two sentences, from its table ``temperature_summary``.

    Args:
        summary: the table.
        confidence: the mass of its intervals, 0 to 1.
    """
    rates = summary[(summary["metric"] == "implausible_pair_rate") & summary["estimate"].notna()]
    generated = rates[rates["group"] == "generated"]
    if generated.empty:
        return "No generated text holds two known ingredients: there is nothing to judge."
    distances = (generated["temperature"] - HEADLINE_TEMPERATURE).abs().to_numpy()
    chosen = generated.iloc[int(distances.argmin())]
    sentence = (
        f"At T = {chosen['temperature']:g}, {_percent(chosen)} of ingredient pairs"
        f"{_interval(chosen, confidence)} are implausible"
    )
    others = [_distance(chosen, rates, group) for group in ("real", "control")]
    sentence += ": " + ", ".join(filter(None, others)) if any(others) else ""
    return f"{sentence}. {_onset(rates, confidence)}".strip()


def _percent(row: pd.Series) -> str:
    return f"{100 * row['estimate']:.1f} %"


def _interval(row: pd.Series, confidence: float) -> str:
    low, high = 100 * row["low"], 100 * row["high"]
    bounds = "" if pd.isna(low) else f"{confidence:.0%} interval {low:.1f}-{high:.1f}; "
    return f" ({bounds.replace('%', ' %')}{row['count']:,} samples)"


def _distance(chosen: pd.Series, rates: pd.DataFrame, group: str) -> str:
    found = rates[rates["group"] == group]
    if found.empty:
        return ""
    points = 100 * (chosen["estimate"] - found.iloc[0]["estimate"])
    name = {"real": "real recipes", "control": "the control"}[group]
    return f"{abs(points):.1f} points {'above' if points >= 0 else 'below'} {name}"


def _onset(rates: pd.DataFrame, confidence: float) -> str:
    """From which temperature on the rate lies above that of real recipes.

    One-sided normal test of the difference at each temperature, the level 5 % shared by Holm's
    method (Holm 1979); standard errors from the widths of the intervals.
    """
    real = rates[rates["group"] == "real"]
    generated = rates[(rates["group"] == "generated") & rates["low"].notna()]
    if real.empty or generated.empty or pd.isna(real.iloc[0]["low"]):
        return ""
    z = 2 * norm.ppf((1 + confidence) / 2)
    errors = np.hypot(
        (generated["high"] - generated["low"]) / z, (real.iloc[0]["high"] - real.iloc[0]["low"]) / z
    )
    change = generated["estimate"] - real.iloc[0]["estimate"]
    p = norm.sf(np.divide(change, errors, out=np.zeros(len(change)), where=errors > 0))
    above = generated["temperature"].to_numpy()[_holm(np.asarray(p))]
    if not len(above):
        return "At no temperature does the rate lie above that of real recipes."
    return f"The rate lies above that of real recipes from T = {above.min():g} on."


def _holm(p: Floats, level: float = 0.05) -> npt.NDArray[np.bool_]:
    order = np.argsort(p)
    passed = np.cumprod(p[order] <= level / np.arange(len(p), 0, -1)).astype(bool)
    rejected = np.zeros(len(p), dtype=bool)
    rejected[order] = passed
    return rejected
