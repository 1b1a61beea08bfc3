"""Joins the mentions of one food: "the chicken" of the directions is the listed chicken thighs.

A general word adds an ingredient only if the recipe has listed nothing that it could mean. If it
could mean two listed foods, it means the one that was named last. In a text without a list, it
means a food that the directions have named before.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from recipegen.ingredients.general import (
    ANIMALS,
    can_stand_for,
    fruit_of,
    general_word,
    groups,
    products,
    written_name,
)
from recipegen.ingredients.knowledge import known_ingredients
from recipegen.ingredients.labels import BEFORE, labels_of
from recipegen.ingredients.scope import ALTERNATIVE, ASIDE, IN_THE_DISH, USED
from recipegen.ingredients.spelling import in_singular
from recipegen.ingredients.water import is_poured_away
from recipegen.ingredients.words import ingredient_words
from recipegen.texts.headings import DIRECTIONS, INGREDIENTS, TITLE

if TYPE_CHECKING:
    from recipegen.ingredients.component import Mention
    from recipegen.ingredients.recipes import Placed

WATER, FRUIT = "water", "fruit"

_AMOUNT = re.compile(r"(?:\d|[½⅓⅔¼¾])[^.,;:!?\n]{0,25}$")


def chained(text: str, placed: Sequence[Placed]) -> list[Placed]:
    """The foods of a recipe; every mention of a listed food has the name of that food.

    Args:
        text: the recipe.
        placed: its foods, in order.
    """
    foods = [
        each.mention
        for each in placed
        if each.section == INGREDIENTS
        and each.mention.ingredient
        and each.mention.role in IN_THE_DISH
    ]
    labels = labels_of(text, [(food.start, food.end) for food in foods])
    listed = {food.start: food for food in foods if food.start not in labels}
    if not listed:
        return _without_list(text, placed)
    chain = _Chain(listed.values())
    for food in foods:
        # "Garlic: 1 clove" is an ingredient, "Chicken: 2 chicken thighs" is a general word.
        if labels.get(food.start) == BEFORE and not (chain.link(food) or chain.makes(food)):
            listed[food.start] = food
            chain.add(food)
    found = []
    for each in placed:
        food = each.mention
        if food.start in listed:
            meant = _as_listed(text, food)
        elif food.role in IN_THE_DISH:
            is_name = each.section in (TITLE, INGREDIENTS)
            meant = chain.link(food) or _unlisted(text, food, chain, is_name=is_name)
            chain.name(meant)
        else:
            meant = food
        found.append(each._replace(mention=meant))
    return found


def _as_listed(text: str, food: Mention) -> Mention:
    is_away = food.ingredient == WATER and is_poured_away(text, food.start, food.end)
    return food._replace(role=ASIDE) if is_away else food


def _unlisted(text: str, food: Mention, chain: _Chain, *, is_name: bool) -> Mention:
    """A food that the list lacks: made by the recipe, only a name, poured away, or forgotten."""
    if chain.makes(food):
        return food._replace(ingredient="", role=USED, choice=0)
    is_away = food.ingredient == WATER and is_poured_away(text, food.start, food.end)
    is_away = is_away or (is_name and food.ingredient != "")
    return food._replace(role=ASIDE) if is_away else food


class _Food(NamedTuple):
    """A food that others can stand for, and its name in the text."""

    mention: Mention
    name: str

    def is_meant_by(self, word: str) -> bool:
        return can_stand_for(word, self.name, self.mention.ingredient)


class _Chain:
    """The foods that a recipe has, and which of them were named last."""

    def __init__(self, foods: Iterable[Mention]) -> None:
        self._foods: dict[str, _Food] = {}
        for food in foods:
            self.add(food)
        self._named: dict[str, int] = {}
        """From each ingredient to where it was named last."""

    def add(self, food: Mention) -> None:
        """Take a food that others can stand for."""
        name = written_name(food.surface, food.ingredient)
        self._foods.setdefault(food.ingredient, _Food(food, name))

    def name(self, food: Mention) -> None:
        """Take notice that a food is named."""
        self._named[food.ingredient] = food.start

    def link(self, food: Mention) -> Mention | None:
        """The mention, with the name of the food that it means; None if no food of these."""
        if food.ingredient in self._foods:
            return food
        meant = self._written_so(food) or self._general(food)
        if meant is None:
            return None
        food = food._replace(ingredient=meant.ingredient)
        # Who adds "the meat" adds what is optional, or one of a choice, as the list says.
        return food._replace(role=meant.role, choice=meant.choice) if food.role == USED else food

    def _written_so(self, food: Mention) -> Mention | None:
        """The food that is written in the same way, or that is another sense of the word."""
        name = in_singular(food.surface.lower().split())
        senses = ingredient_words().senses.get(food.surface.lower(), {})
        is_whole = food.ingredient and food.role != ALTERNATIVE
        for each in self._foods.values():
            is_same = is_whole and name in (each.name, each.mention.ingredient)
            if is_same or each.mention.ingredient in senses:
                return each.mention
        return None

    def _general(self, food: Mention) -> Mention | None:
        """The food that a general word stands for; of several, the one that was named last."""
        if (fruit := self._foods.get(fruit_of(food.ingredient))) is not None:
            return fruit.mention
        word = general_word(food.surface, food.ingredient)
        meant = [each.mention for each in self._foods.values() if each.is_meant_by(word)]
        if not food.ingredient:
            meant = [each for each in meant if word in groups() or _is_animal(each)]
            return meant[0] if len(meant) == 1 else None
        return max(meant, key=lambda each: self._named.get(each.ingredient, -1), default=None)

    def makes(self, food: Mention) -> bool:
        """Whether the recipe makes a food of its other foods."""
        return not self._foods.keys().isdisjoint(products().get(food.ingredient, ()))


def _is_animal(food: Mention) -> bool:
    return known_ingredients().categories.get(food.ingredient) in ANIMALS


def _without_list(text: str, placed: Sequence[Placed]) -> list[Placed]:
    """The foods of a text without a list; a general word means a food that was named before.

    In the title it means any food of the directions. A word that is new, or has an amount, is a
    food of its own.
    """
    chain = _Chain([])
    found: dict[int, Mention] = {}
    for each in sorted(placed, key=lambda each: each.section == TITLE):
        food = each.mention
        if food.ingredient and food.role in IN_THE_DISH:
            has_amount = _AMOUNT.search(text, max(0, food.start - 30), food.start)
            is_own = each.section == DIRECTIONS and _is_own(food)
            meant = None if has_amount or is_own else chain.link(food)
            if meant is None and each.section == DIRECTIONS:
                chain.add(food)
            food = meant or food
            chain.name(food)
        found[food.start] = food
    return [each._replace(mention=found[each.mention.start]) for each in placed]


def _is_own(food: Mention) -> bool:
    """Whether a word names a food of its own in directions, if no list says otherwise.

    So do fruits: beside lemon juice there is lemon.
    """
    word = general_word(food.surface, food.ingredient)
    if word in groups():
        return word in ingredient_words().own_without_list
    is_fruit = known_ingredients().categories.get(food.ingredient) == FRUIT
    return is_fruit or food.ingredient in ingredient_words().own_without_list
