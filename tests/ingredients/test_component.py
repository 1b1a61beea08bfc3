"""The component finds ingredients in free text and in the padded text of samples."""

from pathlib import Path
from typing import Literal

import pytest
import spacy
from hypothesis import given
from hypothesis import strategies as st
from spacy.language import Language

from recipegen.config import LearnIngredients
from recipegen.ingredients.component import (
    build_extractor,
    find_foods,
    find_mentions,
    ingredients_in_lines,
)
from recipegen.ingredients.lexicon import mine_lexicon
from tests.ingredients.cases import FREE_TEXT_CASES, LINE_CASES

NAMES = ["butter", "peanut butter", "sour cream", "cream", "dough", "eggs", "1 cup", "(", "\n"]
KNOWN = mine_lexicon([], LearnIngredients())
NLP = build_extractor(KNOWN)
TEXTS = [text for text, _ in FREE_TEXT_CASES]


def found(text: str, nlp: Language = NLP) -> list[str]:
    (mentions,) = find_mentions(nlp, [text])
    return [mention.ingredient for mention in mentions]


@pytest.mark.parametrize(("text", "ingredients"), FREE_TEXT_CASES)
def test_ingredients_of_a_text(text: str, ingredients: list[str]) -> None:
    assert found(text) == ingredients


@pytest.mark.parametrize(("line", "ingredients"), LINE_CASES)
def test_ingredients_of_a_line(line: str, ingredients: list[str]) -> None:
    assert list(ingredients_in_lines(NLP, [[line]])) == [ingredients]


@pytest.mark.parametrize(
    ("text", "foods"),
    [
        ("Knead the dough.", ["dough"]),
        ("Add the egg mixture and the filling.", ["egg mixture", "filling"]),
        ("Chop the red onions and green bell pepper.", ["red onions", "green bell pepper"]),
        ("Line a cookie sheet.", []),
        # An ingredient line: what is in brackets or a second choice is beside the point.
        ("2 cups milk (or cream)\n1 cup butter or 2 cups margarine", ["milk", "butter"]),
        ("2 stalks celery", ["celery"]),
        # A sentence that starts with a number is none.
        ("2 eggs (and milk) go into the bowl.", ["eggs", "milk"]),
    ],
)
def test_foods_are_found_with_the_words_that_belong_to_them(text: str, foods: list[str]) -> None:
    (mentions,) = find_foods(NLP, [text])
    assert [mention.surface for mention in mentions] == foods


@pytest.mark.parametrize(
    ("text", "phrases"),
    [
        ("Add the chopped fresh basil.", ["the chopped fresh basil"]),
        ("Add 1 1/2 cups of flour and salt.", ["1 1/2 cups of flour", "salt"]),
        ("Half of the remaining butter melts.", ["Half of the remaining butter"]),
        ("Boil water.", ["water"]),
    ],
)
def test_noun_phrases_where_they_are_wanted(text: str, phrases: list[str]) -> None:
    (mentions,) = find_foods(build_extractor(KNOWN, "phrase"), [text])
    assert [mention.surface for mention in mentions] == phrases


def test_a_food_that_is_no_ingredient_has_no_name() -> None:
    (foods,) = find_foods(NLP, ["Spread the dough with butter."])
    assert [food.ingredient for food in foods] == ["", "butter"]


pieces = st.sampled_from([*NAMES, " ", ", ", ". ", "\n", "é", "🍳", "\u202e", "½", "the"])


@given(st.lists(pieces | st.text(max_size=5)).map("".join))
def test_offsets_cut_the_surface_out_of_the_text(text: str) -> None:
    (mentions,) = find_foods(NLP, [text])
    end = 0
    for mention in mentions:
        assert text[mention.start : mention.end] == mention.surface
        assert mention.start >= end
        end = mention.end


def test_many_texts_at_once_give_what_single_texts_give() -> None:
    together = list(find_foods(NLP, TEXTS))
    assert together == [next(find_foods(NLP, [text])) for text in TEXTS]


def test_entities_are_what_is_found() -> None:
    for doc, foods in zip(NLP.pipe(TEXTS), find_foods(NLP, TEXTS), strict=True):
        entities = [(span.start_char, span.end_char, span.id_) for span in doc.ents]
        assert entities == [(food.start, food.end, food.ingredient) for food in foods]
        assert {span.label_ for span in doc.ents} <= {"INGREDIENT", "FOOD"}


@pytest.mark.parametrize("extent", ["name", "phrase"])
def test_the_component_survives_disk_and_bytes(
    tmp_path: Path, extent: Literal["name", "phrase"]
) -> None:
    nlp = build_extractor(KNOWN, extent)
    nlp.to_disk(tmp_path / "nlp")
    copied = build_extractor(KNOWN.head(0)).from_bytes(nlp.to_bytes())
    for loaded in (spacy.load(tmp_path / "nlp"), copied):
        assert list(find_foods(loaded, TEXTS)) == list(find_foods(nlp, TEXTS))


def test_it_is_added_by_name_and_sets_entities() -> None:
    nlp = spacy.blank("en")
    nlp.add_pipe("ingredient_extractor", config={"variants": {"leek": "leek"}})
    (entity,) = nlp("Slice one leek.").ents
    assert (entity.text, entity.label_, entity.id_) == ("leek", "INGREDIENT", "leek")


def test_the_ingredients_of_recipes_are_sorted_and_named_once() -> None:
    recipes = [["2 eggs, beaten", "1 cup sour cream or milk", "2 eggs"], [], ["paper"]]
    assert list(ingredients_in_lines(NLP, recipes)) == [["egg", "sour cream"], [], []]


def test_without_a_lexicon_nothing_is_found() -> None:
    assert list(find_foods(build_extractor(KNOWN.head(0)), ["Beat the eggs."])) == [[]]
