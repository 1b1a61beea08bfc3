"""The verdict on a pair of ingredients, and the limits at which it is given.

A verdict rests on two questions. Would a cook object (:mod:`recipegen.pairing.objections`)? Then
the pair is *implausible*. Do cooks put the two together less often than by chance? If the whole
interval of the lift lies under 1, the pair is *unusual*. If moreover both go with the same other
ingredients, they are *alternatives* instead. The limits are set on real recipes: a given share of
their pairs may be called implausible, and a given share unusual.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import ndtri

from recipegen.config import LearnPairings
from recipegen.pairing.counts import Floats, Meetings
from recipegen.pairing.exchange_equivalent import log_lift_of, support_of
from recipegen.pairing.ingredient_sets import Sets
from recipegen.pairing.lifts import Lifts
from recipegen.pairing.objections import LEAST, MASS, Kitchen, Objections, Places, pair_traits
from recipegen.pairing.recipe_evidence import PairMatrices

VERDICTS = ("unknown", "plausible", "alternatives", "unusual", "implausible")
"""In the order of their codes."""

UNKNOWN, PLAUSIBLE, ALTERNATIVES, UNUSUAL, IMPLAUSIBLE = range(len(VERDICTS))

MIN_EXPECTED_LISTED = 1.0
"""Expected co-occurrences from which a pair is listed whatever its verdict."""

SAFE = -2.0
"""Log-odds of an objection up to which a pair counts as plausible even if few meetings were
expected: a probability of one in eight."""

NOTHING_EXPECTED = 0.01
"""Expected co-occurrences under which ``SAFE`` does not make a pair plausible."""

MIN_CALIBRATION_PAIRS = 50
"""Fewest pairs of real recipes that the rate of a verdict must allow for them to set its limit.
Otherwise the limit of the built-in judge is used."""


class Limits(NamedTuple):
    """The limits at which pairs are called implausible or unusual."""

    objection: float
    """Log-odds of an objection from which a pair is implausible."""
    spread: float
    """Standard deviation of log lifts between collections; the larger, the fewer are unusual."""


@dataclass(frozen=True)
class Pairs:
    """All pairs of N ingredients, P = N (N - 1) / 2, and what is known of each."""

    at: Places
    lifts: Lifts
    objection: Floats
    """Log-odds that a cook objects, P; ``LEAST`` for pairs with a basic."""
    same_company: Floats
    """Cosine of the positive log lifts of the two with all others, P, 0 to 1."""
    below: Floats
    """Distance from the log lift down to the end of its interval in one collection, P."""
    above: Floats
    """Distance up to the other end, P."""
    objections: Objections
    settings: LearnPairings

    @classmethod
    def of(
        cls,
        lifts: Lifts,
        names: Sequence[str],
        basic: npt.NDArray[np.bool_],
        objections: Objections,
        settings: LearnPairings,
        at: Places | None = None,
    ) -> Pairs:
        """The pairs at some places, or all pairs, judged by their traits.

        Args:
            lifts: of N ingredients.
            names: of these ingredients.
            basic: which of them are basic, N.
            objections: what people object to.
            settings: of the stage that learns pairings.
            at: places of pairs, P; all pairs by default.
        """
        at = at or np.triu_indices(len(basic), 1)
        ends = lifts.log_interval(MASS, at)
        traits = pair_traits(lifts, at, Kitchen.of(lifts.log_lift, names), ends)
        odds = np.where(basic[at[0]] | basic[at[1]], LEAST, objections.log_odds(traits))
        # It takes seconds to find the ends, so they are not found twice.
        low, high = ends if settings.interval == MASS else lifts.log_interval(settings.interval, at)
        middle = lifts.log_lift[at]
        far = (np.maximum(middle - low, 0.0), np.maximum(high - middle, 0.0))
        return cls(at, lifts, odds, _company(lifts.log_lift)[at], *far, objections, settings)

    def verdicts(self, limits: Limits) -> npt.NDArray[np.uint8]:
        """The code of each pair's verdict, P."""
        settings = self.settings
        low, high = self.interval(limits)
        expected = self.lifts.expected[self.at]
        told = expected >= settings.min_expected
        safe = (self.objection <= SAFE) & (expected >= NOTHING_EXPECTED)
        return np.select(
            [
                self.objection >= limits.objection,
                (high < 0) & (self.same_company >= settings.same_company),
                high < 0,
                told | (low > 0) | safe,
            ],
            [IMPLAUSIBLE, ALTERNATIVES, UNUSUAL, PLAUSIBLE],
            UNKNOWN,
        ).astype(np.uint8)

    def table(
        self,
        verdicts: npt.NDArray[np.uint8],
        limits: Limits,
        met: Meetings,
        before: npt.NDArray[np.uint8] | None = None,
    ) -> pd.DataFrame:
        """The table ``pairings``: pairs that met, were expected to meet, or are not ``unknown``.

        Args:
            verdicts: P.
            limits: those with which the verdicts were found.
            met: how often the ingredients met in the corpus alone.
            before: verdicts of a judge that knew nothing of the corpus, N x N, or None.
        """
        together, expected = met.together[self.at], met.expected[self.at]
        listed = (together > 0) | (expected >= MIN_EXPECTED_LISTED) | (verdicts != UNKNOWN)
        low, high = self.interval(limits)
        places = np.flatnonzero(listed)
        a, b = (side[places] for side in self.at)
        words = np.array(VERDICTS, dtype=object)
        names, single = np.array(met.names, dtype=object), met.single.astype(np.int64)
        return pd.DataFrame(
            {
                "ingredient_a": names[a],
                "ingredient_b": names[b],
                "count_a": single[a],
                "count_b": single[b],
                "count_both": together[places].astype(np.int64),
                "expected": expected[places],
                "others_both": self.lifts.together[a, b] - together[places],
                "others_expected": self.lifts.expected[a, b] - expected[places],
                "log_prior": self.lifts.log_prior[a, b],
                "log_lift": self.lifts.log_lift[a, b],
                "log_lift_low": low[places],
                "log_lift_high": high[places],
                "same_company": self.same_company[places],
                "objection": self.objection[places],
                "verdict": words[verdicts[places]],
                "implausible": verdicts[places] == IMPLAUSIBLE,
                "verdict_before": None if before is None else words[before[a, b]],
            }
        )

    def objections_squared(self) -> Floats:
        """The objections as a matrix, N x N."""
        return _square(self.objection, len(self.lifts.log_lift), self.at)

    def limits(self, real: Sets, known: Limits) -> Limits:
        """The limits at which the rates of the settings hold for the pairs of real recipes.

        A limit of ``known`` is kept if there are too few pairs to set it.
        """
        size, settings = len(self.lifts.log_lift), self.settings
        of_pair = np.zeros((size, size), dtype=np.int64)
        of_pair[self.at] = np.arange(len(self.objection))
        met = np.concatenate(
            [np.zeros(0, dtype=np.int64)]
            + [
                of_pair[np.ix_(each, each)][np.triu_indices(len(each), 1)]
                for each in map(np.sort, real)
            ]
        )
        objection, spread = known
        if settings.false_alarm_rate * len(met) >= MIN_CALIBRATION_PAIRS:
            objection = _limit(self.objection[met], settings.false_alarm_rate)
        if settings.unusual_rate * len(met) >= MIN_CALIBRATION_PAIRS:
            spread = _limit(self._critical_spread(objection)[met], settings.unusual_rate)
        return Limits(objection, spread)

    def _critical_spread(self, objection: float) -> Floats:
        """The spread from which the interval of a pair reaches 1; 0 for a pair never unusual."""
        middle = self.lifts.log_lift[self.at]
        critical = np.sqrt(np.maximum(middle**2 - self.above**2, 0.0)) / self._z
        other = self.objection >= objection
        other |= self.same_company >= self.settings.same_company
        return np.asarray(np.where((middle < 0) & ~other, critical, 0.0))

    def interval(self, limits: Limits) -> tuple[Floats, Floats]:
        """Both ends of the interval of each log lift, P.

        The posterior of one collection and the spread between collections are independent, so the
        squares of their distances from the middle are added.
        """
        middle, far = self.lifts.log_lift[self.at], self._z * limits.spread
        return middle - np.hypot(self.below, far), middle + np.hypot(self.above, far)

    @property
    def _z(self) -> float:
        return float(ndtri((1 + self.settings.interval) / 2))


