"""How well pairs and recipes are judged, measured on recipes that nothing was learned from."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np
import numpy.typing as npt
from scipy.stats import binomtest, bootstrap

from recipegen.pairing.counts import Floats
from recipegen.pairing.exchange_equivalent import WAYS
from recipegen.pairing.ingredient_sets import Sets
from recipegen.pairing.negative_sampling import Spoilt, exchange_share, splice
from recipegen.pairing.plausibility import Plausibility, RecipeScore

Row = tuple[str, str, float, float, float, int]
Measure = Callable[[Sets], tuple[Floats, Floats]]
"""From sets: how far out of place each member is, T, and how implausible each set is, B."""

RESAMPLES = 300

TESTED_DOSES = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)

DRAWN = {"drawn": "drawn by how common they are", "even": "drawn evenly from all names"}
"""In words, how the new ingredients are drawn."""

SIZES = (2, 6, 8, 10, 12)
"""The smallest number of ingredients in each group of sizes."""


def false_alarms(scores: Sequence[RecipeScore]) -> list[Row]:
    """The share of the pairs of real recipes with each verdict; bootstrap over recipes."""
    pairs = np.array([len(score.pairs) for score in scores], dtype=np.float64)
    test, rows = "real recipes of the test split, as texts", []
    for verdict in ("implausible", "unusual", "alternatives", "unknown"):
        flags = [sum(pair.verdict == verdict for pair in score.pairs) for score in scores]
        metric, found = f"{verdict}_pair_rate", np.array(flags, dtype=np.float64)
        if pairs.sum() == 0:
            rows.append((test, metric, np.nan, np.nan, np.nan, len(scores)))
            continue
        interval = _interval((found, pairs), _ratio)
        rows.append((test, metric, float(found.sum() / pairs.sum()), *interval, len(scores)))
    return rows


def flagged_recipes(scores: Sequence[RecipeScore]) -> Iterator[Row]:
    """The share of real recipes that are flagged, overall and by size; Wilson intervals."""
    judged = [score for score in scores if score.p_value is not None]
    sizes = np.array([len(score.ingredients) for score in judged], dtype=np.int64)
    flags = np.array([score.flagged for score in judged], dtype=bool)
    groups = [("", np.ones(len(flags), dtype=bool))]
    groups += [
        (f", {low} {f'to {high - 1}' if high else 'and more'} ingredients", chosen)
        for low, high in zip(SIZES, (*SIZES[1:], None), strict=True)
        for chosen in [(sizes >= low) & (sizes < (high or np.inf))]
    ]
    for label, chosen in groups:
        test = f"real recipes of the test split, as texts{label}"
        count, found = int(chosen.sum()), int(flags[chosen].sum())
        if not count:
            yield test, "flagged_recipe_rate", np.nan, np.nan, np.nan, 0
            continue
        interval = binomtest(found, count).proportion_ci(method="wilson")
        yield test, "flagged_recipe_rate", found / count, interval.low, interval.high, count


def intruder_test(test: str, real: Floats, measure: Measure, spoilt: Spoilt) -> list[Row]:
    """Whether spoilt recipes score worse than the real ones, and for which ingredient.

    Args:
        test: what the rows are called.
        real: how implausible each recipe is that was to be spoilt.
        measure: measures the spoilt ones.
        spoilt: the recipes, spoilt.

    Returns:
        Rows: AUC of real against spoilt recipes, the share of the spoilt ones found at 5 % and
        1 % false alarms, and how often an intruder is the ingredient that fits worst.
    """
    count = len(spoilt.real)
    if count < 2:
        return [(test, metric, np.nan, np.nan, np.nan, count) for metric in INTRUDER_METRICS]
    real = real[spoilt.places]
    misfits, fake = measure(spoilt.exchanged)
    named = spoilt.intruders[spoilt.exchanged.largest(misfits)].astype(np.float64)
    data = {
        "auc": (real, fake),
        "found_at_5": (real, fake),
        "found_at_1": (real, fake),
        "named_first": (named,),
    }
    return [
        (test, metric, float(statistic(*data[metric])), *_interval(data[metric], statistic), count)
        for metric, statistic in INTRUDER_METRICS.items()
    ]


def spliced_test(test: str, real: Floats, measure: Measure, recipes: Sets) -> list[Row]:
    """Whether two recipes in one score worse than real recipes.

    Args:
        test: what the rows are called.
        real: how implausible each recipe is.
        measure: measures the spliced ones.
        recipes: the real ones.

    Returns:
        Rows: AUC of real recipes against each spliced with the next, and the share found at 5 %
        false alarms.
    """
    count, metrics = len(real), ("auc", "found_at_5")
    if count < 2:
        return [(test, metric, np.nan, np.nan, np.nan, count) for metric in metrics]
    data = (real, measure(splice(recipes))[1])
    return [
        (test, metric, float(statistic(*data)), *_interval(data, statistic), count)
        for metric in metrics
        for statistic in [INTRUDER_METRICS[metric]]
    ]


def exchanged_shares(
    name: str, plausibility: Plausibility, real: Sets, origin: str, random: np.random.Generator
) -> Iterator[Row]:
    """The exchanged share that is found when a known share of the ingredients was exchanged."""
    support, shares = plausibility.supports[origin], plausibility.model.shares(origin)
    curve = plausibility.curves[origin]
    for way in WAYS:
        for dose in TESTED_DOSES:
            sets = exchange_share(real, dose, way, shares, random)
            sums, typical = support.sums(sets).T

            def share(sums: Floats, typical: Floats) -> float:
                return float(curve.share(sums.sum() / max(1e-9, typical.sum())))

            test = f"{name}, {dose:.0%} exchanged, {DRAWN[way]}"
            if not len(sets):
                yield test, "exchanged_share", np.nan, np.nan, np.nan, 0
                continue
            interval = _interval((sums, typical), share)
            yield test, "exchanged_share", share(sums, typical), *interval, len(sets)


def completion_test(test: str, logs: Floats, missing: npt.NDArray[np.int64]) -> list[Row]:
    """How high the ingredient that was taken out of a recipe is ranked.

    Args:
        test: what the rows are called.
        logs: score of every ingredient as the missing one, B x N.
        missing: the one that was taken out, B.
    """
    own = logs[np.arange(len(missing)), missing][:, None]
    ranks = 1 + (logs > own).sum(axis=1) + ((logs == own).sum(axis=1) - 1) / 2
    metrics: dict[str, Callable[[Floats], float]] = {
        "mean_reciprocal_rank": lambda found: float((1 / found).mean()),
        "recall_at_10": lambda found: float((found <= 10).mean()),
        "median_rank": lambda found: float(np.median(found)),
    }
    if not len(missing):
        return [(test, metric, np.nan, np.nan, np.nan, 0) for metric in metrics]
    return [
        (test, metric, statistic(ranks), *_interval((ranks,), statistic), len(ranks))
        for metric, statistic in metrics.items()
    ]


def take_one_out(sets: Sets, random: np.random.Generator) -> tuple[Sets, npt.NDArray[np.int64]]:
    """Each set of at least two members without a random one, and the ones taken out."""
    sets = sets.several()
    places = sets.starts + (random.random(len(sets)) * sets.sizes).astype(np.int64)
    return Sets(np.delete(sets.members, places), sets.sizes - 1), sets.members[places]


def auc(real: Floats, spoilt: Floats) -> float:
    """The chance that a spoilt recipe scores above a real one, a tie counting one half.

    The Mann-Whitney statistic over the product of the group sizes.
    """
    real, spoilt = np.sort(real), np.sort(spoilt)
    above, not_below = (np.searchsorted(real, spoilt, side) for side in ("left", "right"))
    return float((above.sum() + not_below.sum()) / 2 / (len(spoilt) * len(real)))


def found_at(rate: float) -> Callable[[Floats, Floats], float]:
    """Metric: the share of spoilt recipes that score above all but ``rate`` of the real ones."""

    def found(real: Floats, spoilt: Floats) -> float:
        return float((spoilt > np.quantile(real, 1 - rate)).mean())

    return found


INTRUDER_METRICS: dict[str, Callable[..., float]] = {
    "auc": auc,
    "found_at_5": found_at(0.05),
    "found_at_1": found_at(0.01),
    "named_first": lambda named: float(np.mean(named)),
}


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
        n_resamples=RESAMPLES,
        method="percentile",
        rng=np.random.default_rng(0),
    ).confidence_interval
    return float(found.low), float(found.high)
