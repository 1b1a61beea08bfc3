"""The lexicon: which names count as ingredients, and every way to write them.

What is known beforehand comes from :mod:`recipegen.ingredients.knowledge`. A corpus adds the names
that its ingredient lines use and that its directions confirm: a name of a line that is also written
in the directions of that recipe is what cooks call the food, "deli ham" that is only "ham" there is
not (distant supervision; Mintz et al. 2009).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

import pandas as pd

from recipegen.config import LearnIngredients
from recipegen.ingredients.knowledge import NOT_FOOD, PREPARED, Knowledge, known_ingredients
from recipegen.ingredients.lines import food_names
from recipegen.ingredients.spelling import plural, spellings

COLUMNS = ["variant", "ingredient", "category", "basic", "origin", "count"]

Lines = Sequence[str]


def mine_lexicon(
    recipes: Iterable[tuple[Lines, Lines]], settings: LearnIngredients
) -> pd.DataFrame:
    """The table ``lexicon``, from recipes' ingredient lines and directions; order changes nothing.

    A name that is not known beforehand enters when lines of at least ``min_recipes`` recipes name
    it and the directions of a share ``min_confirmed`` of these recipes do so too.

    Args:
        recipes: the ingredient lines and the directions of each recipe.
        settings: the thresholds.
    """
    known = known_ingredients()
    written_known = {form for name in _all_names(known) for form in spellings(name)}
    named: Counter[str] = Counter()
    confirmed: Counter[str] = Counter()
    for lines, directions in recipes:
        names = {name for line in lines for name in food_names(line)}
        named.update(names)
        unknown = [name for name in names if name not in written_known]
        confirmed.update(_written(unknown, directions))
    mined = {
        name
        for name, count in named.items()
        if count >= settings.min_recipes
        and confirmed[name] >= settings.min_confirmed * count
        and len(name.split()) <= settings.max_words
        and name not in written_known
    }
    return _table(known, mined, named)


def _written(names: Sequence[str], directions: Lines) -> Iterator[str]:
    """The names that the directions write, in the singular or plural."""
    text = " ".join(directions).lower()
    for name in names:
        *front, last = name.split()
        if name in text or " ".join([*front, plural(last)]) in text:
            yield name


def _all_names(known: Knowledge) -> set[str]:
    return {*known.names, *known.prepared, *known.not_food}


def _table(known: Knowledge, mined: set[str], named: Counter[str]) -> pd.DataFrame:
    rows = []
    for name, ingredient in known.names.items():
        about = (ingredient, known.categories[ingredient], ingredient in known.basics)
        rows += _rows(name, *about, "hand", named[name])
    for name in mined:
        rows += _rows(name, name, _category(name, known), False, "mined", named[name])
    for name in known.prepared:
        rows += _rows(name, None, PREPARED, False, "hand", named[name])
    for name in known.not_food:
        rows += _rows(name, None, NOT_FOOD, False, "hand", 0)
    lexicon = pd.DataFrame(rows, columns=COLUMNS)
    # A variant that two names share goes to the one that is written so, then to the more frequent.
    rank = lexicon["origin"].map({"hand": 0, "mined": 1, "plural": 2, "spelling": 3})
    order = lexicon.assign(rank=rank).sort_values(
        ["variant", "rank", "count", "ingredient"], ascending=[True, True, False, True]
    )
    return order.drop_duplicates("variant")[COLUMNS].reset_index(drop=True)


def _rows(
    name: str, ingredient: str | None, category: str, basic: bool, origin: str, count: int
) -> list[tuple[object, ...]]:
    return [
        (variant, ingredient, category, basic, change or origin, count)
        for variant, change in spellings(name).items()
    ]


def _category(name: str, known: Knowledge) -> str:
    """The category of the longest known food that the name ends with, else "other"."""
    words = name.split()
    for first in range(1, len(words)):
        ingredient = known.names.get(" ".join(words[first:]))
        if ingredient:
            return known.categories[ingredient]
    return "other"
