"""Texts are split into words by the conventions; words and their numbers map to each other."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recipegen.language.vocabulary import STOP, UNKNOWN, Vocabulary, recipe_text, split_words

WORDS = ["recipe", "for", "soup", "|", "boil", ",", "."]
VOCABULARY = Vocabulary(["", "[UNK]", *WORDS])


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Boil, then stir.", "boil , then stir ."),
        ("1/2 cup (don't!)", "1 / 2 cup ( don ' t ! )"),
        ("350°F, 1½ cups", "350 ° f , 1½ cups"),
        ("snake_case crème", "snake _ case crème"),
        ("", ""),
    ],
)
def test_every_punctuation_mark_is_a_word(text: str, words: str) -> None:
    assert split_words(text) == words.split()


def test_the_text_of_a_recipe() -> None:
    text = recipe_text("Pea Soup", ["Boil peas.", "Serve!"])
    assert text == "recipe for pea soup | boil peas . serve !"


def test_words_by_falling_frequency_then_alphabet() -> None:
    counts = Counter({"salt": 3, "oil": 5, "egg": 3, "rare": 1})
    assert Vocabulary.learn(counts, 5).words == ("", "[UNK]", "oil", "egg", "salt")


def test_the_table_counts_stops_and_unknown_words_too() -> None:
    counts = Counter({"salt": 3, "oil": 5, "egg": 3, "rare": 1})
    table = Vocabulary.learn(counts, 4).table(counts, recipes=2)
    assert table.to_dict("list") == {
        "token_id": [0, 1, 2, 3],
        "token": ["", "[UNK]", "oil", "egg"],
        "count": [2, 4, 5, 3],
    }


def test_unknown_words_become_unk() -> None:
    assert VOCABULARY.encode("Boil leeks.") == [6, UNKNOWN, 8]
    assert VOCABULARY.decode([6, UNKNOWN, 8]) == "boil [UNK] ."


def test_decoding_ends_at_the_stop_token() -> None:
    assert VOCABULARY.decode([6, 8, STOP, 4]) == "boil ."


def test_a_vocabulary_starts_with_stop_and_unknown() -> None:
    with pytest.raises(ValueError, match="starts with"):
        Vocabulary(["soup", "for"])


@given(st.lists(st.sampled_from([*WORDS, "[UNK]"])))
def test_known_text_survives_encoding_and_decoding(words: list[str]) -> None:
    text = " ".join(words)
    assert VOCABULARY.decode(VOCABULARY.encode(text)) == text


@given(st.text())
def test_splitting_loses_blanks_and_case_alone(text: str) -> None:
    assert "".join(split_words(text)) == "".join(text.lower().split())
