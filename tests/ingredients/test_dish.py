"""What a whole recipe puts into the dish: sections, choices and parts."""

from __future__ import annotations

import pytest
from spacy.language import Language

from recipegen.ingredients.component import build_extractor, find_mentions
from recipegen.ingredients.dish import dish_of
from recipegen.ingredients.recipe_reader import Placed, read_recipes
from recipegen.ingredients.scope import IN_THE_DISH
from recipegen.judge.lexicon import judge_lexicon
from recipegen.pairing.pairs_of_dish import Dish
from recipegen.texts.sections import DIRECTIONS

CHAT = """Here is a pie as good as one with pears:

**Lemon Chicken Pie**

**Ingredients:**
- 1 lb chicken, diced (or tofu)
- 1 cup rice
- 2 tablespoons chopped nuts (optional)

**Instructions:**
1. Fry the chicken with the nuts, if using.
2. Serve over rice, with a side of potatoes.

**Notes:**
- You can also use leeks.
- Rice keeps for days.

Enjoy with beans!"""
PARTS = """Ingredients:
- 1 apple

For the dough:
- 2 cups flour
- 1 teaspoon yeast

For the topping:
- 1 cup cheese

Steps:
1. Mix and bake with honey."""


@pytest.fixture(scope="module")
def nlp() -> Language:
    return build_extractor(judge_lexicon())


def dish(nlp: Language, text: str) -> Dish:
    (recipe,) = read_recipes(nlp, [text])
    return dish_of(recipe.foods)


def of_sentence(nlp: Language, text: str) -> Dish:
    (mentions,) = find_mentions(nlp, [text])
    return dish_of([Placed(each, DIRECTIONS) for each in mentions])


def test_only_what_the_recipe_puts_in(nlp: Language) -> None:
    assert dish(nlp, CHAT) == Dish(("nut", "rice"), (("chicken", "tofu"),))


def test_other_sections_name_asides(nlp: Language) -> None:
    (recipe,) = read_recipes(nlp, [CHAT])
    asides = {
        (each.section, each.mention.ingredient)
        for each in recipe.foods
        if each.mention.role not in IN_THE_DISH and each.mention.ingredient
    }
    assert asides == {
        ("introduction", "pear"),
        ("title", "lemon"),
        ("directions", "potato"),
        ("notes", "leek"),
        ("notes", "rice"),
        ("closing", "bean"),
    }


def test_without_a_list_what_is_served_is_in_the_dish(nlp: Language) -> None:
    assert dish(nlp, "recipe for stew | fry beef . serve with rice .").ingredients == (
        "beef",
        "rice",
    )


def test_choices_with_a_member_in_common_are_one(nlp: Language) -> None:
    found = of_sentence(nlp, "Fry beef or lamb. Add lamb or tofu. Add leeks or onions.")
    assert found == Dish((), (("beef", "lamb", "tofu"), ("leek", "onion")))


def test_a_choice_with_what_is_in_the_dish_anyway_adds_nothing(nlp: Language) -> None:
    assert of_sentence(nlp, "Fry beef or lamb. Add the beef.") == Dish(("beef",))


def test_a_choice_between_names_of_one_ingredient_is_none(nlp: Language) -> None:
    assert of_sentence(nlp, "Add scallions or spring onions.") == Dish(("green onion",))


def test_what_works_within_its_part_does_not_meet_the_others(nlp: Language) -> None:
    found = dish(nlp, PARTS)
    assert found.ingredients == ("apple", "cheese", "flour", "honey", "yeast")
    # The apple is in the main part. No part is known of the honey, so yeast meets it.
    assert found.apart == {("apple", "yeast"), ("cheese", "yeast")}


@pytest.mark.parametrize(
    ("line", "ingredients"),
    [
        ("- 1 cup paneer (a fresh cheese)", ("paneer",)),
        ("- 1 cup rice (plus 1 onion)", ("onion", "rice")),
        ("- 1 cup vegetables (leeks and corn)", ("corn", "leek")),
    ],
)
def test_brackets_that_explain_a_food(nlp: Language, line: str, ingredients: tuple[str]) -> None:
    assert dish(nlp, f"Ingredients:\n{line}\n\nSteps:\nMix.") == Dish(ingredients)


def test_a_group_to_choose_from_is_one_choice(nlp: Language) -> None:
    text = (
        "Ingredients:\n- 1 egg\n\nToppings (choose one):\n- nuts\n- 1 cup corn\n\nSteps:\n1. Mix."
    )
    assert dish(nlp, text) == Dish(("egg",), (("nut", "corn"),))


@pytest.mark.parametrize(
    ("listed", "served", "in_dish"),
    [
        ("pineapple", "apple", False),
        ("licorice", "rice", False),
        ("basmati rice", "rice", True),
        ("lime", "lime juice", True),
    ],
)
def test_what_is_only_served_is_in_the_dish_if_the_list_names_it(
    nlp: Language, listed: str, served: str, in_dish: bool
) -> None:
    text = f"Ingredients:\n- 1 cup {listed}\n\nDirections:\nCook it. Serve with {served}."
    (recipe,) = read_recipes(nlp, [text])
    start = text.rindex(served)
    (role,) = [each.mention.role for each in recipe.foods if each.mention.start == start]
    assert (role in IN_THE_DISH) == in_dish
