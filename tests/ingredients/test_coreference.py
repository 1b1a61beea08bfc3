"""A general word means the listed food that it can stand for, and adds no ingredient."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from spacy.language import Language

from recipegen.config import LearnIngredients
from recipegen.ingredients.component import build_extractor
from recipegen.ingredients.general_words import groups, products
from recipegen.ingredients.hand_written import known_ingredients
from recipegen.ingredients.lexicon import mine_lexicon
from recipegen.ingredients.recipe_reader import ingredients_of, read_directions, read_recipes

NLP: Language = build_extractor(mine_lexicon([], LearnIngredients()))


def recipe(lines: str, directions: str, title: str = "Supper") -> str:
    listed = "\n".join(f"- {line}" for line in lines.split("; "))
    return f"# {title}\n\n## Ingredients\n{listed}\n\n## Directions\n{directions}"


def in_dish(text: str) -> list[str]:
    (read,) = read_recipes(NLP, [text])
    return ingredients_of(read)


def named(text: str, section: str) -> list[tuple[str, str, str]]:
    """What a section writes, the ingredient that is meant, and its role."""
    (read,) = read_recipes(NLP, [text])
    return [
        (food.surface, food.ingredient, food.role)
        for food, place, *_ in read.foods
        if place == section
    ]


@pytest.mark.parametrize(
    ("lines", "directions", "ingredient"),
    [
        ("500 g chicken thighs", "Brown the chicken.", "chicken thigh"),
        ("500 g chicken thighs", "Brown the chicken pieces.", "chicken thigh"),
        ("2 tbsp olive oil", "Heat the cooking oil.", "olive oil"),
        ("100 g cheddar", "Melt the cheese.", "cheddar"),
        ("200 g spaghetti", "Boil the pasta.", "spaghetti"),
        ("1 kg pork shoulder", "Shred the pork.", "pork shoulder"),
        ("3 slices bacon", "Fry until the pork is crisp.", "bacon"),
        ("200 g shiitake mushrooms", "Add the mushrooms.", "shiitake mushroom"),
        ("1 cup rice flour", "Sift the flour.", "rice flour"),
        ("4 salmon fillets", "Turn the fish fillets.", "salmon"),
        ("1 cup walnuts", "Toast the nuts.", "walnut"),
        ("2 jalapeños", "Char the peppers.", "jalapeño"),
        ("1 tsp smoked paprika", "Add the paprika.", "smoked paprika"),
        ("juice of 1 lemon", "Squeeze the lemon.", "lemon juice"),
        ("1 lemon", "Add the lemon juice.", "lemon"),
        ("1 cup beef stock", "Pour in the broth.", "beef broth"),
        ("1 tsp ground cloves", "Add ginger and cloves.", "clove"),
    ],
)
def test_a_general_word_is_the_listed_food(lines: str, directions: str, ingredient: str) -> None:
    text = recipe(lines, directions)
    assert ingredient in [name for _, name, _ in named(text, "directions")]
    assert [name for name in in_dish(text) if name != "ginger"] == [ingredient]


@pytest.mark.parametrize(
    ("line", "ingredients"),
    [
        ("100 g feta (or a similar salty cheese)", ["feta"]),
        ("400 g fettuccine or other pasta", ["fettuccine"]),
        ("2 cups mixed greens (such as romaine or arugula)", ["arugula", "romaine"]),
        ("1 cup mixed vegetables (e.g., carrots and peas)", ["carrot", "pea"]),
        ("2 tbsp oil, such as peanut oil", ["oil", "peanut oil"]),
        ("100 g feta or cheddar cheese", ["cheddar", "feta"]),
    ],
)
def test_a_line_that_names_the_foods_that_a_general_word_means(
    line: str, ingredients: list[str]
) -> None:
    assert in_dish(recipe(line, "Stir.")) == ingredients


@pytest.mark.parametrize(
    ("line", "ingredients"),
    [
        ("**Leafy greens:** 1 cup chopped romaine", ["romaine"]),
        ("Beans & lentils: 1/2 cup cooked chickpeas", ["chickpea"]),
        ("Garlic: 1 clove, minced", ["garlic"]),
        ("Rice: 1 cup cooked in chicken broth", ["chicken broth", "rice"]),
        ("Oil for the pie crust", ["oil"]),
        ("1 cup beef broth (or vegetable broth, if using tofu)", ["beef broth", "vegetable broth"]),
    ],
)
def test_what_a_line_is_about_or_for_is_no_ingredient(line: str, ingredients: list[str]) -> None:
    assert in_dish(recipe(line, "Stir.")) == ingredients


def test_the_powder_that_ends_an_enumeration() -> None:
    text = recipe("1 tsp garlic powder; 1 tsp onion powder", "Mix garlic, and onion powder.")
    assert in_dish(text) == ["garlic powder", "onion powder"]
    fresh = recipe("1 clove garlic; 1 tsp onion powder", "Mix garlic, and onion powder.")
    assert in_dish(fresh) == ["garlic", "onion powder"]


def test_a_shorter_name_is_the_listed_food() -> None:
    text = recipe("1 tbsp dried pomegranate seeds", "Scatter pomegranate seeds.")
    assert in_dish(text) == ["anardana"]


def test_words_that_are_no_ingredient_belong_to_the_only_food_they_can_mean() -> None:
    one = recipe("1 kg lamb chops", "Salt the meat.")
    two = recipe("1 kg lamb chops; 1 kg pork chops", "Brown the meat.")
    assert ("meat", "lamb chop", "used") in named(one, "directions")
    assert ("meat", "", "used") in named(two, "directions")


@pytest.mark.parametrize(
    ("lines", "directions", "ingredients"),
    [
        ("2 tbsp olive oil", "Drizzle with sesame oil.", ["olive oil", "sesame oil"]),
        ("1 cup peanut butter", "Grease with butter.", ["butter", "peanut butter"]),
        ("1 lb salt cod", "Season with salt.", ["salt", "salt cod"]),
        ("1 cup butter; 1 cup peanut butter", "Melt the butter.", ["butter", "peanut butter"]),
        ("1 tsp cayenne", "Season with pepper.", ["black pepper", "cayenne"]),
        ("1 cup chicken broth", "Add the chicken.", ["chicken", "chicken broth"]),
        ("1 cup rose water", "Add water.", ["rose water", "water"]),
    ],
)
def test_a_second_food_stays_a_second_food(
    lines: str, directions: str, ingredients: list[str]
) -> None:
    assert in_dish(recipe(lines, directions)) == ingredients


def test_of_two_listed_foods_the_one_named_last_is_meant() -> None:
    text = recipe("1 tbsp olive oil; 1 tbsp sesame oil", "Heat the oil. Add sesame oil. Stir oil.")
    assert [name for _, name, _ in named(text, "directions")] == [
        "olive oil",  # the first of the list, since none has been named
        "sesame oil",
        "sesame oil",
    ]


def test_the_role_comes_from_the_list() -> None:
    text = recipe("1 lb chicken thighs or tofu", "Add the chicken. No chicken is left.")
    assert named(text, "directions") == [
        ("chicken", "chicken thigh", "alternative"),
        ("chicken", "chicken", "absent"),
    ]


def test_a_title_adds_nothing_that_the_list_lacks() -> None:
    text = recipe("1 lb ground beef; 8 tortillas", "Brown the beef.", "Beef and Oyster Tacos")
    assert named(text, "title") == [
        ("Beef", "ground beef", "used"),
        ("Oyster Tacos", "oyster", "aside"),
    ]
    assert in_dish(text) == ["ground beef", "tortilla"]


@pytest.mark.parametrize(
    ("lines", "directions"),
    [
        ("1 kg potatoes", "Drain the French fries."),
        ("3 tbsp olive oil", "Make the dressing. Pour the vinaigrette over."),
        ("2 cups flour", "Let the bread cool."),
        ("1 cup peanut butter", "Pour the peanut sauce over."),
        ("1 cup coconut milk; 1 tsp cumin", "Serve the curry."),
        ("1 cup milk", "Make a thick hollandaise sauce. Pour the hollandaise sauce."),
    ],
)
def test_what_the_recipe_makes_is_no_ingredient(lines: str, directions: str) -> None:
    assert len(in_dish(recipe(lines, directions))) == len(lines.split("; "))


def test_names_of_parts_of_the_list_are_no_ingredients() -> None:
    text = recipe("Chicken: 2 chicken breasts, diced; Rice: 1 cup, with butter", "Fry.")
    assert in_dish(text) == ["butter", "chicken breast", "rice"]
    headed = "Ingredients:\n\n**For the chicken:**\n- 2 chicken legs\n\nDirections:\nRoast."
    assert in_dish(headed) == ["chicken leg"]


def test_in_our_own_form_a_general_word_is_what_was_named_before() -> None:
    text = "recipe for chicken | brown chicken thighs in olive oil . take chicken from oil ."
    assert in_dish(text) == ["chicken thigh", "olive oil"]
    first = "recipe for rice | heat oil in a pan . drizzle with olive oil ."
    assert in_dish(first) == ["oil", "olive oil", "rice"]
    amount = "recipe for rice | add olive oil . heat 2 cups of oil ."
    assert in_dish(amount) == ["oil", "olive oil", "rice"]


def test_in_directions_sugar_is_sugar_beside_brown_sugar() -> None:
    directions = ["Add brown sugar and sugar. Add lemon juice. Slice the lemon."]
    assert list(map(ingredients_of, read_directions(NLP, directions))) == [
        ["brown sugar", "lemon", "lemon juice", "sugar"]
    ]


LINES = ("olive oil", "cheddar", "chicken thighs", "oil", "lemon", "water", "salt", "basil")
STEPS = ("Heat the oil.", "Add cheese.", "Turn the chicken.", "Squeeze lemon juice.", "Add herbs.")


@given(st.lists(st.sampled_from(LINES), min_size=1), st.lists(st.sampled_from(STEPS)))
def test_listed_foods_stay_and_places_too(lines: list[str], steps: list[str]) -> None:
    text = recipe("; ".join(lines), " ".join(steps))
    (read,) = read_recipes(NLP, [text])
    only_list = in_dish(recipe("; ".join(lines), "Stir."))
    assert set(only_list) <= set(ingredients_of(read))
    for food, *_ in read.foods:
        assert text[food.start : food.end] == food.surface


def test_every_name_of_the_relations_is_an_ingredient() -> None:
    known = known_ingredients().categories.keys()
    assert set().union(*groups().values()) <= known
    assert set().union(products().keys(), *products().values()) <= known
