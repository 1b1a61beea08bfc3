"""How often the 95 % intervals of the evaluation hold the truth, on simulated texts.

Each repetition simulates texts whose truth is known and computes the intervals twice:

- **before**: resamples drawn from a multinomial distribution over clusters, percentile intervals,
  each group with resamples of its own (as recipegen did until August 2026, written anew here);
- **now**: by the functions of the product.

Data and resamples are drawn anew in each repetition.

    python -m benchmarks.coverage [--repetitions 1000] [--texts 300] [--resamples 500] [--mends]

With ``--mends``, other intervals for a ratio of sums are compared, from the product's resamples.

The simulated texts are like those of a network that learned from Epicurious: 45 pairs and 100
words a text, and four to five times the variance of independent pairs.
"""

from __future__ import annotations

import argparse
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import betaincinv, ndtr, ndtri, stdtrit

from recipegen.config import Summarise
from recipegen.evaluation.metrics import METRIC_QUANTITIES, METRICS, Group
from recipegen.evaluation.per_group.diversity import Values
from recipegen.evaluation.per_group.generators import Known, judge_generators
from recipegen.evaluation.per_group.operating_points import OF_SIZES
from recipegen.evaluation.per_group.temperature import onset, summary_of
from recipegen.evaluation.per_text.quantities import quantities_of
from recipegen.evaluation.per_text.words import blocks, distinct
from recipegen.evaluation.statistics import estimates
from recipegen.evaluation.statistics.sums import ALL, Cell, Resampling, Sums, by_cell, sums_of
from recipegen.pairing.exchange_equivalent import ExchangeCurve
from recipegen.tables import TABLES

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Interval = tuple[float, float]
Both = tuple[Interval, Interval]
"""The interval before, and the interval now."""

CONFIDENCE = 0.95
NORMAL_COPY = 20.0
CURVE = ExchangeCurve(real=1.0, random=0.0, power=2.0)
CURVES = {"directions": CURVE, "lines": CURVE}
MARGIN = 0.01

# The simulation ----------------------------------------------------------------------------------

MILD = 0.25
"""The chance of an implausible pair in a memorised text, as a share of that in others."""
ALIKE = 50.0
"""How alike the chances are of titles, and of texts of one title: a + b of the beta distributions.

Pairs then have four to five times the variance of independent pairs.
"""
LOSS, SPREAD_OF_LOSS = 2.5, 0.3
WORDS, SPREAD_OF_WORDS = 100.0, 0.6
IMPLAUSIBILITY = 3.5
TYPICAL = 0.5


@dataclass(frozen=True)
class Population:
    """All texts that a group is drawn from."""

    rate: float
    """Chance of a pair to be implausible, in texts that are not memorised."""
    exchanged: float = 0.3
    """Share of exchanged ingredients by its pair support."""
    copied: float = 0.1
    """Share of memorised texts."""
    flagged: float = 0.1
    """Share of flagged texts."""
    vocabulary: int = 3000
    """Different words that its texts are made of."""

    @property
    def truth(self) -> dict[str, float]:
        """The metrics of all texts: sums over texts become expectations."""
        return {
            "implausible_pair_rate": self.rate * (1 - self.copied * (1 - MILD)),
            "original_implausible_pair_rate": self.rate,
            "exchanged_share": self.exchanged,
            "flagged_recipe_rate": self.flagged,
            "implausibility": IMPLAUSIBILITY,
            "word_count": WORDS,
            # The loss of a word does not depend on the length of its text.
            "word_perplexity": float(np.exp(LOSS)),
        }


class Titles(NamedTuple):
    """What texts continue."""

    recipes: Sequence[str | None]
    """The recipe whose title each text continues; None if it continues none."""
    hard: Floats
    """How hard it is to continue, 0 to 1, uniform; the same for texts of one title."""


