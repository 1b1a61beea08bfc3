"""How often the intervals of corrected rates hold the truth, with a simulated labeller.

Each repetition draws the pairs of 1,000 texts from a population in which a known share of pairs is
absurd, and a judge of known precision that finds 70 % of them. The texts differ, so that pairs of
one text are alike. A labeller who makes no mistake labels a few hundred pairs, which are drawn by
verdict without replacement. All intervals are the product's:

- **corrected**: from these labels and the raw rate;
- **plug-in**: from as many labels of other texts with half the rate and the same judge, in at most
  250 repetitions. It is not given if those do not show that the judge is better than chance;
- **labels alone**: Wilson's, from as many labels of pairs drawn at random, without the judge;
- **normal**: that of PPI++ for the same estimate as the corrected one, as published;
- **raw**: the share of pairs that the judge calls implausible, with its interval over texts.

    python -m benchmarks.corrected [--repetitions 1000] [--share 0.33] [--quick]
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import product
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.special import ndtri
from scipy.stats import binom

from recipegen.evaluation.labelled.corrected_rates import (
    Errors,
    corrected_by_errors,
    corrected_by_labels,
)
from recipegen.evaluation.statistics.score_intervals import Strata, part_of_sum, weighted_share

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

CONFIDENCE = 0.95
Z = float(ndtri((1 + CONFIDENCE) / 2))
TEXTS, PAIRS = 1000, 45
ALIKE = 50.0
"""How alike the pairs of a text are: a + b of the beta distribution of the chances of texts.

