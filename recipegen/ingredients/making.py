"""Tells the foods that a recipe makes from those that a cook buys.

A recipe makes its dish ("French Onion Soup"), what it says to make ("Make the béchamel sauce"), and
what has a part of its own in the list of ingredients ("For the chermoula:").
"""

from __future__ import annotations

import re
from collections.abc import Sequence, Set
from typing import TYPE_CHECKING

from recipegen.ingredients.general_words import products, written_name
from recipegen.ingredients.hand_written import known_ingredients
from recipegen.texts.sections import INGREDIENTS, INTRODUCTION, TITLE

if TYPE_CHECKING:
    from recipegen.ingredients.component import Mention
    from recipegen.ingredients.recipe_reader import Placed

READY_MADE = frozenset(("condiment", "soup", "bread"))
"""Categories of foods that recipes make or buy."""

_REACH = 40
"""Most characters before a food that are searched for what the text does with it."""

_MAKE = re.compile(r"\b(?:make|making) (?:the|a|an|your) [\w\s-]{0,20}$", re.IGNORECASE)
_PREPARE = re.compile(r"\bprepar(?:e|ing) (?:the|a|an|your) [\w\s-]{0,20}$", re.IGNORECASE)
_BY = re.compile(r"\s+by \w+ing\b", re.IGNORECASE)
_RECIPE_FOR = re.compile(
    r"\b(?:recipe for|how to make|making|make) (?:(?:an?|the|your|some|own|homemade|classic) )*$",
    re.IGNORECASE,
)
_END_OF_TITLE = re.compile(
    r"\s*(?:recipe\b)?[\s*_#\"\u201d]*(?:$|[(:\u2013-])", re.IGNORECASE | re.MULTILINE
)


def is_to_be_made(text: str, food: Mention) -> bool:
    """Whether a text says to make a food: "Make the pesto", "Prepare the crust by mixing"."""
    if not _is_ready_made(food):
        return False
    before = text[max(0, food.start - _REACH) : food.start]
    by = _BY.match(text, food.end) and _PREPARE.search(before)
    return by is not None or _MAKE.search(before) is not None


def is_dish(text: str, placed: Placed) -> bool:
    """Whether a food is the dish itself.

    The title ends with it, or the introduction announces "a recipe for" it.
    """
    food = placed.mention
    if placed.section not in (TITLE, INTRODUCTION) or not _is_ready_made(food):
        return False
    if placed.section == TITLE:
        return _END_OF_TITLE.match(text, food.end) is not None
    return _RECIPE_FOR.search(text, max(0, food.start - _REACH), food.start) is not None


def with_own_part(foods: Sequence[Mention], placed: Sequence[Placed]) -> list[Mention]:
    """The foods of a list for which the list has a part elsewhere: "2 tbsp chermoula (see below)".

    Args:
        foods: ingredients of the list.
        placed: all foods of the recipe.
    """
    lines = [each for each in placed if each.section == INGREDIENTS]
    parts = {each.part for each in lines if each.part}
    own = {each.mention.start: each.part for each in lines}
    return [food for food in foods if _is_part(food, parts - {own[food.start]})]


def _is_part(food: Mention, parts: Set[str]) -> bool:
    names = {food.ingredient, food.surface.lower(), written_name(food.surface, food.ingredient)}
    return not names.isdisjoint(parts) and _is_ready_made(food)


def _is_ready_made(food: Mention) -> bool:
    """Whether recipes make or buy a food."""
    kind = known_ingredients().categories.get(food.ingredient)
    return kind in READY_MADE or food.ingredient in products()
