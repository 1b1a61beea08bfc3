"""Which generator is better, and where each is at its best.

Each generator is taken at the temperature and cut-off with the smallest distance from real cooking
(:mod:`recipegen.evaluation.per_group.operating_points`). The resamples say how sure that choice is.

Generators are compared at equal numbers of ingredients, since a longer recipe has more pairs
(:mod:`recipegen.evaluation.statistics.equal_sizes`). Texts of one title or prompt are drawn
together, in all generators at once. So differences are taken over matched titles and prompts (a
paired cluster bootstrap; Efron & Tibshirani 1993, ch. 8; Dror et al. 2018).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import reduce
from itertools import combinations
from operator import add
from typing import NamedTuple

import numpy as np
import pandas as pd

from recipegen.config import Summarise
from recipegen.evaluation.metrics import Curves, Yardsticks, origin_of
from recipegen.evaluation.per_group.diversity import distinct_pairs, parts_of
from recipegen.evaluation.per_group.operating_points import (
    OF_SIZES,
    QUANTITIES,
    Figures,
    Point,
    distances_of,
    figures_of,
)
from recipegen.evaluation.per_group.references import REAL, REFERENCES, WITH_LISTS
from recipegen.evaluation.per_text.words import BLOCK_WORDS
from recipegen.evaluation.statistics.differences import Both, Row, adjusted, tested
from recipegen.evaluation.statistics.equal_sizes import BySize, Resampled, by_size, shared
from recipegen.evaluation.statistics.sums import ALL, Cell, Resampling, Sums, by_cell, sums_of
from recipegen.language.vocabulary import words_of

REAL_RECIPES = "real recipes"
"""The name of real recipes in tests against a generator."""

BEST, DISTANCE = "best", "distance"

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
    """With those of each class of texts by number of ingredients."""
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
    sums = by_cell(sums_of(texts, yardsticks.normal_copy, how, QUANTITIES, OF_SIZES))
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
    *("exchanged_share", "lost_diversity", "excess_memorised", "raw_distance"),
    *("implausible_pair_rate", "equal_size_pair_rate", "real_pair_rate", "shared_sizes"),
    *("best", "probability_best"),
)
TESTS = (
    *("generator_a", "generator_b", "at", "metric", "estimate_a", "estimate_b", "difference"),
    *("low", "high", "p_value", "raw_difference", "raw_low", "raw_high"),
    *("shared_sizes_a", "shared_sizes_b", "matched", "p_adjusted"),
)


def _frame(parts: Sequence[pd.DataFrame], columns: Sequence[str]) -> pd.DataFrame:
    found = [part for part in parts if len(part)]
    return pd.concat(found, ignore_index=True) if found else pd.DataFrame(columns=list(columns))


def _points_of(run: str, known: Known, curves: Curves) -> list[Point]:
    """The points of a run: each group of generated texts at a temperature, with its real recipes.

    Further networks that were trained alike are no generators of their own.
    """
    cells = [cell for cell in known.sums if cell.is_whole]
    sizes = by_size(known.sums)

    def point(name: str, cell: Cell, real: Point | None = None) -> Point:
        temperature = np.nan if cell.temperature is None else cell.temperature
        blocks = known.diversity.get(cell, ())
        return Point(name, temperature, known.sums[cell], sizes[cell], blocks, curves, real)

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
    best, wins = best_point(points), _wins(points)
    rows = [
        {
            **_described(point, confidence),
            "best": point is best and not np.isnan(best.distance.whole.estimate),
            "probability_best": float(share),
        }
        for point, share in zip(points, wins, strict=True)
    ]
    return pd.DataFrame(rows, columns=list(POINTS))


def _described(point: Point, confidence: float) -> Row:
    """What ``operating_points`` says of a point by itself."""
    assert point.real is not None
    low, high = point.distance.interval(confidence)
    own, real = point.beside_real
    return {
        "generator": generator_of(point.group),
        "group": point.group,
        "temperature": point.temperature,
        "count": point.count,
        "distance": point.distance.whole.estimate,
        "low": low,
        "high": high,
        **{name: part.estimate for name, part in point.distance.parts.items()},
        "raw_distance": point.raw_distance.whole.estimate,
        "implausible_pair_rate": point.raw.rate.estimate,
        "equal_size_pair_rate": own.rate.estimate,
        "real_pair_rate": real.rate.estimate,
        "shared_sizes": shared(point.sizes, [point.real.sizes]),
    }


def _wins(points: Sequence[Point]) -> list[float]:
    """The share of resamples in which each point has the smallest distance."""
    largest = max(point.count for point in points)
    few = np.array([point.count < FEWEST * largest for point in points])
    resampled = np.nan_to_num([point.distance.whole.values for point in points], nan=np.inf)
    resampled[few] = np.inf
    known = resampled[:, np.isfinite(resampled).any(axis=0)]
    wins = np.bincount(known.argmin(axis=0), minlength=len(points)) / max(1, known.shape[1])
    return [float(share) for share in wins]


def best_point(points: Sequence[Point]) -> Point:
    """The point that is nearest to real cooking; of a tie, the first one."""
    largest = max(point.count for point in points)
    enough = [point for point in points if point.count >= FEWEST * largest]
    return min(enough, key=lambda point: np.nan_to_num(point.distance.whole.estimate, nan=np.inf))


def _together(points: Sequence[Point]) -> Point:
    """All points of a generator merged into one, for metrics other than diversity."""
    first = points[0]
    sums = reduce(add, (point.sums for point in points))
    sizes = _added(point.sizes for point in points)
    beside = {point.real.group: point.real for point in points if point.real is not None}
    real = beside.get(reference_of(sums), first.real)
    return Point(generator_of(first.group), np.nan, sums, sizes, (), first.curves, real)


def _added(parts: Iterable[BySize]) -> BySize:
    """The sums of each class over several points."""
    found: dict[int, Sums] = {}
    for part in parts:
        for size, own in part.items():
            found[size] = found[size] + own if size in found else own
    return found


METRICS_AT: Mapping[str, tuple[str, ...]] = {
    BEST: (DISTANCE, "implausible_pair_rate", "exchanged_share"),
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
            if metric != DISTANCE:
                pairs += [
                    (name, REAL_RECIPES, point, point.real)
                    for name, point in of.items()
                    if point.real is not None
                ]
            rows += adjusted(
                [
                    {
                        **dict(zip(TESTS, (a, b, at, metric), strict=False)),
                        **_compared(one, other, metric, confidence),
                    }
                    for a, b, one, other in pairs
                ]
            )
    return pd.DataFrame(rows, columns=list(TESTS))


def _compared(a: Point, b: Point, metric: str, confidence: float) -> Row:
    """Both values and their difference, at equal numbers of ingredients and of all texts."""
    equal, raw = _measured(a, b, metric)
    return {
        **tested(equal, raw, confidence),
        "shared_sizes_a": shared(a.sizes, [b.sizes]),
        "shared_sizes_b": shared(b.sizes, [a.sizes]),
        "matched": len(a.titles & b.titles),
    }


def _measured(a: Point, b: Point, metric: str) -> tuple[Both, Both]:
    """A metric of two points: at equal numbers of ingredients, and as the texts are."""
    if metric == DISTANCE:
        one, other = distances_of(a, b)
        return (one.whole, other.whole), (a.raw_distance.whole, b.raw_distance.whole)
    first, second = figures_of([a, b])
    return (
        (_figure(first, metric), _figure(second, metric)),
        (_figure(a.raw, metric), _figure(b.raw, metric)),
    )


def _figure(figures: Figures, metric: str) -> Resampled:
    return figures.rate if metric == "implausible_pair_rate" else figures.exchanged
