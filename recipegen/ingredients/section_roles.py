"""The roles of foods by the section of a recipe that they stand in.

What a list names is in the dish, unless the line itself says that it is not. What only notes, a
serving suggestion, the title or the text around the recipe name is an aside. So is what the
directions only serve with the dish, if the recipe has a list and the list does not have it.
"""

from __future__ import annotations

from collections.abc import Iterable, Set
from typing import TYPE_CHECKING

from recipegen.ingredients.component import Mention
from recipegen.ingredients.scope import ALTERNATIVE, ASIDE, IN_THE_DISH, OPTIONAL, Role
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
    from recipegen.ingredients.recipes import Placed

BESIDE: frozenset[Section] = frozenset((NOTES, INTRODUCTION, CLOSING))
"""Sections that only talk about the dish."""

BESIDE_A_LIST: frozenset[Section] = BESIDE | {SERVING, TITLE}
"""The same in a recipe that has a list of ingredients."""


def offered(foods: Iterable[Mention], offer: Offer | None, choice: int) -> list[Mention]:
    """The foods of an ingredient line below a heading that leaves them to the cook.

    Args:
        foods: of one line.
        offer: what the heading offers.
        choice: the number of the choice between the foods of all lines below the heading.
    """
    if offer is None:
        return list(foods)
    role: Role = OPTIONAL if offer == "optional" else ALTERNATIVE
    number = 0 if offer == "optional" else choice
    return [
        food._replace(role=role, choice=food.choice or number) if food.role in IN_THE_DISH else food
        for food in foods
    ]


def settled(placed: list[Placed]) -> list[Placed]:
    """The foods of a recipe; those of which their section only talks are asides."""
    listed = {
        each.mention.ingredient
        for each in placed
        if each.section == INGREDIENTS and each.mention.role in IN_THE_DISH
    } - {""}
    beside = BESIDE_A_LIST if listed else BESIDE
    words = {word for name in listed for word in name.split()}
    return [
        each._replace(mention=each.mention._replace(role=ASIDE, choice=0))
        if each.mention.role in IN_THE_DISH
        and (each.section in beside or (listed and _is_only_served(each, words)))
        else each
        for each in placed
    ]


def _is_only_served(placed: Placed, listed: Set[str]) -> bool:
    """Whether a food is only served with the dish, and no name in the list has a word of its own."""
    is_listed = not listed.isdisjoint(placed.mention.ingredient.split())
    return placed.mention.beside and placed.section != INGREDIENTS and not is_listed
