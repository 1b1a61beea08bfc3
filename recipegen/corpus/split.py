"""Which side of the split a recipe falls on, near-duplicates together."""

from __future__ import annotations

import re
from collections.abc import Iterable

import numpy as np
import numpy.typing as npt
from datasketch import MinHash, MinHashLSH
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

SHINGLE_WORDS = 3
PERMUTATIONS = 64

_WORD = re.compile(r"\w+")


def split_of(family: str) -> str:
    """``train``, ``valid`` or ``test`` (80, 10 and 10 %) from a hexadecimal hash of content.

    It depends on nothing else, so that it is stable when the corpus grows or is reordered.
    """
    tenth = int(family, 16) % 10
    return "train" if tenth < 8 else "valid" if tenth == 8 else "test"


class NearDuplicates:
    """Groups recipes whose directions share most of their word 3-grams.

    MinHash signatures with locality-sensitive hashing (Broder 1997; Leskovec et al., Mining of
    Massive Datasets, ch. 3), by datasketch. Kept per recipe: one signature of 64 numbers.
    """

    def __init__(self, similarity: float) -> None:
        """Recipes from this Jaccard similarity on, 0 to 1, count as near-duplicates."""
        self._similarity = similarity
        self._index = MinHashLSH(threshold=similarity, num_perm=PERMUTATIONS)
        self._signatures: list[MinHash] = []
        self._ids: list[str] = []
        self._pairs: list[tuple[int, int]] = []
        self._blank = MinHash(num_perm=PERMUTATIONS)

    def add(self, recipe_id: str, directions: Iterable[str]) -> None:
        """Compare a recipe with all that came before it."""
        signature = self._blank.copy()
        signature.update_batch(sorted(_shingles(directions)))
        number = len(self._ids)
        for other in self._index.query(signature):
            if signature.jaccard(self._signatures[other]) >= self._similarity:
                self._pairs.append((number, other))
        self._index.insert(number, signature, check_duplication=False)
        self._signatures.append(signature)
        self._ids.append(recipe_id)

    def __len__(self) -> int:
        return len(self._ids)

    def families(self) -> dict[str, str]:
        """The smallest ``recipe_id`` among each recipe and its near-duplicates, by recipe_id.

        Near-duplicates of near-duplicates belong to the same family. A growing corpus moves a
        recipe to another family only when a near-duplicate with a smaller id arrives.
        """
        smallest: dict[int, str] = {}
        members = _components(len(self._ids), self._pairs)
        for number, recipe_id in zip(members, self._ids, strict=True):
            smallest[number] = min(recipe_id, smallest.get(number, recipe_id))
        return {
            recipe_id: smallest[number]
            for number, recipe_id in zip(members, self._ids, strict=True)
        }


def _components(count: int, pairs: list[tuple[int, int]]) -> npt.NDArray[np.int32]:
    rows, columns = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
    links = coo_array((np.ones(len(rows), dtype=bool), (rows, columns)), shape=(count, count))
    _, members = connected_components(links, directed=False)
    return np.asarray(members, dtype=np.int32)


def _shingles(directions: Iterable[str]) -> set[bytes]:
    words = _WORD.findall(" ".join(directions).lower())
    ends = range(SHINGLE_WORDS, max(SHINGLE_WORDS, len(words)) + 1)
    return {" ".join(words[end - SHINGLE_WORDS : end]).encode() for end in ends}
