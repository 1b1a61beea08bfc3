"""Text metrics on texts that can be counted by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sacrebleu.metrics import BLEU

from recipegen.evaluation.per_text.words import (
    blocks,
    distinct,
    final_loop,
    ngrams,
    repeated_ngrams,
    self_bleu,
    zipf_coefficient,
)


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


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("boil boil boil", 2),
        ("mix . stir well . stir well . stir well .", 7),
        ("stir well . stir well .", 0),
        ("stir well . stir well . stir well . serve", 0),
        ("a b a b a b a", 5),
        ("a", 0),
        ("", 0),
    ],
)
def test_loops_at_the_end(text: str, words: int) -> None:
    assert final_loop(text) == words


def test_diversity_is_measured_on_whole_blocks() -> None:
    texts = ["a b", "a c", "a a", "b c", "d"]
    first, second = blocks(map(str.split, texts), block_words=4)
    assert (first, second) == ([["a", "b"], ["a", "c"]], [["a", "a"], ["b", "c"]])
    assert (distinct(first, 1), distinct(second, 1), distinct(first, 2)) == (3 / 4, 3 / 4, 1)
    assert list(blocks(map(str.split, texts), block_words=100)) == []


def test_the_zipf_coefficient_of_an_exact_power_law() -> None:
    words = [f"w{rank}" for rank in (1, 2, 3, 4, 6) for _ in range(144 // rank**2)]
    exact = np.polyfit(np.log([1, 2, 3, 4, 5]), np.log([144, 36, 16, 9, 4]), 1)[0]
    assert zipf_coefficient([words]) == pytest.approx(-exact)
    halves = [f"w{rank}" for rank in (1, 2, 4) for _ in range(16 // rank)]
    ranks = np.polyfit(np.log([1, 2, 3]), np.log([16, 8, 4]), 1)[0]
    assert zipf_coefficient([halves[:9], halves[9:]]) == pytest.approx(-ranks)
    assert np.isnan(zipf_coefficient([["a", "a"]]))


WORDS = st.lists(st.sampled_from("abc"), min_size=4, max_size=12)


@given(st.lists(WORDS, min_size=2, max_size=5))
def test_self_bleu_is_that_of_sacrebleu(block: list[list[str]]) -> None:
    reference = BLEU(smooth_method="none", tokenize="none", effective_order=False)
    expected = [
        reference.sentence_score(
            " ".join(text), [" ".join(other) for at, other in enumerate(block) if at != place]
        ).score
        / 100
        for place, text in enumerate(block)
    ]
    assert self_bleu(block) == pytest.approx(expected)


def test_self_bleu_of_copies_is_one_and_of_strangers_zero() -> None:
    assert self_bleu([list("abcd"), list("abcd")]) == pytest.approx([1, 1])
    assert self_bleu([list("abcd"), list("efgh"), ["i"]]) == [0, 0]
    assert self_bleu([list("abcd")]) == []


@given(st.lists(st.text(alphabet="abc ", max_size=40)), st.integers(1, 3))
def test_shares_lie_between_0_and_1(texts: list[str], n: int) -> None:
    assert all(
        0 <= distinct(block, n) <= 1 for block in blocks(map(str.split, texts), block_words=7)
    )
    assert all(0 <= again <= all_ for again, all_ in map(repeated_ngrams, texts))
    assert all(0 <= final_loop(text) < max(1, len(text.split())) for text in texts)
