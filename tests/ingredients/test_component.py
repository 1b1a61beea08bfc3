"""The component finds ingredients in free text and in the padded text of samples."""

from pathlib import Path

import pandas as pd
import pytest
import spacy
from hypothesis import given
from hypothesis import strategies as st

from recipegen.ingredients.component import build_extractor, find_mentions, ingredients_in_lines

VARIANTS = {
    "butter": "butter",
    "peanut butter": "peanut butter",
    "cream": "cream",
    "sour cream": "sour cream",
    "milk": "milk",
    "coconut milk": "coconut milk",
    "egg": "egg",
    "eggs": "egg",
    "basil": "basil",
    "salt": "salt",
    "scallion": "green onion",
    "scallions": "green onion",
    "flour": "flour",
    "brown sugar": "brown sugar",
    "stock": "stock",
    "olive oil": "olive oil",
}
LEXICON = pd.DataFrame({"variant": VARIANTS.keys(), "ingredient": VARIANTS.values()})
NLP = build_extractor(LEXICON)

CASES = {
    "Beat 2 eggs with cream.": "egg cream",
    "BEAT 2 EGGS": "egg",
    "recipe for eggs | beat 2 eggs , add cream .": "egg egg cream",
    "Warm the coconut milk.": "coconut_milk",
    "peanut butter and butter": "peanut_butter butter",
    "the remaining chopped fresh basil": "basil",
    "Top with scallions.": "green_onion",
    "Cream the butter until light.": "butter",
    "Then cream it well.": "",
    "Add the cream and stir.": "cream",
    "Butter a dish, flour the board.": "butter flour",
    "Stock the shelf.": "",
    "Pour in the stock.": "stock",
    "Season with salt.": "salt",
    "Stir in sour cream and brown sugar": "sour_cream brown_sugar",
    "olive\noil": "",
    "": "",
    "Nothing to eat here.": "",
}


def found(text: str) -> str:
    (mentions,) = find_mentions(NLP, [text])
    return " ".join(mention.ingredient.replace(" ", "_") for mention in mentions)


@pytest.mark.parametrize(("text", "ingredients"), CASES.items())
def test_ingredients_of_a_text(text: str, ingredients: str) -> None:
    assert found(text) == ingredients


pieces = st.sampled_from([*VARIANTS, " ", ", ", ". ", "\n", "é", "🍳", "\u202e", "½", "the"])


@given(st.lists(pieces | st.text(max_size=5)).map("".join))
def test_offsets_cut_the_surface_out_of_the_text(text: str) -> None:
    (mentions,) = find_mentions(NLP, [text])
    end = 0
    for mention in mentions:
        assert text[mention.start : mention.end] == mention.surface
        assert VARIANTS[mention.surface.lower()] == mention.ingredient
        assert mention.start >= end
        end = mention.end


def test_many_texts_at_once_give_what_single_texts_give() -> None:
    together = list(find_mentions(NLP, CASES))
    assert together == [next(find_mentions(NLP, [text])) for text in CASES]


def test_the_component_survives_disk_and_bytes(tmp_path: Path) -> None:
    NLP.to_disk(tmp_path / "nlp")
    copied = build_extractor(LEXICON.head(0)).from_bytes(NLP.to_bytes())
    for loaded in (spacy.load(tmp_path / "nlp"), copied):
        assert list(find_mentions(loaded, CASES)) == list(find_mentions(NLP, CASES))


def test_it_is_added_by_name_and_sets_entities() -> None:
    nlp = spacy.blank("en")
    nlp.add_pipe("ingredient_extractor", config={"variants": {"leek": "leek"}})
    (entity,) = nlp("Slice one leek.").ents
    assert (entity.text, entity.label_, entity.id_) == ("leek", "INGREDIENT", "leek")


def test_the_ingredients_of_lines() -> None:
    recipes = [
        ["2 eggs, beaten", "1 cup sour cream or milk", "2 eggs"],
        [],
        ["1 cup coconut milk", "paper"],
    ]
    assert list(ingredients_in_lines(NLP, recipes)) == [["egg", "sour cream"], [], ["coconut milk"]]
