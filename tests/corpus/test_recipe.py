"""A decoded record becomes a recipe or a reject that says why."""

import pytest

from recipegen.corpus.recipe import RAW_LENGTH, Recipe, Reject, parse_recipe

SOUP = {"title": " Pea Soup ", "directions": ["Boil peas.", " "], "ingredients": ["1 cup peas", ""]}


def test_a_recipe_is_cleaned_and_loses_blank_items() -> None:
    recipe = parse_recipe("soups.json", 3, SOUP)
    assert recipe == Recipe("soups.json", 3, "Pea Soup", ("1 cup peas",), ("Boil peas.",))


@pytest.mark.parametrize("ingredients", [None, []])
def test_ingredients_may_be_missing(ingredients: object) -> None:
    recipe = parse_recipe("soups.json", 0, {**SOUP, "ingredients": ingredients})
    assert isinstance(recipe, Recipe)
    assert recipe.ingredients == ()


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"title": None}, "no title"),
        ({"title": "  "}, "no title"),
        ({"title": 3}, "title is not text"),
        ({"directions": None}, "no directions"),
        ({"directions": []}, "no directions"),
        ({"directions": ["", " "]}, "no directions"),
        ({"directions": "Boil peas."}, "directions is not a list"),
        ({"directions": ["Boil peas.", 3]}, "directions has an item that is not text"),
        ({"ingredients": "peas"}, "ingredients is not a list"),
        ({"ingredients": [None]}, "ingredients has an item that is not text"),
    ],
)
def test_the_reason_says_what_is_wrong(change: dict[str, object], reason: str) -> None:
    rejected = parse_recipe("soups.json", 7, {**SOUP, **change})
    assert isinstance(rejected, Reject)
    assert (rejected.source, rejected.position, rejected.reason) == ("soups.json", 7, reason)


@pytest.mark.parametrize("record", [None, 3, "text", ["list"], {}])
def test_anything_else_is_rejected(record: object) -> None:
    assert isinstance(parse_recipe("x.json", 0, record), Reject)


def test_the_raw_record_is_cut_and_can_be_written() -> None:
    rejected = parse_recipe("x.json", 0, {"title": "\ud800" + "x" * 5000})
    assert isinstance(rejected, Reject)
    assert len(rejected.raw) == RAW_LENGTH
    assert rejected.raw.encode("utf-8")


def test_the_id_depends_on_title_and_directions_alone() -> None:
    one = Recipe("a.json", 0, "Pea Soup", ("1 cup peas",), ("Boil peas.",))
    same = Recipe("b.json", 9, "PEA SOUP", (), ("Boil peas.",))
    other = Recipe("a.json", 0, "Pea Soup", ("1 cup peas",), ("Boil the peas.",))
    assert one.recipe_id == same.recipe_id == "d906b7ccac8a6da6"
    assert one.recipe_id != other.recipe_id
