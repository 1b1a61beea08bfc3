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

Texts of one title are drawn together, in all generators at once. So differences are taken over
matched titles (a paired cluster bootstrap; Efron & Tibshirani 1993, ch. 8; Dror et al. 2018).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.stats import norm

from recipegen.config import Summarise
from recipegen.evaluation.estimates import Floats, Resamples, percentiles
from recipegen.evaluation.metrics import Yardsticks, origin_of
from recipegen.evaluation.multiple import holm
from recipegen.evaluation.references import REAL, REFERENCES, WITH_LISTS
from recipegen.evaluation.text import BLOCK_WORDS, blocks, distinct
from recipegen.language.vocabulary import words_of

REAL_RECIPES = "real recipes"
"""The name of real recipes in tests against a generator."""

BEST, ALL = "best", "all"

RUN = "run"
"""The column that names the run of each text, if several runs are compared."""

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


def reference_of(texts: pd.DataFrame) -> str:
    """The real recipes that texts are compared with: with lists, if most of the texts have one."""
    return WITH_LISTS if origin_of(texts) == "lines" else REAL


class Judged(NamedTuple):
    """The tables about generators."""

    operating_points: pd.DataFrame
    generator_tests: pd.DataFrame


def judge_generators(
    texts: pd.DataFrame, yardsticks: Yardsticks, settings: Summarise, seed: int
) -> Judged:
    """The tables ``operating_points`` and ``generator_tests``.

    Args:
        texts: a row for each text, including real recipes, with all that is known of it. Texts of
            several runs also have the columns run and is_memorised; each run is compared with its
            own real recipes.
        yardsticks: what the metrics compare with.
        settings: of the statistics.
        seed: of the resamples.
    """
    first = ~texts["group"].str.contains(r", network \d+$")
    known = texts[first].reset_index(drop=True)
    clusters = known["recipe_id"].where(known["recipe_id"].notna(), known["sample_id"])
    resamples = Resamples(clusters.tolist(), settings, [seed, 0x6E])
    cells = _cells(known, resamples, yardsticks)
    generators = _by_generator(cells)
    points = [_points(own, settings.confidence) for own in generators.values()]
    tests = _tests(generators, settings.confidence)
    return Judged(_frame(points, POINTS), _frame([tests], TESTS))


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

    def beyond(self, other: Resampled) -> Resampled:
        """The difference if it is above 0, else 0."""
        found = self.minus(other)
        # np.maximum keeps NaN; Python's max would turn it into 0.
        return Resampled(float(np.maximum(found.estimate, 0.0)), np.maximum(found.values, 0.0))


