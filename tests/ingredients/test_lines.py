"""The name of the food in an ingredient line; one case per line, written for this project."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recipegen.ingredients.lines import food_names, possible_names

CASES = {
    "1 cup sugar": ["sugar"],
    "2 cups finely chopped fresh basil, packed": ["basil"],
    "1/2 cup (1 stick) unsalted butter, melted": ["unsalted butter"],
    "3 large eggs": ["egg"],
    "1 egg white": ["egg white"],
    "Kosher salt and freshly ground black pepper": ["kosher salt", "ground black pepper"],
    "2 tablespoons sour cream or softened cream cheese": ["sour cream"],
    "1 (4 ounce) can chopped green chiles": ["green chile"],
    "4 large rainbow carrots, cut into strips": ["rainbow carrot"],
    "1 14-oz. can coconut milk": ["coconut milk"],
    "200 g ground beef": ["ground beef"],
    "2 tablespoons extra-virgin olive oil plus more for the pan": ["extra-virgin olive oil"],
    "6 garlic cloves, peeled": ["garlic clove"],
    "3 cloves garlic": ["cloves garlic"],
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
    "Special equipment: a pastry brush": ["pastry brush"],
    "2 cups": [],
    "": [],
    "***": [],
}


@pytest.mark.parametrize(("line", "names"), CASES.items())
def test_the_food_in_a_line(line: str, names: list[str]) -> None:
    assert food_names(line) == names


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("basil, or 2 cups parsley", [["basil"], ["parsley"]]),
        ("skinless, boneless chicken breast", [["boneless chicken breast"]]),
        ("pumpkin seeds (pepitas)", [["pumpkin seed"], ["pepita"]]),
        ("half and half", [["half and half"]]),
        ("salt and pepper, to taste", [["salt", "pepper"]]),
        ("For the sauce:", []),
    ],
)
def test_the_names_in_each_part_of_a_line(line: str, names: list[list[str]]) -> None:
    assert list(possible_names(line)) == names


@given(st.text())
def test_any_line_gives_names_without_edges(line: str) -> None:
    assert all(name and name == name.strip().lower() for name in food_names(line))
