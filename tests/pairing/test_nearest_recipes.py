"""Real recipes that have both ingredients of a pair, or one and what the other goes with."""

import pandas as pd

from recipegen.pairing.nearest_recipes import Precedent, precedents

WANTED = {"cocoa": ["chili", "tomato"], "garlic": ["vanilla"]}
"""For cocoa, what goes with garlic; for garlic, what goes with cocoa."""


def found(recipes: dict[str, str], split: str = "train", most: int = 5) -> list[Precedent]:
    rows = [
        (recipe, split, origin, name)
        for recipe, names in recipes.items()
        for origin in ("lines", "directions")
        for name in names.split()
    ]
    uses = pd.DataFrame(rows, columns=["recipe_id", "split", "origin", "ingredient"])
    titles = pd.DataFrame({"recipe_id": list(recipes), "title": [name.title() for name in recipes]})
    return precedents(WANTED, uses, titles, most)


def test_recipes_with_both_the_shortest_first() -> None:
    recipes = {
        "mole": "cocoa garlic chili onion",
        "dip": "garlic cocoa bread",
        "bread": "garlic bread",
    }
    assert found(recipes) == [
        Precedent("dip", "Dip", ["cocoa", "garlic"]),
        Precedent("mole", "Mole", ["cocoa", "chili", "garlic"]),
    ]


def test_without_any_those_with_most_of_what_the_other_goes_with() -> None:
    recipes = {
        "cake": "cocoa vanilla egg",
        "hot cocoa": "cocoa chili egg",
        "stew": "garlic onion",
        "sauce": "cocoa tomato chili",
        "oddity": "garlic vanilla",
    }
    assert found(recipes) == [
        Precedent("sauce", "Sauce", ["cocoa", "chili", "tomato"]),
        Precedent("hot cocoa", "Hot Cocoa", ["cocoa", "chili"]),
        Precedent("oddity", "Oddity", ["garlic", "vanilla"]),
    ]


def test_no_more_than_asked_for() -> None:
    assert len(found({"a": "cocoa garlic", "b": "cocoa garlic"}, most=1)) == 1


def test_held_out_recipes_are_not_shown() -> None:
    assert found({"mole": "cocoa garlic"}, split="test") == []
