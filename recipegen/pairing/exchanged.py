"""The share of a real recipe's ingredients that would have to be exchanged to look like a text.

If a share d of the ingredients of a real recipe is exchanged for others, drawn without regard to
the recipe, a share (1 - d)^2 of its pairs is still what it was, and the others meet as by chance.
The **support** of a pair, (lift - 1) / (1 - c + c lift), is 0 on the average of pairs that meet by
chance, and high for those that belong together: the best that a sum over pairs can tell the share
of real ones among them by (the locally most powerful statistic of a mixture), c keeping the
strongest pairs from outweighing all others. Relative to what the same ingredients have in real
recipes, it falls from that of real recipes to
that of random ones like (1 - d)^p, p near 2, however the strangers were drawn. Real recipes that
were spoilt on purpose at known doses give the three numbers.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import astuple, dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import brute

from recipegen.pairing.counts import Floats
from recipegen.pairing.exchange import Way, exchange_share
from recipegen.pairing.sets import Sets

BOUND = 0.05
"""The c of a pair's support: it is 1 / c at most."""

DOSES = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1.0)
"""Shares of the ingredients that are exchanged to learn the curve."""

WAYS: tuple[Way, ...] = ("drawn", "even")

TYPICAL, LEAST_TYPICAL = 1.5, 0.05
"""Bounds of what is typical of an ingredient: over the mean, and as it is."""

ENOUGH = 1000
"""Real recipes from which a corpus has a curve of its own."""

MOST = 3000
"""Real recipes that are spoilt to learn a curve, at most."""

POWERS = (1.5, 3.5)
"""Between which the power of the curve is sought."""


def support_of(log_lift: Floats) -> Floats:
    """How much each pair speaks for two that belong together, -1 / (1 - c) to 1 / c."""
    lift = np.exp(log_lift)
    return np.asarray((lift - 1) / (1 - BOUND + BOUND * lift))


def log_lift_of(support: float) -> float:
    """The log lift of a pair with this support."""
    return float(np.log((1 + support * (1 - BOUND)) / (1 - BOUND * support)))


@dataclass(frozen=True)
class Support:
    """How much pairs speak for ingredients that belong together."""

    pairs: npt.NDArray[np.float32]
    """:func:`centred_support`, N x N."""
    typical: Floats
    """What each ingredient has with the others of its real recipes, 0 to 1, N: see below."""

    @classmethod
    def of(cls, log_lift: npt.NDArray[np.float32], shares: Floats, together: Floats) -> Support:
        """From the log lifts of N ingredients, how common each is, and their meetings, N x N.

        Salt supports nothing, in real recipes as in others: the support of a pair is set against
        what its two have in real recipes on average. That is cut at ``TYPICAL`` times the mean, or
        rare ingredients, whose companions are few and sure, would outweigh all others.
        """
        pairs = centred_support(log_lift, shares)
        met = together - np.diag(np.diag(together))
        typical = (met * pairs).sum(axis=1) / np.maximum(met.sum(axis=1), 1e-9)
        most = TYPICAL * max(float(typical @ shares / shares.sum()), LEAST_TYPICAL)
        return cls(pairs, np.clip(typical, LEAST_TYPICAL, most) / most)

    def sums(self, members: npt.NDArray[np.int64]) -> tuple[float, float]:
        """The support of all pairs of a set, and what is typical of them."""
        found = float(self.pairs[np.ix_(members, members)].astype(np.float64).sum()) / 2
        return found, float(self.typical[members].sum()) * (len(members) - 1) / 2


def centred_support(log_lift: npt.NDArray[np.float32], shares: Floats) -> npt.NDArray[np.float32]:
    """The support of every pair less what strangers of each of the two have on average, N x N.

    Strangers are drawn half by how common they are and half evenly, so that neither way of spoiling
    a recipe looks worse than the other. 0 on the diagonal.

    Args:
        log_lift: N x N.
        shares: how common each ingredient is, N.
    """
    support = support_of(log_lift.astype(np.float64))
    np.fill_diagonal(support, 0.0)
    drawn = 0.5 * shares / shares.sum() + 0.5 / len(shares)
    usual = support @ drawn
    support -= usual[:, None] + usual[None, :] - drawn @ usual
    np.fill_diagonal(support, 0.0)
    return support.astype(np.float32)


@dataclass(frozen=True)
class ExchangeCurve:
    """Relative support of pairs by the share d of exchanged ingredients.

    It is ``random + (real - random) * (1 - d) ** power``.
    """

    real: float
    random: float
    power: float

    def share(self, support: Floats | float) -> Floats:
        """The share of exchanged ingredients, 0 to 1, at which pairs have this support."""
        left = (np.asarray(support) - self.random) / max(self.real - self.random, 1e-9)
        return np.asarray(1 - np.clip(left, 0.0, 1.0) ** (1 / self.power))

    def array(self) -> Floats:
        """The three numbers."""
        return np.array(astuple(self))


def relative_support(sets: Sets, support: Support) -> float:
    """The support of the pairs of all sets over what is typical of them; NaN without a pair."""
    found, typical = np.array([support.sums(each) for each in sets]).reshape(-1, 2).sum(axis=0)
    return float(found / typical) if typical else float("nan")


def fit_curve(points: Iterable[tuple[float, float]]) -> ExchangeCurve:
    """The curve that tells the doses best from the mean supports, by least squares.

    What random pairs come to is fitted too, for spoilt recipes come near it from either side.

    Args:
        points: share exchanged and support; 0 and 1 are among the shares.
    """
    doses, means = map(np.array, zip(*points, strict=True))
    real, lowest = (float(means[doses == end].mean()) for end in (0.0, 1.0))
    span = real - lowest

    def error(fitted: Floats) -> float:
        curve = ExchangeCurve(real, lowest + float(fitted[0]) * span, float(fitted[1]))
        return float(((curve.share(means) - doses) ** 2).sum())

    shift, power = brute(error, (slice(-0.05, 0.02, 0.002), slice(*POWERS, 0.05)), finish=None)
    return ExchangeCurve(real, lowest + float(shift) * span, float(power))


def learn_curve(
    real: Sets,
    support: Support,
    shares: Floats,
    random: np.random.Generator,
    known: ExchangeCurve | None = None,
) -> ExchangeCurve:
    """The curve of real recipes, spoilt at each dose in both ways.

    Args:
        real: sets of two ingredients and more.
        support: of every pair.
        shares: how common each ingredient is, N.
        random: draws what comes in.
        known: a curve of other recipes: where there are few, its shape stands, for what random
            pairs come to takes thousands of recipes to tell.
    """
    if not len(real):
        return known or ExchangeCurve(1.0, 0.0, 2.0)
    if known and len(real) < ENOUGH:
        own = relative_support(real, support)
        return ExchangeCurve(own, own * known.random / known.real, known.power)
    if len(real) > MOST:
        real = real.take(random.permutation(len(real))[:MOST])
    return fit_curve(
        (dose, relative_support(exchange_share(real, dose, way, shares, random), support))
        for dose in DOSES
        for way in WAYS
    )
