"""Words are those of spaCy's tokeniser, with their places, however they are put together."""

import spacy
from hypothesis import example, given
from hypothesis import strategies as st
from spacy.attrs import LOWER

from recipegen.ingredients.misspelling import Misspellings
from recipegen.ingredients.stuck_marks import unglued
from recipegen.ingredients.tokens import Splitter, Tokeniser

NLP = spacy.blank("en")
TOKENISER = Tokeniser(NLP, Misspellings(NLP.vocab.strings, {"zucchini"}))

WORDS = [
    "Onions",
    "onion,",
    "dont.",
    "cannot",
    "a.m.",
    "3pm",
    "1/2",
    "(2",
    "é",
    "I'm",
    "Mt.",
    "No.",
]
BLANKS = [" ", "  ", "\n", " \n", "\n  ", "\t", "\r\n", "\u00a0", "\u2003"]
texts = st.lists(st.sampled_from([*WORDS, *BLANKS]) | st.text("abS.,' \n", max_size=4)).map("".join)


def lower(text: str) -> list[int]:
    return [int(number) for number in NLP.make_doc(text).to_array(LOWER)]


@given(texts)
@example(" Boil the onions.  Stir \n\n  them. ")
def test_words_and_places_are_those_of_the_tokeniser_of_spacy(text: str) -> None:
    tokens, doc = TOKENISER(text), NLP.make_doc(unglued(text))
    assert tokens.words == lower(unglued(text))
    for token in doc:
        if not token.is_space:
            assert tokens.span(token.i, token.i + 1) == (token.idx, token.idx + len(token))
            assert tokens.written(token.i) == token.text


def test_words_with_rules_of_their_own_are_split_by_them() -> None:
    split = Splitter(NLP)
    for rule in NLP.tokenizer.rules or ():  # type: ignore[union-attr]
        for piece in {rule, rule.lower(), f"{rule},", f"{rule}."}:
            if not any(letter.isspace() for letter in piece):
                assert split.split(piece)[0] == lower(piece), piece


def test_a_misspelled_food_is_corrected_and_keeps_its_place() -> None:
    tokens = TOKENISER("Fry the Zuchini.")
    assert tokens.words == lower("fry the zucchini.")
    assert tokens.span(2, 3) == (8, 15)
    assert tokens.written(2) == "Zuchini"


def test_marks_between_words_are_no_part_of_them() -> None:
    text = "Add **capers$anchovy**."
    tokens = TOKENISER(text)
    words = [NLP.vocab.strings[number] for number in tokens.words]
    start, end = tokens.span(words.index("anchovy"), words.index("anchovy") + 1)
    assert "capers" in words
    assert text[start:end] == "anchovy"


def test_a_document_gives_the_same_words_as_its_text() -> None:
    text = " Slice the onions,\n then fry."
    of_text, of_document = TOKENISER(text), TOKENISER.of_document(NLP.make_doc(text))
    assert of_document.words == of_text.words
    assert of_document.span(2, 4) == of_text.span(2, 4) == (7, 17)
