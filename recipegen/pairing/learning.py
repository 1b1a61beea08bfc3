"""Learning from the recipes of a corpus which ingredients belong together.

There are four layers, and each can be read by itself:

- :mod:`recipegen.pairing.lifts` says how often two ingredients meet, and how sure that is;
- :mod:`recipegen.pairing.objections` says whether a cook would object;
- :mod:`recipegen.pairing.set_encoder` says how likely an ingredient is, given the
  rest of its recipe;
- :mod:`recipegen.pairing.calibration` says how surprising a recipe is among real ones.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np
import numpy.typing as npt
import pandas as pd

from recipegen.config import LearnPairings
from recipegen.pairing.calibration import LIFT, calibrate, fit_recipe_weights, fit_weights
from recipegen.pairing.counts import Counts, Floats
from recipegen.pairing.exchange_equivalent import Support, learn_curve
from recipegen.pairing.ingredient_sets import Sets
from recipegen.pairing.lifts import Lifts, fit_lifts
from recipegen.pairing.negative_sampling import Intruders, exchange_share, splice
from recipegen.pairing.neighbours import with_companions
from recipegen.pairing.objections import Objections
from recipegen.pairing.pairs_of_dish import taken
from recipegen.pairing.plausibility import Plausibility, evidence_of
from recipegen.pairing.prior import FROM_NOTHING, Prior
from recipegen.pairing.recipe_evidence import PairMatrices, worst_objection
from recipegen.pairing.set_encoder import ORIGINS, IngredientModel, arrays_table
from recipegen.pairing.set_encoder_training import USUAL, Restraint, fit_ingredient_model
from recipegen.pairing.validation import (
    Row,
    completion_test,
    exchanged_shares,
    false_alarms,
    flagged_recipes,
    intruder_test,
    spliced_test,
    take_one_out,
)
from recipegen.pairing.verdicts import Limits, Pairs, matrices_of, typical_unlisted
from recipegen.progress import Progress, silent

FITTING = 4
"""One in this many recipes of the valid split chooses parameters; the others calibrate."""

TESTED = 2000
"""Most recipes of the test split that are tested: enough for intervals of two points in seconds."""

TUNED = 2
"""The number of examples is divided by this if the network starts as that of the judge."""

JUDGE_TEST = "a recipe of the corpus, in recipes of the built-in judge"

WITHOUT_JUDGE = Limits(objection=-1.0, spread=0.5)
"""Limits of the verdicts if there is neither a judge nor enough recipes."""


@dataclass(frozen=True)
class Learned:
    """The tables of the stage."""

    ingredients: pd.DataFrame
    pairings: pd.DataFrame
    ingredient_model: pd.DataFrame
    pairing_validation: pd.DataFrame


@dataclass(frozen=True)
class Beforehand:
    """What is known before the recipes are read."""

    objections: Callable[[Lifts, tuple[str, ...]], Objections]
    """Gives what people object to, from the lifts of ingredients and their names."""
    prior: Prior | None
    """A judge whose recipes count too, or None."""
    limits: Limits = WITHOUT_JUDGE
    restraint: Restraint = USUAL

    @classmethod
    def of(cls, judge: Prior, settings: LearnPairings) -> Beforehand:
        """What a judge knows; its recipes count if ``settings.prior`` says so."""
        prior = judge if settings.prior == "built-in" else None
        return cls(lambda *_: judge.objections, prior, judge.limits)


def learn_pairings(
    recipe_ingredients: pd.DataFrame,
    texts: pd.DataFrame,
    kinds: pd.DataFrame,
    settings: LearnPairings,
    seed: int,
    known: Beforehand,
    progress: Progress = silent,
) -> Learned:
    """What the recipes of a corpus say about ingredients that belong together.

    Pairs are counted in the training split. A recipe holds what its lines or its directions name.
    Lines are more exact, but texts are judged by their directions, and these name things in their
    own way ("cream" for heavy cream). A quarter of the valid split chooses parameters. The rest
    calibrates, on texts of the kind that is judged. The test split measures.

    Args:
        recipe_ingredients: the table.
        texts: recipe_id, split and ingredient of real recipes of the valid and test splits, found
            in texts that are like those to be judged. With a column ``choice``, the number of the
            choice in the recipe that the ingredient is a member of, only the most plausible member
            counts.
        kinds: ingredient, category and basic of the lexicon.
        settings: of the stage.
        seed: of the random numbers.
        known: what is known beforehand.
        progress: told the share done.
    """
    rows = recipe_ingredients
    train = rows[rows["split"] == "train"]
    progress(0.0, "counting pairs")
    counts = _counts(train, kinds, settings, known.prior)
    chooses = chooses_parameters(rows["recipe_id"])
    valid = rows[(rows["split"] == "valid") & chooses]
    held_out = Counts.of(valid["recipe_id"], valid["ingredient"])
    names = list(counts.names)
    others = known.prior.others(counts.names) if known.prior else None
    lifts = fit_lifts(counts, held_out, settings.prior_strength, others)
    ingredients = _ingredients(counts, kinds)
    basic = ingredients["basic"].to_numpy(dtype=bool)
    pairs = Pairs.of(lifts, counts.names, basic, known.objections(lifts, counts.names), settings)
    texts = taken(texts, names, pairs.objections_squared())

    train_sets = {
        origin: Sets.of_rows(train[train["origin"] == origin], names) for origin in ORIGINS
    }
    held = {
        split: _held_out_sets(rows, texts, split, names) for split in ("valid", "chooses", "test")
    }
    # With millions of recipes these tables take gigabytes, which the next steps need.
    del recipe_ingredients, rows, train, valid
    model = fit_ingredient_model(
        lifts.log_lift,
        train_sets,
        settings.examples // (TUNED if known.prior else 1),
        settings.epochs,
        seed,
        lambda share, note="": progress(0.1 + 0.75 * share, note),
        _places_in(known.prior, names),
        known.restraint,
    )
    progress(0.85, "calibrating")
    limits = pairs.limits(_real_texts(texts, names), known.limits)
    verdicts = pairs.verdicts(limits)
    before = known.prior.verdicts_of(counts.names) if known.prior else None
    pairings = pairs.table(verdicts, limits, counts.meetings, before)
    unlisted = typical_unlisted(pairs, verdicts, counts.meetings)
    categories = ingredients["category"].tolist()
    intruders = {origin: Intruders(model.shares(origin), categories) for origin in ORIGINS}
    arrays: dict[str, Floats] = {
        **model.arrays,
        **pairs.objections.arrays(),
        "limits": np.array(limits),
        "unlisted": unlisted,
        "lifts": np.array([lifts.strength, lifts.rank, lifts.worth]),
    }
    matrices = matrices_of(names, pairings, unlisted)
    for origin in ORIGINS:
        spoiling = Spoiling(intruders[origin], model.shares(origin), seed)
        several = {split: held[split][origin].several() for split in ("chooses", "valid")}
        arrays |= _calibrated(
            model, matrices, several, spoiling, known.prior, lifts.together, origin
        )
    progress(0.95, "validating")
    plausibility = Plausibility(names, matrices, arrays)
    found = _validate(plausibility, held["test"], texts, intruders, seed)
    if known.prior:
        found.append((JUDGE_TEST, "worth_of_a_recipe", lifts.worth, np.nan, np.nan, held_out.size))
    columns = ["test", "metric", "estimate", "low", "high", "count"]
    return Learned(
        with_companions(pairings, ingredients),
        pairings,
        arrays_table(arrays),
        pd.DataFrame(found, columns=columns),
    )


def _counts(
    train: pd.DataFrame, kinds: pd.DataFrame, settings: LearnPairings, prior: Prior | None
) -> Counts:
    """Counts of the commonest ingredients, filled up with ingredients that only the judge knows.

    The lexicon can find ingredients in texts that no recipe of a small corpus holds.
    """
    counts = Counts.of(train["recipe_id"], train["ingredient"], settings.ingredients)
    if prior is None:
        return counts
    nameable = set(kinds["ingredient"].dropna())
    by_count = prior.ingredients.sort_values("count", ascending=False, kind="stable")
    more = [name for name in by_count["ingredient"] if name in nameable - set(counts.names)]
    return counts.joined_by(more[: max(0, settings.ingredients - len(counts.names))])


def _held_out_sets(
    rows: pd.DataFrame, texts: pd.DataFrame, split: str, names: list[str]
) -> dict[str, Sets]:
    """Recipes by origin: the test split, or those of valid that choose, or the others of valid."""
    found = {}
    for origin, frame in (("lines", rows[rows["origin"] == "lines"]), ("directions", texts)):
        if split == "test":
            chosen = frame[frame["split"] == "test"]
        else:
            valid = frame[frame["split"] == "valid"]
            chosen = valid[chooses_parameters(valid["recipe_id"]) == (split == "chooses")]
        found[origin] = Sets.of_rows(chosen, names)
    return found


def _real_texts(texts: pd.DataFrame, names: list[str]) -> Sets:
    """Texts of the whole valid split: a rate of one in a thousand needs as many as there are."""
    return Sets.of_rows(texts[texts["split"] == "valid"], names).several()


def _places_in(
    prior: Prior | None, names: list[str]
) -> tuple[Mapping[str, Floats], npt.NDArray[np.intp]] | None:
    if prior is None:
        return None
    return prior.arrays, prior.places(names)


@dataclass(frozen=True)
class Spoiling:
    """Spoils real recipes on purpose."""

    intruders: Intruders
    shares: Floats
    seed: int

    def kinds(self, real: Sets) -> list[tuple[Sets, float]]:
        """Recipes spoilt in each way, and the weight of one of them in the regression."""
        random = np.random.default_rng([self.seed, 0x5B])
        one = self.intruders.spoil(real, 1, "frequency", random).exchanged
        fifth = exchange_share(real, 0.2, "even", self.shares, random)
        whole = [exchange_share(real, 1.0, way, self.shares, random) for way in ("drawn", "even")]
        worth = (2.0, 2.0, 0.5, 1.5, 3.0)
        return list(zip([one, splice(real), fifth, *whole], worth, strict=True))


def _calibrated(
    model: IngredientModel,
    pairs: PairMatrices,
    held_out: Mapping[str, Sets],
    spoiling: Spoiling,
    prior: Prior | None,
    together: Floats,
    origin: str,
) -> dict[str, Floats]:
    """What turns the evidence on recipes of an origin into scores, p-values and doses."""
    chosen, real = held_out["chooses"], held_out["valid"]
    beforehand = prior.weights(origin) if prior else FROM_NOTHING
    known = prior.curve(origin) if prior else None
    weights = _weights(model, chosen, spoiling, beforehand[0], origin)

    def evidence(sets: Sets) -> Floats:
        return evidence_of(model, pairs, weights, sets, origin)[1]

    spoilt = [(evidence(sets), worth) for sets, worth in spoiling.kinds(chosen)]
    recipe_weights = fit_recipe_weights(evidence(chosen), spoilt, beforehand[1], LIFT[origin])
    scores = evidence(real) @ recipe_weights
    worst = worst_objection(real, pairs)
    calibration = calibrate(weights, recipe_weights, scores, worst, real.sizes)
    random = np.random.default_rng([spoiling.seed, 0xD0])
    support = Support.of(pairs.log_lift, spoiling.shares, together)
    curve = learn_curve(real, support, spoiling.shares, random, known)
    return {
        **calibration.arrays(origin),
        f"exchanged.{origin}": curve.array(),
        f"typical.{origin}": support.typical,
    }


def chooses_parameters(recipe_ids: pd.Series) -> pd.Series:
    """Whether each recipe of the valid split is one of those that choose parameters."""
    return recipe_ids.map(lambda name: sum(name.encode()) % FITTING == 0).astype(bool)


def _ingredients(counts: Counts, kinds: pd.DataFrame) -> pd.DataFrame:
    of_name = (
        kinds.dropna(subset="ingredient").drop_duplicates("ingredient").set_index("ingredient")
    )
    names = pd.Series(list(counts.names), dtype="str")
    return pd.DataFrame(
        {
            "ingredient": names,
            "category": names.map(of_name["category"]),
            "basic": names.map(of_name["basic"]).eq(True),
            "count": counts.single.astype(np.int64),
            "share": counts.single / max(1, counts.uses.shape[0]),
        }
    )


def _weights(
    model: IngredientModel, sets: Sets, spoiling: Spoiling, beforehand: Floats, origin: str
) -> Floats:
    random = np.random.default_rng([spoiling.seed, 0xCA])
    spoilt = spoiling.intruders.spoil(sets, 1, "frequency", random)
    both = Sets(
        np.concatenate([spoilt.real.members, spoilt.exchanged.members]),
        np.concatenate([spoilt.real.sizes, spoilt.exchanged.sizes]),
    )
    marks = np.concatenate([np.zeros(len(spoilt.real.members), dtype=bool), spoilt.intruders])
    return fit_weights(model.fits(both, origin)[0], both, marks, beforehand)


def _validate(
    plausibility: Plausibility,
    held_out: Mapping[str, Sets],
    texts: pd.DataFrame,
    intruders: Mapping[str, Intruders],
    seed: int,
) -> list[Row]:
    random = np.random.default_rng([seed, 0x1D])
    written = texts[texts["split"] == "test"]
    recipes = [group.tolist() for _, group in written.groupby("recipe_id")["ingredient"]]
    scores = plausibility.judge_all(recipes)
    rows = [*false_alarms(scores), *flagged_recipes(scores)]
    for origin, sets in held_out.items():
        several = sets.several()
        tested = several.take(random.permutation(len(several))[:TESTED])
        measure = partial(plausibility.measure, origin=origin)
        _, real = measure(tested)
        name = {"lines": "ingredient lines", "directions": "texts"}[origin]
        for number in (1, 2, 3):
            spoilt = intruders[origin].spoil(tested, number, "frequency", random)
            test = f"{name}, {number} exchanged for others of like frequency"
            rows += intruder_test(test, real, measure, spoilt)
        rows += spliced_test(f"{name}, two recipes spliced", real, measure, tested)
        rows += exchanged_shares(name, plausibility, tested, origin, random)
        rest, missing = take_one_out(tested, random)
        logs = plausibility.model.completions(rest, origin)
        rows += completion_test(f"{name}, the one taken out", logs, missing)
    return rows
