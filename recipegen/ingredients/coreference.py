"""Joins the mentions of one food: "the chicken" of the directions is the listed chicken thighs.

A general word adds an ingredient only if the recipe has listed nothing that it could mean. If it
could mean two listed foods, it means the one that was named last. In a text without a list, it
means a food that the directions have named before.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Sequence
from typing import TYPE_CHECKING

from recipegen.ingredients.context_words import ingredient_words
from recipegen.ingredients.examples import examples_of
from recipegen.ingredients.general_words import (
    ANIMALS,
    fruit_of,
    general_word,
    groups,
    meant_by,
    products,
    written_name,
)
from recipegen.ingredients.hand_written import known_ingredients
from recipegen.ingredients.making import is_dish, is_to_be_made, with_own_part
from recipegen.ingredients.part_names import AIM, BEFORE, labels_of
from recipegen.ingredients.scope import ALTERNATIVE, ASIDE, IN_THE_DISH, USED
from recipegen.ingredients.spelling import in_singular
from recipegen.ingredients.water import is_poured_away
from recipegen.texts.sections import DIRECTIONS, INGREDIENTS, TITLE

if TYPE_CHECKING:
    from recipegen.ingredients.component import Mention
    from recipegen.ingredients.recipe_reader import Placed

WATER, FRUIT = "water", "fruit"

_POWDER = re.compile(r",? [^.;:\n]{0,40}\bpowders?\b", re.IGNORECASE)
_AMOUNT = re.compile(r"(?:\d|[½⅓⅔¼¾])[^.,;:!?\n]{0,25}$")


def chained(text: str, placed: Sequence[Placed]) -> list[Placed]:
    """The foods of a recipe; every mention of a listed food has the name of that food.

    Args:
        text: the recipe.
        placed: its foods, in order.
    """
    general = examples_of(text, _foods_of_list(placed))
    listed, chain = _listed(text, placed, general)
    if not listed:
        return _without_list(text, placed)
    for each in placed:
        if is_dish(text, each):
            chain.make(each.mention)
    found = []
    for each in placed:
        food = meant = each.mention
        if food.start in general:
            meant = _meaning(food, general[food.start])
        elif food.start in listed:
            meant = _as_listed(text, food)
        elif food.role in IN_THE_DISH:
            is_name = each.section in (TITLE, INGREDIENTS)
            meant = _of_chain(text, food, chain) or _unlisted(text, food, chain, is_name=is_name)
            chain.name(meant)
        found.append(each if meant is food else each._replace(mention=meant))
    return found


def _foods_of_list(placed: Sequence[Placed]) -> list[Mention]:
    lines = (each.mention for each in placed if each.section == INGREDIENTS)
    return [food for food in lines if food.ingredient and food.role in IN_THE_DISH]


def _meaning(food: Mention, meant: Mention) -> Mention:
    return food._replace(ingredient=meant.ingredient, role=meant.role, choice=meant.choice)


def _listed(
    text: str, placed: Sequence[Placed], general: Container[int]
) -> tuple[set[int], _Chain]:
    """Where the ingredients of the list start, and the chain of them.

    A food in the name of a part of the list is an ingredient only if it names no other food:
    "Garlic: 1 clove" does not, "Chicken: 2 chicken thighs" does.
    """
    foods = [food for food in _foods_of_list(placed) if food.start not in general]
    labels = labels_of(text, [(food.start, food.end) for food in foods])
    made = with_own_part(foods, placed)
    listed = {food.start for food in foods if food.start not in labels and food not in made}
    chain = _Chain(food for food in foods if food.start in listed and not _is_away(text, food))
    for food in foods:
        label = labels.get(food.start)
        if label is None or chain.link(food) or chain.makes(food):
            continue
        if label == BEFORE:
            listed.add(food.start)
            chain.add(food)
        elif label != AIM:
            chain.make(food)
    for food in made:
        chain.make(food)
    return listed, chain


def _as_listed(text: str, food: Mention) -> Mention:
    return food._replace(role=ASIDE) if _is_away(text, food) else food


def _unlisted(text: str, food: Mention, chain: _Chain, *, is_name: bool) -> Mention:
    """A food that the list lacks: made by the recipe, only a name, poured away, or forgotten."""
    if not food.ingredient:
        return food
    if is_to_be_made(text, food):
        chain.make(food)
    if chain.makes(food):
        return food._replace(ingredient="", role=USED, choice=0)
    return food._replace(role=ASIDE) if is_name or _is_away(text, food) else food


def _of_chain(text: str, food: Mention, chain: _Chain) -> Mention | None:
    """The mention, with the name of the listed food that it means; None if it means none.

    The garlic in "salt, garlic, and onion powder" is garlic powder, if the list has that alone.
    """
    if (meant := chain.link(food)) is not None or not _POWDER.match(text, food.end):
        return meant
    return chain.link(food._replace(ingredient=f"{food.ingredient} powder"))


def _is_away(text: str, food: Mention) -> bool:
    return food.ingredient == WATER and is_poured_away(text, food.start, food.end)


class _Chain:
    """The foods that a recipe has, and which of them were named last."""

    def __init__(self, foods: Iterable[Mention]) -> None:
        self._foods: dict[str, Mention] = {}
        """From each ingredient to its first mention."""
        self._written: dict[str, str] = {}
        """From each ingredient to how its first mention is written, in the singular."""
        self._names: dict[str, Mention] = {}
        """From each canonical name, and from each name in the text, to the food."""
        self._meant: dict[str, list[Mention]] = {}
        """From each general word to the foods that it can stand for, as far as looked up."""
        self._named: dict[str, int] = {}
        """From each ingredient to where it was named last."""
        self._made: set[str] = set()
        for food in foods:
            self.add(food)

    def add(self, food: Mention) -> None:
        """Take a food that others can stand for."""
        if food.ingredient not in self._foods:
            self._foods[food.ingredient] = self._names[food.ingredient] = food
            name = self._written[food.ingredient] = written_name(food.surface, food.ingredient)
            self._names.setdefault(name, food)
            self._meant.clear()

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
        # Who adds "the meat" adds what is optional, or one of a choice, as the list says.
        if food.role == USED:
            return _meaning(food, meant)
        return food._replace(ingredient=meant.ingredient)

    def _written_so(self, food: Mention) -> Mention | None:
        """The food that is written in the same way, or that is another sense of the word."""
        written = food.surface.lower()
        for sense in ingredient_words().senses.get(written, ()):
            if sense in self._foods:
                return self._foods[sense]
        if not food.ingredient or food.role == ALTERNATIVE:
            return None
        return self._names.get(in_singular(written.split()))

    def _general(self, food: Mention) -> Mention | None:
        """The food that a general word stands for; of several, the one that was named last."""
        if (fruit := self._foods.get(fruit_of(food.ingredient))) is not None:
            return fruit
        meant = self._meant_by(general_word(food.surface, food.ingredient)) or self._meant_by(
            in_singular(food.surface.lower().split())
        )
        if not food.ingredient:
            return meant[0] if len(meant) == 1 and _is_for_one(food, meant[0]) else None
        return max(meant, key=lambda each: self._named.get(each.ingredient, -1), default=None)

    def _meant_by(self, word: str) -> list[Mention]:
        if word not in self._meant:
            self._meant[word] = [self._foods[name] for name in meant_by(word, self._written)]
        return self._meant[word]

    def make(self, food: Mention) -> None:
        """Take notice that the recipe makes a food."""
        self._made.add(food.ingredient)

    def makes(self, food: Mention) -> bool:
        """Whether the recipe makes a food of its other foods."""
        return food.ingredient in self._made or not self._foods.keys().isdisjoint(
            products().get(food.ingredient, ())
        )


def _is_for_one(food: Mention, meant: Mention) -> bool:
    """Whether a word that is no ingredient, such as "meat" or "thighs", can mean one food."""
    is_animal = known_ingredients().categories.get(meant.ingredient) in ANIMALS
    return is_animal or general_word(food.surface, "") in groups()


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
        if food is not each.mention:
            found[food.start] = food
    return [
        each._replace(mention=found[each.mention.start]) if each.mention.start in found else each
        for each in placed
    ]


def _is_own(food: Mention) -> bool:
    """Whether a word names a food of its own in directions, if no list says otherwise.

    So do fruits: beside lemon juice there is lemon.
    """
    word = general_word(food.surface, food.ingredient)
    if word in groups():
        return word in ingredient_words().own_without_list
    is_fruit = known_ingredients().categories.get(food.ingredient) == FRUIT
    return is_fruit or food.ingredient in ingredient_words().own_without_list
