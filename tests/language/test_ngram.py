"""The n-gram model follows its formulas, and gives a distribution after any context."""

import math
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recipegen.errors import CorruptFile
from recipegen.language.checkpoint import load_ngram, save_checkpoint, save_ngram
from recipegen.language.ngram import FALLBACK_DISCOUNTS, NGram, find_discounts

SIZE = 5
TOY = [[2, 3, 0], [2, 4, 0]]
BIGRAMS = NGram.fit(TOY, SIZE, order=2)
CORPORA = st.lists(st.lists(st.integers(0, SIZE - 1), max_size=9), max_size=12)


def test_single_words_count_what_stands_before_them() -> None:
    # 2 follows the start alone; 3 and 4 follow 2; 0 follows 3 and 4: counts 1, 1, 1, 2 of 5, half
    # of 1 and 1 of 2 taken off, 2.5 of 5 handed on to five words alike.
    assert BIGRAMS.tables[0].counts.tolist() == [2, 1, 1, 1]
    unknown_context = BIGRAMS.next_word_probabilities([1])
    assert unknown_context == pytest.approx([0.3, 0.1, 0.2, 0.2, 0.2])


@pytest.mark.parametrize(
    ("tokens", "expected"),
    [
        ([], [0.15, 0.05, 0.6, 0.1, 0.1]),
        ([2], [0.15, 0.05, 0.1, 0.35, 0.35]),
        ([2, 3], [0.65, 0.05, 0.1, 0.1, 0.1]),
    ],
)
def test_bigrams_by_hand(tokens: list[int], expected: list[float]) -> None:
    assert BIGRAMS.next_word_probabilities(tokens) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("known", "probability"), [(0, 0.6 * 0.35 * 0.65), (1, 0.35 * 0.65), (2, 0.65), (3, 1), (9, 1)]
)
def test_words_that_are_given_are_not_scored(known: int, probability: float) -> None:
    logs, words = BIGRAMS.log_probabilities([[2, 3, 0]], known)
    assert logs.tolist() == pytest.approx([math.log(probability)])
    assert words.tolist() == [max(0, 3 - known)]


def test_each_recipe_has_its_own_sum_and_given_words() -> None:
    logs, words = BIGRAMS.log_probabilities([[2, 3, 0], [], [2], [2, 4]], [2, 1, 1, 1])
    assert logs.tolist() == pytest.approx([math.log(0.65), 0, 0, math.log(0.35)])
    assert words.tolist() == [1, 0, 0, 1]


def test_perplexity_is_a_mean_over_words_after_the_first() -> None:
    recipes = [[2, 3, 0], [2, 4]]
    assert BIGRAMS.perplexity(recipes) == pytest.approx((0.35 * 0.65 * 0.35) ** (-1 / 3))
    assert math.isnan(BIGRAMS.perplexity([[3], []]))


def test_more_context_tells_more() -> None:
    recipes = [[2 + (start + step) % 4 for step in range(12)] for start in range(4)]
    recipes += [[2, 3, 5, 4] * 3]
    first, second, third = (NGram.fit(recipes, 6, order).perplexity(recipes) for order in (1, 2, 3))
    assert third < second < first < 6


def test_discounts_by_hand() -> None:
    # Counts of 1 four times, of 2 twice, of 3 and 4 once: share 4 / 8.
    counts = np.array([1, 1, 1, 1, 2, 2, 3, 4, 9])
    assert find_discounts(counts).tolist() == [0.5, 1.25, 1.0]


@pytest.mark.parametrize(
    "counts", [[], [1, 1, 2], [2, 3, 4], [1, 3, 4], [1, 2, 3], [1, 2, 3, 3, 3, 4], [7]]
)
def test_discounts_of_a_corpus_that_cannot_tell(counts: list[int]) -> None:
    assert find_discounts(np.array(counts, dtype=np.int64)).tolist() == list(FALLBACK_DISCOUNTS)


@pytest.mark.parametrize("corpus", [[], [[]], [[], []]])
@pytest.mark.parametrize("order", [1, 2, 4])
def test_without_a_corpus_all_words_are_alike(corpus: list[list[int]], order: int) -> None:
    model = NGram.fit(corpus, 8, order)
    assert model.next_word_probabilities([3, 7]) == pytest.approx(np.full(8, 1 / 8))
    assert model.perplexity([[1, 2, 0]]) == pytest.approx(8)
    assert model.log_probabilities([])[0].tolist() == []


