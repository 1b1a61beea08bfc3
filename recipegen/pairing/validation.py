"""How well pairs are judged, measured on recipes that nothing was learned from."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from scipy.stats import bootstrap, rankdata

from recipegen.pairing.counts import Counts, Floats
from recipegen.pairing.plausibility import RecipeScore

Judge = Callable[[Sequence[str]], RecipeScore]
Row = tuple[str, str, float, float, float, int]

RECIPES = 2000
"""Recipes that are tested at most: enough for an interval of two points, in seconds."""

RANK_WINDOW = 0.25
"""An intruder's frequency rank differs by at most this share from that of what it replaces."""


def false_alarms(judge: Judge, recipes: Sequence[Sequence[str]]) -> list[Row]:
    """The share of the pairs of real recipes that are flagged, the recipe as the unit."""
    scores = [judge(recipe) for recipe in recipes]
    pairs = np.array([len(score.pairs) for score in scores], dtype=np.float64)
    flags = np.array([sum(pair.implausible for pair in score.pairs) for score in scores])
    test = "real recipes of the test split, from directions"
    if pairs.sum() == 0:
        return [(test, "implausible_pair_rate", np.nan, np.nan, np.nan, len(recipes))]
    estimate = flags.sum() / pairs.sum()
    low, high = _interval((flags, pairs), _ratio)
    return [(test, "implausible_pair_rate", float(estimate), low, high, len(recipes))]


def intruder_test(
    judge: Judge, recipes: Sequence[Sequence[str]], counts: Counts, seed: int
) -> list[Row]:
    """Whether a recipe with one ingredient exchanged scores worse than the real one.

    The intruder is drawn among ingredients of like frequency, so that rarity gives nothing away.

    Returns:
        Rows: AUC of real against spoilt recipes, and how often the intruder is the ingredient
        that fits worst.
    """
    random = np.random.default_rng([seed, 0x1D])
    ranked = [counts.names[place] for place in np.argsort(-counts.single, kind="stable")]
    real, spoilt, named = [], [], []
    for recipe in list(recipes)[:RECIPES]:
        exchanged = _exchange(recipe, ranked, random)
        if exchanged is None:
            continue
        intruder, ingredients = exchanged
        before, after = judge(recipe), judge(ingredients)
        if before.implausibility is not None and after.implausibility is not None:
            real.append(before.implausibility)
            spoilt.append(after.implausibility)
            named.append(float(after.worst_ingredient == intruder))
    test, count = "one ingredient exchanged for one of like frequency", len(real)
    if count < 2:
        return [(test, metric, np.nan, np.nan, np.nan, count) for metric in ("auc", "named_first")]
    pairs = np.array(real), np.array(spoilt)
    return [
        (test, "auc", auc(*pairs), *_interval(pairs, auc), count),
        (
            test,
            "named_first",
            float(np.mean(named)),
            *_interval((np.array(named),), np.mean),
            count,
        ),
    ]


def auc(real: Floats, spoilt: Floats) -> float:
    """The chance that a spoilt recipe scores above a real one, a tie counting one half.

    The Mann-Whitney statistic over the product of the group sizes.
    """
    ranks = rankdata(np.concatenate([spoilt, real]))[: len(spoilt)]
    above = ranks.sum() - len(spoilt) * (len(spoilt) + 1) / 2
    return float(above / (len(spoilt) * len(real)))


def _exchange(
    recipe: Sequence[str], ranked: Sequence[str], random: np.random.Generator
) -> tuple[str, list[str]] | None:
    """An intruder, and the recipe with it in the place of one of its ingredients."""
    ranks = {name: rank for rank, name in enumerate(ranked)}
    known = sorted(set(recipe) & set(ranks))
    if len(known) < 2:
        return None
    victim = known[random.integers(len(known))]
    low, high = (ranks[victim] * (1 + sign * RANK_WINDOW) for sign in (-1, 1))
    others = [name for name in ranked[int(low) : int(high) + 2] if name not in known]
    if not others:
        return None
    intruder = others[random.integers(len(others))]
    return intruder, [intruder, *(name for name in known if name != victim)]


def _ratio(flags: Floats, pairs: Floats) -> float:
    return float(flags.sum() / max(1.0, pairs.sum()))


def _interval(data: tuple[Floats, ...], statistic: Callable[..., float]) -> tuple[float, float]:
    """A 95 % percentile bootstrap interval over recipes; the columns stay together."""
    if len(data[0]) < 2:
        return np.nan, np.nan
    found = bootstrap(
        data,
        statistic,
        paired=True,
        vectorized=False,
        n_resamples=500,
        method="percentile",
        rng=np.random.default_rng(0),
    ).confidence_interval
    return float(found.low), float(found.high)
