"""What is known of a generator at one temperature and cut-off, and how far it is from real cooking.

The distance of texts from real cooking is the sum of three shares. Each is 0 if the texts are as
good as real recipes:

- the share of a real recipe's ingredients that would have to be exchanged to look like the texts
  (``exchanged_share``), beyond that of real recipes;
- the share of diversity that is lost: by how much distinct 2-grams lie below those of real recipes;
- the share of texts that are memorised, beyond that of real recipes.

So a generator that is safe because it repeats itself, or because it copies, is no better than one
that invents bad pairs. The first and the third are compared at equal numbers of ingredients; the
second one in blocks with equal numbers of words.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from recipegen.evaluation.metrics import Curves, origin_of
from recipegen.evaluation.statistics.equal_sizes import (
    BySize,
    Resampled,
    Totals,
    as_they_are,
    at_equal_sizes,
)
from recipegen.evaluation.statistics.estimates import percentiles
from recipegen.evaluation.statistics.sums import Sums
from recipegen.pairing.exchange_equivalent import ExchangeCurve

QUANTITIES = (
    *("texts", "implausible_pair_count", "judged_pair_count", "pair_support", "typical_support"),
    *("memorised", "read_from_lines"),
)
"""The quantities from which generators are judged."""

OF_SIZES = QUANTITIES[:-1]
"""Those that are summed for each class of texts by number of ingredients as well."""


@dataclass(frozen=True)
class Figures:
    """The metrics of some texts that follow from sums."""

    totals: Totals
    curve: ExchangeCurve

    @property
    def rate(self) -> Resampled:
        """The rate of implausible pairs."""
        return self.totals["implausible_pair_count"].over(self.totals["judged_pair_count"])

    @property
    def exchanged(self) -> Resampled:
        """The share of a real recipe's ingredients that would have to be exchanged."""
        return exchanged(self.totals, self.curve)

    @property
    def memorised(self) -> Resampled:
        """The share of the texts that are memorised."""
        return self.totals["memorised"].over(self.totals["texts"])


def exchanged(totals: Totals, curve: ExchangeCurve) -> Resampled:
    """The share of a real recipe's ingredients that would have to be exchanged."""
    support = totals["pair_support"].over(totals["typical_support"])
    share = np.asarray(curve.share(np.array([support.estimate, *support.values])))
    return Resampled(float(share[0]), share[1:])


@dataclass(frozen=True)
class Distance:
    """How far texts are from real recipes."""

    differences: Mapping[str, Resampled]
    """How the texts differ from real recipes in each part; above 0 they are worse."""

    @classmethod
    def of(cls, own: Figures, real: Figures, lost_diversity: Resampled) -> Distance:
        """The distance of texts from real recipes."""
        return cls(
            {
                "exchanged_share": own.exchanged.minus(real.exchanged),
                "lost_diversity": lost_diversity,
                "excess_memorised": own.memorised.minus(real.memorised),
            }
        )

    @cached_property
    def parts(self) -> dict[str, Resampled]:
        """The parts of the distance: by how much the texts are worse."""
        return {name: each.at_least_0() for name, each in self.differences.items()}

    @cached_property
    def whole(self) -> Resampled:
        """The sum of the parts.

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
        _, high = percentiles(self.whole.values, confidence)
        kept = [
            each.values
            for each in self.differences.values()
            if not np.isnan(each.estimate) and each.estimate > -np.nanstd(each.values)
        ]
        low, _ = percentiles(np.sum(kept, axis=0), confidence) if kept else (0.0, 0.0)
        return (np.nan if np.isnan(high) else max(0.0, low)), high


@dataclass(frozen=True)
class Point:
    """The texts of a generator at one temperature and cut-off, or at several together."""

    group: str
    temperature: float
    sums: Sums
    sizes: BySize
    """The sums of each class of the texts by number of ingredients."""
    blocks: Sequence[float]
    """The share of distinct 2-grams in each block of the texts."""
    curves: Curves
    real: Point | None = None
    """The real recipes that it is compared with; None for real recipes themselves."""

    @property
    def count(self) -> int:
        """The number of its texts."""
        return self.sums["texts"].known

    @property
    def titles(self) -> frozenset[str]:
        """The held-out recipes whose titles its texts were given."""
        return self.sums.titles

    def figures(self, totals: Totals) -> Figures:
        """The metrics of its texts from sums over them, which may be weighted."""
        return Figures(totals, self.curves[origin_of(self.sums)])

    @cached_property
    def raw(self) -> Figures:
        """The metrics of its texts as they are."""
        return self.figures(as_they_are(self.sums))

    @cached_property
    def beside_real(self) -> tuple[Figures, Figures]:
        """The metrics of its texts and of real recipes, at equal numbers of ingredients."""
        assert self.real is not None
        own, real = figures_of([self, self.real])
        return own, real

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
    def lost_diversity(self) -> Resampled:
        """By how much distinct 2-grams lie below those of real recipes, as a share of these."""
        assert self.real is not None
        real, own = self.real.diversity, self.diversity
        kept = Resampled(own.estimate / real.estimate, own.values / real.values)
        return Resampled(1.0, np.ones(len(kept.values))).minus(kept)

    @cached_property
    def distance(self) -> Distance:
        """Its distance from real cooking, at equal numbers of ingredients."""
        return Distance.of(*self.beside_real, self.lost_diversity)

    @cached_property
    def raw_distance(self) -> Distance:
        """The same with the texts and the real recipes as they are."""
        assert self.real is not None
        return Distance.of(self.raw, self.real.raw, self.lost_diversity)


def figures_of(points: Sequence[Point]) -> list[Figures]:
    """The metrics of several points, all at the same numbers of ingredients."""
    totals = at_equal_sizes([point.sizes for point in points])
    return [point.figures(own) for point, own in zip(points, totals, strict=True)]


def distances_of(a: Point, b: Point) -> tuple[Distance, Distance]:
    """The distances of two points, all texts and real recipes at the same numbers of ingredients.

    The points may have different real recipes: with ingredient lists and without.
    """
    real = [point.real for point in (a, b) if point.real is not None]
    alone = real[:1] if real[0] is real[-1] else real
    one, other, *theirs = figures_of([a, b, *alone])
    return (
        Distance.of(one, theirs[0], a.lost_diversity),
        Distance.of(other, theirs[-1], b.lost_diversity),
    )
