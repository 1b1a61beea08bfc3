"""The matcher that learns names as it needs them finds what one that knows all of them finds."""

import pytest
import spacy
from hypothesis import given
from hypothesis import strategies as st
from spacy.attrs import LOWER
from spacy.language import Language
from spacy.matcher import PhraseMatcher

from recipegen.ingredients.hand_written import known_ingredients
from recipegen.ingredients.matcher import NameMatcher

ODD = {
    "7 up": "soda",
    "a1 sauce": "steak sauce",
    "campbell's soup": "soup",
    "half & half": "cream",
    "half and half": "cream",
    "' nduja": "nduja",
    "jalapeño chile": "jalapeño",
    "chile": "chile",
    "jalapeño": "jalapeño",
    "extra-virgin olive oil": "olive oil",
    "oil": "oil",
    "i can't believe it": "margarine",
    "without": "<absent>",
}
NAMES = {**known_ingredients().names, **ODD}


@pytest.fixture(scope="module")
def nlp() -> Language:
    return spacy.blank("en")


def eager(nlp: Language, names: dict[str, str]) -> PhraseMatcher:
    """The matcher of spaCy that knows all names from the start."""
    matcher = PhraseMatcher(nlp.vocab, attr="LOWER")
    for variant, name in names.items():
        hyphened = variant.replace(" ", "-", 1)
        of_letters = hyphened not in names and hyphened[0].isalpha()
        forms = {variant, hyphened} if of_letters else {variant}
        matcher.add(name, [nlp.make_doc(form) for form in forms])
    return matcher


def found(matcher: NameMatcher, nlp: Language, text: str) -> list[tuple[int, int, int]]:
    return sorted(matcher(nlp.make_doc(text).to_array(LOWER).tolist()))


def test_every_name_and_its_hyphened_form_is_found(nlp: Language) -> None:
    matcher, all_known = NameMatcher(nlp, NAMES), eager(nlp, NAMES)
    for form in NAMES:
        for text in {form, form.replace(" ", "-", 1)}:
            assert found(matcher, nlp, text) == sorted(all_known(nlp.make_doc(text))), text


@given(st.lists(st.sampled_from([*ODD, "-", "or", "2", "Chile", "Oil"]), max_size=8))
def test_texts_are_read_alike_whatever_was_read_before(nlp: Language, words: list[str]) -> None:
    text, all_known = " ".join(words), eager(nlp, ODD)
    assert found(NameMatcher(nlp, ODD), nlp, text) == sorted(all_known(nlp.make_doc(text)))


def test_the_words_of_a_name_lead_to_its_ingredient(nlp: Language) -> None:
    matcher, strings = NameMatcher(nlp, ODD), nlp.vocab.strings
    words = tuple(nlp.make_doc("extra-virgin olive oil").to_array(LOWER).tolist())
    assert matcher.ingredient(words) == strings["olive oil"]
    assert matcher.ingredient(words[:1]) is None
    assert matcher.ingredient((strings.add("without"),)) is None


def test_names_that_end_with_another_are_kinds_of_it(nlp: Language) -> None:
    matcher, strings = NameMatcher(nlp, ODD), nlp.vocab.strings
    assert matcher.kinds(strings["jalapeño"]) == {strings["chile"]}
    assert matcher.kinds(strings["olive oil"]) == {strings["oil"]}
    assert matcher.kinds(strings["chile"]) == frozenset()
    assert matcher.kinds(strings["<absent>"]) == frozenset()
