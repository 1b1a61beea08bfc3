"""The share of a real recipe's ingredients that would have to be exchanged to look like a text.

Suppose that a share d of the ingredients of a real recipe is exchanged for others, which are drawn
without regard to the recipe. Then a share (1 - d)^2 of its pairs is still what it was, and the
other pairs meet as by chance.

The **support** of a pair is (lift - 1) / (1 - c + c lift). Its mean is 0 over pairs that meet by
chance, and it is high for pairs that belong together. No other sum over pairs tells the share of
real pairs among them better (it is the locally most powerful statistic of a mixture). The constant
c keeps the strongest pairs from outweighing all others.

Support is divided by what the same ingredients have in real recipes. As d grows, this relative
support falls from its value in real recipes to its value in random ones like (1 - d)^p, with p near
2, however the new ingredients were drawn. The two values and p are learned from real recipes that
were spoilt on purpose at known doses.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import astuple, dataclass

import numpy as np
import numpy.typing as npt

from recipegen.pairing.counts import Floats
from recipegen.pairing.ingredient_sets import Sets
from recipegen.pairing.negative_sampling import Way, exchange_share

BOUND = 0.05
"""The c in the support of a pair. The support is at most 1 / c."""

DOSES = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1.0)
"""Shares of the ingredients that are exchanged in order to learn the curve."""

WAYS: tuple[Way, ...] = ("drawn", "even")

TYPICAL, LEAST_TYPICAL = 1.5, 0.05
"""Upper bound of an ingredient's typical support, as a multiple of the mean; and lower bound."""

ENOUGH = 1000
"""Fewest real recipes with which a corpus gets a curve of its own."""

MOST = 3000
"""Most real recipes that are spoilt in order to learn a curve."""

POWERS = (1.5, 3.5)
"""Range in which the power of the curve is sought."""


def support_of(log_lift: Floats) -> Floats:
    """Support of each pair: how far the two seem to belong together, -1 / (1 - c) to 1 / c."""
    lift = np.exp(log_lift)
    return np.asarray((lift - 1) / (1 - BOUND + BOUND * lift))


def log_lift_of(support: float) -> float:
    """The log lift of a pair with this support."""
    return float(np.log((1 + support * (1 - BOUND)) / (1 - BOUND * support)))


@dataclass(frozen=True)
class Support:
    """The support of all pairs, and what support is typical of each ingredient."""

    pairs: npt.NDArray[np.float32]
    """:func:`centred_support`, N x N."""
    typical: Floats
    """Support of each ingredient with the others of its real recipes, 0 to 1, N: see :meth:`of`."""

    @classmethod
    def of(cls, log_lift: npt.NDArray[np.float32], shares: Floats, together: Floats) -> Support:
        """From the log lifts of N ingredients, how common each is, and their meetings, N x N.

        Salt has no support, in real recipes as in others. So the support of a pair is compared with
        what its two ingredients have in real recipes on average. This average is cut at ``TYPICAL``
        times its mean over ingredients. Otherwise rare ingredients, whose companions are few and
        certain, would outweigh all others.
        """
        pairs = centred_support(log_lift, shares)
        met = together - np.diag(np.diag(together))
        typical = (met * pairs).sum(axis=1) / np.maximum(met.sum(axis=1), 1e-9)
        most = TYPICAL * max(float(typical @ shares / shares.sum()), LEAST_TYPICAL)
        return cls(pairs, np.clip(typical, LEAST_TYPICAL, most) / most)

    def sums(self, sets: Sets) -> Floats:
        """The summed support of the pairs of each set, and the sum typical of them, B x 2."""
        found = np.empty((len(sets), 2))
        for places, members in sets.by_size():
            squares = self.pairs[members[:, :, None], members[:, None, :]].astype(np.float64)
            found[places, 0] = squares.reshape(len(places), -1).sum(axis=1) / 2
            found[places, 1] = self.typical[members].sum(axis=1) * (members.shape[1] - 1) / 2
        if len(sets.apart):
            a, b = sets.members[sets.apart].T
            owners = sets.owners[sets.apart[:, 0]]
            np.subtract.at(found[:, 0], owners, self.pairs[a, b])
            np.subtract.at(found[:, 1], owners, (self.typical[a] + self.typical[b]) / 2)
        return found


def centred_support(log_lift: npt.NDArray[np.float32], shares: Floats) -> npt.NDArray[np.float32]:
    """The support of every pair minus the mean of each of the two with random others, N x N.

    The random others are drawn half by how common they are and half evenly, so that neither way of
    spoiling a recipe looks worse than the other. The diagonal is 0.

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
    """Relative support of pairs as a function of the share d of exchanged ingredients.

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
    """Support of the pairs of all sets, divided by the typical support; NaN without a pair."""
    found, typical = support.sums(sets).sum(axis=0)
    return float(found / typical) if typical else float("nan")


def fit_curve(points: Iterable[tuple[float, float]]) -> ExchangeCurve:
    """The curve that predicts the doses best from the mean supports, by least squares.

    The support of random pairs is fitted too, because spoilt recipes approach it from either side.

    Args:
        points: share exchanged and support; 0 and 1 are among the shares.
    """
    from scipy.optimize import brute  # slow to import, and only learning needs it

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
    """The curve learned from real recipes that are spoilt at each dose in both ways.

    Args:
        real: sets of at least two ingredients.
        support: of every pair.
        shares: how common each ingredient is, N.
        random: draws the new ingredients.
        known: a curve of other recipes. Its shape is kept if there are few recipes, because it
            takes thousands of recipes to estimate the support of random pairs.
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
