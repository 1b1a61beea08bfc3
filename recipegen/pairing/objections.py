"""Whether a cook would object to a pair.

Recipes say how seldom two ingredients meet, but not whether they go together. Baking powder and
garlic meet an eighth as often as by chance, and falafel holds both. So a reader was asked. The
answers are in ``data/pair_judgements.csv``, and docs/pairings.md has the protocol. A logistic
regression predicts the answers from what is known of a pair: the lift and its interval, how often
each of the two meets the companions of the other, the sides of the kitchen that they belong to, and
whether one leavens or carries other tastes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt
from scipy.special import expit

from recipegen.pairing.counts import Floats
from recipegen.pairing.lifts import Lifts

TRAITS = (
    "log_lift",
    "log_lift under -2",
    "log_prior",
    "log_lift_high",
    "log_lift_high under -1",
    "log_lift_low",
    "with companions, the lesser",
    "with companions, the greater",
    "sides apart",
    "sides alike",
    "leavens",
    "carries",
)
"""What is known of a pair, in the order of the weights."""

SWEET = frozenset(
    "almond extract,brown sugar,caramel,chocolate,chocolate chip,cinnamon,cocoa,powdered sugar,"
    "vanilla,whipped cream".split(",")
)
SAVOURY = frozenset(
    "bay leaf,chicken broth,cumin,garlic,mustard,onion,parsley,soy sauce,thyme,tomato".split(",")
)
"""``SWEET`` and this are the two sides of the kitchen. An ingredient belongs to the side whose ten
ingredients it meets more often."""

LEAVENERS = frozenset({"baking powder", "baking soda", "cream of tartar", "yeast"})
"""Ingredients that raise a dough and hardly taste: falafel holds baking powder and garlic."""

CARRIERS = frozenset(
    "breadcrumb,butter,cake flour,cornstarch,cream,egg,flour,gelatin,heavy cream,margarine,milk,"
    "shortening,tapioca,xanthan gum".split(",")
)
"""Ingredients that bind, thicken or carry other tastes, sweet as well as savoury."""

MASS = 0.95
"""Probability mass of the interval among the traits, which is that of one collection alone."""

LOWEST_HIGH, LOWEST_LOW = -4.0, -8.0
"""Lower bounds of the two ends of the interval: lower values say no more."""

LEAST, MOST = -9.0, 3.0
"""Range to which log-odds are cut before they are averaged."""

RIDGE = 3.0
"""Penalty on the squared weights of standardised traits."""

Places = tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]


@dataclass(frozen=True)
class Objections:
    """Weights that turn the traits of a pair into the log-odds that a cook objects."""

    mean: Floats
    """Mean of each trait over the judged pairs."""
    scale: Floats
    """Standard deviation of each trait over the judged pairs."""
    weights: Floats
    """Intercept, then a weight for each standardised trait."""

    def log_odds(self, traits: Floats) -> Floats:
        """The log-odds that a cook objects to each pair, P, from its traits, P x 12."""
        return np.asarray(((traits - self.mean) / self.scale) @ self.weights[1:] + self.weights[0])

    def arrays(self) -> dict[str, Floats]:
        """The numbers by name, for a table."""
        return {f"objections.{name}": values for name, values in vars(self).items()}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, Floats]) -> Objections:
        """The weights with these numbers."""
        return cls(*(arrays[f"objections.{field.name}"] for field in fields(cls)))


def meeting_companions(log_lift: Floats) -> Floats:
    """How often each ingredient meets the companions of another: mean log lifts, N x N.

    Row i, column j has the mean log lift of i with the companions of j, each weighted by its
    positive log lift with j.
    """
    liked = np.maximum(log_lift, 0.0)
    shares = liked / np.maximum(liked.sum(axis=1, keepdims=True), 1e-9)
    return np.asarray(log_lift @ shares.T)


@dataclass(frozen=True)
class Kitchen:
    """What is known of each of N ingredients, and of how it meets the companions of others."""

    company: Floats
    """:func:`meeting_companions`, N x N."""
    side: Floats
    """Mean log lift with the sweet ingredients minus that with the savoury ones, N."""
    leavens: npt.NDArray[np.bool_]
    carries: npt.NDArray[np.bool_]

    @classmethod
    def of(cls, log_lift: Floats, names: Sequence[str]) -> Kitchen:
        """What is known of the ingredients with these names, from their log lifts."""
        sweet, savoury, leavens, carries = (
            np.array([name in group for name in names], dtype=bool)
            for group in (SWEET, SAVOURY, LEAVENERS, CARRIERS)
        )
        side = np.zeros(len(names))
        if sweet.any() and savoury.any():
            side = log_lift[:, sweet].mean(axis=1) - log_lift[:, savoury].mean(axis=1)
        return cls(meeting_companions(log_lift), side, leavens, carries)


def pair_traits(lifts: Lifts, at: Places, kitchen: Kitchen, ends: tuple[Floats, Floats]) -> Floats:
    """The traits of the pairs at these places, P x 12.

    Args:
        lifts: of N ingredients.
        at: the places of the pairs.
        kitchen: what is known of the ingredients.
        ends: both ends of the interval with mass ``MASS`` of each pair's log lift, P.
    """
    a, b = at
    log_lift = lifts.log_lift[a, b]
    low, high = np.maximum(ends[0], LOWEST_LOW), np.maximum(ends[1], LOWEST_HIGH)
    one, other = kitchen.company[a, b], kitchen.company[b, a]
    return np.column_stack(
        [
            log_lift,
            np.minimum(log_lift + 2, 0.0),
            lifts.log_prior[a, b],
            high,
            np.minimum(high + 1, 0.0),
            low,
            np.minimum(one, other),
            np.maximum(one, other),
            np.abs(kitchen.side[a] - kitchen.side[b]),
            kitchen.side[a] * kitchen.side[b],
            kitchen.leavens[a] | kitchen.leavens[b],
            kitchen.carries[a] | kitchen.carries[b],
        ]
    ).astype(np.float64)


def fit_objections(traits: Floats, objects: npt.NDArray[np.bool_]) -> Objections:
    """Logistic regression with a ridge penalty: what people said, given the traits of the pairs.

    Args:
        traits: P x 12.
        objects: whether a cook objects to each, P.
    """
    from scipy.optimize import minimize  # slow to import, and only learning needs it

    mean, scale = traits.mean(axis=0), traits.std(axis=0) + 1e-9
    design = np.column_stack([np.ones(len(traits)), (traits - mean) / scale])
    said = objects.astype(np.float64)

    def loss(weights: Floats) -> tuple[float, Floats]:
        odds, slopes = design @ weights, np.r_[0.0, weights[1:]]
        value = np.logaddexp(0.0, odds).sum() - odds @ said + RIDGE * slopes @ slopes
        return float(value), design.T @ (expit(odds) - said) + 2 * RIDGE * slopes

    start = np.zeros(design.shape[1])
    return Objections(mean, scale, minimize(loss, start, jac=True, method="L-BFGS-B").x)
