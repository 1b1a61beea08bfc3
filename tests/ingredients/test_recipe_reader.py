"""The ingredients of whole recipes and their places, separately for list and directions."""

from __future__ import annotations

import json

import pytest
from spacy.language import Language

from recipegen.ingredients.component import build_extractor
from recipegen.ingredients.recipe_reader import ingredients_of, read_recipes
from recipegen.judge.lexicon import judge_lexicon
from recipegen.texts.layout import compose


@pytest.fixture(scope="module")
def nlp() -> Language:
    return build_extractor(judge_lexicon())


def found(nlp: Language, text: str, *, from_fields: bool = False) -> list[tuple[str, str, str]]:
    (recipe,) = read_recipes(nlp, [text], [from_fields])
    for placed in recipe.foods:
        assert text[placed.mention.start : placed.mention.end] == placed.mention.surface
    return [
        (placed.section, placed.mention.ingredient, placed.mention.role)
        for placed in recipe.foods
        if placed.mention.ingredient
    ]


CHAT = """**Pea Soup**

Ingredients:
- 2 cups chicken or vegetable stock
- 1 cup peas (no salt)

Directions:
1. Simmer the peas with ham or bacon."""


def test_list_and_directions_are_apart(nlp: Language) -> None:
    assert found(nlp, CHAT) == [
        ("title", "pea", "used"),
        ("ingredients", "chicken broth", "alternative"),
        ("ingredients", "vegetable broth", "alternative"),
        ("ingredients", "pea", "used"),
        ("ingredients", "salt", "absent"),
        ("directions", "pea", "used"),
        ("directions", "ham", "alternative"),
        ("directions", "bacon", "alternative"),
    ]


@pytest.mark.parametrize(
    ("line", "ingredients"),
    [
        ("2 cups tomato sauce made from tomatoes", ["tomato sauce"]),
        ("1 cup ricotta (made from almonds or coconut milk)", ["ricotta"]),
        ("1 bunch cilantro (also known as coriander or dhania)", ["cilantro"]),
        ("1 cup peas (or 1 cup corn)", ["corn", "pea"]),
        ("2 cloves of **garlic**, with cinnamon, nutmeg and sugar", None),
    ],
)
def test_words_that_explain_a_food(nlp: Language, line: str, ingredients: list[str] | None) -> None:
    (read,) = read_recipes(nlp, [f"Ingredients:\n- {line}\n\nDirections:\n1. Mix."])
    assert ingredients_of(read) == (ingredients or ["cinnamon", "garlic", "nutmeg", "sugar"])


def test_choices_of_one_passage_are_not_those_of_another(nlp: Language) -> None:
    (recipe,) = read_recipes(nlp, [CHAT])
    choices = {each.mention.ingredient: each.mention.choice for each in recipe.foods}
    assert choices["chicken broth"] == choices["vegetable broth"] > 0
    assert choices["ham"] == choices["bacon"] > choices["chicken broth"]
    assert recipe.origin == "lines"


def test_of_the_alternatives_of_a_line_that_came_as_such_the_first_counts(nlp: Language) -> None:
    text = compose("", ["2 cups chicken or vegetable stock", "For the sauce:", "1 lime"], [])
    assert found(nlp, text, from_fields=True) == [
        ("ingredients", "chicken broth", "used"),
        ("ingredients", "lime", "used"),
    ]


def test_our_own_form_is_read_as_one_text(nlp: Language) -> None:
    (recipe,) = read_recipes(nlp, ["recipe for pea soup | simmer peas and ham ."])
    assert recipe.origin == "directions"
    sections = [(each.section, each.mention.ingredient) for each in recipe.foods]
    assert sections == [("title", "pea"), ("directions", "pea"), ("directions", "ham")]


def test_foods_of_json_keep_their_places(nlp: Language) -> None:
    text = json.dumps(
        {"title": "Cr\u00e8pes", "directions": "Stir.\nAdd \u201cpeas\u201d\nand ham."}
    )
    assert found(nlp, text)[-2:] == [
        ("directions", "pea", "used"),
        ("directions", "ham", "used"),
    ]