def titles_of(texts: int, each: int, random: np.random.Generator) -> Titles:
    """Texts of which ``each`` continue the same title, in random order; if it is 1, none does."""
    if each == 1:
        return Titles([None] * texts, random.random(texts))
    titles = random.permutation(np.arange(texts) // each)
    return Titles([f"r{title}" for title in titles], random.random(texts)[titles])


def half(texts: int, hard: Floats, random: np.random.Generator) -> Titles:
    """As in a run: half of the texts continue a title each, the same ones in every group.

    Args:
        texts: their number.
        hard: how hard the titles are, at least ``texts // 2``.
        random: source of random numbers.
    """
    titled = texts // 2
    recipes = [*(f"r{title}" for title in range(titled)), *[None] * (texts - titled)]
    return Titles(recipes, np.concatenate([hard[:titled], random.random(texts - titled)]))


def texts_of(
    population: Population, titles: Titles, group: str, at: float, random: np.random.Generator
) -> dict[str, object]:
    """Columns of texts drawn from a population, those that the summary needs.

    The chance of an implausible pair is beta-distributed over titles and again over the texts of a
    title. It does not depend on the number of pairs. Harder titles also have less pair support, a
    higher loss and a higher implausibility.
    """
    texts, hard = len(titles.hard), titles.hard
    z, noise = ndtri(hard), random.standard_normal((4, texts))
    ingredients = random.poisson(random.gamma(8.0, 9.0 / 8.0, texts))
    pairs = ingredients * (ingredients - 1) // 2
    rate = population.rate
    of_title = np.maximum(betaincinv(rate * ALIKE, (1 - rate) * ALIKE, hard), 1e-9)
    chance = random.beta(of_title * ALIKE, (1 - of_title) * ALIKE)
    copied = random.random(texts) < population.copied
    typical = TYPICAL * pairs
    level = (1 - population.exchanged) ** CURVE.power
    words = WORDS * np.exp(SPREAD_OF_WORDS * noise[0] - SPREAD_OF_WORDS**2 / 2)
    loss = LOSS + SPREAD_OF_LOSS * (z + noise[1]) / np.sqrt(2)
    alarm = (z + noise[2]) / np.sqrt(2)
    skewed = (random.gamma(4.0, 1.0, texts) - 4) / 2
    implausibility = IMPLAUSIBILITY + 1.4 * z + 1.4 * skewed
    return {
        "sample_id": [f"{group}/{at}/{number}" for number in range(texts)],
        "recipe_id": list(titles.recipes),
        "group": [group] * texts,
        "temperature": np.full(texts, at),
        "ingredient_count": ingredients,
        "pair_count": pairs,
        "judged_pair_count": pairs,
        "implausible_pair_count": random.binomial(pairs, np.where(copied, MILD * chance, chance)),
        "pair_support": typical * (level + 0.36 * (noise[3] - z) / np.sqrt(2)),
        "typical_support": typical,
        "implausibility": np.where(pairs > 0, implausibility, np.nan),
        "flagged": alarm > ndtri(1 - population.flagged),
        "copied_words": np.where(copied, 30, 10),
        "word_count": words,
        "log_probability": -loss * words,
    }


SAME_FOR_ALL: dict[str, object] = {
    "text": "",
    "prompt": "",
    "stopped": False,
    "ngram_log_probability": -1.0,
    "entropy": 1.0,
    "unusual_pair_count": 0,
    "origin": "directions",
    **{each.name: each.type.to_pandas_dtype()() for each in TABLES["text_measures"].columns},
}
"""Columns that the summary needs and that nothing is measured of here; 0 in ``text_measures``."""


def frame_of(cells: Sequence[Mapping[str, object]]) -> pd.DataFrame:
    """One frame of the texts of several cells."""
    columns = {
        name: np.concatenate([np.asarray(cell[name], dtype=kind) for cell in cells])
        for name, kind in _KINDS.items()
    }
    return pd.DataFrame({**SAME_FOR_ALL, **columns})


_KINDS = {
    **dict.fromkeys(("sample_id", "recipe_id", "group"), object),
    **dict.fromkeys(
        (
            *("temperature", "ingredient_count", "pair_count", "judged_pair_count"),
            *("implausible_pair_count", "pair_support", "typical_support", "implausibility"),
            *("copied_words", "word_count", "log_probability"),
        ),
        np.float64,
    ),
    "flagged": bool,
}
"""The columns that differ between texts, with their types."""


def distinct_2(population: Population, titles: Titles, random: np.random.Generator) -> list[float]:
    """The share of distinct 2-grams in each block of texts, which are drawn word by word.

    Six of ten words follow Zipf's law over the vocabulary. The others come from 300 words that the
    title determines, so that texts differ in what they are about.
    """
    lengths = np.maximum(
        20, WORDS * np.exp(SPREAD_OF_WORDS * random.standard_normal(len(titles.hard)) - 0.18)
    ).astype(np.int64)
    total, size = int(lengths.sum()), population.vocabulary
    shares = 1 / np.arange(1, size + 1)
    common = np.searchsorted(np.cumsum(shares / shares.sum()), random.random(total)) % size
    own = np.repeat((titles.hard * size).astype(np.int64), lengths)
    own = (own + random.integers(0, 300, total)) % size
    words = _NAMES[np.where(random.random(total) < 0.6, common, own)].tolist()
    ends = np.cumsum(lengths)
    texts = (words[start:end] for start, end in zip(ends - lengths, ends, strict=True))
    return [distinct(block, 2) for block in blocks(texts)]


_NAMES = np.array([f"w{number}" for number in range(10_000)], dtype=object)

# The method before -------------------------------------------------------------------------------


class Multinomial:
    """Resamples of a bootstrap over clusters: as many clusters as there are, with replacement."""

    def __init__(self, texts: pd.DataFrame, resamples: int, random: np.random.Generator) -> None:
        """Draw the resamples of some texts."""
        clusters = texts["recipe_id"].where(texts["recipe_id"].notna(), texts["sample_id"])
        self._codes, names = pd.factorize(clusters)
        count = len(names)
        drawn = random.integers(count, size=(resamples, count))
        drawn += count * np.arange(resamples)[:, None]
        counted = np.bincount(drawn.ravel(), minlength=resamples * count)
        self._weights = counted.reshape(resamples, count).astype(np.float64)

    def ratios(self, top: pd.Series, bottom: pd.Series, rows: Integers | None = None) -> Floats:
        """The ratio of two sums over the texts at ``rows`` (by default all), in each resample."""
        above, below = (self._sums(each.to_numpy(np.float64), rows) for each in (top, bottom))
        nothing = np.full_like(above, np.nan)
        return np.asarray(np.divide(above, below, out=nothing, where=below > 0))

    def _sums(self, values: Floats, rows: Integers | None) -> Floats:
        at = np.arange(len(values)) if rows is None else rows
        count = self._weights.shape[1]
        by_cluster = np.bincount(self._codes[at], np.nan_to_num(values[at]), minlength=count)
        return np.asarray(self._weights @ by_cluster)


def wilson(flags: pd.Series) -> Interval:
    """The score interval of a share (Wilson 1927)."""
    known = flags.dropna()
    count, share, z = len(known), float(known.mean()), float(ndtri((1 + CONFIDENCE) / 2))
    half_width = z * np.sqrt(share * (1 - share) / count + z**2 / (4 * count**2))
    middle = share + z**2 / (2 * count)
    size = 1 + z**2 / count
    return float((middle - half_width) / size), float((middle + half_width) / size)


def _is_over_texts(metric: str) -> bool:
    """Whether a metric is a share or a mean over texts, not a ratio of two sums."""
    return "titled" in METRICS[metric].measure.needs


class Old(NamedTuple):
    """The texts of one group, as they were measured before."""

    numbers: pd.DataFrame
    """A column for each quantity."""
    resamples: Multinomial

    def interval(self, metric: str) -> Interval:
        """The interval of a metric."""
        first, *others = METRICS[metric].measure.needs
        if _is_over_texts(metric) and METRICS[metric].unit == "rate":
            return wilson(self.numbers[first])
        if _is_over_texts(metric):
            return estimates.mean(self.numbers[first], CONFIDENCE)[1:]
        ratios = self.resamples.ratios(self.numbers[first], self.numbers[others[0]])
        low, high = estimates.percentiles(ratios, CONFIDENCE)
        if metric == "word_perplexity":
            return float(np.exp(low)), float(np.exp(high))
        if metric == "exchanged_share":
            return float(CURVE.share(high)), float(CURVE.share(low))
        return low, high

    def estimate(self, metric: str) -> float:
        """The estimate of a metric other than perplexity."""
        first, *others = METRICS[metric].measure.needs
        if _is_over_texts(metric):
            return float(self.numbers[first].mean())
        found = float(self.numbers[first].sum() / self.numbers[others[0]].sum())
        return float(CURVE.share(found)) if metric == "exchanged_share" else found


# Kinds of estimates of one group -----------------------------------------------------------------

VERY_RARE, RARE, LOW, HIGH = map(Population, (0.0005, 0.002, 0.02, 0.15))
IN_ONE_GROUP: Mapping[str, tuple[Population, int, tuple[str, ...]]] = {
    "very rare": (VERY_RARE, 1, ("implausible_pair_rate",)),
    "rare": (RARE, 1, ("implausible_pair_rate",)),
    "low": (
        LOW,
        1,
        (
            *("implausible_pair_rate", "original_implausible_pair_rate", "flagged_recipe_rate"),
            *("implausibility", "word_count", "word_perplexity", "exchanged_share", "distinct_2"),
        ),
    ),
    "high": (HIGH, 1, ("implausible_pair_rate",)),
    "rare, 3 a title": (RARE, 3, ("implausible_pair_rate",)),
    "low, 3 a title": (
        LOW,
        3,
        (
            *("implausible_pair_rate", "original_implausible_pair_rate", "flagged_recipe_rate"),
            *("implausibility", "word_perplexity", "exchanged_share", "distinct_2"),
        ),
    ),
    "high, 3 a title": (HIGH, 3, ("implausible_pair_rate",)),
}
"""For each group: what it is drawn from, how many texts continue a title, and its metrics."""

NEEDED = tuple(
    {
        need: None
        for *_, metrics in IN_ONE_GROUP.values()
        for metric in metrics
        for need in METRICS[metric].measure.needs
    }
)


class Found(NamedTuple):
    """Intervals of one repetition by kind, and the groups that they were computed from."""

    intervals: dict[str, Both]
    groups: dict[str, Group]


def of_one_group(texts: int, how: Resampling, random: np.random.Generator) -> Found:
    """The intervals of one repetition for metrics of one group."""
    cells, distinct_pairs = [], {}
    for name, (population, each, metrics) in IN_ONE_GROUP.items():
        titles = titles_of(texts, each, random)
        cells.append(texts_of(population, titles, name, np.nan, random))
        if "distinct_2" in metrics:
            distinct_pairs[name] = distinct_2(population, titles, random)
    frame = frame_of(cells)
    sums = by_cell(sums_of(frame, NORMAL_COPY, how, NEEDED))
    numbers = quantities_of(frame, NORMAL_COPY, NEEDED)
    found: dict[str, Both] = {}
    groups: dict[str, Group] = {}
    for place, (name, (*_, metrics)) in enumerate(IN_ONE_GROUP.items()):
        values = Values(texts, {"distinct_2": distinct_pairs.get(name, ())})
        groups[name] = Group(sums[Cell(name, None, ALL)], values, CURVES, CONFIDENCE)
        rows = slice(place * texts, (place + 1) * texts)
        old = Old(numbers.iloc[rows], Multinomial(frame.iloc[rows], how.resamples, random))
        for metric in metrics:
            (_, low, high), _ = METRICS[metric].measure(groups[name])
            # Of at most 2,000 texts, diversity was measured as it is now.
            same = metric == "distinct_2"
            before = (low, high) if same else old.interval(metric)
            found[f"{metric}: {name}"] = before, (low, high)
    return Found(found, groups)


# Kinds of estimates of a run ---------------------------------------------------------------------

TEMPERATURES = (0.4, 0.7, 1.0, 1.3)
RATES = (0.002, 0.006, 0.012, 0.025)
REAL = Population(0.001, exchanged=0.1, copied=0.02, flagged=0.05)
A = Population(0.02, exchanged=0.3, vocabulary=800)
B = Population(0.04, exchanged=0.4)
TESTED = ("implausible_pair_rate", "exchanged_share", "flagged_recipe_rate", "word_count")


class Drawn(NamedTuple):
    """The texts of a run: a network at four temperatures, three generators and real recipes.

    Generator a is worse than real recipes in everything, b is worse than a in its pairs, and
    "same" is like real recipes.
    """

    frame: pd.DataFrame
    diversity: dict[str, list[float]]
    """The share of distinct 2-grams in blocks of a, "same" and real recipes."""


def run_of(texts: int, number: int, random: np.random.Generator) -> Drawn:
    """The texts of a run. Names depend on ``number``: the product draws noise by name."""
    hard = random.random(texts)
    real = Titles([f"r{at}" for at in range(texts)], hard)
    cells = [
        texts_of(Population(rate), half(texts, hard, random), "generated", at, random)
        for at, rate in zip(TEMPERATURES, RATES, strict=True)
    ]
    diversity = {}
    for name, population in (("a", A), ("b", B), ("same", REAL)):
        titles, group = half(texts, hard, random), f"{name} {number}"
        cells.append(texts_of(population, titles, group, np.nan, random))
        if name != "b":
            diversity[group] = distinct_2(population, titles, random)
    cells.append(texts_of(REAL, real, "real", np.nan, random))
    diversity["real"] = distinct_2(REAL, real, random)
    return Drawn(frame_of(cells), diversity)


def of_a_run(texts: int, number: int, how: Resampling, random: np.random.Generator) -> Found:
    """The intervals of one repetition for tests, trends and generators."""
    drawn = run_of(texts, number, random)
    old, now = (
        before_of_a_run(drawn, number, how.resamples, random),
        now_of_a_run(drawn, number, how),
    )
    return Found({kind: (old[kind], now[kind]) for kind in now}, {})


def now_of_a_run(drawn: Drawn, number: int, how: Resampling) -> dict[str, Interval]:
    """The intervals of a run by the functions of the product."""
    sums = sums_of(drawn.frame, NORMAL_COPY, how, METRIC_QUANTITIES, OF_SIZES)
    diversity = {Cell(group, None, ALL): own for group, own in drawn.diversity.items()}
    settings = Summarise(confidence=CONFIDENCE, resamples=how.resamples, onset_margin=MARGIN)
    network = {cell: own for cell, own in sums.items() if cell.group in ("generated", "real")}
    summary = summary_of(network, {}, {}, _NO_PAIRS, CURVES, settings)
    others = {cell: own for cell, own in by_cell(sums).items() if cell.group != "generated"}
    judged = judge_generators({"": Known(others, diversity)}, CURVES, CONFIDENCE)
    tests, points = summary.temperature_tests, judged.operating_points
    tests = tests[tests["metric"].isin(TESTED) & tests["temperature"].eq(TEMPERATURES[-1])]
    both = judged.generator_tests
    both = both[
        both["generator_a"].eq(f"a {number}")
        & both["generator_b"].eq(f"b {number}")
        & both["at"].eq(ALL)
    ]
    return {
        **_intervals(tests, "metric", "difference to real: {}"),
        **_intervals(summary.trends, "statistic", "{}"),
        **_intervals(both, "metric", "difference of generators: {}"),
        **_intervals(points[points["group"] == f"a {number}"], "group", "distance: worse"),
        **_intervals(points[points["group"] == f"same {number}"], "group", "distance: as real"),
    }


_NO_PAIRS = pd.DataFrame(
    columns=["ingredient_a", "ingredient_b", "group", "temperature", "sample_count"]
)


def _intervals(rows: pd.DataFrame, column: str, kind: str) -> dict[str, Interval]:
    return {
        kind.format(name): (low, high)
        for name, low, high in zip(rows[column], rows["low"], rows["high"], strict=True)
    }


def before_of_a_run(
    drawn: Drawn, number: int, resamples: int, random: np.random.Generator
) -> dict[str, Interval]:
    """The intervals of a run as computed before."""
    frame, numbers = drawn.frame, quantities_of(drawn.frame, NORMAL_COPY, NEEDED)
    rows = _rows(frame)
    found: dict[str, Interval] = {}
    # Against real recipes, and trends: each group has resamples of its own.
    network = [("generated", at) for at in TEMPERATURES]
    real = ("real", None)
    old = {
        key: Old(numbers.iloc[rows[key]], Multinomial(frame.iloc[rows[key]], resamples, random))
        for key in (*network, real)
    }
    for metric in TESTED:
        one, other = old[network[-1]], old[real]
        widths = [high - low for low, high in (one.interval(metric), other.interval(metric))]
        half_width = float(np.hypot(widths[0], widths[1])) / 2
        difference = one.estimate(metric) - other.estimate(metric)
        kind = f"difference to real: {metric}"
        found[kind] = difference - half_width, difference + half_width
    bad, judged = "implausible_pair_count", "judged_pair_count"
    resampled = {
        key: own.resamples.ratios(own.numbers[bad], own.numbers[judged]) for key, own in old.items()
    }
    curves = np.array([resampled[key] for key in network])
    slopes = np.polynomial.polynomial.polyfit(np.array(TEMPERATURES), curves, 1)[1]
    found["slope"] = estimates.percentiles(slopes, CONFIDENCE)
    crossed = onset(np.array(TEMPERATURES), curves, resampled[real] + MARGIN)
    low, high = np.quantile(crossed, [0.025, 0.975], method="inverted_cdf")
    found["onset_temperature"] = float(low), float(high)
    # Generators: the clusters of all texts are drawn together.
    every = Multinomial(frame, resamples, random)
    memorised = (frame["copied_words"] > NORMAL_COPY).astype(np.float64)
    one_each = pd.Series(np.ones(len(frame)))

    def ratios(name: str, top: pd.Series, bottom: pd.Series) -> Floats:
        return every.ratios(top, bottom, rows[name, None])

    def exchanged(name: str) -> Floats:
        return CURVE.share(ratios(name, numbers["pair_support"], numbers["typical_support"]))

    def diversity(name: str) -> Floats:
        values = np.array(drawn.diversity[name])
        error = values.std(ddof=1) / np.sqrt(len(values))
        return np.asarray(values.mean() + error * random.standard_normal(resamples))

    a, b, same = (f"{name} {number}" for name in ("a", "b", "same"))
    rates = [ratios(name, numbers[bad], numbers[judged]) for name in (a, b)]
    for metric, values in (
        ("implausible_pair_rate", rates[0] - rates[1]),
        ("exchanged_share", exchanged(a) - exchanged(b)),
    ):
        kind = f"difference of generators: {metric}"
        found[kind] = estimates.percentiles(values, CONFIDENCE)
    for name, kind in ((a, "distance: worse"), (same, "distance: as real")):
        parts = (
            exchanged(name) - exchanged("real"),
            1 - diversity(name) / diversity("real"),
            ratios(name, memorised, one_each) - ratios("real", memorised, one_each),
        )
        whole = np.sum([np.maximum(part, 0.0) for part in parts], axis=0)
        found[kind] = estimates.percentiles(whole, CONFIDENCE)
    return found


def _rows(frame: pd.DataFrame) -> dict[tuple[str, float | None], Integers]:
    """The rows of each group and temperature."""
    keys = [
        (str(group), None if np.isnan(at) else float(at))
        for group, at in zip(frame["group"], frame["temperature"], strict=True)
    ]
    codes, names = pd.factorize(pd.Series(keys, dtype=object))
    return {name: np.flatnonzero(codes == code) for code, name in enumerate(names)}


# Truths ------------------------------------------------------------------------------------------


class Truth(NamedTuple):
    """The true value of an estimate, and the standard error of a value that was simulated."""

    value: float
    error: float = 0.0


def truths(texts: int, samples: int, random: np.random.Generator) -> dict[str, Truth]:
    """The truth of each kind.

    All are computed from the populations, except those of diversity. Diversity is the mean over
    ``samples`` simulated samples of ``texts`` texts.
    """
    found = {
        f"{metric}: {name}": Truth(population.truth[metric])
        for name, (population, _, metrics) in IN_ONE_GROUP.items()
        for metric in metrics
        if metric != "distinct_2"
    }
    for name, each in (("low", 1), ("low, 3 a title", 3)):
        found[f"distinct_2: {name}"] = _diversity(LOW, texts, each, samples, random)
    last, real = Population(RATES[-1]).truth, REAL.truth
    found |= {f"difference to real: {name}": Truth(last[name] - real[name]) for name in TESTED}
    rates = np.array([Population(rate).truth["implausible_pair_rate"] for rate in RATES])
    at = np.array(TEMPERATURES)
    found["slope"] = Truth(float(np.polynomial.polynomial.polyfit(at, rates, 1)[1]))
    threshold = np.array([real["implausible_pair_rate"] + MARGIN])
    found["onset_temperature"] = Truth(float(onset(at, rates[:, None], threshold)[0]))
    for name in ("implausible_pair_rate", "exchanged_share"):
        found[f"difference of generators: {name}"] = Truth(A.truth[name] - B.truth[name])
    own, beside = (_diversity(group, texts, 1, samples, random) for group in (A, REAL))
    kept = own.value / beside.value
    error = kept * float(np.hypot(own.error / own.value, beside.error / beside.value))
    worse = A.exchanged - REAL.exchanged + 1 - kept + A.copied - REAL.copied
    return found | {"distance: worse": Truth(worse, error), "distance: as real": Truth(0.0)}


def _diversity(
    population: Population, texts: int, each: int, samples: int, random: np.random.Generator
) -> Truth:
    means = [
        np.mean(distinct_2(population, titles_of(texts, each, random), random))
        for _ in range(samples)
    ]
    return Truth(float(np.mean(means)), float(np.std(means, ddof=1) / np.sqrt(samples)))


# Mends -------------------------------------------------------------------------------------------

MENDED = ("implausible_pair_rate", "original_implausible_pair_rate", "exchanged_share")


def mends(sums: Sums, metric: str) -> dict[str, Interval]:
    """Other intervals for a ratio of sums, from what the product keeps: sums and resampled sums.

    ``e`` is the resampled numerator minus the ratio times the resampled denominator. It is linear
    in the weights of the texts, which are Poisson. So its standard deviation is the linearised
    standard error of the ratio (times the denominator), and a sixth of its skewness is the
    acceleration of BCa (Efron 1987) without a jackknife. "Wilson" is the score interval with an
    effective sample size, "Wilson, few" the same with as many degrees of freedom as there are texts
    with such a pair, plus one.
    """
    above, below, *_ = METRICS[metric].measure.needs
    top, bottom = sums[above], sums[below]
    ratio, count = top.total / bottom.total, bottom.positive
    values = estimates.ratios(top, bottom)
    e = top.resampled - ratio * bottom.resampled
    skew = float(((e - e.mean()) ** 3).mean() / e.std() ** 3) if e.any() else 0.0
    error = float(e.std(ddof=1) / bottom.total)
    z = float(ndtri((1 + CONFIDENCE) / 2))
    t = float(stdtrit(count - 1, (1 + CONFIDENCE) / 2))
    wide = t * np.sqrt(count / (count - 1))
    found = {
        "percentile": estimates.percentiles(values, CONFIDENCE),
        "percentile, t": _quantiles(values, ndtr(np.array([-wide, wide]))),
        "normal, t": (ratio - t * error, ratio + t * error),
        "BC": _quantiles(values, _corrected(values, ratio, 0.0, z)),
        "BCa": _quantiles(values, _corrected(values, ratio, skew / 6, z)),
        "Hall": _hall(ratio, error, skew, t),
    }
    if METRICS[metric].unit == "rate" and metric != "exchanged_share":
        # The standard error is known only as well as the texts with such a pair allow.
        few = float(stdtrit(top.positive + 1, (1 + CONFIDENCE) / 2))
        found["Wilson"] = _wilson(ratio, error, count, t)
        found["Wilson, few"] = _wilson(ratio, error, count, few)
    if metric == "exchanged_share":
        found = {
            name: (float(CURVE.share(high)), float(CURVE.share(low)))
            for name, (low, high) in found.items()
        }
    return found


def _quantiles(values: Floats, at: Floats) -> Interval:
    low, high = np.nanquantile(values, at)
    return float(low), float(high)


def _corrected(values: Floats, estimate: float, acceleration: float, z: float) -> Floats:
    """The levels of the quantiles that BCa takes (Efron & Tibshirani 1993, 14.10)."""
    below = (np.sum(values < estimate) + np.sum(values == estimate) / 2) / len(values)
    bias = float(ndtri(np.clip(below, 1e-3, 1 - 1e-3)))
    ends = bias + np.array([-z, z])
    return np.asarray(ndtr(bias + ends / (1 - acceleration * ends)))


def _hall(estimate: float, error: float, skew: float, t: float) -> Interval:
    """The t interval with the skewness transformed away (Hall 1992, JRSS B 54, 221-228)."""
    if abs(skew) < 1e-6:
        return estimate - t * error, estimate + t * error
    # Skewness of e is that of the sum, so it stands for the n**-0.5 gamma of the paper.
    low, high = (3 / skew * (np.cbrt(1 + skew * (end - skew / 6)) - 1) for end in (t, -t))
    return float(estimate - error * low), float(estimate - error * high)


def _wilson(rate: float, error: float, count: int, t: float) -> Interval:
    """The score interval for as many independent pairs as have this standard error.

    Korn & Graubard (1998) use such an effective sample size for the exact interval. Without an
    implausible pair, the standard error is unknown; then the texts stand for the pairs.

    Args:
        rate: 0 to 1.
        error: its standard error.
        count: number of texts with pairs.
        t: quantile.
    """
    known = error > 0 and 0 < rate < 1
    size = rate * (1 - rate) / error**2 if known else float(count)
    quantile = t if known else float(ndtri((1 + CONFIDENCE) / 2))
    middle = (rate + quantile**2 / (2 * size)) / (1 + quantile**2 / size)
    spread = np.sqrt(rate * (1 - rate) / size + quantile**2 / (4 * size**2))
    half_width = quantile * spread / (1 + quantile**2 / size)
    return float(middle - half_width), float(middle + half_width)


# The table ---------------------------------------------------------------------------------------

Ends = npt.NDArray[np.float64]
"""Lower and upper ends of the intervals of all repetitions, shape (repetitions, 2)."""


def repeated(
    repetitions: int, texts: int, resamples: int, seed: int, with_mends: bool = False
) -> tuple[dict[str, tuple[Ends, Ends]], dict[str, dict[str, Ends]]]:
    """The intervals of all repetitions, before and now, and those of the mends, by kind."""
    old, now = defaultdict(list), defaultdict(list)
    mended: dict[str, dict[str, list[Interval]]] = defaultdict(lambda: defaultdict(list))
    for number in range(repetitions):
        random = np.random.default_rng([seed, number])
        how = Resampling(resamples, seed * 1_000_003 + number)
        of_groups, of_run = of_one_group(texts, how, random), of_a_run(texts, number, how, random)
        for kind, both in (of_groups.intervals | of_run.intervals).items():
            old[kind].append(both[0])
            now[kind].append(both[1])
        for kind, name, metric in _mended() if with_mends else ():
            for mend, interval in mends(of_groups.groups[name].sums, metric).items():
                mended[kind][mend].append(interval)
    ends = {kind: (np.array(old[kind], float), np.array(now[kind], float)) for kind in now}
    return ends, {
        kind: {mend: np.array(found, float) for mend, found in own.items()}
        for kind, own in mended.items()
    }


def _mended() -> Iterator[tuple[str, str, str]]:
    for name, (*_, metrics) in IN_ONE_GROUP.items():
        for metric in metrics:
            if metric in MENDED:
                yield f"{metric}: {name}", name, metric


class Coverage(NamedTuple):
    """How intervals compare with the truth."""

    held: float
    """Share of the intervals that hold it. An end that is missing or infinite is no limit above."""
    below: float
    """Share of the intervals that lie above it."""
    above: float
    """Share of the intervals that lie below it."""
    width: float
    """Mean width of those with two ends."""


def coverage_of(ends: Ends, truth: float) -> Coverage:
    """The coverage of intervals."""
    low, high = np.where(np.isnan(ends), np.inf, ends).T
    # Ends that differ from the truth by rounding alone hold it.
    below, above = low > truth + 1e-12, high < truth - 1e-12
    ended = np.isfinite(low) & np.isfinite(high)
    widths = high[ended] - low[ended]
    width = float(widths.mean()) if len(widths) else np.nan
    return Coverage(
        float((~below & ~above).mean()), float(below.mean()), float(above.mean()), width
    )


def table(
    ends: Mapping[str, tuple[Ends, Ends]], truth: Mapping[str, Truth], texts: int
) -> Iterator[str]:
    """The lines of the table in Markdown."""
    yield (
        "| kind | texts | truth | before, % | now, % | ± | missed below, above, % "
        "| width before | width now | ratio |"
    )
    yield "|---|---|---|---|---|---|---|---|---|---|"
    for kind, (old, now) in ends.items():
        value, error = truth[kind]
        one, other = coverage_of(old, value), coverage_of(now, value)
        told = f"{value:.4g}" + (f" ± {error:.1g}" if error else "")
        binomial = np.sqrt(other.held * (1 - other.held) / len(now))
        yield (
            f"| {kind} | {texts:,} | {told} | {100 * one.held:.1f} | {100 * other.held:.1f} "
            f"| {100 * binomial:.1f} | {100 * other.below:.1f}, {100 * other.above:.1f} "
            f"| {one.width:.4g} | {other.width:.4g} | {_relative(other.width, one.width)} |"
        )


def table_of_mends(
    mended: Mapping[str, Mapping[str, Ends]], truth: Mapping[str, Truth]
) -> Iterator[str]:
    """The lines of the table of mends: coverage in per cent, and mean width against percentiles."""
    names = list(dict.fromkeys(mend for own in mended.values() for mend in own))
    yield f"| kind | {' | '.join(names)} |"
    yield "|---" * (len(names) + 1) + "|"
    for kind, own in mended.items():
        found = {name: coverage_of(own[name], truth[kind].value) for name in names if name in own}
        usual = found["percentile"].width
        cells = [
            f"{100 * one.held:.1f} ({_relative(one.width, usual)})"
            if (one := found.get(name))
            else ""
            for name in names
        ]
        yield f"| {kind} | {' | '.join(cells)} |"


def _relative(width: float, usual: float) -> str:
    return f"{width / usual:.2f}" if usual > 0 else ""


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--repetitions", type=int, default=1000)
    parser.add_argument("--texts", type=int, default=300)
    parser.add_argument("--resamples", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--mends", action="store_true")
    options = parser.parse_args()
    began = time.perf_counter()
    truth = truths(options.texts, 100, np.random.default_rng([options.seed, 0, 0]))
    ends, mended = repeated(
        options.repetitions, options.texts, options.resamples, options.seed, options.mends
    )
    print(
        f"{options.repetitions:,} repetitions, {options.texts:,} texts in each group, "
        f"{options.resamples:,} resamples\n"
    )
    print("\n".join(table(ends, truth, options.texts)))
    if mended:
        print("\n" + "\n".join(table_of_mends(mended, truth)))
    print(f"\n{time.perf_counter() - began:.0f} s")


if __name__ == "__main__":
    main()
