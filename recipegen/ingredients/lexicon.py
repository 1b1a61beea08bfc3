"""The lexicon: which names count as ingredients, and every way to write them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

import pandas as pd

from recipegen.config import LearnIngredients
from recipegen.ingredients.lines import food_names, ingredient_words, plural


def mine_lexicon(recipes: Iterable[Sequence[str]], settings: LearnIngredients) -> pd.DataFrame:
    """The table ``lexicon``, from the ingredient lines of recipes; their order changes nothing.

    A name enters when lines of at least ``min_recipes`` recipes name it. Known synonyms lead to
    one canonical name, and each name is also known in the plural.

    Args:
        recipes: the ingredient lines of each recipe.
        settings: the thresholds.
    """
    canonical = ingredient_words().synonyms
    written: Counter[str] = Counter()
    named: Counter[str] = Counter()
    for lines in recipes:
        names = {name for line in lines for name in food_names(line)}
        written.update(names)
        named.update({canonical.get(name, name) for name in names})
    known = {
        name
        for name, count in named.items()
        if count >= settings.min_recipes and len(name.split()) <= settings.max_words
    }
    rows = [
        (variant, canonical.get(name, name), origin, written[name])
        for name in {*known, *(name for name, main in canonical.items() if main in known)}
        for variant, origin in _variants(name, name in canonical)
    ]
    lexicon = pd.DataFrame(rows, columns=["variant", "ingredient", "origin", "count"])
    # A variant that two names share goes to the one that is written more often.
    ranked = lexicon.sort_values(
        ["variant", "origin", "count", "ingredient"], ascending=[True, True, False, True]
    )
    return ranked.drop_duplicates("variant").reset_index(drop=True)


def _variants(name: str, by_hand: bool) -> list[tuple[str, str]]:
    *front, last = name.split()
    return [
        (name, "hand" if by_hand else "mined"),
        (" ".join([*front, plural(last)]), "plural"),
    ]
