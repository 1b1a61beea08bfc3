"""Marks that stick to words are replaced, and every other character keeps its place."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recipegen.ingredients.stuck_marks import unglued


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("capers$anchovy$", "capers,anchovy "),
        ("egg|flour;rice", "egg,flour,rice"),
        ("#garlic and **salt**", " garlic and   salt  "),
        ("\x1b[91mcapers\x1b[0m", "     capers    "),
        ("<b>garlic</b>", "   garlic    "),
        ("chicken(s) and sugar(2 oz)", "chicken    and sugar 2 oz)"),
        ("recipe for rice | boil ; serve", "recipe for rice | boil ; serve"),
        ("olive_oil", "olive oil"),
        ("<<onion>> <garlic>", "  onion           "),
        ("2 cups milk", "2 cups milk"),
    ],
)
def test_marks_become_blanks_or_commas(text: str, plain: str) -> None:
    assert unglued(text) == plain


@given(st.text(alphabet="ab $#*|;<>()[]\x1b0m_", max_size=40))
def test_the_length_stays(text: str) -> None:
    assert len(unglued(text)) == len(text)
