"""Pairs and scores of texts, from the ingredients found in them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import pandas as pd
from spacy.language import Language

from recipegen.ingredients.dish import dish_of
from recipegen.ingredients.recipe_reader import ReadRecipe, read_recipes
from recipegen.pairing.pairs_of_dish import Dish
from recipegen.pairing.plausibility import Plausibility, RecipeScore
from recipegen.pairing.set_encoder import ORIGINS
from recipegen.tables import TABLES


def score_texts(
    texts: pd.DataFrame, nlp: Language, plausibility: Plausibility
) -> dict[str, pd.DataFrame]:
    """The tables ``mentions``, ``sample_pairs`` and ``sample_scores``, in the order of the texts.

    Args:
        texts: columns sample_id, text, group, temperature, from_fields.
        nlp: finds the ingredients.
        plausibility: judges them.
    """
    ids = texts["sample_id"].tolist()
    read = read_recipes(nlp, texts["text"], texts["from_fields"].tolist())
    recipes = list(map(_only_ingredients, read))
    rows = [
        {
            "sample_id": sample_id,
            **placed.mention._asdict(),
            "section": placed.section,
            "part": placed.part,
        }
        for sample_id, recipe in zip(ids, recipes, strict=True)
        for placed in recipe.foods
    ]
    pairs, scores = _judge(ids, recipes, plausibility)
    return {
        "mentions": pd.DataFrame(rows, columns=TABLES["mentions"].column_names),
        "sample_pairs": pairs,
        "sample_scores": scores.assign(
            group=texts["group"].tolist(), temperature=texts["temperature"].tolist()
        ),
    }


def judge_recipes(
    texts: Sequence[str], nlp: Language, plausibility: Plausibility
) -> list[tuple[ReadRecipe, RecipeScore]]:
    """The ingredients and the score of each text, without tables.

    Args:
        texts: whole recipes.
        nlp: finds the ingredients.
        plausibility: judges them.
    """
    recipes = list(map(_only_ingredients, read_recipes(nlp, texts)))
    scores: dict[int, RecipeScore] = {}
    for origin, chosen, dishes in _by_origin(recipes):
        scores |= zip(chosen, plausibility.judge_all(dishes, origin), strict=True)
    return [(recipe, scores[at]) for at, recipe in enumerate(recipes)]


def _only_ingredients(recipe: ReadRecipe) -> ReadRecipe:
    return recipe._replace(foods=[each for each in recipe.foods if each.mention.ingredient])


def _by_origin(recipes: Sequence[ReadRecipe]) -> Iterator[tuple[str, list[int], list[Dish]]]:
    """Each origin, the places of the recipes that have it, and what they put into the dish."""
    for origin in ORIGINS:
        chosen = [at for at, recipe in enumerate(recipes) if recipe.origin == origin]
        yield origin, chosen, [dish_of(recipes[at].foods) for at in chosen]


def _judge(
    sample_ids: Sequence[str], recipes: Sequence[ReadRecipe], plausibility: Plausibility
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Pairs and scores in the order of the recipes; each origin has a calibration of its own."""
    parts = []
    for origin, chosen, dishes in _by_origin(recipes):
        pairs, scores = score_samples(
            [sample_ids[at] for at in chosen], dishes, plausibility, origin
        )
        parts.append((pairs, scores.assign(origin=origin)))
    order = {sample_id: place for place, sample_id in enumerate(sample_ids)}
    pairs, scores = (
        pd.concat(each, ignore_index=True).sort_values(
            "sample_id", key=lambda ids: ids.map(order), kind="stable", ignore_index=True
        )
        for each in zip(*parts, strict=True)
    )
    return pairs, scores


def score_samples(
    sample_ids: Sequence[str],
    dishes: Sequence[Dish | Iterable[str]],
    plausibility: Plausibility,
    origin: str = "directions",
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The tables ``sample_pairs`` and ``sample_scores``; the caller adds group and temperature.

    Args:
        sample_ids: the ids of the samples.
        dishes: what each sample puts into the dish, or only its canonical ingredients.
        plausibility: judges them.
        origin: where the ingredients were found, ``lines`` or ``directions``.
    """
    judged = plausibility.judge_all(dishes, origin)
    pairs = [
        (sample_id, pair.a, pair.b, pair.verdict, pair.implausible, pair.log_lift)
        for sample_id, score in zip(sample_ids, judged, strict=True)
        for pair in score.pairs
    ]
    scores = pd.DataFrame(
        {
            "sample_id": list(sample_ids),
            "ingredient_count": [len(score.ingredients) for score in judged],
            "pair_count": [len(score.pairs) for score in judged],
            "judged_pair_count": [sum(p.judged for p in score.pairs) for score in judged],
            "implausible_pair_count": [sum(p.implausible for p in score.pairs) for score in judged],
            "unusual_pair_count": [
                sum(p.verdict == "unusual" for p in score.pairs) for score in judged
            ],
            "pair_support": [score.support for score in judged],
            "typical_support": [score.typical_support for score in judged],
            "implausibility": pd.array([score.implausibility for score in judged], dtype="Float64"),
            "p_value": pd.array([score.p_value for score in judged], dtype="Float64"),
            "flagged": pd.array([score.flagged for score in judged], dtype="bool"),
            "worst_ingredient": [score.worst_ingredient for score in judged],
        }
    )
    # Without any recipe the types cannot be told from the values.
    counts = dict.fromkeys(scores.columns[scores.columns.str.endswith("_count")], "int64")
    scores = scores.astype({"sample_id": "str", **counts})
    columns = ["sample_id", "ingredient_a", "ingredient_b", "verdict", "implausible", "log_lift"]
    types = {"implausible": "bool", "log_lift": "float64"}
    return pd.DataFrame(pairs, columns=columns).astype(types), scores
