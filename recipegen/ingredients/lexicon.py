"""The lexicon: which names count as ingredients, and every way to write them.

What is known beforehand comes from :mod:`recipegen.ingredients.hand_written`. A corpus adds names
that its ingredient lines use and that its directions confirm. If the directions of a recipe repeat
a name from its ingredient lines, that name is what cooks call the food. "Deli ham" is not such a
name, because the directions say only "ham". This is distant supervision (Mintz et al. 2009).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence, Set
from functools import cache
from typing import NamedTuple

import pandas as pd

from recipegen.config import LearnIngredients
from recipegen.ingredients.context_words import ingredient_words
from recipegen.ingredients.hand_written import NOT_FOOD, PREPARED, Knowledge, known_ingredients
from recipegen.ingredients.lines import food_names
from recipegen.ingredients.spelling import in_plural, spellings

COLUMNS = ["variant", "ingredient", "category", "basic", "origin", "count"]

Lines = Sequence[str]

_WORD = re.compile(r"[^\W_](?:[\w'’-]*[^\W_])?")


def mine_lexicon(
    recipes: Sequence[tuple[Lines, Lines]], settings: LearnIngredients
) -> pd.DataFrame:
    """The table ``lexicon`` from ingredient lines and directions of recipes, in any order.

    A name that is not known beforehand enters if the lines of at least ``min_recipes`` recipes name
    it and it passes two tests. First, among the recipes whose lines have the name, at least a share
    of ``min_confirmed`` must have it in the directions too. Second, among the recipes whose
    directions have the name, at least that share must have it in the lines. "Deli ham", which is
    only "ham" in directions, fails the first test. "Bowl" fails the second.

    If the recipes do not fit into memory, take the steps one by one: count names and agreement over
    parts of the recipes, and add up the counts.

    Args:
        recipes: the ingredient lines and the directions of each recipe.
        settings: the thresholds.
    """
    names = [names_in(lines) for lines, _ in recipes]
    named = Counter(name for each in names for name in each)
    candidates = candidate_names(named, settings)
    agreed = count_agreement(candidates, names, (directions for _, directions in recipes))
    return lexicon_of(named, candidates, agreed, settings)


class Agreement(NamedTuple):
    """For each name, recipes with it in their directions, and those with it in the lines too."""

    written: Counter[str]
    both: Counter[str]


def names_in(lines: Lines) -> set[str]:
    """The names of foods in the ingredient lines of a recipe."""
    return {name for line in lines for name in food_names(line)}


@cache
def known_forms() -> frozenset[str]:
    """Every way to write a name that is known beforehand."""
    known = known_ingredients()
    names = {*known.names, *known.prepared, *known.not_food}
    return frozenset(form for name in names for form in spellings(name))


def candidate_names(named: Mapping[str, int], settings: LearnIngredients) -> set[str]:
    """Names that enter the lexicon if directions confirm them.

    Args:
        named: the number of recipes whose ingredient lines have each name.
        settings: the thresholds.
    """
    forms = known_forms()
    return {
        name
        for name, count in named.items()
        if count >= settings.min_recipes
        and name not in forms
        and len(name.split()) <= settings.max_words
        and not _is_quality_of(name, forms)
    }


def count_agreement(
    candidates: set[str], in_lines: Iterable[Set[str]], directions: Iterable[Lines]
) -> Agreement:
    """Count the recipes whose directions have each name, and those whose lines have it too.

    Args:
        candidates: the names.
        in_lines: the names in the ingredient lines of each recipe, candidates or not.
        directions: the directions of the same recipes.
    """
    forms = {form: name for name in candidates for form in (name, in_plural(name))}
    longest = max((len(form.split()) for form in forms), default=0)
    first_words = {form.split()[0] for form in forms}
    agreed = Agreement(Counter(), Counter())
    for listed, steps in zip(in_lines, directions, strict=True):
        words = _WORD.findall(" ".join(steps).lower())
        found = {
            forms[form]
            for place, word in enumerate(words)
            if word in first_words
            for end in range(place + 1, place + 1 + longest)
            if (form := " ".join(words[place:end])) in forms
        }
        agreed.written.update(found)
        agreed.both.update(found & listed)
    return agreed


def lexicon_of(
    named: Mapping[str, int],
    candidates: Iterable[str],
    agreed: Agreement,
    settings: LearnIngredients,
) -> pd.DataFrame:
    """The table ``lexicon``: what is known beforehand, and the candidates that are confirmed.

    Args:
        named: the number of recipes whose ingredient lines have each name.
        candidates: names that are not known beforehand.
        agreed: how often the directions, and the lines too, have each candidate.
        settings: the thresholds.
    """
    counts = Counter(named)
    mined = {
        name
        for name in candidates
        if agreed.both[name] >= settings.min_confirmed * max(counts[name], agreed.written[name], 1)
    }
    return _table(known_ingredients(), mined, counts)


def _is_quality_of(name: str, forms: Set[str]) -> bool:
    """Whether a name is a known food after a word that does not make it another food."""
    first, _, rest = name.partition(" ")
    words = ingredient_words()
    return rest in forms and ("-" in first or first in words.qualities or first in words.kinds)


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
    # If two names share a variant, the one that is written so itself wins, then the more frequent.
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
