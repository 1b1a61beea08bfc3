"""Learning from the recipes of a corpus which ingredients belong together.

Three layers, each of which can be read by itself: :mod:`recipegen.pairing.lifts` says how often
two meet and how sure that is, :mod:`recipegen.pairing.context` how likely an ingredient is given
the rest of its recipe, :mod:`recipegen.pairing.calibration` how surprising a recipe is among
real ones.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd

from recipegen.config import LearnPairings
from recipegen.pairing.calibration import calibrate, fit_weights
from recipegen.pairing.companions import with_companions
from recipegen.pairing.context import ORIGINS, IngredientModel, arrays_table
from recipegen.pairing.counts import Counts, Floats
from recipegen.pairing.exchange import Intruders
from recipegen.pairing.fitting import fit_ingredient_model
from recipegen.pairing.lifts import fit_lifts
from recipegen.pairing.plausibility import Plausibility
from recipegen.pairing.sets import Sets
from recipegen.pairing.validation import (
    Row,
    completion_test,
    false_alarms,
    flagged_recipes,
    intruder_test,
    take_one_out,
)
from recipegen.pairing.verdicts import flag_pairs, pair_verdicts
from recipegen.progress import Progress, silent

FITTING = 4
"""One in so many recipes of the valid split chooses parameters; the others calibrate."""

TESTED = 2000
"""Recipes of the test split that are tested at most: intervals of two points, in seconds."""


@dataclass(frozen=True)
class Learned:
    """The tables of the stage."""

    ingredients: pd.DataFrame
    pairings: pd.DataFrame
    ingredient_model: pd.DataFrame
    pairing_validation: pd.DataFrame


def learn_pairings(
    recipe_ingredients: pd.DataFrame,
    texts: pd.DataFrame,
    kinds: pd.DataFrame,
    settings: LearnPairings,
    seed: int,
    progress: Progress = silent,
) -> Learned:
    """What the recipes of a corpus say about ingredients that belong together.

    Counts are of the training split, where a recipe holds what its lines or its directions name:
    lines are more exact, but texts are judged by directions, which name things in their own way
    ("cream" for heavy cream). A quarter of the valid split chooses what has to be chosen, the
    rest calibrates, on texts of the kind that is judged; the test split measures.

    Args:
        recipe_ingredients: the table.
        texts: recipe_id, split and ingredient of real recipes of the valid and test splits, found
            in texts that are like those to be judged.
        kinds: ingredient, category and basic of the lexicon.
        settings: of the stage.
        seed: of the random numbers.
        progress: told the share done.
    """
    rows = recipe_ingredients
    train = rows[rows["split"] == "train"]
    progress(0.0, "counting pairs")
    counts = Counts.of(train["recipe_id"], train["ingredient"], settings.ingredients)
    chooses = chooses_parameters(rows["recipe_id"])
    valid = rows[(rows["split"] == "valid") & chooses]
    held_out = Counts.of(valid["recipe_id"], valid["ingredient"])
    lifts = fit_lifts(counts, held_out, settings.prior_strength)
    ingredients = _ingredients(counts, kinds)

    names = list(counts.names)
    train_sets = {
        origin: Sets.of_rows(train[train["origin"] == origin], names) for origin in ORIGINS
    }
    tested = rows[(rows["split"] == "test") & (rows["origin"] == "lines")]
    lines = Sets.of_rows(tested, names)
    # Of millions of recipes these are gigabytes, and what follows needs memory of its own.
    del recipe_ingredients, rows, train, valid, tested
    model = fit_ingredient_model(
        lifts.log_lift,
        train_sets,
        settings.examples,
        settings.epochs,
        seed,
        lambda share, note="": progress(0.05 + 0.85 * share, note),
    )
    progress(0.9, "calibrating")
    is_valid, chooses = texts["split"] == "valid", chooses_parameters(texts["recipe_id"])
    categories = ingredients["category"].tolist()
    intruders = {origin: Intruders(model.shares(origin), categories) for origin in ORIGINS}
    chosen = Sets.of_rows(texts[is_valid & chooses], names)
    weights = _weights(model, chosen, intruders["directions"], seed)
    real = Sets.of_rows(texts[is_valid & ~chooses], names).several()
    calibration = calibrate(weights, model.double().fits(real), real)
    table = arrays_table({**model.arrays(), **calibration.arrays()})
    pairings = pair_verdicts(lifts, counts, ingredients["basic"].to_numpy(), settings)
    flag_pairs(pairings, names, real, settings.false_alarm_rate)
    progress(0.95, "validating")
    plausibility = Plausibility(ingredients, pairings, table)
    found = _validate(plausibility, lines, texts[texts["split"] == "test"], intruders, seed)
    columns = ["test", "metric", "estimate", "low", "high", "count"]
    validation = pd.DataFrame(found, columns=columns)
    return Learned(with_companions(pairings, ingredients), pairings, table, validation)


def chooses_parameters(recipe_ids: pd.Series) -> pd.Series:
    """Whether a recipe of the valid split is of those that choose parameters."""
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


def _weights(model: IngredientModel, sets: Sets, intruders: Intruders, seed: int) -> Floats:
    random = np.random.default_rng([seed, 0xCA])
    spoilt = intruders.spoil(sets, 1, "frequency", random)
    both = Sets(
        np.concatenate([spoilt.real.members, spoilt.exchanged.members]),
        np.concatenate([spoilt.real.sizes, spoilt.exchanged.sizes]),
    )
    marks = np.concatenate([np.zeros(len(spoilt.real.members), dtype=bool), spoilt.intruders])
    return fit_weights(model.fits(both), both, marks)


def _validate(
    plausibility: Plausibility,
    lines: Sets,
    texts: pd.DataFrame,
    intruders: Mapping[str, Intruders],
    seed: int,
) -> list[Row]:
    random = np.random.default_rng([seed, 0x1D])
    recipes = [group.tolist() for _, group in texts.groupby("recipe_id")["ingredient"]]
    scores = plausibility.judge_all(recipes)
    rows = [*false_alarms(scores), *flagged_recipes(scores)]
    written = Sets.of_rows(texts, plausibility.names)
    for origin, sets in (("lines", lines), ("directions", written)):
        several = sets.several()
        tested = several.take(random.permutation(len(several))[:TESTED])
        measure = partial(plausibility.measure, origin=origin)
        name = {"lines": "ingredient lines", "directions": "texts"}[origin]
        for number in (1, 2, 3):
            spoilt = intruders[origin].spoil(tested, number, "frequency", random)
            test = f"{name}, {number} exchanged for others of like frequency"
            rows += intruder_test(test, measure, spoilt)
        rest, missing = take_one_out(tested, random)
        logs = plausibility.model.completions(rest, origin)
        rows += completion_test(f"{name}, the one taken out", logs, missing)
    return rows