Implausible pairs then have about twice the variance of independent pairs.
"""
SENSITIVITY = 0.7
SENSITIVITIES = (0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95)
COUNTS, RATES, PRECISIONS = (100, 200, 400), (0.01, 0.05, 0.2), (0.24, 0.75)
FIVE = (0.2, 0.5, 1.0, 1.3, 2.0)
"""How the rate changes over five temperatures; on average it is the rate."""
MOST_PLUGGED_IN, MOST_FOUND = 250, 500
"""Most repetitions of the two intervals that take longest."""
FLAGGED = np.array([True, False])


@dataclass(frozen=True)
class Judge:
    """A judge of pairs, of which a share is absurd."""

    rate: float
    precision: float
    sensitivity: float = SENSITIVITY

    @property
    def raw(self) -> float:
        """The share of pairs that it calls implausible."""
        return self.rate * self.sensitivity / self.precision

    @property
    def missed(self) -> float:
        """The share of absurd pairs among the others."""
        return self.rate * (1 - self.sensitivity) / (1 - self.raw)

    @property
    def false_alarms(self) -> float:
        """The share of pairs called implausible among those that are not absurd."""
        return self.raw * (1 - self.precision) / (1 - self.rate)


class Cells(NamedTuple):
    """Pairs of texts by verdict, and by whether they are absurd; one number a repetition."""

    pairs: Integers
    """Implausible and other pairs, shape (R, 2)."""
    absurd: Integers
    """How many of them are absurd, shape (R, 2)."""
    raw: Floats
    """The raw rate with its interval over texts, shape (3, R)."""


def texts_of(
    judge: Judge, rate: float, repetitions: int, random: np.random.Generator, texts: int = TEXTS
) -> Cells:
    """The pairs of texts that a judge with given errors judges, if a share ``rate`` is absurd."""
    shape = (repetitions, texts)
    chance, alarm = (
        random.beta(ALIKE * mean, ALIKE * (1 - mean), shape) for mean in (rate, judge.false_alarms)
    )
    absurd = random.binomial(PAIRS, chance)
    found = random.binomial(absurd, judge.sensitivity)
    wrong = random.binomial(PAIRS - absurd, alarm)
    flagged = found + wrong
    bad, hit, total = flagged.sum(1), found.sum(1), PAIRS * texts
    return Cells(
        np.stack([bad, total - bad], 1),
        np.stack([hit, absurd.sum(1) - hit], 1),
        _over_texts(flagged),
    )


def _over_texts(flagged: Integers) -> Floats:
    """The raw rate with a score interval of as many pairs as give the error between texts."""
    share = flagged.mean(1) / PAIRS
    error = flagged.std(1, ddof=1) / PAIRS / np.sqrt(flagged.shape[1])
    count = np.divide(share * (1 - share), error**2, out=np.ones_like(share), where=error > 0)
    one = Strata(np.ones((len(share), 1)), (share * count)[:, None], count[:, None])
    return weighted_share(one, CONFIDENCE)


def labelled(cells: Cells, counts: Integers, random: np.random.Generator) -> Strata:
    """Labels of pairs that are drawn by verdict without replacement, shape (R, 2)."""
    drawn = np.minimum(counts, cells.pairs)
    found = random.hypergeometric(cells.absurd, cells.pairs - cells.absurd, drawn)
    weight = cells.pairs / cells.pairs.sum(1, keepdims=True)
    return Strata(weight, found.astype(float), np.maximum(drawn, 1).astype(float))


def by_verdict(count: int, share: float) -> Integers:
    """How many of the labels go to implausible pairs, and how many to others."""
    implausible = round(count * share)
    return np.array([implausible, count - implausible])


# One cell of the table ---------------------------------------------------------------------------

Intervals = dict[str, Floats]
"""For each method, estimates and ends, shape (3, R)."""


def of_one_group(
    judge: Judge, count: int, share: float, repetitions: int, random: np.random.Generator
) -> Intervals:
    """The intervals of the rate of one group of texts."""
    cells = texts_of(judge, judge.rate, repetitions, random)
    strata = labelled(cells, by_verdict(count, share), random)
    return {
        "corrected": corrected_by_labels(strata, FLAGGED, cells.raw, CONFIDENCE),
        "plug-in": _plug_in(judge, count, share, cells.raw[:, :MOST_PLUGGED_IN], random),
        "labels alone": _alone(cells, count, random),
        "normal": _normal(strata),
        "raw": cells.raw,
    }


def _plug_in(
    judge: Judge, count: int, share: float, raw: Floats, random: np.random.Generator
) -> Floats:
    """The intervals by labels of other texts, shape (3, R)."""
    there = texts_of(judge, judge.rate / 2, raw.shape[1], random)
    labels = labelled(there, by_verdict(count, share), random)
    counts = np.stack([labels.found, labels.count], axis=2).tolist()
    found = [
        corrected_by_errors(Errors((*bad,), (*good,), other), (*own,), CONFIDENCE, seed)
        for seed, ((bad, good), other, own) in enumerate(
            zip(counts, there.raw[0].tolist(), raw.T.tolist(), strict=True)
        )
    ]
    return np.array(found).T


def _alone(cells: Cells, count: int, random: np.random.Generator) -> Floats:
    absurd, whole = cells.absurd.sum(1), cells.pairs.sum(1)
    found = random.hypergeometric(absurd, whole - absurd, count)[:, None].astype(float)
    ones = np.ones_like(found)
    return weighted_share(Strata(ones, found, ones * count), CONFIDENCE)


def _normal(strata: Strata) -> Floats:
    estimate = (strata.weight * strata.shares).sum(1)
    variance = strata.weight**2 * strata.shares * (1 - strata.shares) / (strata.count - 1)
    half = Z * np.sqrt(variance.sum(1))
    return np.stack([estimate, estimate - half, estimate + half])


def of_five_temperatures(
    judge: Judge, count: int, share: float, repetitions: int, random: np.random.Generator
) -> Intervals:
    """The interval of the rate over five temperatures, each with its own fifth of the labels."""
    each = by_verdict(count // len(FIVE), share)
    cells = [
        texts_of(judge, judge.rate * times, repetitions, random, TEXTS // len(FIVE))
        for times in FIVE
    ]
    parts = [labelled(own, each, random) for own in cells]
    weight, found, counted = (
        np.concatenate([getattr(part, name) for part in parts], 1)
        for name in ("weight", "found", "count")
    )
    strata = Strata(weight / len(FIVE), found, counted)
    raw = np.stack([own.raw for own in cells])
    middle = raw[:, 0].mean(0)
    down, up = (np.sqrt(((raw[:, at] - raw[:, 0]) ** 2).sum(0)) / len(FIVE) for at in (1, 2))
    whole = np.stack([middle, middle - down, middle + up])
    flagged = np.tile(FLAGGED, len(FIVE))
    return {"corrected": corrected_by_labels(strata, flagged, whole, CONFIDENCE)}


# What the intervals are worth --------------------------------------------------------------------


def held(intervals: Floats, truth: float) -> float:
    """The share of intervals that hold the truth, among those that there are."""
    low, high = intervals[1:, ~np.isnan(intervals[1])]
    return float(((low <= truth + 1e-12) & (high >= truth - 1e-12)).mean())


def width(intervals: Floats) -> float:
    """The mean width of intervals."""
    return float(np.nanmean(intervals[2] - intervals[1]))


def exact_coverage(judge: Judge, count: int, share: float) -> float:
    """The coverage of the corrected interval over all outcomes, for a raw rate that is known."""
    counts = by_verdict(count, share)
    chances = [
        binom.pmf(np.arange(number + 1), number, chance)
        for number, chance in zip(counts, (judge.precision, judge.missed), strict=True)
    ]
    kept = [np.flatnonzero(each > 1e-7) for each in chances]
    found = np.stack(np.meshgrid(*kept, indexing="ij"), -1).reshape(-1, 2).astype(float)
    weight = np.broadcast_to([judge.raw, 1 - judge.raw], found.shape)
    ends = weighted_share(Strata(weight, found, np.broadcast_to(counts, found.shape)), CONFIDENCE)
    chance = np.outer(*(each[at] for each, at in zip(chances, kept, strict=True))).ravel()
    inside = (ends[1] <= judge.rate + 1e-12) & (ends[2] >= judge.rate - 1e-12)
    return float(chance[inside].sum())


@cache
def _share_found(found: tuple[float, float], counts: tuple[int, int], raw: float) -> Floats:
    strata = Strata(np.array([raw, 1 - raw]), np.array(found), np.array(counts, float))
    return np.array(part_of_sum(strata, FLAGGED, CONFIDENCE))


def of_sensitivity(
    judge: Judge, count: int, share: float, repetitions: int, random: np.random.Generator
) -> Floats:
    """Intervals of the judge's sensitivity, for a raw rate that is known, shape (3, R)."""
    counts = by_verdict(count, share)
    found = random.binomial(counts, [judge.precision, judge.missed], (repetitions, 2))
    own = [_share_found((float(a), float(b)), tuple(counts), judge.raw) for a, b in found]
    return np.array(own).T


