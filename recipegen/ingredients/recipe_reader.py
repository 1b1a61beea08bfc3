"""Finds the ingredients of a whole recipe, section by section, with their positions in the text.

An ingredient line from a field of its own names one food; of alternatives, the first counts
("chicken or vegetable stock"). A list inside a text, as models write it, is looser: "1/2 cup
kangaroo meat (or beef or lamb)". In such a list every food counts, with its role.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import repeat
from typing import NamedTuple

from spacy.language import Language

from recipegen.ingredients.component import (
    Mention,
    foods_in_line,
    foods_in_text,
    foods_of_line,
    has_senses,
    in_the_dish,
    sense_of,
)
from recipegen.ingredients.coreference import chained
from recipegen.ingredients.scope import IN_THE_DISH, USED
from recipegen.ingredients.section_roles import explained, offered, settled
from recipegen.texts.layout import Passage, has_list, is_own_form, layout
from recipegen.texts.sections import DIRECTIONS, INGREDIENTS, TITLE, Section

Origin = str
"""Where ingredients were found: in ``lines`` or ``directions``; lines name them better."""


class Placed(NamedTuple):
    """A food with its position in the whole text of a recipe, and the section it stands in."""

    mention: Mention
    section: Section
    part: str | None = None
    """The part of the dish, such as "filling"; None if the text does not say."""


class ReadRecipe(NamedTuple):
    """The foods that a recipe names."""

    foods: list[Placed]
    origin: Origin


def read_recipes(
    nlp: Language, texts: Iterable[str], from_fields: Iterable[bool] | None = None
) -> Iterator[ReadRecipe]:
    """The foods of each recipe in order; ``ingredient`` is empty if a food is no ingredient.

    Args:
        nlp: the pipeline that finds foods.
        texts: the recipes.
        from_fields: for each recipe, whether its ingredient lines came in a field of their own. By
            default, none did.
    """
    for text, has_lines in zip(texts, from_fields or repeat(False), strict=False):
        yield _read_own_form(nlp, text) if is_own_form(text) else _read(nlp, text, has_lines)


def ingredients_of(recipe: ReadRecipe) -> list[str]:
    """The ingredients that a cook who follows a recipe puts into the dish, sorted, each once."""
    return in_the_dish(mentions_in_the_dish(recipe))


def mentions_in_the_dish(recipe: ReadRecipe) -> list[Mention]:
    """The mentions of ingredients that are in the dish, in order."""
    foods = (each.mention for each in recipe.foods)
    return [food for food in foods if food.ingredient and food.role in IN_THE_DISH]


def read_directions(nlp: Language, directions: Iterable[str]) -> Iterator[ReadRecipe]:
    """The foods in the directions of each recipe. There is no title and no list."""
    for text in directions:
        placed = [Placed(food, DIRECTIONS) for food in foods_in_text(nlp, text)]
        yield ReadRecipe(chained(text, placed), "directions")


def _read_own_form(nlp: Language, text: str) -> ReadRecipe:
    # The title and the directions are read together, as one text.
    bar = text.index(" | ")
    placed = [
        Placed(food, TITLE if food.start < bar else DIRECTIONS) for food in foods_in_text(nlp, text)
    ]
    return ReadRecipe(chained(text, placed), "directions")


def _read(nlp: Language, text: str, has_lines: bool) -> ReadRecipe:
    passages = layout(text)
    placed: list[Placed] = []
    groups: dict[str | None, int] = {}
    choices = 0
    for passage in passages:
        foods = _foods_in(nlp, text, passage, has_lines)
        if any(food.choice for food in foods):
            # Numbering goes on across passages, so that choices of two passages stay apart.
            foods = [
                food._replace(choice=food.choice + choices) if food.choice else food
                for food in foods
            ]
            choices = max(food.choice for food in foods)
        if passage.offer is not None:
            choices += passage.part not in groups
            foods = offered(foods, passage.offer, groups.setdefault(passage.part, choices))
        placed += [Placed(food, passage.section, passage.part) for food in foods]
    placed = _in_company(nlp, placed)
    placed.sort(key=lambda each: each.mention.start)
    placed = settled(chained(text, placed))
    return ReadRecipe(placed, "lines" if has_list(passages) else "directions")


def _foods_in(nlp: Language, text: str, passage: Passage, has_lines: bool) -> list[Mention]:
    """The foods in a passage, with their positions in the text."""
    if passage.places is None and not has_lines:
        return _foods_at(nlp, passage, passage.start)
    if passage.section == INGREDIENTS and has_lines:
        foods = list(map(_as_line, foods_of_line(nlp, passage.text)))
    else:
        foods = _foods_at(nlp, passage, 0)
    return [_moved(food, passage, text) for food in foods]


def _foods_at(nlp: Language, passage: Passage, start: int) -> list[Mention]:
    """The foods in a passage, with positions counted from ``start``."""
    if passage.section == INGREDIENTS and "\n" not in passage.text:
        return explained(passage.text, foods_in_line(nlp, passage.text, start), start)
    return foods_in_text(nlp, passage.text, start)


def _in_company(nlp: Language, placed: list[Placed]) -> list[Placed]:
    """The foods; those of ingredient lines have the sense that fits the other lines."""
    listed = [each.mention for each in placed if each.section == INGREDIENTS]
    if not any(has_senses(nlp, food) for food in listed):
        return placed
    company = {food.ingredient for food in listed if food.ingredient}
    return [
        each._replace(
            mention=each.mention._replace(ingredient=sense_of(nlp, each.mention, company))
        )
        if each.section == INGREDIENTS and each.mention.ingredient
        else each
        for each in placed
    ]


def _moved(food: Mention, passage: Passage, text: str) -> Mention:
    start, end = passage.span(food.start, food.end)
    return Mention(start, end, text[start:end], *food[3:])


def _as_line(food: Mention) -> Mention:
    """A food of an ingredient line. It is used, even if it is the first of alternatives."""
    return food._replace(role=USED, choice=0)
