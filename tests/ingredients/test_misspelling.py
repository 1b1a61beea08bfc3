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
    strings = spacy.blank("en").vocab.strings
    spellings = Misspellings(strings, FOODS)
    words = [strings.add(word) for word in ("add", "the", written)]
    assert [strings[word] for word in spellings.correct(words)] == ["add", "the", meant]
