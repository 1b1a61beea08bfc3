"""The control keeps the sizes of recipes and the frequencies of ingredients, not the pairs."""

from collections import Counter
from dataclasses import dataclass
from itertools import chain

from hypothesis import given
from hypothesis import strategies as st

from recipegen.evaluation.per_group.control import exchange_ingredients


@dataclass(frozen=True)
class Found:
    start: int
    end: int
    ingredient: str


def recipe(names: list[str]) -> tuple[str, list[Found]]:
    """A text that names each ingredient once, and the places of the ingredients."""
    text, found = "take", []
    for name in names:
        text += " "
        found.append(Found(len(text), len(text) + len(name), name))
        text += name
    return text + " .", found


def exchanged(recipes: list[list[str]], seed: int = 1) -> list[list[str]]:
    texts, found = zip(*map(recipe, recipes), strict=True) if recipes else ((), ())
    return [text.split()[1:-1] for text in exchange_ingredients(texts, found, seed)]


RECIPES = [["egg", "flour", "milk"], ["beef", "carrot"], ["salt", "leek", "cod", "dill"], []]


def test_recipes_keep_their_size_and_ingredients_their_frequency() -> None:
    control = exchanged(RECIPES)
    assert [len(names) for names in control] == [3, 2, 4, 0]
    before = Counter(name for names in RECIPES for name in names)
    assert Counter(name for names in control for name in names) == before
    assert control != RECIPES


def test_every_mention_of_an_ingredient_becomes_the_same_one() -> None:
    text = "melt butter . add leek and more butter ."
    found = [Found(5, 11, "butter"), Found(18, 22, "leek"), Found(32, 38, "butter")]
    other, others = recipe(["cod", "dill"])
    (control, _) = exchange_ingredients([text, other], [found, others], 3)
    words = control.split()
    assert words[1] == words[7] != words[4]
    assert [words[0], *words[2:4], *words[5:7], words[8]] == "melt . add and more .".split()


def test_the_seed_decides() -> None:
    assert exchanged(RECIPES, 1) == exchanged(RECIPES, 1)
    assert len({str(exchanged(RECIPES, seed)) for seed in range(8)}) > 1


@given(st.lists(st.lists(st.sampled_from("abcdefghijkl"), unique=True, max_size=4), max_size=12))
def test_what_is_dealt_is_what_was_there(recipes: list[list[str]]) -> None:
    control = exchanged(recipes)
    assert [len(names) for names in control] == [len(names) for names in recipes]
    assert Counter(chain(*control)) == Counter(chain(*recipes))


def test_a_recipe_gets_nothing_twice_where_that_can_be_had() -> None:
    control = exchanged([["egg", "salt", "leek"]] * 5 + [["cod", "dill"]] * 5)
    assert all(len(set(names)) == len(names) for names in control)