@dataclass(frozen=True)
class Cell:
    """The texts of a generator at one temperature and cut-off, or at several together."""

    group: str
    temperature: float
    rows: pd.Index
    texts: pd.DataFrame
    """All texts, not only those of this cell, which are at ``rows``."""
    resamples: Resamples
    yardsticks: Yardsticks
    block_words: int
    """Number of words in the blocks on which diversity is measured."""
    real: Cell | None = None
    """The real recipes that the cell is compared with; None if it holds real recipes itself."""

    @property
    def own(self) -> pd.DataFrame:
        """The texts of this cell."""
        return self.texts.loc[self.rows]

    def _ratio(self, above: str, below: str | None) -> Resampled:
        """The ratio of two sums over the texts of the cell, or the mean of a flag over them."""
        inside = self.texts.index.isin(self.rows)
        top = self.texts[above].astype("float64").fillna(0.0).where(inside, 0.0).to_numpy()
        bottom = (
            self.texts[below].astype("float64").where(inside, 0.0).to_numpy() if below else inside
        )
        whole = float(np.sum(bottom))
        estimate = float(np.sum(top)) / whole if whole else np.nan
        return Resampled(estimate, self.resamples.ratios(top, bottom))

    @cached_property
    def rate(self) -> Resampled:
        """Its rate of implausible pairs."""
        return self._ratio("implausible_pair_count", "judged_pair_count")

    @cached_property
    def exchanged(self) -> Resampled:
        """The share of a real recipe's ingredients that would have to be exchanged."""
        support = self._ratio("pair_support", "typical_support")
        curve = self.yardsticks.exchanged[origin_of(self.own)]
        share = np.asarray(curve.share(np.array([support.estimate, *support.values])))
        return Resampled(float(share[0]), share[1:])

    @cached_property
    def memorised(self) -> Resampled:
        """The share of its texts that are memorised."""
        return self._ratio("is_memorised", None)

    @cached_property
    def diversity(self) -> Resampled:
        """Share of distinct 2-grams, mean over blocks; resampled by its standard error."""
        words = map(words_of, self.own["text"])
        found = np.array([distinct(block, 2) for block in blocks(words, self.block_words)])
        count = len(self.resamples.sums(np.zeros(len(self.texts))))
        if not len(found):
            return Resampled(np.nan, np.full(count, np.nan))
        error = float(found.std(ddof=1) / np.sqrt(len(found))) if len(found) > 1 else 0.0
        key = [*f"{self.group}/{self.temperature!r}".encode()]
        noise = np.random.default_rng(key).standard_normal(count)
        return Resampled(float(found.mean()), found.mean() + error * noise)

    @cached_property
    def parts(self) -> dict[str, Resampled]:
        """The parts of its distance from real cooking."""
        assert self.real is not None
        real, own = self.real.diversity, self.diversity
        kept = Resampled(own.estimate / real.estimate, own.values / real.values)
        whole = Resampled(1.0, np.ones(len(kept.values)))
        return {
            "exchanged_share": self.exchanged.beyond(self.real.exchanged),
            "lost_diversity": whole.beyond(kept),
            "excess_memorised": self.memorised.beyond(self.real.memorised),
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

    @property
    def titles(self) -> set[str]:
        """The held-out recipes whose titles its texts were given."""
        return set(self.own["recipe_id"].dropna())


Cells = dict[tuple[str, float], Cell]


def _cells(texts: pd.DataFrame, resamples: Resamples, yardsticks: Yardsticks) -> Cells:
    """The cells: each group of generated texts at a temperature, with its real recipes."""
    if RUN not in texts:
        memorised = texts["copied_words"] > yardsticks.normal_copy
        texts = texts.assign(run="", is_memorised=memorised.astype("float64"))
    keys = texts[RUN] + "/" + texts["group"] + "/"
    keys += texts["temperature"].astype("float64").map(repr)
    size = _block_words(texts, keys)
    groups = [texts.loc[rows] for rows in texts.groupby(keys, sort=True).groups.values()]
    real = {
        (own[RUN].iloc[0], name): Cell(name, np.nan, own.index, texts, resamples, yardsticks, size)
        for own in groups
        if (name := str(own["group"].iloc[0])) in (REAL, WITH_LISTS)
    }
    cells: Cells = {}
    for own in groups:
        run, name = own[RUN].iloc[0], str(own["group"].iloc[0])
        beside = real.get((run, reference_of(own))) or real.get((run, REAL))
        if name not in REFERENCES and beside is not None:
            named = f"{run}: {name}" if run else name
            temperature = float(own["temperature"].iloc[0])
            cells[named, temperature] = Cell(
                named, temperature, own.index, texts, resamples, yardsticks, size, beside
            )
    return cells


def _block_words(texts: pd.DataFrame, keys: pd.Series) -> int:
    """Number of words in a block, the same for all cells: what the smallest cell allows."""
    smallest = int(texts.groupby(keys)["word_count"].sum().min()) if len(texts) else 0
    return max(50, min(BLOCK_WORDS, smallest // _FEWEST_BLOCKS))


def _by_generator(cells: Cells) -> dict[str, list[Cell]]:
    """The cells of each generator: the network first, then by name; by rising temperature."""
    found: dict[str, list[Cell]] = {}
    order = sorted(cells, key=lambda key: (not key[0].startswith("generated"), key))
    for key in order:
        found.setdefault(generator_of(key[0]), []).append(cells[key])
    return found


def _points(cells: Sequence[Cell], confidence: float) -> pd.DataFrame:
    """The rows of ``operating_points`` for one generator."""
    best, largest = best_cell(cells), max(len(cell.rows) for cell in cells)
    few = np.array([len(cell.rows) < FEWEST * largest for cell in cells])
    resampled = np.nan_to_num([cell.distance.values for cell in cells], nan=np.inf)
    resampled[few] = np.inf
    known = resampled[:, np.isfinite(resampled).any(axis=0)]
    wins = np.bincount(known.argmin(axis=0), minlength=len(cells)) / max(1, known.shape[1])
    rows = []
    for place, cell in enumerate(cells):
        low, high = percentiles(cell.distance.values, confidence)
        rows.append(
            {
                "generator": generator_of(cell.group),
                "group": cell.group,
                "temperature": cell.temperature,
                "count": len(cell.rows),
                "distance": cell.distance.estimate,
                "low": low,
                "high": high,
                **{name: part.estimate for name, part in cell.parts.items()},
                "implausible_pair_rate": cell.rate.estimate,
                "best": cell is best and not np.isnan(best.distance.estimate),
                "probability_best": float(wins[place]),
            }
        )
    return pd.DataFrame(rows, columns=list(POINTS))


def best_cell(cells: Sequence[Cell]) -> Cell:
    """The cell that is nearest to real cooking; of a tie, the first one."""
    largest = max(len(cell.rows) for cell in cells)
    enough = [cell for cell in cells if len(cell.rows) >= FEWEST * largest]
    return min(enough, key=lambda cell: np.nan_to_num(cell.distance.estimate, nan=np.inf))


def _together(cells: Sequence[Cell]) -> Cell:
    """All cells of a generator merged into one."""
    first = cells[0]
    rows = first.rows
    for cell in cells[1:]:
        rows = rows.union(cell.rows)
    own = first.texts.loc[rows]
    beside = {cell.real.group: cell.real for cell in cells if cell.real is not None}
    real = beside.get(reference_of(own), first.real)
    return Cell(
        generator_of(first.group),
        np.nan,
        rows,
        first.texts,
        first.resamples,
        first.yardsticks,
        first.block_words,
        real,
    )


METRICS_AT: Mapping[str, tuple[str, ...]] = {
    BEST: ("distance", "implausible_pair_rate", "exchanged_share"),
    ALL: ("implausible_pair_rate", "exchanged_share"),
}
"""The metrics that generators are compared by, at their best and over all their cells."""


def _tests(generators: Mapping[str, Sequence[Cell]], confidence: float) -> pd.DataFrame:
    """The rows of ``generator_tests``: every two generators, and each against real recipes."""
    chosen: dict[str, dict[str, Cell]] = {
        BEST: {name: best_cell(own) for name, own in generators.items()},
        ALL: {name: _together(own) for name, own in generators.items()},
    }
    rows = []
    for at, of in chosen.items():
        for metric in METRICS_AT[at]:
            pairs = [(a, b, of[a], of[b]) for a, b in combinations(of, 2)]
            if metric != "distance":
                pairs += [
                    (name, REAL_RECIPES, cell, cell.real)
                    for name, cell in of.items()
                    if cell.real is not None
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


def _compared(a: Cell, b: Cell, metric: str, confidence: float) -> dict[str, float]:
    """Both values, their difference with interval and p-value, and the number of common titles."""
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


def _measured(cell: Cell, metric: str) -> Resampled:
    if metric == "distance":
        return cell.distance
    return cell.rate if metric == "implausible_pair_rate" else cell.exchanged
