"""The ingredients of a whole recipe, section by section, with their places in its text.

An ingredient line that came as such names one food, and of alternatives the first ("chicken or
vegetable stock"). A list in a text that a model wrote is looser: "1/2 cup kangaroo meat (or
beef or lamb)". There every food counts, with its role.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import repeat
from typing import NamedTuple

from spacy.language import Language

from recipegen.ingredients.component import (
    Mention,
    find_foods,
    foods_in_line,
    foods_of_line,
    sense_of,
)
from recipegen.ingredients.scope import USED
from recipegen.texts.headings import DIRECTIONS, INGREDIENTS, TITLE, Section
from recipegen.texts.layout import Passage, has_list, is_own_form, layout

Origin = str
"""Where ingredients were found: ``lines`` name them better than ``directions`` do."""


class Placed(NamedTuple):
    """A food of a recipe, its places those in the whole text, and the section it stands in."""

    mention: Mention
    section: Section


class ReadRecipe(NamedTuple):
    """What a recipe names."""

    foods: list[Placed]
    origin: Origin


def read_recipes(
    nlp: Language, texts: Iterable[str], from_fields: Iterable[bool] | None = None
) -> Iterator[ReadRecipe]:
    """The foods of each recipe in order; ``ingredient`` is empty for one that is no ingredient.

    Args:
        nlp: what finds foods.
        texts: the recipes.
        from_fields: whether the ingredient lines of each came as such; none did by default.
    """
    for text, has_lines in zip(texts, from_fields or repeat(False), strict=False):
        yield _read_own_form(nlp, text) if is_own_form(text) else _read(nlp, text, has_lines)


def _read_own_form(nlp: Language, text: str) -> ReadRecipe:
    # The title and what it is used for are read together, as one text.
    (foods,) = find_foods(nlp, [text])
    bar = text.index(" | ")
    placed = [Placed(food, TITLE if food.start < bar else DIRECTIONS) for food in foods]
    return ReadRecipe(placed, "directions")


def _read(nlp: Language, text: str, has_lines: bool) -> ReadRecipe:
    passages = layout(text)
    placed: list[Placed] = []
    choices = 0
    for passage in passages:
        if passage.section == INGREDIENTS and has_lines:
            foods = list(map(_as_line, foods_of_line(nlp, passage.text)))
        elif passage.section == INGREDIENTS:
            foods = foods_in_line(nlp, passage.text)
        else:
            (foods,) = find_foods(nlp, [passage.text])
        for food in foods:
            choice = food.choice + choices if food.choice else 0
            moved = _moved(food, passage, text)._replace(choice=choice)
            placed.append(Placed(moved, passage.section))
        # Choices of one passage are not those of another.
        choices += max((food.choice for food in foods), default=0)
    placed = _in_company(nlp, placed)
    placed.sort(key=lambda each: each.mention.start)
    return ReadRecipe(placed, "lines" if has_list(passages) else "directions")


def _in_company(nlp: Language, placed: list[Placed]) -> list[Placed]:
    """The foods with those of ingredient lines as what they are among each other."""
    listed = [each.mention for each in placed if each.section == INGREDIENTS]
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
    return food._replace(start=start, end=end, surface=text[start:end])


def _as_line(food: Mention) -> Mention:
    """A food of an ingredient line, where the first of alternatives counts and is used."""
    return food._replace(role=USED, choice=0)
