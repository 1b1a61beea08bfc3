"""A pair is explained by facts and in words, worked by hand on four ingredients."""

import math
from dataclasses import replace

import pandas as pd
import pytest

from recipegen.errors import UsageError
from recipegen.pairing.explanation import VERDICTS, Explanation, Lift, explain
from recipegen.pairing.nearest_recipes import Precedent

INGREDIENTS = pd.DataFrame(
    [
        ("lime", "fruit", False, 900, ["tequila"]),
        ("melon", "fruit", False, 80, ["prosciutto"]),
        ("prosciutto", "meat", False, 1, ["melon"]),
        ("salt", "spice", True, 3000, []),
    ],
    columns=["ingredient", "category", "basic", "count", "companions"],
)
LIFT = tuple(map(math.log, (0.2, 0.01, 0.6)))
PAIRINGS = pd.DataFrame(
    [
        ("lime", "melon", 20, 15.0, 0.0, 0.3, 0.01, 0.6, 0.4, -5.0, "plausible"),
        ("lime", "prosciutto", 1, 6.5, 3.0, *LIFT, 0.0, math.log(3), "implausible"),
        ("prosciutto", "salt", 0, 9.0, 0.0, -1.0, -2.0, 0.5, 0.0, -9.0, "plausible"),
    ],
    columns=[
        *("ingredient_a", "ingredient_b", "count_both", "expected", "others_expected"),
        *("log_lift", "log_lift_low", "log_lift_high", "same_company", "objection", "verdict"),
    ],
)
USES = pd.DataFrame(
    [("r1", "train", "lines", "lime"), ("r1", "train", "directions", "prosciutto")],
    columns=["recipe_id", "split", "origin", "ingredient"],
)
RECIPES = pd.DataFrame({"recipe_id": ["r1"], "title": ["Tacos"]})


def explained(a: str, b: str) -> Explanation:
    return explain(a, b, INGREDIENTS, PAIRINGS, USES, RECIPES)


def test_a_pair_is_explained_in_the_order_in_which_it_is_named() -> None:
    found = explained("prosciutto", "lime")
    assert (found.a.ingredient, found.a.recipes, found.a.goes_with) == ("prosciutto", 1, ["melon"])
    assert (found.b.ingredient, found.b.recipes, found.b.goes_with) == ("lime", 900, ["tequila"])
    assert (found.a.instead, found.b.instead) == ([], ["melon"])
    assert (found.verdict, found.recipes_with_both, found.expected) == ("implausible", 1, 6.5)
    assert found.lift == Lift(*map(pytest.approx, (0.2, 0.01, 0.6)))
    assert found.precedents == [Precedent("r1", "Tacos", ["prosciutto", "lime"])]


def test_the_same_in_words() -> None:
    assert explained("prosciutto", "lime").lines() == [
        "prosciutto + lime: implausible. A cook would object (probability 75%).",
        "1 recipe holds both, by chance 6.5 would. With what the built-in judge knows: "
        "about 0.2 times as often as by chance (0.01 to 0.6).",
        "prosciutto, in 1 recipe, goes with melon.",
        "lime, in 900 recipes, goes with tequila.",
        "  In its place, with prosciutto: melon.",
        "Real recipes with both:",
        "  Tacos: prosciutto, lime",
    ]


def test_a_pair_that_is_not_listed_is_unknown() -> None:
    found = explained("melon", "salt")
    assert (found.verdict, found.recipes_with_both) == ("unknown", 0)
    assert (found.expected, found.lift, found.objection) == (None, None, None)
    assert found.lines()[:2] == [
        f"melon + salt: unknown. {VERDICTS['unknown']}.",
        "No recipe holds both; by chance fewer than one would.",
    ]


def test_a_plausible_pair_says_why_and_is_not_replaced() -> None:
    lines = explained("lime", "melon").lines()
    assert lines[0] == "lime + melon: plausible. They meet more often than by chance."
    assert not any("in its place" in line.lower() for line in lines)


def test_a_basic_goes_with_anything() -> None:
    first, met, *_ = explained("prosciutto", "salt").lines()
    assert first == "prosciutto + salt: plausible. Basics such as salt go with anything."
    assert met.startswith("No recipe holds both, by chance 9.0 would: about 0.37 times as often as")


def test_an_ingredient_that_goes_with_nothing_says_so() -> None:
    assert (
        "salt, in 3,000 recipes, goes with nothing for sure." in explained("salt", "lime").lines()
    )


def test_what_comes_close_is_told_from_recipes_with_both() -> None:
    found = replace(explained("prosciutto", "lime"), recipes_with_both=0)
    assert "Real recipes with one of them and what the other goes with:" in found.lines()


def test_one_ingredient_is_no_pair() -> None:
    with pytest.raises(UsageError, match="lime is one ingredient; name two"):
        explained("lime", "lime")
