"""Companions and substitutes of ingredients, worked by hand on a few pairs."""

import pandas as pd
import pytest

from recipegen.pairing.neighbours import MIN_ALIKE, Companions, with_companions

COLUMNS = ["ingredient_a", "ingredient_b", "count_both", "expected", "log_lift_low"]
INGREDIENTS = [
    "apple",
    "apple juice",
    "bread",
    "butter",
    "calvados",
    "cinnamon",
    "quince",
    "walnut",
]


def companions_of(*pairs: tuple[str, str, int, float, float]) -> dict[str, list[str]]:
    ingredients = pd.DataFrame({"ingredient": INGREDIENTS})
    ingredients["basic"] = ingredients["ingredient"] == "butter"
    table = with_companions(pd.DataFrame(pairs, columns=COLUMNS), ingredients)
    return dict(zip(table["ingredient"], table["companions"], strict=True))


def test_the_surest_comes_first_not_the_highest_lift() -> None:
    found = companions_of(
        ("apple", "calvados", 6, 0.5, 1.5),  # 6 ln 12 - 5.5 = 9.4
        ("apple", "cinnamon", 40, 10.0, 0.9),  # 40 ln 4 - 30 = 25.5
        ("apple", "walnut", 20, 5.0, 0.9),  # 20 ln 4 - 15 = 12.7
    )
    assert found["apple"] == ["cinnamon", "walnut", "calvados"]
    assert found["cinnamon"] == ["apple"]
    assert found["bread"] == []


@pytest.mark.parametrize(
    "pair",
    [
        ("apple", "quince", 4, 0.1, 2.0),
        ("apple", "bread", 40, 30.0, -0.1),
        ("apple", "butter", 40, 10.0, 0.9),
        ("apple", "apple juice", 40, 10.0, 0.9),
    ],
    ids=["too few recipes", "may be chance", "a basic", "named after it"],
)
def test_no_companion_is_what_says_nothing(pair: tuple[str, str, int, float, float]) -> None:
    assert companions_of(pair)["apple"] == []


def test_a_basic_has_companions_too() -> None:
    assert companions_of(("apple", "butter", 40, 10.0, 0.9))["butter"] == ["apple"]


def test_no_pair_at_all_is_no_company() -> None:
    assert set(map(tuple, companions_of().values())) == {()}


def companions(*alike: tuple[str, str, float]) -> Companions:
    """Prosciutto goes with melon, fig, parmesan and lime leaf; ``alike`` has pairs used alike."""
    ingredients = pd.DataFrame(
        [
            ("fig", "fruit", []),
            ("lime", "fruit", []),
            ("lime leaf", None, []),
            ("melon", "fruit", []),
            ("parmesan", "cheese", []),
            ("prosciutto", "meat", ["parmesan", "fig", "melon", "lime leaf"]),
        ],
        columns=["ingredient", "category", "companions"],
    )
    columns = ["ingredient_a", "ingredient_b", "same_company"]
    return Companions(ingredients, pd.DataFrame(alike, columns=columns))


def test_what_takes_a_place_goes_with_the_other_and_is_used_alike() -> None:
    like_lime = [("lime", "melon", 0.3), ("fig", "lime", 0.2), ("lime", "parmesan", 0.9)]
    assert companions(*like_lime).instead("lime", "prosciutto") == ["melon", "fig"]


def test_nothing_takes_a_place_that_is_used_for_other_things() -> None:
    found = companions(("lime", "melon", MIN_ALIKE - 0.01)).instead("lime", "prosciutto")
    assert found == []


def test_without_a_category_nothing_is_of_the_same_kind() -> None:
    found = companions(("lime leaf", "melon", 0.5)).instead("lime leaf", "prosciutto")
    assert found == []


def test_what_goes_with_nothing_leaves_nothing_to_put_beside_it() -> None:
    assert companions(("lime", "melon", 0.3)).instead("prosciutto", "lime") == []
