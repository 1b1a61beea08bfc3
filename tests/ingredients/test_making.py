"""What a recipe makes is told from what a cook buys."""

from __future__ import annotations

import pytest
from spacy.language import Language

from recipegen.config import LearnIngredients
from recipegen.ingredients.component import build_extractor
from recipegen.ingredients.lexicon import mine_lexicon
from recipegen.ingredients.recipe_reader import ingredients_of, read_recipes

NLP: Language = build_extractor(mine_lexicon([], LearnIngredients()))


def in_dish(text: str) -> list[str]:
    (read,) = read_recipes(NLP, [text])
    return ingredients_of(read)


def onions(title: str, directions: str, above: str = "") -> str:
    return f"# {title}\n{above}\n## Ingredients\n- 2 onions\n\n## Directions\n{directions}"


@pytest.mark.parametrize("title", ["French Onion Soup", "French Onion Soup Recipe", "Onion Salsa"])
def test_the_dish_is_no_ingredient_of_itself(title: str) -> None:
    assert in_dish(onions(title, f"Fry. Serve the {title.removesuffix(' Recipe')}.")) == ["onion"]


def test_the_dish_that_the_introduction_announces() -> None:
    directions, above = "Fry. Serve the French onion soup.", "A recipe for French onion soup."
    assert in_dish(onions("Supper", directions, above)) == ["onion"]
    assert "french onion soup" in in_dish(onions("Supper", directions))


def test_a_food_that_the_title_names_on_the_way_may_be_forgotten_by_the_list() -> None:
    assert in_dish(onions("Soy Sauce Onions", "Add soy sauce.")) == ["onion", "soy sauce"]


@pytest.mark.parametrize(
    ("directions", "ingredients"),
    [
        ("Prepare the pie crust by mixing flour and butter.", ["butter", "flour", "onion"]),
        ("Prepare the pie crust. Fill it.", ["onion", "pie crust"]),
        ("Make the pesto. Spread the pesto.", ["onion"]),
        ("Spread the pesto.", ["onion", "pesto"]),
    ],
)
def test_what_the_directions_say_to_make(directions: str, ingredients: list[str]) -> None:
    assert in_dish(onions("Supper", directions)) == ingredients


PARTS = """Ingredients:

**Fish:**
- 1 cod
- 2 tbsp {food} (see below)

**{name}:**
- {line}

Directions:
Serve."""


@pytest.mark.parametrize(
    ("food", "name", "line", "ingredients"),
    [
        ("chermoula", "Chermoula", "1 cup parsley", ["cod", "parsley"]),
        ("chermoula", "For the chermoula", "1 cup parsley", ["cod", "parsley"]),
        ("chermoula", "Salad", "1 cup parsley", ["chermoula", "cod", "parsley"]),
        ("beef", "Beef", "1 cup parsley", ["beef", "cod", "parsley"]),
        ("salt", "Broth", "4 cups broth", ["broth", "cod", "salt"]),
    ],
)
def test_a_food_with_a_part_of_its_own_is_made(
    food: str, name: str, line: str, ingredients: list[str]
) -> None:
    assert in_dish(PARTS.format(food=food, name=name, line=line)) == ingredients
