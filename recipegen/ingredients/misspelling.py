"""Corrects misspelled foods: unknown words that are one edit away from a word in a food's name.

An edit adds, drops or replaces a letter, or swaps two neighbouring letters (Damerau 1964).
Candidates are found by comparing words with one letter deleted (SymSpell; Garbe 2012). Words in
spaCy's table of English or in the lexicon are never changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from spacy.strings import StringStore

from recipegen.ingredients.context_words import ingredient_words
from recipegen.ingredients.spelling import english_lemmas

SHORTEST = 6
"""Fewest letters of a word that may be corrected."""


class Misspellings:
    """Corrects words of a text, for one string store."""

    def __init__(self, strings: StringStore, words: Iterable[str]) -> None:
        """Take the words that names of foods consist of.

        Args:
            strings: the store that gives words their numbers.
            words: the words, in lower case.
        """
        self._strings = strings
        foods = {word for word in words if word.isalpha()}
        table = english_lemmas()
        english = {strings.add(lemma.lower()) for lemma in table.values()}
        self._known: set[int] = {
            *table,
            *english,
            *map(strings.add, foods),
            *self._other_words(strings),
        }
        self._by_rest: dict[str, tuple[str, ...]] = {}
        for food in foods:
            if len(food) >= SHORTEST - 1:
                for rest in {food, *_rests(food)}:
                    self._by_rest[rest] = (*self._by_rest.get(rest, ()), food)
        self._corrected: dict[int, int] = {}
        """Corrections so far. Once a word has been looked up, it counts as known."""

    @staticmethod
    def _other_words(strings: StringStore) -> Iterator[int]:
        words = ingredient_words()
        for each in (words.units, words.numbers, words.qualities, words.stops, words.not_food):
            yield from map(strings.add, each)
        yield from map(strings.add, words.not_misspelled)

    def correct(self, words: list[int]) -> list[int]:
        """The words, as numbers, with misspelled foods corrected."""
        corrected = self._corrected
        for word in words:
            if word not in self._known:
                if correction := self._correction(self._strings[word]):
                    corrected[word] = self._strings.add(correction)
                self._known.add(word)
        return [corrected.get(word, word) for word in words]

    def _correction(self, word: str) -> str:
        """The word of a food that was meant; empty if no word fits, or several do."""
        if len(word) < SHORTEST or not word.isalpha():
            return ""
        alike = {food for rest in (word, *_rests(word)) for food in self._by_rest.get(rest, ())}
        meant = sorted(food for food in alike if _is_meant(word, food))
        stems = {food.removesuffix("s").removesuffix("e") for food in meant}
        return meant[0] if len(stems) == 1 else ""


def _is_meant(word: str, food: str) -> bool:
    """Whether a word is a misspelled food, not a form of it such as "peppery" or "truffled"."""
    is_form = word.endswith("ly") or word in {f"{food}d", f"{food}y", f"{food.removesuffix('s')}y"}
    is_done = word.endswith("ed") and not food.endswith("ed")
    return word[0] == food[0] and not (is_form or is_done) and _is_one_edit(word, food)


def _rests(word: str) -> Iterator[str]:
    for place in range(len(word)):
        yield word[:place] + word[place + 1 :]


def _is_one_edit(a: str, b: str) -> bool:
    """Whether two words differ by one letter, or by two neighbouring letters that are swapped."""
    if len(a) > len(b):
        a, b = b, a
    same = next((n for n, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), len(a))
    if len(a) < len(b):
        return a[same:] == b[same + 1 :]
    swapped = a[same : same + 2] == b[same : same + 2][::-1] and a[same + 2 :] == b[same + 2 :]
    return a != b and (a[same + 1 :] == b[same + 1 :] or swapped)