def _limit(values: Floats, rate: float) -> float:
    """The value that a share ``rate`` of all values reach or exceed."""
    allowed = max(1, int(rate * len(values)))
    return float(np.partition(values, len(values) - allowed)[len(values) - allowed])


def _square(values: npt.NDArray[Any], size: int, at: Places) -> npt.NDArray[Any]:
    square = np.zeros((size, size), dtype=values.dtype)
    square[at] = values
    return square + square.T


def _company(log_lift: Floats) -> Floats:
    """Cosine of the positive log lifts of two ingredients with all others, N x N, 0 to 1.

    It is high for alternatives, such as chicken and salmon. They go with the same things, and meet
    seldom because one is enough. Negative log lifts are left out, because what both avoid says
    little: most ingredients avoid chocolate.
    """
    liked = np.maximum(log_lift, 0.0)
    directions = liked / np.maximum(np.linalg.norm(liked, axis=1, keepdims=True), 1e-12)
    return np.asarray(directions @ directions.T)


def pair_matrices(
    log_lift: Floats,
    at: Places,
    objection: npt.NDArray[np.float32],
    verdict: npt.NDArray[np.uint8],
) -> PairMatrices:
    """What is known of all pairs, as matrices.

    Args:
        log_lift: N x N.
        at: the places of the pairs, P.
        objection: log-odds that a cook objects, P.
        verdict: codes, P.
    """
    size = len(log_lift)
    objections, verdicts = (_square(values, size, at) for values in (objection, verdict))
    return PairMatrices(log_lift.astype(np.float32), objections, verdicts)


