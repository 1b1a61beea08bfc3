"""Finds the name by which a run knows an ingredient, from what a person calls it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from difflib import get_close_matches

import pandas as pd

from recipegen.errors import UsageError
from recipegen.ingredients.lines import food_names

SHOWN = 3
"""Most names that are proposed instead of an unknown one."""


def canonical_name(name: str, known: Collection[str], lexicon: pd.DataFrame) -> str:
    """The canonical name of an ingredient: "Scallions" and "2 chopped scallions" are green onion.

    Args:
        name: the name as a person writes it.
        known: the canonical names that the run knows.
        lexicon: the table ``lexicon``.

    Raises:
        UsageError: no known ingredient has this name. The message says why, or proposes names with
            a similar spelling.
    """
    variants = dict(zip(lexicon["variant"], lexicon["ingredient"], strict=True))
    wanted = " ".join(name.lower().split())
    foods = food_names(wanted)
    tried: list[str] = [wanted, *foods] if len(foods) == 1 else [wanted]
    for written in tried:
        if written in known:
            return written
        if written in variants:
            return _known(name, variants[written], known)
    usable = {variant: str(variants[variant]) for variant in variants if variants[variant] in known}
    raise UsageError(_unknown(name, usable))


def _known(name: str, ingredient: object, known: Collection[str]) -> str:
    if not isinstance(ingredient, str):
        raise UsageError(f"{name!r} is no ingredient by itself; name what it is made of")
    if ingredient not in known:
        raise UsageError(f"{name!r}: no training recipe of this run uses {ingredient}")
    return ingredient


def _unknown(name: str, variants: Mapping[str, str]) -> str:
    alike = get_close_matches(name.lower(), variants, n=2 * SHOWN)
    names = list(dict.fromkeys(variants[each] for each in alike))[:SHOWN]
    hint = f"did you mean {' or '.join(names)}?" if names else "see the table 'ingredients'"
    return f"{name!r} is not an ingredient of this run; {hint}"
