"""Which pairs of ingredients are implausible, and which only seem so."""

from __future__ import annotations

from itertools import chain, combinations

import numpy as np
import numpy.typing as npt
import pandas as pd

from recipegen.config import LearnPairings
from recipegen.pairing.counts import Counts, Floats
from recipegen.pairing.lifts import Lifts
from recipegen.pairing.sets import Sets

MIN_EXPECTED_LISTED = 1.0
"""Chance co-occurrences from which a pair that was never seen is listed."""

MIN_CALIBRATION_PAIRS = 10
"""Pairs of real recipes at or under the threshold, at least, for it to be estimated from them."""


def pair_verdicts(
    lifts: Lifts, counts: Counts, basic: npt.NDArray[np.bool_], settings: LearnPairings
) -> pd.DataFrame:
    """The table ``pairings``, no pair flagged yet.

    Args:
        lifts: of N ingredients.
        counts: what they were fitted to.
        basic: which of them go with anything, N.
        settings: of the stage.
    """
    together, expected = lifts.together, lifts.expected
    a, b = np.nonzero(np.triu((together > 0) | (expected >= MIN_EXPECTED_LISTED), k=1))
    tail = (1 - settings.interval) / 2
    names = np.array(counts.names, dtype=object)
    low, high = (lifts.log_quantile(share, (a, b)) for share in (tail, 1 - tail))
    kinship = _company(lifts.log_lift)[a, b]
    enough = expected[a, b] >= settings.min_expected
    verdict = np.select(
        [
            (low <= 0) & (high >= 0) & ~enough,
            ~enough | (high >= 0) | basic[a] | basic[b],
            kinship >= settings.same_company,
        ],
        ["unknown", "plausible", "alternatives"],
        "rare",
    )
    return pd.DataFrame(
        {
            "ingredient_a": names[a],
            "ingredient_b": names[b],
            "count_a": counts.single[a].astype(np.int64),
            "count_b": counts.single[b].astype(np.int64),
            "count_both": together[a, b].astype(np.int64),
            "expected": expected[a, b],
            "log_prior": lifts.log_prior[a, b],
            "log_lift": lifts.log_lift[a, b],
            "log_lift_low": low,
            "log_lift_high": high,
            "same_company": kinship,
            "verdict": verdict,
            "implausible": False,
        }
    )


def _company(log_lift: Floats) -> Floats:
    """Cosine of the positive log lifts of two ingredients with all others, N x N, 0 to 1.

    High for alternatives, such as chicken and salmon: they go with the same things, and meet
    seldom because one is enough. What both avoid says little: most avoid chocolate.
    """
    liked = np.maximum(log_lift, 0.0)
    directions = liked / np.maximum(np.linalg.norm(liked, axis=1, keepdims=True), 1e-12)
    return np.asarray(directions @ directions.T)


def flag_pairs(pairings: pd.DataFrame, names: list[str], real: Sets, rate: float) -> None:
    """Call those of the rare pairs implausible that ``rate`` of the pairs of real recipes are.

    All of the rare ones where there are too few pairs to tell.
    """
    places = {name: place for place, name in enumerate(names)}
    rare = pairings[pairings["verdict"] == "rare"]
    lift_of = dict(
        zip(
            zip(rare["ingredient_a"].map(places), rare["ingredient_b"].map(places), strict=True),
            rare["log_lift"],
            strict=True,
        )
    )
    pairs = chain.from_iterable(combinations(members.tolist(), 2) for members in real)
    found = [lift_of[pair] for pair in pairs if pair in lift_of]
    threshold = np.inf
    allowed = int(rate * (real.sizes * (real.sizes - 1) // 2).sum())
    if allowed >= MIN_CALIBRATION_PAIRS and allowed < len(found):
        threshold = float(np.partition(found, allowed - 1)[allowed - 1])
    implausible = (pairings["verdict"] == "rare") & (pairings["log_lift"] <= threshold)
    pairings["implausible"] = implausible
    pairings["verdict"] = pairings["verdict"].mask(implausible, "implausible")