# The tables --------------------------------------------------------------------------------------


def table(
    share: float, repetitions: int, seed: int, counts: tuple[int, ...] = COUNTS
) -> Iterator[str]:
    """Coverage in per cent, and widths in percentage points, in Markdown."""
    yield (
        "| labels | true rate | precision | raw rate | corrected holds | five temperatures | "
        "plug-in (given in) | labels alone | normal | raw | width corrected | plug-in | "
        "labels alone | raw |"
    )
    yield "|---" * 14 + "|"
    for number, (count, rate, precision) in enumerate(product(counts, RATES, PRECISIONS)):
        random = np.random.default_rng([seed, number])
        judge = Judge(rate, precision)
        found = of_one_group(judge, count, share, repetitions, random)
        five = of_five_temperatures(judge, count, share, repetitions, random)["corrected"]
        order = ("corrected", "plug-in", "labels alone", "normal", "raw")
        covered = [100 * held(found[name], rate) for name in order]
        covered.insert(1, 100 * held(five, rate))
        said = [f"{each:.1f}" for each in covered]
        said[2] += f" ({100 * (~np.isnan(found['plug-in'][1])).mean():.0f})"
        widths = [100 * width(found[name]) for name in order if name != "normal"]
        yield (
            f"| {count} | {rate:.0%} | {precision} | {judge.raw:.1%} | "
            + " | ".join([*said, *(f"{each:.2f}" for each in widths)])
            + " |"
        )


def table_of_shares(counts: tuple[int, ...] = COUNTS) -> Iterator[str]:
    """Exact coverage over judges of all sensitivities, by the share of implausible pairs."""
    yield "| share of implausible pairs | least | mean | most | of the cases within 93 to 97 % |"
    yield "|---|---|---|---|---|"
    cases = [
        (Judge(rate, precision, sensitivity), count)
        for count, rate, precision, sensitivity in product(counts, RATES, PRECISIONS, SENSITIVITIES)
    ]
    for share in (1 / 2, 1 / 3, 1 / 4):
        found = 100 * np.array([exact_coverage(judge, count, share) for judge, count in cases])
        inside = ((found >= 93) & (found <= 97)).sum()
        yield (
            f"| {share:.2f} | {found.min():.1f} | {found.mean():.1f} | {found.max():.1f} "
            f"| {inside} of {len(found)} |"
        )


def table_of_sensitivity(share: float, repetitions: int, seed: int) -> Iterator[str]:
    """Coverage of the intervals of the judge's sensitivity."""
    yield "| labels | true rate | precision | sensitivity holds | mean width |"
    yield "|---|---|---|---|---|"
    for number, (count, rate, precision) in enumerate(product(COUNTS, RATES, PRECISIONS)):
        random, judge = np.random.default_rng([seed, number, 1]), Judge(rate, precision)
        found = of_sensitivity(judge, count, share, min(repetitions, MOST_FOUND), random)
        known = np.where(np.isnan(found), [[0.0], [0.0], [1.0]], found)
        covered, wide = 100 * held(known, SENSITIVITY), 100 * width(found)
        yield f"| {count} | {rate:.0%} | {precision} | {covered:.1f} | {wide:.0f} |"


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--repetitions", type=int, default=1000)
    parser.add_argument("--share", type=float, default=1 / 3)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--quick", action="store_true", help="20 repetitions")
    options = parser.parse_args()
    repetitions = 20 if options.quick else options.repetitions
    began = time.perf_counter()
    print(f"{repetitions:,} repetitions, {options.share:.0%} of the labels for implausible pairs\n")
    print("\n".join(table(options.share, repetitions, options.seed)))
    print("\n" + "\n".join(table_of_shares(COUNTS[:1] if options.quick else COUNTS)))
    print("\n" + "\n".join(table_of_sensitivity(options.share, repetitions, options.seed)))
    print(f"\n{time.perf_counter() - began:.0f} s")


if __name__ == "__main__":
    main()
