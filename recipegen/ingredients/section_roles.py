"""The roles of foods by the section of a recipe that they stand in.

What a list names is in the dish, unless the line itself says that it is not. What only notes, a
serving suggestion, the title or the text around the recipe name is an aside. So is what the
directions only serve with the dish, if the recipe has a list and the list does not have it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Set
from typing import TYPE_CHECKING

from recipegen.ingredients.component import PARTS, Mention
from recipegen.ingredients.general_words import MIXTURES
from recipegen.ingredients.scope import ALTERNATIVE, ASIDE, IN_THE_DISH, OPTIONAL, USED, Role
from recipegen.texts.sections import (
    CLOSING,
    INGREDIENTS,
    INTRODUCTION,
    NOTES,
    SERVING,
    TITLE,
    Offer,
    Section,
)

if TYPE_CHECKING:
    from recipegen.ingredients.recipe_reader import Placed

BESIDE: frozenset[Section] = frozenset((NOTES, INTRODUCTION, CLOSING))
"""Sections that only talk about the dish."""

_BRACKETS = re.compile(
    r"\bmade (?:from|with|of)\b[^()\n]*"
    r"|\((?:(?=also (?:known|called)\b|a\.?k\.?a\b|made (?:from|with|of)\b)"
    r"|(?!\s*(?:and|plus|with|substitute|sub|use|optional|such as|like|e\.g|for example"
    r"|including)\b)(?![^()]*\bor\b))[^()]*\)?",
    re.IGNORECASE,
)
"""Words behind a food that only explain it: "made from tomatoes", and brackets that neither add
another food nor say between which foods the cook chooses."""


def offered(foods: Iterable[Mention], offer: Offer, choice: int) -> list[Mention]:
    """The foods of an ingredient line below a heading that leaves them to the cook.

    Args:
        foods: of one line.
        offer: what the heading offers.
        choice: the number of the choice between the foods of all lines below the heading.
    """
    role: Role = OPTIONAL if offer == "optional" else ALTERNATIVE
    number = 0 if offer == "optional" else choice
    return [
        food._replace(role=role, choice=food.choice or number) if food.role in IN_THE_DISH else food
        for food in foods
    ]


def explained(line: str, foods: list[Mention], start: int = 0) -> list[Mention]:
    """The foods of an ingredient line; those that only explain a food before them are asides.

    In "sake (a rice wine)" the food is named in front of the brackets. Brackets that begin with
    "plus" add another food, and those with "or" or "such as" leave a choice. Those behind a mixture
    say what is in it: "mixed greens (romaine, arugula)".

    Args:
        line: the line.
        foods: its foods.
        start: where the line starts in the text in which the foods have their positions.
    """
    if "(" not in line and "made" not in line.lower():
        return foods
    brackets = [(start + found.start(), start + found.end()) for found in _BRACKETS.finditer(line)]
    if not brackets:
        return foods
    named = [food for food in foods if food.ingredient and food.role in IN_THE_DISH]
    outside = [
        food
        for food in named
        if food.ingredient not in MIXTURES and not any(a < food.start < b for a, b in brackets)
    ]
    beside = {
        food
        for food in named
        for first, last in brackets
        if first < food.start < last and any(each.end <= first for each in outside)
    }
    return [food._replace(role=ASIDE, choice=0) if food in beside else food for food in foods]


def settled(placed: list[Placed]) -> list[Placed]:
    """The foods of a recipe; those of which their section only talks are asides.

    A food that the list has without reserve is not optional where the directions put it in. A food
    of the title is in the dish if another section puts it in.
    """
    listed: dict[str, set[Role]] = defaultdict(set)
    for each in placed:
        if each.section == INGREDIENTS and each.mention.role in IN_THE_DISH:
            listed[each.mention.ingredient].add(each.mention.role)
    listed.pop("", None)
    found = [_settled(each, listed) for each in placed]
    if listed:
        dish = _in_the_dish(each for each in found if each.section != TITLE)
        return [_of_title(each, dish) if each.section == TITLE else each for each in found]
    return found


def _settled(placed: Placed, listed: Mapping[str, Set[Role]]) -> Placed:
    mention = placed.mention
    if mention.role not in IN_THE_DISH or placed.section in (INGREDIENTS, TITLE):
        return placed
    is_aside = placed.section in BESIDE or (listed and placed.section == SERVING)
    if is_aside or (mention.beside and listed and not _is_listed(mention.ingredient, listed)):
        return placed._replace(mention=mention._replace(role=ASIDE, choice=0))
    if mention.role == OPTIONAL and USED in listed.get(mention.ingredient, ()):
        return placed._replace(mention=mention._replace(role=USED))
    return placed


def _of_title(placed: Placed, dish: Set[str]) -> Placed:
    mention = placed.mention
    if mention.role not in IN_THE_DISH or mention.ingredient in dish:
        return placed
    return placed._replace(mention=mention._replace(role=ASIDE, choice=0))


def _in_the_dish(placed: Iterable[Placed]) -> set[str]:
    return {each.mention.ingredient for each in placed if each.mention.role in IN_THE_DISH}


def _is_listed(ingredient: str, listed: Iterable[str]) -> bool:
    """Whether a list has a food, a kind of it ("basmati rice") or a part of it ("lime juice")."""
    return not ingredient or any(
        f" {name}".endswith(f" {ingredient}")
        or (name.startswith(f"{ingredient} ") and name.split()[-1] in PARTS)
        for name in listed
    )
