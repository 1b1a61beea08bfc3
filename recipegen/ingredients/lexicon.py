"""The lexicon: which names count as ingredients, and every way to write them.

What is known beforehand comes from :mod:`recipegen.ingredients.knowledge`. A corpus adds the names
that its ingredient lines use and that its directions confirm: a name of a line that is also written
in the directions of that recipe is what cooks call the food, "deli ham" that is only "ham" there is
not (distant supervision; Mintz et al. 2009).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

import pandas as pd

from recipegen.config import LearnIngredients
from recipegen.ingredients.knowledge import NOT_FOOD, PREPARED, Knowledge, known_ingredients
from recipegen.ingredients.lines import food_names
from recipegen.ingredients.spelling import in_plural, spellings
from recipegen.ingredients.words import ingredient_words

COLUMNS = ["variant", "ingredient", "category", "basic", "origin", "count"]

Lines = Sequence[str]

_WORD = re.compile(r"[^\W_](?:[\w'’-]*[^\W_])?")


def mine_lexicon(
    recipes: Sequence[tuple[Lines, Lines]], settings: LearnIngredients
) -> pd.DataFrame:
    """The table ``lexicon``, from recipes' ingredient lines and directions; order changes nothing.

    A name that is not known beforehand enters when lines of at least ``min_recipes`` recipes name
    it, and lines and directions agree: of the recipes whose lines name it a share ``min_confirmed``
    has it in the directions too, and of those with it in the directions such a share in the lines.
    "deli ham", only "ham" in directions, fails the first test, "bowl" the second.

    Args:
        recipes: the ingredient lines and the directions of each recipe.
        settings: the thresholds.
    """
    known = known_ingredients()
    forms = {form for name in _all_names(known) for form in spellings(name)}
    named: Counter[str] = Counter()
    unknown = []
    for lines, _ in recipes:
        names = {name for line in lines for name in food_names(line)}
        named.update(names)
        unknown.append(names - forms)
    candidates = {
        name
        for name, count in named.items()
        if count >= settings.min_recipes
        and name not in forms
        and len(name.split()) <= settings.max_words
        and not _is_quality_of(name, forms)
    }
    written, both = _agreement(candidates, unknown, (directions for _, directions in recipes))
    mined = {
        name
        for name in candidates
        if both[name] >= settings.min_confirmed * max(named[name], written[name], 1)
    }
    return _table(known, mined, named)


def _agreement(
    names: set[str], in_lines: Iterable[set[str]], directions: Iterable[Lines]
) -> tuple[Counter[str], Counter[str]]:
    """In how many recipes the directions write each name, and in how many the lines do so too."""
    forms = {form: name for name in names for form in (name, in_plural(name))}
    longest = max((len(form.split()) for form in forms), default=0)
    first_words = {form.split()[0] for form in forms}
    written: Counter[str] = Counter()
    both: Counter[str] = Counter()
    for listed, steps in zip(in_lines, directions, strict=True):
        words = _WORD.findall(" ".join(steps).lower())
        found = {
            forms[form]
            for place, word in enumerate(words)
            if word in first_words
            for end in range(place + 1, place + 1 + longest)
            if (form := " ".join(words[place:end])) in forms
        }
        written.update(found)
        both.update(found & listed)
    return written, both


def _is_quality_of(name: str, forms: set[str]) -> bool:
    """Whether a name is a known food behind a word that makes no other food of it."""
    first, _, rest = name.partition(" ")
    words = ingredient_words()
    return rest in forms and ("-" in first or first in words.qualities or first in words.kinds)


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