def matrices_of(names: list[str], pairings: pd.DataFrame, unlisted: Floats) -> PairMatrices:
    """What the table ``pairings`` says, as matrices of N names.

    Args:
        names: the ingredients.
        pairings: the table.
        unlisted: log lift and objection of every pair that is not listed.
    """
    places = {name: place for place, name in enumerate(names)}
    at = tuple(pairings[f"ingredient_{side}"].map(places).to_numpy() for side in "ab")
    size = len(names)
    log_lift, objection = (np.full((size, size), value, dtype=np.float32) for value in unlisted)
    verdict = np.zeros((size, size), dtype=np.uint8)
    codes = pairings["verdict"].map({name: code for code, name in enumerate(VERDICTS)})
    for square, values in (
        (log_lift, pairings["log_lift"]),
        (objection, pairings["objection"]),
        (verdict, codes),
    ):
        square[at] = square[at[::-1]] = values
    np.fill_diagonal(log_lift, 0.0)
    return PairMatrices(log_lift, objection, verdict)


def typical_unlisted(pairs: Pairs, verdicts: npt.NDArray[np.uint8], met: Meetings) -> Floats:
    """Log lift and objection for all pairs that :meth:`Pairs.table` leaves out.

    They are the log lift of the mean support, and the mean objection.
    """
    together, expected = met.together[pairs.at], met.expected[pairs.at]
    left = (together == 0) & (expected < MIN_EXPECTED_LISTED) & (verdicts == UNKNOWN)
    if not left.any():
        return np.zeros(2)
    support = float(support_of(pairs.lifts.log_lift[pairs.at][left]).mean())
    return np.array([log_lift_of(support), float(pairs.objection[left].mean())])
