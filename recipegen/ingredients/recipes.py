"""The ingredients of a whole recipe, section by section, with their places in its text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from spacy.language import Language

from recipegen.ingredients.component import (
    Mention,
    find_foods,
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


def read_recipes(nlp: Language, texts: Iterable[str]) -> Iterator[ReadRecipe]:
    """The foods of each recipe in order; ``ingredient`` is empty for one that is no ingredient."""
    for text in texts:
        yield _read_own_form(nlp, text) if is_own_form(text) else _read(nlp, text)


def _read_own_form(nlp: Language, text: str) -> ReadRecipe:
    # The title and what it is used for are read together, as one text.
    (foods,) = find_foods(nlp, [text])
    bar = text.index(" | ")
    placed = [Placed(food, TITLE if food.start < bar else DIRECTIONS) for food in foods]
    return ReadRecipe(placed, "directions")


def _read(nlp: Language, text: str) -> ReadRecipe:
    passages = layout(text)
    listed = [
        [_moved(food, passage, text) for food in foods_of_line(nlp, passage.text)]
        for passage in passages
        if passage.section == INGREDIENTS
    ]
    company = {food.ingredient for foods in listed for food in foods}
    placed = [
        Placed(_as_line(food, sense_of(nlp, food, company)), INGREDIENTS)
        for foods in listed
        for food in foods
    ]
    choices = 0
    for passage in passages:
        if passage.section != INGREDIENTS:
            (foods,) = find_foods(nlp, [passage.text])
            for food in foods:
                moved = _moved(food, passage, text)
                choice = food.choice + choices if food.choice else 0
                placed.append(Placed(moved._replace(choice=choice), passage.section))
            # Choices of one passage are not those of another.
            choices += max((food.choice for food in foods), default=0)
    placed.sort(key=lambda each: each.mention.start)
    return ReadRecipe(placed, "lines" if has_list(passages) else "directions")


def _moved(food: Mention, passage: Passage, text: str) -> Mention:
    start, end = passage.span(food.start, food.end)
    return food._replace(start=start, end=end, surface=text[start:end])


def _as_line(food: Mention, ingredient: str) -> Mention:
    """A food of an ingredient line, where the first of alternatives counts and is used."""
    return food._replace(ingredient=ingredient, role=USED, choice=0)
