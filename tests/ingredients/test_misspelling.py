"""A word that is one edit away from a food means that food, unless it is a word itself."""

import pytest
import spacy

from recipegen.ingredients.misspelling import Misspellings

FOODS = {"zucchini", "turmeric", "pepper", "truffle", "radish", "barley", "cinnamons", "tomatoes"}


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("zuchini", "zucchini"),  # a letter less
        ("tumeric", "turmeric"),
        ("cinnnamons", "cinnamons"),  # a letter more
        ("zucchimi", "zucchini"),  # another letter
        ("zuchcini", "zucchini"),  # two that changed places
        ("peppery", "peppery"),  # like pepper, and none
        ("truffled", "truffled"),
        ("cinnamony", "cinnamony"),
        ("barely", "barely"),  # a word of its own
        ("reddish", "reddish"),
        ("zucini", "zucini"),  # two edits
        ("pepr", "pepr"),  # too short to tell
    ],
)
def test_a_word_is_read_as_it_was_meant(written: str, meant: str) -> None:
    nlp = spacy.blank("en")
    spellings = Misspellings(nlp.vocab.strings, FOODS)
    doc = nlp.make_doc(f"Add the {written}.")
    words = [nlp.vocab.strings.add(token.lower_) for token in doc]
    assert [token.text for token in spellings.correct(doc, words)][2] == meant


def test_a_text_without_misspellings_is_itself() -> None:
    nlp = spacy.blank("en")
    doc = nlp.make_doc("Add the zucchini.")
    words = [nlp.vocab.strings.add(token.lower_) for token in doc]
    assert Misspellings(nlp.vocab.strings, FOODS).correct(doc, words) is doc
