"""Real recipes that come closest to putting two ingredients together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd


@dataclass(frozen=True)
class Precedent:
    """A training recipe with both ingredients, or with one and companions of the other."""

    recipe_id: str
    title: str
    ingredients: list[str]
    """Which of the two it holds, and companions of the other one."""


def precedents(
    wanted: Mapping[str, Sequence[str]], uses: pd.DataFrame, recipes: pd.DataFrame, most: int
) -> list[Precedent]:
    """Recipes with both, those with the fewest ingredients first: there the two matter most.

    If there is no recipe with both: recipes with one and companions of the other, those with the
    most companions first.

    Args:
        wanted: the two ingredients, each with the companions of the other one.
        uses: the table ``recipe_ingredients``, of which the training split is used.
        recipes: recipe_id and title.
        most: how many at most.
    """
    uses = uses.loc[uses["split"] == "train", ["recipe_id", "ingredient"]].drop_duplicates()
    with_one = uses.loc[uses["ingredient"].isin(wanted), "recipe_id"]
    with_both = with_one[with_one.duplicated()]
    rows = uses[uses["recipe_id"].isin(with_both if len(with_both) else with_one)]
    holds = {str(recipe): set(each) for recipe, each in rows.groupby("recipe_id")["ingredient"]}
    why = {recipe: _reasons(held, wanted) for recipe, held in holds.items()}
    rank = {each: len(holds[each]) if len(with_both) else -len(why[each]) for each in holds}
    best = sorted(holds, key=lambda recipe: (rank[recipe], recipe))[:most]
    title = recipes[recipes["recipe_id"].isin(best)].set_index("recipe_id")["title"]
    return [Precedent(each, str(title[each]), why[each]) for each in best if len(why[each]) > 1]


def _reasons(held: set[str], wanted: Mapping[str, Sequence[str]]) -> list[str]:
    """What a recipe holds of the two and of their companions, each once."""
    names = [each for one in wanted if one in held for each in (one, *wanted[one])]
    return [name for name in dict.fromkeys(names) if name in held]
