"""Copied spans and nearest recipes are those that a comparison of all pairs finds."""

from hypothesis import given, settings
from hypothesis import strategies as st

from recipegen.evaluation.per_text.memorisation import NEW_NGRAMS, copied_spans, nearest

WORDS = st.lists(st.integers(0, 3), max_size=14)
TEXTS = st.lists(WORDS, min_size=1, max_size=4)


def grams(words: list[int], n: int) -> list[tuple[int, ...]]:
    return [tuple(words[at : at + n]) for at in range(len(words) - n + 1)]


@settings(max_examples=300, deadline=None)
@given(TEXTS, st.lists(WORDS, max_size=5))
def test_spans_are_those_of_a_full_search(
    texts: list[list[int]], training: list[list[int]]
) -> None:
    spans = copied_spans(texts, training, 4)
    for at, text in enumerate(texts):
        lengths = [
            n
            for n in range(1, len(text) + 1)
            for gram in grams(text, n)
            if any(gram in grams(recipe, n) for recipe in training)
        ]
        longest, start = spans.length[at], spans.start[at]
        assert longest == max(lengths, default=0)
        if longest:
            span = tuple(text[start : start + longest])
            assert span in grams(training[spans.recipe[at]], longest)
            earlier = grams(text, longest)[:start]
            assert not any(
                gram in grams(recipe, longest) for gram in earlier for recipe in training
            )
        else:
            assert spans.recipe[at] == -1
        for n in NEW_NGRAMS:
            unseen = [g for g in grams(text, n) if all(g not in grams(r, n) for r in training)]
            assert spans.new[n][at] == len(unseen)


@settings(deadline=None)
@given(TEXTS, st.lists(WORDS, min_size=1, max_size=12))
def test_the_nearest_recipe_has_the_highest_similarity(
    texts: list[list[int]], training: list[list[int]]
) -> None:
    found = nearest(texts, training, 4)
    for at, text in enumerate(texts):
        own = set(grams(text, 3))
        similar = [
            len(own & set(grams(recipe, 3))) / max(1, len(own | set(grams(recipe, 3))))
            for recipe in training
        ]
        assert abs(found.similarity[at] - max(similar)) < 1e-12
        if found.recipe[at] >= 0:
            assert found.recipe[at] == similar.index(max(similar))
        else:
            assert max(similar) == 0


def test_nothing_is_copied_from_nothing() -> None:
    spans = copied_spans([[1, 2, 3], []], [], 4)
    assert spans.length.tolist() == [0, 0]
    assert nearest([[1, 2, 3], []], [], 4).recipe.tolist() == [-1, -1]
