"""Text metrics on texts that can be counted by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recipegen.evaluation.text import distinct, ngrams, repeated_ngrams, unknown_words


def test_ngrams() -> None:
    assert list(ngrams("a b c".split(), 2)) == [("a", "b"), ("b", "c")]
    assert list(ngrams(["a"], 2)) == []


@pytest.mark.parametrize(
    ("text", "counted"),
    [
        ("a b c d", (0, 1)),
        ("a b c d a b c d", (1, 5)),
        ("a a a a a a", (2, 3)),
        ("a b c", (0, 0)),
        ("", (0, 0)),
    ],
)
def test_repeated_4grams(text: str, counted: tuple[int, int]) -> None:
    assert repeated_ngrams(text) == counted


def test_unknown_words() -> None:
    assert unknown_words("stir [UNK] and [UNK] .") == (2, 5)


def test_distinct_is_measured_on_whole_blocks() -> None:
    texts = ["a b", "a c", "a a", "b c", "d"]
    assert distinct(texts, 1, block_words=4) == [3 / 4, 3 / 4]
    assert distinct(texts, 2, block_words=4) == [2 / 2, 2 / 2]
    assert distinct(texts, 1, block_words=100) == []


@given(st.lists(st.text(alphabet="abc ", max_size=40)), st.integers(1, 3))
def test_shares_lie_between_0_and_1(texts: list[str], n: int) -> None:
    assert all(0 <= share <= 1 for share in distinct(texts, n, block_words=7))
    assert all(0 <= again <= all_ for again, all_ in map(repeated_ngrams, texts))
