"""Learning from the recipes of a corpus which pairs of ingredients belong together.

The lift of a pair, observed over expected co-occurrences, is shrunk towards 1 by a gamma-Poisson
model (DuMouchel 1999): C ~ Poisson(lambda E), lambda ~ Gamma(k, k), so that lambda given C is
Gamma(C + k, E + k), with mean (C + k) / (E + k). A pair that chance would hardly ever make stays
near 1, however seldom it was seen: its absence proves nothing.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.stats import gamma

from recipegen.config import LearnPairings
from recipegen.pairing.counts import Counts, Floats
from recipegen.pairing.plausibility import Plausibility
from recipegen.pairing.validation import false_alarms, intruder_test

MIN_EXPECTED_LISTED = 1.0
"""Chance co-occurrences from which a pair that was never seen is listed."""

MIN_CALIBRATION_PAIRS = 10
"""Pairs of real recipes at or under the threshold, at least, for it to be estimated from them."""


def learn_pairings(
    recipe_ingredients: pd.DataFrame, settings: LearnPairings, seed: int
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """The tables ``ingredients``, ``pairings`` and ``pairing_validation``.

    Learned from the training split, where a recipe holds what its lines or its directions name:
    lines are more exact, but texts are judged by directions, which name things in their own way
    ("cream" for heavy cream). The threshold is set on the directions of the valid split, the kind
    of text that is judged, and measured on those of the test split.
    """
    rows = recipe_ingredients
    train = rows[rows["split"] == "train"]
    counts = Counts.of(train["recipe_id"], train["ingredient"])
    recipes = counts.uses.shape[0]
    ingredients = pd.DataFrame(
        {
            "ingredient": list(counts.names),
            "count": counts.single.astype(np.int64),
            "share": counts.single / max(1, recipes),
        }
    )
    pairings = _lifts(counts, settings)
    threshold = _threshold(pairings, _recipes(rows, "valid"), settings.false_alarm_rate)
    certain = (pairings["log_lift_high"] < 0) & (pairings["expected"] >= settings.min_expected)
    pairings["implausible"] = certain & (pairings["log_lift"] <= threshold)
    model, held_out = Plausibility(pairings), _recipes(rows, "test")
    validation = pd.DataFrame(
        [*false_alarms(model.judge, held_out), *intruder_test(model.judge, held_out, counts, seed)],
        columns=["test", "metric", "estimate", "low", "high", "count"],
    )
    return ingredients, pairings, validation


def _lifts(counts: Counts, settings: LearnPairings) -> pd.DataFrame:
    together, expected = counts.together(), counts.expected()
    listed = np.triu((together > 0) | (expected >= MIN_EXPECTED_LISTED), k=1)
    a, b = np.nonzero(listed)
    observed, chance = together[a, b], expected[a, b]
    k, tail = settings.prior_strength, (1 - settings.interval) / 2
    names = np.array(counts.names, dtype=object)

    def quantile(share: float) -> Floats:
        return np.log(gamma.ppf(share, observed + k, scale=1 / (chance + k)))

    return pd.DataFrame(
        {
            "ingredient_a": names[a],
            "ingredient_b": names[b],
            "count_a": counts.single[a].astype(np.int64),
            "count_b": counts.single[b].astype(np.int64),
            "count_both": observed.astype(np.int64),
            "expected": chance,
            "log_lift": np.log((observed + k) / (chance + k)),
            "log_lift_low": quantile(tail),
            "log_lift_high": quantile(1 - tail),
            "implausible": False,
        }
    )


def _recipes(rows: pd.DataFrame, split: str) -> list[list[str]]:
    """The ingredients of the recipes of a split, as found in their directions."""
    chosen = rows[(rows["split"] == split) & (rows["origin"] == "directions")]
    return [group.tolist() for _, group in chosen.groupby("recipe_id")["ingredient"]]


def _threshold(pairings: pd.DataFrame, recipes: list[list[str]], rate: float) -> float:
    """The log lift that ``rate`` of the pairs of real recipes lie at or under.

    Infinite, so that it decides nothing, where there are too few pairs to tell.
    """
    model = Plausibility(pairings)
    lifts = [pair.log_lift for recipe in recipes for pair in model.judge(recipe).pairs]
    if len(lifts) < MIN_CALIBRATION_PAIRS / rate:
        return float("inf")
    return float(np.quantile(lifts, rate, method="lower"))
