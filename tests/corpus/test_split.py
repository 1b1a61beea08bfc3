"""The split depends on content only; near duplicates stay together, whatever their order."""

import random
from itertools import combinations, pairwise

import numpy as np
from datasketch import MinHash, MinHashLSH
from hypothesis import given, settings
from hypothesis import strategies as st

from recipegen.corpus import split
from recipegen.corpus.split import PERMUTATIONS, families, signature_of, split_of

LONG = (
    "Heat the oil in a wide pan over a medium flame. Add the onions and cook them slowly until "
    "they are soft and golden, about twenty minutes. Stir in the stock and simmer it gently."
)


def grouped(recipes: dict[str, str], similarity: float = 0.7) -> dict[str, str]:
    ids = np.array([int(recipe_id, 16) for recipe_id in recipes], dtype=np.uint64)
    signatures = np.array([signature_of([text]) for text in recipes.values()])
    found = families(ids, signatures.reshape(-1, PERMUTATIONS), similarity)
    names = {int(recipe_id, 16): recipe_id for recipe_id in recipes}
    return dict(zip(recipes, (names[int(family)] for family in found), strict=True))


def test_a_small_change_stays_in_the_family_of_the_smallest_id() -> None:
    recipes = {
        "b": LONG,
        "a": LONG.replace("gently", "softly"),
        "c": "Whip cream with sugar, fold in the berries and chill the fool for an hour.",
    }
    assert grouped(recipes) == {"a": "a", "b": "a", "c": "c"}


def test_families_do_not_depend_on_the_order() -> None:
    words = LONG.split()
    recipes = {
        f"{number:02x}": " ".join(words[: len(words) - number % 4]) + f" Dish {number // 8}."
        for number in range(40)
    }
    shuffled = list(recipes.items())
    random.Random(7).shuffle(shuffled)
    assert grouped(recipes) == grouped(dict(shuffled))


def test_short_and_empty_directions_are_compared_too() -> None:
    assert grouped({"a": "Stir.", "b": "Stir.", "c": "", "d": "Shake."}) == {
        "a": "a",
        "b": "a",
        "c": "c",
        "d": "d",
    }


def test_the_split_is_eighty_ten_ten() -> None:
    sides = [split_of(f"{number * 2654435761 % 2**32:08x}") for number in range(10_000)]
    assert 7900 < sides.count("train") < 8100
    assert 950 < sides.count("valid") < 1050
    assert 950 < sides.count("test") < 1050


def test_the_split_of_an_id_never_changes() -> None:
    assert [split_of(family) for family in ("0", "7", "8", "9", "a")] == [
        "train",
        "train",
        "valid",
        "test",
        "train",
    ]


def grouped_by_datasketch(signatures: list[MinHash], similarity: float) -> set[frozenset[int]]:
    """The families that the index of the library datasketch finds."""
    index = MinHashLSH(threshold=min(similarity, 0.9), num_perm=PERMUTATIONS)
    found: set[frozenset[int]] = set()
    for number, signature in enumerate(signatures):
        near = [
            other
            for other in index.query(signature)
            if signature.jaccard(signatures[other]) >= similarity
        ]
        joined = {family for family in found if family.intersection(near)}
        found = found - joined | {frozenset([number]).union(*joined)}
        index.insert(number, signature)
    return found


@given(
    texts=st.lists(st.lists(st.sampled_from("abcd"), max_size=30), max_size=25),
    similarity=st.sampled_from([0.3, 0.5, 0.7, 0.9, 0.95, 1.0]),
    at_once=st.integers(1, 10),
)
@settings(max_examples=60, deadline=None)
def test_families_are_those_that_the_index_of_datasketch_finds(
    texts: list[list[str]], similarity: float, at_once: int
) -> None:
    signatures = np.array([signature_of([" ".join(text)]) for text in texts], dtype=np.uint32)
    before, split.AT_ONCE = split.AT_ONCE, at_once
    try:
        ids = np.arange(len(texts), dtype=np.uint64)
        found = families(ids, signatures.reshape(-1, PERMUTATIONS), similarity)
    finally:
        split.AT_ONCE = before
    sets = {frozenset(np.flatnonzero(found == family).tolist()) for family in set(found.tolist())}
    known = MinHash(num_perm=PERMUTATIONS)
    hashes = [
        MinHash(num_perm=PERMUTATIONS, hashvalues=each, scheme=known.scheme) for each in signatures
    ]
    assert sets == grouped_by_datasketch(hashes, similarity)


def test_all_of_a_large_family_are_found() -> None:
    """Most pairs in this family are connected only by a chain of near duplicates."""
    words = [f"word{number}" for number in range(400)]
    recipes = {f"{n:03x}": " ".join(words[n * 2 : n * 2 + 100]) for n in range(70)}
    alike = {frozenset(pair) for pair in combinations(recipes, 2) if _share(recipes, *pair) > 0.9}
    assert len(alike) >= 69
    assert set(grouped(recipes).values()) == {"000"}


def _share(recipes: dict[str, str], one: str, other: str) -> float:
    first, second = (set(pairwise(pairwise(recipes[name].split()))) for name in (one, other))
    return len(first & second) / len(first | second)
