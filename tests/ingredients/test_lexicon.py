"""Names enter the lexicon by the number of recipes; synonyms lead to one name."""

import pytest

from recipegen.config import LearnIngredients
from recipegen.ingredients.lexicon import mine_lexicon
from recipegen.tables import TABLES

RECIPES = [
    ["2 scallions", "1 cup plain flour", "salt"],
    ["3 green onions, sliced", "2 cups all-purpose flour", "1 teaspoon sea salt"],
    ["1 spring onion", "salt", "1 rare truffle"],
    ["salt"],
]
SETTINGS = LearnIngredients(min_recipes=2)


def names(settings: LearnIngredients = SETTINGS) -> dict[str, str]:
    lexicon = mine_lexicon(RECIPES, settings)
    return dict(zip(lexicon["variant"], lexicon["ingredient"], strict=True))


@pytest.mark.parametrize(
    ("variant", "ingredient"),
    [
        ("scallion", "green onion"),
        ("scallions", "green onion"),
        ("spring onion", "green onion"),
        ("green onions", "green onion"),
        ("flour", "flour"),
        ("plain flour", "flour"),
        ("salt", "salt"),
        ("kosher salt", "salt"),
    ],
)
def test_variants_lead_to_one_name(variant: str, ingredient: str) -> None:
    assert names()[variant] == ingredient


def test_a_name_needs_enough_recipes() -> None:
    assert "rare truffle" not in names()
    assert "rare truffle" in names(LearnIngredients(min_recipes=1))


def test_the_order_of_recipes_changes_nothing() -> None:
    forward, backward = (mine_lexicon(list(order), SETTINGS) for order in (RECIPES, RECIPES[::-1]))
    assert forward.equals(backward)
    assert list(forward.columns) == TABLES["lexicon"].column_names
    assert forward["variant"].is_unique


def test_no_recipes_give_an_empty_lexicon() -> None:
    assert mine_lexicon([], SETTINGS).empty
