"""The share of a real recipe's ingredients that would have to be exchanged to look like a text.

If a share d of the ingredients of a real recipe is exchanged for others, drawn without regard to
the recipe, a share (1 - d)^2 of its pairs is still what it was, and the others meet as by chance.
The **support** of a pair, (lift - 1) / (1 - c + c lift), is 0 on the average of pairs that meet by
chance, and high for those that belong together: the best that a sum over pairs can tell the share
of real ones among them by (the locally most powerful statistic of a mixture), c keeping the
strongest pairs from outweighing all others. So the mean support falls from that of real recipes to
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

POWERS = (1.5, 3.5)
"""Between which the power of the curve is sought."""


def support_of(log_lift: Floats) -> Floats:
    """How much each pair speaks for two that belong together, -1 / (1 - c) to 1 / c."""
    lift = np.exp(log_lift)
    return np.asarray((lift - 1) / (1 - BOUND + BOUND * lift))


def log_lift_of(support: float) -> float:
    """The log lift of a pair with this support."""
    return float(np.log((1 + support * (1 - BOUND)) / (1 - BOUND * support)))


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
    """Mean support of a pair by the share d of exchanged ingredients.

    It is ``random + (real - random) * (1 - d) ** power``.
    """

    real: float
    random: float
    power: float

    def share(self, support: Floats | float) -> Floats:
        """The share of exchanged ingredients, 0 to 1, at which pairs have this mean support."""
        left = (np.asarray(support) - self.random) / max(self.real - self.random, 1e-9)
        return np.asarray(1 - np.clip(left, 0.0, 1.0) ** (1 / self.power))

    def array(self) -> Floats:
        """The three numbers."""
        return np.array(astuple(self))


def mean_support(sets: Sets, support: npt.NDArray[np.float32]) -> float:
    """The mean support of the pairs of all sets; NaN where there is none.

    Args:
        sets: of numbers below N.
        support: N x N, 0 on the diagonal.
    """
    total = sum(float(support[np.ix_(each, each)].sum()) for each in sets) / 2
    pairs = float((sets.sizes * (sets.sizes - 1) // 2).sum())
    return total / pairs if pairs else float("nan")


def fit_curve(points: Iterable[tuple[float, float]]) -> ExchangeCurve:
    """The curve that tells the doses best from the mean supports, by least squares.

    What random pairs come to is fitted too, for spoilt recipes come near it from either side.

    Args:
        points: share exchanged and mean support; 0 and 1 are among the shares.
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
    real: Sets, support: npt.NDArray[np.float32], shares: Floats, random: np.random.Generator
) -> ExchangeCurve:
    """The curve of real recipes, spoilt at each dose in both ways.

    Args:
        real: sets of two ingredients and more.
        support: of every pair, N x N.
        shares: how common each ingredient is, N.
        random: draws what comes in.
    """
    if not len(real):
        return ExchangeCurve(1.0, 0.0, 2.0)
    return fit_curve(
        (dose, mean_support(exchange_share(real, dose, way, shares, random), support))
        for dose in DOSES
        for way in WAYS
    )
