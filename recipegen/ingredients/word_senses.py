"""Chooses the sense of a word that names two foods, by the other foods of the recipe.

"Curd" is yogurt beside cumin, and lemon curd in a tart. Each sense has a list of foods that go with
it. The sense with the most such foods in the recipe wins (Lesk 1986).
"""

from __future__ import annotations

from collections.abc import Sequence, Set

from spacy.strings import StringStore

from recipegen.ingredients.context_words import ingredient_words
from recipegen.ingredients.scope import Match


class Senses:
    """Words with two senses, and the foods that go with each sense, for one string store."""

    def __init__(self, strings: StringStore) -> None:
        def ids(names: Sequence[str]) -> frozenset[int]:
            return frozenset(map(strings.add, names))

        self._strings = strings
        self.words = frozenset(ingredient_words().senses)
        """The words with two senses, in lower case."""
        self._senses = {
            strings.add(word): [(strings.add(name), ids(company)) for name, company in each.items()]
            for word, each in ingredient_words().senses.items()
        }

    def resolve(
        self, words: Sequence[int], distinct: Set[int], matches: list[Match]
    ) -> list[Match]:
        """The matches; each word with two senses has the one that fits the other foods.

        A word keeps the sense that the lexicon gives it, unless more of the text's foods go with
        another sense.

        Args:
            words: the words of the text, as the numbers of their lower-case forms.
            distinct: the same words, each once.
            matches: from left to right, without overlaps.
        """
        if self._senses.keys().isdisjoint(distinct):
            return matches
        names = {name for name, _, _ in matches}
        return [
            (self._sense(words[start], name, names), start, end)
            if end - start == 1 and words[start] in self._senses
            else (name, start, end)
            for name, start, end in matches
        ]

    def sense(self, word: str, ingredient: str, company: Set[str]) -> str:
        """The ingredient that a word means, given the other ingredients of its recipe.

        Args:
            word: the word, in lower case.
            ingredient: the ingredient that the word means by itself.
            company: the ingredients of the recipe.
        """
        number = self._strings.add(word)
        if number not in self._senses:
            return ingredient
        ids = {self._strings.add(name) for name in company}
        return self._strings[self._sense(number, self._strings.add(ingredient), ids)]

    def _sense(self, word: int, name: int, company: Set[int]) -> int:
        """The sense with most foods in ``company``; the lexicon's unless another one has more."""
        senses = {name: 0} | {sense: len(of & company) for sense, of in self._senses[word]}
        return max(senses, key=senses.__getitem__)
