"""Decides the split of each recipe; near-duplicates stay on the same side."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import numpy as np
import numpy.typing as npt
from datasketch import MinHash, MinHashLSH
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

SHINGLE_WORDS = 3
PERMUTATIONS = 64

CANDIDATES_FROM = 0.9
"""Highest similarity that the bands are chosen for; beyond it there are a few more candidates."""

AT_ONCE = 200_000
"""Pairs of signatures that are compared at once, or kept before their groups are joined."""

Ids = npt.NDArray[np.uint64]
Signatures = npt.NDArray[np.uint32]
Places = npt.NDArray[np.int64]

_WORD = re.compile(r"\w+")
_NOTHING = MinHash(num_perm=PERMUTATIONS)
_FNV_PRIME = np.uint64(0x100000001B3)


def split_of(family: str) -> str:
    """``train``, ``valid`` or ``test`` (80, 10 and 10 %), from a hexadecimal hash of content.

    The split depends on nothing else, so it stays the same when the corpus grows or is reordered.
    """
    tenth = int(family, 16) % 10
    return "train" if tenth < 8 else "valid" if tenth == 8 else "test"


def signature_of(directions: Iterable[str]) -> Signatures:
    """The MinHash (Broder 1997) of the word 3-grams of directions: 64 numbers, from datasketch."""
    signature = _NOTHING.copy()
    signature.update_batch(_shingles(directions))
    return np.asarray(signature.hashvalues, dtype=np.uint32)


def families(ids: Ids, signatures: Signatures, similarity: float) -> Ids:
    """The family of each recipe: the smallest id among it and its near-duplicates, shape (N,).

    Near-duplicates of near-duplicates belong to the same family. When a corpus grows, a recipe
    moves to another family only if a near-duplicate with a smaller id arrives.

    Candidates are found by locality-sensitive hashing (Leskovec et al., Mining of Massive
    Datasets, ch. 3). The signatures are sorted by one band after the other. That needs a few
    numbers for each recipe, while an index of hash tables would need kilobytes.

    Args:
        ids: ids of the recipes, shape (N,).
        signatures: signatures of their directions, shape (N, 64).
        similarity: Jaccard similarity, 0 to 1, from which two recipes are near-duplicates; it is
            estimated from their signatures.
    """
    groups = _Groups(len(ids))
    groups.join(*_copies(signatures))
    groups.settle()
    # Recipes with equal signatures are one group by now; only one of each group is compared.
    _, first = np.unique(groups.member, return_index=True)
    index = MinHashLSH(threshold=min(similarity, CANDIDATES_FROM), num_perm=PERMUTATIONS)
    for start in range(0, index.b * index.r, index.r):
        band = _hashes(signatures[:, start : start + index.r])[first]
        order = np.argsort(band, kind="stable")
        for one, other in _neighbours(band[order]):
            a, b = groups.apart(first[order[one]], first[order[other]])
            alike = (signatures[a] == signatures[b]).mean(axis=1) >= similarity
            groups.join(a[alike], b[alike])
        groups.settle()
    smallest = np.full(len(ids), np.iinfo(np.uint64).max, dtype=np.uint64)
    np.minimum.at(smallest, groups.member, ids)
    return smallest[groups.member]


class _Groups:
    """The group that each recipe belongs to."""

    def __init__(self, count: int) -> None:
        """Start with a group for each recipe."""
        self.member: Places = np.arange(count)
        self._alike: list[tuple[Places, Places]] = []

    def apart(self, one: Places, other: Places) -> tuple[Places, Places]:
        """The pairs whose two recipes are not yet in the same group."""
        apart = self.member[one] != self.member[other]
        return one[apart], other[apart]

    def join(self, one: Places, other: Places) -> None:
        """Put the recipes of each pair into one group, at the latest at the next :meth:`settle`."""
        self._alike.append((one, other))
        if sum(len(one) for one, _ in self._alike) > AT_ONCE:
            self.settle()

    def settle(self) -> None:
        """Merge the groups of all pairs that :meth:`join` was given."""
        both = map(np.concatenate, zip(*self._alike, strict=True))
        one, other = (self.member[places] for places in both)
        count = len(self.member)
        links = coo_array((np.ones(len(one), dtype=bool), (one, other)), shape=(count, count))
        _, groups = connected_components(links, directed=False)
        self.member = groups[self.member].astype(np.int64)
        self._alike = [(one[:0], other[:0])]


def _copies(signatures: Signatures) -> tuple[Places, Places]:
    """Pairs of recipes with the same signature: neighbours when recipes are sorted by its hash."""
    order = np.argsort(_hashes(signatures), kind="stable")
    one, other = order[:-1], order[1:]
    equal = [
        (signatures[one[at : at + AT_ONCE]] == signatures[other[at : at + AT_ONCE]]).all(axis=1)
        for at in range(0, max(1, len(one)), AT_ONCE)
    ]
    same = np.concatenate(equal)
    return one[same], other[same]


def _neighbours(values: npt.NDArray[np.uint64]) -> Iterator[tuple[Places, Places]]:
    """All pairs of places with the same value in a sorted array, some pairs at a time."""
    distance, one = 1, np.arange(len(values))
    while True:
        one = one[one + distance < len(values)]
        one = one[values[one] == values[one + distance]]
        if not len(one):
            return
        for at in range(0, len(one), AT_ONCE):
            some = one[at : at + AT_ONCE]
            yield some, some + distance
        distance += 1


def _hashes(rows: Signatures) -> npt.NDArray[np.uint64]:
    """A hash of each row, the same for equal rows (FNV-1a, word by word)."""
    hashes = np.full(len(rows), 0xCBF29CE484222325, dtype=np.uint64)
    for column in rows.T:
        hashes = (hashes ^ column) * _FNV_PRIME
    return hashes


def _shingles(directions: Iterable[str]) -> set[bytes]:
    words = _WORD.findall(" ".join(directions).lower())
    shingles = zip(*(words[skipped:] for skipped in range(SHINGLE_WORDS)), strict=False)
    return {" ".join(each).encode() for each in shingles} or {" ".join(words).encode()}
