"""Which generator is better, and where each is at its best.

The distance of texts from real cooking is the sum of three shares. Each is 0 if the texts are as
good as real recipes:

- the share of a real recipe's ingredients that would have to be exchanged to look like the texts
  (``exchanged_share``), beyond that of real recipes;
- the share of diversity that is lost: by how much distinct 2-grams lie below those of real recipes;
- the share of texts that are memorised, beyond that of real recipes.

So a generator that is safe because it repeats itself, or because it copies, is no better than one
that invents bad pairs. Each generator is taken at the temperature and cut-off with the smallest
distance. The resamples say how sure that choice is.

Texts of one title or prompt are drawn together, in all generators at once. So differences are taken
over matched titles and prompts (a paired cluster bootstrap; Efron & Tibshirani 1993, ch. 8; Dror et
al. 2018).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, reduce
from itertools import combinations
from operator import add
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.stats import norm

from recipegen.config import Summarise
from recipegen.evaluation.diversity import distinct_pairs, parts_of
from recipegen.evaluation.estimates import percentiles, quotient, ratios
from recipegen.evaluation.metrics import Curves, Yardsticks, origin_of
from recipegen.evaluation.multiple import holm
from recipegen.evaluation.references import REAL, REFERENCES, WITH_LISTS
from recipegen.evaluation.sums import ALL, Cell, Floats, Resampling, Sums, by_cell, sums_of
from recipegen.evaluation.text import BLOCK_WORDS
from recipegen.language.vocabulary import words_of

REAL_RECIPES = "real recipes"
"""The name of real recipes in tests against a generator."""

BEST = "best"

QUANTITIES = (
    *("texts", "implausible_pair_count", "judged_pair_count", "pair_support", "typical_support"),
    *("memorised", "read_from_lines"),
)
"""The quantities from which generators are judged."""

FEWEST = 0.1
"""Least size of the best cell, as a share of the texts of the generator's largest cell."""

_CUTS = re.compile(r"(?:, (?:top-k \d+|top-p [\d.e-]+|min-p [\d.e-]+|network \d+))+$")
_FEWEST_BLOCKS = 4
"""Blocks that even the smallest cell is cut into, if it has enough words."""


def generator_of(group: str) -> str:
    """The generator of a group: its name without cut-offs and number of the network."""
    return _CUTS.sub("", group)


def cuts_of(group: str) -> str:
    """The cut-offs (and the number of the network) in the name of a group; empty without any."""
    return group.removeprefix(generator_of(group)).removeprefix(", ")


def reference_of(sums: Sums) -> str:
    """The real recipes that texts are compared with: with lists, if most of the texts have one."""
    return WITH_LISTS if origin_of(sums) == "lines" else REAL


class Judged(NamedTuple):
    """The tables about generators."""

    operating_points: pd.DataFrame
    generator_tests: pd.DataFrame


class Known(NamedTuple):
    """What is known of the texts of a run, for each group and temperature."""

    sums: Mapping[Cell, Sums]
    diversity: Mapping[Cell, Sequence[float]]
    """The share of distinct 2-grams in blocks, which have the same size for all texts."""


def judge_generators(runs: Mapping[str, Known], curves: Curves, confidence: float) -> Judged:
    """The tables ``operating_points`` and ``generator_tests``.

    Args:
        runs: what is known of the texts of each run, real recipes among them. Each run is compared
            with its own real recipes. The name of a run goes before the names of its generators;
            it is empty if there is only one run.
        curves: for each origin, how pair support falls with the share of exchanged ingredients.
        confidence: level of the intervals.
    """
    found = (point for run, known in runs.items() for point in _points_of(run, known, curves))
    generators = _by_generator(found)
    points = [_points(own, confidence) for own in generators.values()]
    tests = _tests(generators, confidence)
    return Judged(_frame(points, POINTS), _frame([tests], TESTS))


