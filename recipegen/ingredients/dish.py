"""From the foods of a text to what it puts into the dish.

The rule is the same for generated texts, real recipes and the control; docs/evaluation.md has it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence, Set

from recipegen.ingredients.component import Mention
from recipegen.ingredients.hand_written import known_ingredients
from recipegen.ingredients.recipe_reader import Placed
from recipegen.ingredients.scope import IN_THE_DISH
from recipegen.pairing.pairs_of_dish import Dish, Pair
from recipegen.texts.sections import DIRECTIONS, INGREDIENTS

MAIN_PART = ""
"""The part of the ingredients that stand in front of the first named part."""


def dish_of(foods: Sequence[Placed]) -> Dish:
    """What a recipe puts into the dish.

    Args:
        foods: of the recipe, in their order.
    """
    placed = [
        each for each in foods if each.mention.ingredient and each.mention.role in IN_THE_DISH
    ]
    listed = {each.mention.ingredient for each in placed if each.section == INGREDIENTS}
    # What the list says counts: "add the chicken" does not end a choice between chicken and tofu.
    telling = [
        each.mention
        for each in placed
        if each.section == INGREDIENTS or each.mention.ingredient not in listed
    ]
    sure, choices = _sure_and_chosen(telling)
    apart = _apart(_parts(placed, listed)) if any(each.part for each in placed) else frozenset()
    return Dish(sure, choices, apart)


def _sure_and_chosen(
    mentions: Sequence[Mention],
) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """The ingredients that are in the dish whatever the cook does, and the choices.

    Choices with a member in common are one. A choice with a member that is in the dish anyway adds
    nothing, and a choice of one ingredient is none.
    """
    sure = {each.ingredient for each in mentions if not each.choice}
    groups: dict[int, list[str]] = {}
    numbers: defaultdict[str, set[int]] = defaultdict(set)
    for each in mentions:
        if each.choice:
            numbers[each.ingredient].add(each.choice)
            groups.setdefault(each.choice, []).append(each.ingredient)
    found = []
    for members in _joined(groups, numbers):
        if len(members) == 1:
            sure.add(members[0])
        elif sure.isdisjoint(members):
            found.append(members)
    return tuple(sorted(sure)), tuple(found)


def _joined(
    groups: Mapping[int, Sequence[str]], numbers: Mapping[str, Set[int]]
) -> list[tuple[str, ...]]:
    """The members of each choice, in the order in which they are named."""
    found, done = [], set[int]()
    for first in groups:
        members: dict[str, None] = {}
        waiting = [first]
        while waiting:
            number = waiting.pop()
            if number not in done:
                done.add(number)
                members |= dict.fromkeys(groups[number])
                waiting += [other for name in groups[number] for other in numbers[name]]
        if members:
            found.append(tuple(members))
    return found


def _parts(placed: Sequence[Placed], listed: Set[str]) -> dict[str, set[str]]:
    """The parts of each ingredient, as far as the text says them.

    An ingredient of the list is in the parts where the list has it. Another one is in the parts
    whose steps put it in.
    """
    has_parts = any(each.part for each in placed if each.section == INGREDIENTS)
    parts: defaultdict[str, set[str]] = defaultdict(set)
    for each in placed:
        name = each.mention.ingredient
        if each.section == INGREDIENTS and has_parts:
            parts[name].add(each.part or MAIN_PART)
        elif each.section == DIRECTIONS and each.part and not (has_parts and name in listed):
            parts[name].add(each.part)
    return parts


def _apart(parts: Mapping[str, Set[str]]) -> frozenset[Pair]:
    """Pairs of an ingredient that works within its part and one that is in other parts only."""
    bound = known_ingredients().within_part
    return frozenset(
        (min(a, b), max(a, b))
        for a in parts
        if a in bound
        for b in parts
        if parts[a].isdisjoint(parts[b])
    )
