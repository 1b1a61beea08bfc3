"""The name of the food in an ingredient line; one case a line, written for this project."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recipegen.ingredients.lines import food_names, plural, singular

CASES = {
    "1 cup sugar": ["sugar"],
    "2 cups finely chopped fresh basil, packed": ["basil"],
    "1/2 cup (1 stick) unsalted butter, melted": ["butter"],
    "3 large eggs": ["egg"],
    "1 egg white": ["egg white"],
    "Kosher salt and freshly ground black pepper": ["salt", "black pepper"],
    "2 tablespoons sour cream or softened cream cheese": ["sour cream"],
    "1 (4 ounce) can chopped green chiles": ["green chile"],
    "4 large rainbow carrots, cut into strips": ["rainbow carrot"],
    "1 14-oz. can coconut milk": ["coconut milk"],
    "200 g ground beef": ["ground beef"],
    "2 tablespoons extra-virgin olive oil plus more for the pan": ["olive oil"],
    "6 garlic cloves, peeled": ["garlic"],
    "3 cloves garlic": ["garlic"],
    "1 bunch scallions": ["scallion"],
    "12 oz. dried apricots": ["dried apricot"],
    "1 teaspoon baking powder": ["baking powder"],
    "½ cup whole milk": ["whole milk"],
    "1½ lb cherry tomatoes": ["cherry tomato"],
    "2 potatoes": ["potato"],
    "1 cup molasses": ["molasses"],
    "1 bunch asparagus": ["asparagus"],
    "juice of 1 lemon": ["juice of lemon"],
    "A pinch of nutmeg": ["nutmeg"],
    "salt & pepper": ["salt", "pepper"],
    "Dip:": [],
    "Special equipment: a pastry brush": [],
    "2 cups": [],
    "": [],
    "***": [],
}


@pytest.mark.parametrize(("line", "names"), CASES.items())
def test_the_food_in_a_line(line: str, names: list[str]) -> None:
    assert food_names(line) == names


@pytest.mark.parametrize(
    ("one", "many"),
    [
        ("egg", "eggs"),
        ("tomato", "tomatoes"),
        ("berry", "berries"),
        ("radish", "radishes"),
        ("peach", "peaches"),
        ("leaf", "leaves"),
        ("box", "boxes"),
    ],
)
def test_singular_and_plural(one: str, many: str) -> None:
    assert plural(one) == many
    assert singular(many) == one
    assert singular(one) == one


@pytest.mark.parametrize("word", ["molasses", "hummus", "couscous", "asparagus", "grass", "gas"])
def test_words_that_only_look_like_plurals(word: str) -> None:
    assert singular(word) == word


@given(st.text())
def test_any_line_gives_names_without_edges(line: str) -> None:
    assert all(name and name == name.strip().lower() for name in food_names(line))