def judge_texts(
    texts: pd.DataFrame, yardsticks: Yardsticks, settings: Summarise, seed: int
) -> Judged:
    """The tables about the generators of texts that are all in memory.

    Args:
        texts: a row for each text, including real recipes, with all that is known of it.
        yardsticks: what the metrics compare with.
        settings: of the statistics.
        seed: of the resamples.
    """
    how = Resampling(settings.resamples, seed)
    sums = by_cell(sums_of(texts, yardsticks.normal_copy, how, QUANTITIES))
    parts = parts_of(texts)
    known = Known(sums, diversity_of(parts, block_words_of(parts.values())))
    return judge_generators({"": known}, yardsticks.curves, settings.confidence)


def diversity_of(
    parts: Mapping[Cell, Sequence[str]], block_words: int
) -> dict[Cell, Sequence[float]]:
    """The share of distinct 2-grams in the blocks of each part."""
    return {cell: distinct_pairs(texts, block_words) for cell, texts in parts.items()}


def block_words_of(parts: Iterable[Sequence[str]]) -> int:
    """Words in a block on which diversity is compared: what the smallest part of texts allows."""
    sizes = (sum(len(words_of(text)) for text in texts) for texts in parts)
    return max(50, min(BLOCK_WORDS, min(sizes, default=0) // _FEWEST_BLOCKS))


POINTS = (
    *("generator", "group", "temperature", "count", "distance", "low", "high"),
    *("exchanged_share", "lost_diversity", "excess_memorised", "implausible_pair_rate"),
    *("best", "probability_best"),
)
TESTS = (
    *("generator_a", "generator_b", "at", "metric", "estimate_a", "estimate_b", "difference"),
    *("low", "high", "p_value", "matched", "p_adjusted"),
)


def _frame(parts: Sequence[pd.DataFrame], columns: Sequence[str]) -> pd.DataFrame:
    found = [part for part in parts if len(part)]
    return pd.concat(found, ignore_index=True) if found else pd.DataFrame(columns=list(columns))


class Resampled(NamedTuple):
    """A figure and its values in the resamples."""

    estimate: float
    values: Floats

    def minus(self, other: Resampled) -> Resampled:
        """The difference, resample by resample."""
        return Resampled(self.estimate - other.estimate, self.values - other.values)

    def at_least_0(self) -> Resampled:
        """The figure if it is above 0, else 0."""
        # np.maximum keeps NaN; Python's max would turn it into 0.
        return Resampled(float(np.maximum(self.estimate, 0.0)), np.maximum(self.values, 0.0))


@dataclass(frozen=True)
class Point:
    """The texts of a generator at one temperature and cut-off, or at several together."""

    group: str
    temperature: float
    sums: Sums
    blocks: Sequence[float]
    """The share of distinct 2-grams in each block of the texts."""
    curves: Curves
    real: Point | None = None
    """The real recipes that it is compared with; None for real recipes themselves."""

    @property
    def count(self) -> int:
        """The number of its texts."""
        return self.sums["texts"].known

    def _ratio(self, above: str, below: str) -> Resampled:
        top, bottom = self.sums[above], self.sums[below]
        return Resampled(quotient(top, bottom), ratios(top, bottom))

    @cached_property
    def rate(self) -> Resampled:
        """Its rate of implausible pairs."""
        return self._ratio("implausible_pair_count", "judged_pair_count")

    @cached_property
    def exchanged(self) -> Resampled:
        """The share of a real recipe's ingredients that would have to be exchanged."""
        support = self._ratio("pair_support", "typical_support")
        curve = self.curves[origin_of(self.sums)]
        share = np.asarray(curve.share(np.array([support.estimate, *support.values])))
        return Resampled(float(share[0]), share[1:])

    @cached_property
    def memorised(self) -> Resampled:
        """The share of its texts that are memorised."""
        return self._ratio("memorised", "texts")

    @cached_property
    def diversity(self) -> Resampled:
        """Share of distinct 2-grams, mean over blocks; resampled by its standard error."""
        found, count = np.array(self.blocks), len(self.sums["texts"].resampled)
        if not len(found):
            return Resampled(np.nan, np.full(count, np.nan))
        error = float(found.std(ddof=1) / np.sqrt(len(found))) if len(found) > 1 else 0.0
        key = [*f"{self.group}/{self.temperature!r}".encode()]
        noise = np.random.default_rng(key).standard_normal(count)
        return Resampled(float(found.mean()), found.mean() + error * noise)

    @cached_property
    def parts(self) -> dict[str, Resampled]:
        """The parts of its distance from real cooking: by how much the texts are worse."""
        return {name: each.at_least_0() for name, each in self.differences.items()}

    @cached_property
    def differences(self) -> dict[str, Resampled]:
        """How the texts differ from real recipes; above 0 they are worse."""
        assert self.real is not None
        real, own = self.real.diversity, self.diversity
        kept = Resampled(own.estimate / real.estimate, own.values / real.values)
        whole = Resampled(1.0, np.ones(len(kept.values)))
        return {
            "exchanged_share": self.exchanged.minus(self.real.exchanged),
            "lost_diversity": whole.minus(kept),
            "excess_memorised": self.memorised.minus(self.real.memorised),
        }

    @cached_property
    def distance(self) -> Resampled:
        """The distance from real cooking: the sum of the parts.

        It is NaN if no two ingredients were found in any text. A part other than the exchanged
        share is left out if it cannot be measured, such as the diversity of a handful of words.
        """
        exchanged, *others = self.parts.values()
        known = [exchanged, *(part for part in others if not np.isnan(part.estimate))]
        values = np.sum([part.values for part in known], axis=0)
        return Resampled(sum(part.estimate for part in known), np.asarray(values))

    def interval(self, confidence: float) -> tuple[float, float]:
        """The interval of the distance.

        Each part is cut at 0 in each resample, so their sum is hardly ever 0, even for texts as
        good as real recipes. So the lower end comes from the parts before they are cut, without
        those that lie more than a standard deviation below 0 (Andrews & Soares 2010).
        """
        _, high = percentiles(self.distance.values, confidence)
        kept = [
            each.values
            for each in self.differences.values()
            if not np.isnan(each.estimate) and each.estimate > -np.nanstd(each.values)
        ]
        low, _ = percentiles(np.sum(kept, axis=0), confidence) if kept else (0.0, 0.0)
        return (np.nan if np.isnan(high) else max(0.0, low)), high

    @property
    def titles(self) -> frozenset[str]:
        """The held-out recipes whose titles its texts were given, and other prompts."""
        return self.sums.titles


def _points_of(run: str, known: Known, curves: Curves) -> list[Point]:
    """The points of a run: each group of generated texts at a temperature, with its real recipes.

    Further networks that were trained alike are no generators of their own.
    """
    cells = [cell for cell in known.sums if cell.prompts == ALL]

    def point(name: str, cell: Cell, real: Point | None = None) -> Point:
        temperature = np.nan if cell.temperature is None else cell.temperature
        blocks = known.diversity.get(cell, ())
        return Point(name, temperature, known.sums[cell], blocks, curves, real)

    real = {cell.group: point(cell.group, cell) for cell in cells if cell.group in _REAL}
    found = []
    for cell in cells:
        beside = real.get(reference_of(known.sums[cell])) or real.get(REAL)
        if cell.group not in REFERENCES and not _FURTHER.search(cell.group) and beside is not None:
            found.append(point(f"{run}: {cell.group}" if run else cell.group, cell, beside))
    return found


_REAL = (REAL, WITH_LISTS)
_FURTHER = re.compile(r", network \d+$")


def _by_generator(points: Iterable[Point]) -> dict[str, list[Point]]:
    """The points of each generator: the network first, then by name; by rising temperature."""
    found: dict[str, list[Point]] = {}
    for point in sorted(
        points, key=lambda p: (not p.group.startswith("generated"), p.group, p.temperature)
    ):
        found.setdefault(generator_of(point.group), []).append(point)
    return found


def _points(points: Sequence[Point], confidence: float) -> pd.DataFrame:
    """The rows of ``operating_points`` for one generator."""
    best, largest = best_point(points), max(point.count for point in points)
    few = np.array([point.count < FEWEST * largest for point in points])
    resampled = np.nan_to_num([point.distance.values for point in points], nan=np.inf)
    resampled[few] = np.inf
    known = resampled[:, np.isfinite(resampled).any(axis=0)]
    wins = np.bincount(known.argmin(axis=0), minlength=len(points)) / max(1, known.shape[1])
    rows = []
    for place, point in enumerate(points):
        low, high = point.interval(confidence)
        rows.append(
            {
                "generator": generator_of(point.group),
                "group": point.group,
                "temperature": point.temperature,
                "count": point.count,
                "distance": point.distance.estimate,
                "low": low,
                "high": high,
                **{name: part.estimate for name, part in point.parts.items()},
                "implausible_pair_rate": point.rate.estimate,
                "best": point is best and not np.isnan(best.distance.estimate),
                "probability_best": float(wins[place]),
            }
        )
    return pd.DataFrame(rows, columns=list(POINTS))


def best_point(points: Sequence[Point]) -> Point:
    """The point that is nearest to real cooking; of a tie, the first one."""
    largest = max(point.count for point in points)
    enough = [point for point in points if point.count >= FEWEST * largest]
    return min(enough, key=lambda point: np.nan_to_num(point.distance.estimate, nan=np.inf))


def _together(points: Sequence[Point]) -> Point:
    """All points of a generator merged into one, for metrics other than diversity."""
    first = points[0]
    sums = reduce(add, (point.sums for point in points))
    beside = {point.real.group: point.real for point in points if point.real is not None}
    real = beside.get(reference_of(sums), first.real)
    return Point(generator_of(first.group), np.nan, sums, (), first.curves, real)


METRICS_AT: Mapping[str, tuple[str, ...]] = {
    BEST: ("distance", "implausible_pair_rate", "exchanged_share"),
    ALL: ("implausible_pair_rate", "exchanged_share"),
}
"""The metrics that generators are compared by, at their best and over all their points."""


def _tests(generators: Mapping[str, Sequence[Point]], confidence: float) -> pd.DataFrame:
    """The rows of ``generator_tests``: every two generators, and each against real recipes."""
    chosen: dict[str, dict[str, Point]] = {
        BEST: {name: best_point(own) for name, own in generators.items()},
        ALL: {name: _together(own) for name, own in generators.items()},
    }
    rows = []
    for at, of in chosen.items():
        for metric in METRICS_AT[at]:
            pairs = [(a, b, of[a], of[b]) for a, b in combinations(of, 2)]
            if metric != "distance":
                pairs += [
                    (name, REAL_RECIPES, point, point.real)
                    for name, point in of.items()
                    if point.real is not None
                ]
            found = [_compared(one, other, metric, confidence) for *_, one, other in pairs]
            adjusted = holm([row["p_value"] for row in found])
            rows += [
                {
                    **dict(zip(TESTS, (a, b, at, metric), strict=False)),
                    **row,
                    "p_adjusted": float(p),
                }
                for (a, b, *_), row, p in zip(pairs, found, adjusted, strict=True)
            ]
    return pd.DataFrame(rows, columns=list(TESTS))


def _compared(a: Point, b: Point, metric: str, confidence: float) -> dict[str, float]:
    """Both values, their difference with interval and p-value, and how many titles they share."""
    one, other = _measured(a, metric), _measured(b, metric)
    found = one.minus(other)
    known = found.values[~np.isnan(found.values)]
    error = float(known.std(ddof=1)) if len(known) > 1 else np.nan
    if np.isnan(found.estimate):
        p = np.nan
    elif error > 0:
        p = float(2 * norm.sf(abs(found.estimate) / error))
    else:
        p = 1.0 if found.estimate == 0 else np.nan
    low, high = percentiles(found.values, confidence)
    return {
        "estimate_a": one.estimate,
        "estimate_b": other.estimate,
        "difference": found.estimate,
        "low": low,
        "high": high,
        "p_value": p,
        "matched": len(a.titles & b.titles),
    }


def _measured(point: Point, metric: str) -> Resampled:
    if metric == "distance":
        return point.distance
    return point.rate if metric == "implausible_pair_rate" else point.exchanged
