"""What a general word can stand for: "chicken" for chicken thighs, "cheese" for cheddar.

A general word is the head of the other name ("oil" for olive oil), the animal of a cut ("pork" for
pork shoulder), the fruit of a juice, or the name of a group that ``data/ingredient_words.toml``
lists ("cheese" for cheddar).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, lru_cache

from recipegen.ingredients.context_words import ingredient_words
from recipegen.ingredients.hand_written import known_ingredients
from recipegen.ingredients.spelling import REMEMBERED, in_singular

ANIMALS = frozenset(("meat", "poultry", "seafood"))
"""Categories in which the first word of a name is the animal: "pork shoulder"."""

OF_A_FRUIT = frozenset(("juice", "zest"))
"""Parts of a fruit that recipes name for the fruit, and the other way round."""

MIXTURES = frozenset(("salad greens", "mixed vegetables", "mixed berry"))
"""Ingredients that are several foods. Where a recipe names these, it does not mean another food."""


@lru_cache(REMEMBERED)
def written_name(surface: str, ingredient: str) -> str:
    """The name of a food as a text writes it, in the singular.

    Of "chicken or vegetable broth", the text has only "chicken" for the first food. It is called by
    its canonical name.
    """
    name = in_singular(surface.lower().split())
    return name if known_ingredients().names.get(name, ingredient) == ingredient else ingredient


@lru_cache(REMEMBERED)
def general_word(surface: str, ingredient: str) -> str:
    """The general word in a name, in the singular: "chicken" of "chicken pieces".

    Args:
        surface: how the text writes the food.
        ingredient: its canonical name; empty if it is no ingredient by itself.
    """
    words = surface.lower().split()
    if words[0] in ingredient_words().before_general and " ".join(words[1:]) == ingredient:
        return ingredient
    name = " ".join(words)
    if name in ingredient_words().general:
        return name  # "peppers" are no pepper
    name = in_singular(words)
    return ingredient if ingredient and name.startswith(f"{ingredient} ") else name


def meant_by(word: str, foods: Mapping[str, str]) -> list[str]:
    """The foods that a general word can stand for.

    Args:
        word: the general word, as :func:`general_word` gives it.
        foods: from the canonical name of each food to its name in the text, as
            :func:`written_name` gives it.
    """
    members = groups().get(word, frozenset())
    if word in ingredient_words().never_general:
        return [food for food in foods if food in members]
    head, source = f" {word}", f"{word} "
    return [
        food
        for food, name in foods.items()
        if food in members
        or name.endswith(head)  # "olive oil" for "oil"
        or food.endswith(head)
        or (name.startswith(source) and _is_source(source, name, food))
        or (food.startswith(source) and _is_source(source, food, food))
    ]


def _is_source(source: str, name: str, ingredient: str) -> bool:
    """Whether a name is a cut of an animal, or the juice or zest of a fruit."""
    is_cut = known_ingredients().categories.get(ingredient) in ANIMALS
    return is_cut or name.removeprefix(source) in OF_A_FRUIT


def fruit_of(ingredient: str) -> str:
    """The fruit that a juice or zest comes from; empty for other ingredients."""
    fruit, _, part = ingredient.rpartition(" ")
    return fruit if part in OF_A_FRUIT else ""


@cache
def groups() -> dict[str, frozenset[str]]:
    """From each general word to the ingredients that it stands for and does not resemble."""
    return {word: _members(names) for word, names in ingredient_words().general.items()}


@cache
def products() -> dict[str, frozenset[str]]:
    """From each food that recipes make themselves to what it is made of, one of which suffices."""
    return {name: _members(sources) for name, sources in ingredient_words().made.items()}


def _members(names: tuple[str, ...]) -> frozenset[str]:
    """Ingredients by name; the name of a category, behind an "@", stands for all in it."""
    members: set[str] = set()
    for name in names:
        if name.startswith("@"):
            category = name.removeprefix("@")
            members |= {
                each for each, kind in known_ingredients().categories.items() if kind == category
            }
        else:
            members.add(name)
    return frozenset(members)
