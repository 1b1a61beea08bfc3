"""The singular and the plural of words, and the ways to write a name."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recipegen.ingredients.spelling import plural, singular, spellings


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
        ("cookie", "cookies"),
        ("avocado", "avocados"),
        ("knife", "knives"),
    ],
)
def test_the_singular_of_a_plural(one: str, many: str) -> None:
    assert singular(many) == one
    assert singular(one) == one
    assert many in spellings(one)


@pytest.mark.parametrize(
    "word", ["molasses", "asparagus", "couscous", "watercress", "hummus", "gas"]
)
def test_what_only_ends_like_a_plural_stays(word: str) -> None:
    assert singular(word) == word


@pytest.mark.parametrize(
    ("name", "written", "how"),
    [
        ("jalapeño", "jalapeno", "spelling"),
        ("jalapeño", "jalapeños", "plural"),
        ("all-purpose flour", "all purpose flour", "spelling"),
        ("confectioners' sugar", "confectioners ' sugar", "spelling"),
        ("confectioners' sugar", "confectioners’ sugar", "spelling"),
        ("confectioners' sugar", "confectioners sugar", "spelling"),
        ("potato", "potatoes", "plural"),
        ("bay leaf", "bay leaves", "plural"),
        ("salt", "salt", ""),
    ],
)
def test_ways_to_write_a_name(name: str, written: str, how: str) -> None:
    assert spellings(name)[written] == how


@given(st.text("abcdeños-' ").filter(lambda text: any(map(str.isalpha, text))))
def test_a_name_is_one_of_its_spellings(text: str) -> None:
    name = " ".join(text.split())
    assert spellings(name)[name] == ""
    assert all(written.strip() for written in spellings(name))


@given(st.text("abcdefghijklmnopqrstuvwxyz", min_size=3, max_size=12))
def test_a_plural_is_another_word(word: str) -> None:
    assert plural(word) != word
