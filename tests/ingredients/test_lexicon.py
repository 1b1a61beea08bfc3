"""Enough recipes bring a name into the lexicon, and synonyms lead to one name."""

import pytest

from recipegen.config import LearnIngredients
from recipegen.ingredients.lexicon import mine_lexicon
from recipegen.tables import TABLES

RECIPES = [
    (["2 scallions", "1 cup plain flour", "1 yuzukosho"], ["Mix yuzukosho and flour in a bowl."]),
    (["1 spring onion", "2 yuzukoshos", "4 bowls"], ["Add the yuzukoshos to a bowl."]),
    (["1 rare truffle", "1 zizz cutlets"], ["Shave the rare truffle into a bowl."]),
    (["salt", "1 zizz cutlet"], ["Fry in a bowl."]),
    (["salt", "1 bowl"], ["Take a bowl."]),
    (["salt"], ["Take another bowl."]),
    (["salt"], ["Fill each bowl."]),
    (["salt"], ["Wash the bowl."]),
    (["salt"], ["Break the bowl."]),
    (["salt"], ["Sell the bowl."]),
]
SETTINGS = LearnIngredients(min_recipes=2, min_confirmed=0.4)


def names(settings: LearnIngredients = SETTINGS) -> dict[str, str]:
    lexicon = mine_lexicon(RECIPES, settings).dropna(subset="ingredient")
    return dict(zip(lexicon["variant"], lexicon["ingredient"], strict=True))


@pytest.mark.parametrize(
    ("variant", "ingredient"),
    [
        ("scallion", "green onion"),
        ("scallions", "green onion"),
        ("green onions", "green onion"),
        ("plain flour", "flour"),
        ("kosher salt", "salt"),
        ("yuzukosho", "yuzukosho"),
        ("yuzukoshos", "yuzukosho"),
    ],
)
def test_variants_lead_to_one_name(variant: str, ingredient: str) -> None:
    assert names()[variant] == ingredient


def test_a_name_needs_enough_recipes() -> None:
    assert "rare truffle" not in names()
    once = LearnIngredients(min_recipes=1, min_confirmed=0.4)
    assert "rare truffle" in names(once)


def test_a_name_of_lines_that_directions_do_not_use_is_left_out() -> None:
    assert "zizz cutlet" not in names()
    assert "zizz cutlet" in names(LearnIngredients(min_recipes=2, min_confirmed=0.0))


def test_a_name_of_directions_that_lines_rarely_have_is_left_out() -> None:
    assert "bowl" not in names()
    assert "bowl" in names(LearnIngredients(min_recipes=2, min_confirmed=0.1))


def test_a_quality_makes_no_other_food() -> None:
    recipes = [(["1 hard-cooked egg", "1 cup goat-style cheese"], ["Chop the hard-cooked egg."])]
    mined = mine_lexicon(recipes, LearnIngredients(min_recipes=1, min_confirmed=0.0))
    assert "mined" not in set(mined["origin"])


def test_a_mined_name_has_the_category_of_the_food_it_ends_with() -> None:
    recipes = [(["1 cup kumquat vinegar", "1 yuzukosho"], [])]
    mined = mine_lexicon(recipes, LearnIngredients(min_recipes=1, min_confirmed=0.0))
    categories = mined[mined["origin"] == "mined"].set_index("variant")["category"]
    assert categories.to_dict() == {"kumquat vinegar": "condiment", "yuzukosho": "other"}


def test_lexicon_says_what_is_basic_and_what_is_no_ingredient() -> None:
    lexicon = mine_lexicon([], SETTINGS).set_index("variant")
    assert lexicon.loc["salt", "basic"]
    assert not lexicon.loc["basil", "basic"]
    assert lexicon.loc["dough", "category"] == "prepared"
    assert lexicon.loc[["dough", "cookie sheet"], "ingredient"].isna().all()
    assert lexicon.loc["cookie sheets", "category"] == "not food"


def test_counts_are_recipes_with_a_line_of_the_name() -> None:
    lexicon = mine_lexicon(RECIPES, SETTINGS).set_index("variant")
    assert lexicon.loc[["salt", "scallion", "spring onion"], "count"].tolist() == [7, 1, 1]


def test_the_order_of_recipes_changes_nothing() -> None:
    forward, backward = (mine_lexicon(list(order), SETTINGS) for order in (RECIPES, RECIPES[::-1]))
    assert forward.equals(backward)
    assert list(forward.columns) == TABLES["lexicon"].column_names
    assert forward["variant"].is_unique


def test_without_recipes_the_lexicon_is_what_is_known_beforehand() -> None:
    lexicon = mine_lexicon([], SETTINGS)
    assert set(lexicon["origin"]) == {"hand", "plural", "spelling"}
    assert (lexicon["count"] == 0).all()