def test_no_length_and_no_vocabulary_is_too_large() -> None:
    words = [999_998, 999_999, 5, 999_999, 999_998, 5, 7, 999_999, 0]
    model = NGram.fit([words], 1_000_000, order=8)
    assert 1 < model.perplexity([words]) < 2 < model.perplexity([words[::-1]])


@pytest.mark.parametrize("recipes", [[[0, SIZE]], [[-1]]])
def test_a_token_id_that_is_no_word_is_refused(recipes: list[list[int]]) -> None:
    with pytest.raises(ValueError, match="token ids lie from 0 to 4"):
        NGram.fit(recipes, SIZE)
    with pytest.raises(ValueError, match="token ids lie from 0 to 4"):
        BIGRAMS.log_probabilities(recipes)


def test_an_order_below_one_is_refused() -> None:
    with pytest.raises(ValueError, match="1 or more, got 0"):
        NGram.fit(TOY, SIZE, order=0)


def test_arrays_are_all_there_is() -> None:
    model = NGram.fit(TOY, SIZE, order=3)
    again = NGram.from_arrays(SIZE, model.arrays())
    assert again.order == 3
    assert (
        again.next_word_probabilities([2]).tolist() == model.next_word_probabilities([2]).tolist()
    )


def test_a_file_brings_the_model_back(tmp_path: Path) -> None:
    save_ngram(tmp_path / "ngram", BIGRAMS)
    again = load_ngram(tmp_path / "ngram")
    assert again.log_probabilities(TOY)[0].tolist() == BIGRAMS.log_probabilities(TOY)[0].tolist()


def test_a_file_of_another_model_is_named(tmp_path: Path) -> None:
    save_checkpoint(tmp_path / "best", {}, {"model": {}})
    with pytest.raises(CorruptFile, match="best: not an n-gram model: 'vocabulary_size'"):
        load_ngram(tmp_path / "best")


@given(CORPORA, st.integers(1, 5), st.lists(st.integers(0, SIZE - 1), max_size=7))
def test_probabilities_are_those_of_the_formula(
    corpus: list[list[int]], order: int, tokens: list[int]
) -> None:
    probabilities = NGram.fit(corpus, SIZE, order).next_word_probabilities(tokens)
    assert (probabilities > 0).all()
    assert probabilities.sum() == pytest.approx(1)
    expected = [by_the_formula(corpus, order, tokens, word) for word in range(SIZE)]
    assert probabilities == pytest.approx(expected)


@given(CORPORA, CORPORA, st.integers(1, 4))
def test_a_recipe_is_worth_the_product_of_its_words(
    corpus: list[list[int]], recipes: list[list[int]], order: int
) -> None:
    model = NGram.fit(corpus, SIZE, order)
    expected = [
        sum(
            math.log(model.next_word_probabilities(recipe[:position])[recipe[position]])
            for position in range(1, len(recipe))
        )
        for recipe in recipes
    ]
    assert model.log_probabilities(recipes)[0].tolist() == pytest.approx(expected)


def by_the_formula(
    corpus: Sequence[Sequence[int]], order: int, tokens: Sequence[int], word: int
) -> float:
    """The probability by Chen & Goodman's recursion on tuples; None stands before a recipe."""
    started = [*[None] * order, *tokens]
    grams = [
        tuple([*[None] * order, *recipe][place + 1 : place + order + 1])
        for recipe in corpus
        for place in range(len(recipe))
    ]
    probability, counts = 1 / SIZE, {order: Counter(grams)}
    for length in range(order - 1, 0, -1):
        counts[length] = Counter(gram[1:] for gram in counts[length + 1])
    for length in range(1, order + 1):
        context = tuple(started[len(started) - length + 1 :])
        taken = find_discounts(np.array(list(counts[length].values()), dtype=np.int64))
        after = {gram: count for gram, count in counts[length].items() if gram[:-1] == context}
        if after:
            off = {gram: taken[min(count, 3) - 1] for gram, count in after.items()}
            gram = (*context, word)
            own = after.get(gram, 0) - off.get(gram, 0)
            probability = (own + sum(off.values()) * probability) / sum(after.values())
    return probability
