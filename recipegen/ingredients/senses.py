"""Words that name two foods, told apart by the other foods of the recipe.

"Curd" is yogurt beside cumin and lemon curd in a tart (Lesk 1986: the sense whose company is there).
"""

from __future__ import annotations

from collections.abc import Sequence

from spacy.strings import StringStore

from recipegen.ingredients.scope import Match
from recipegen.ingredients.words import ingredient_words


class Senses:
    """The words and the company of their senses, for one string store."""

    def __init__(self, strings: StringStore) -> None:
        def ids(names: Sequence[str]) -> frozenset[int]:
            return frozenset(map(strings.add, names))

        self._senses = {
            strings.add(word): [(strings.add(name), ids(company)) for name, company in each.items()]
            for word, each in ingredient_words().senses.items()
        }

    def resolve(self, words: Sequence[int], matches: list[Match]) -> list[Match]:
        """The matches, each word of two senses under the one whose company is there.

        A word keeps the sense that the lexicon gives it where no other one has more company.

        Args:
            words: a text's, as the numbers of their lower-case forms.
            matches: from left to right, none overlapping another.
        """
        if self._senses.keys().isdisjoint(words):
            return matches
        names = {name for name, _, _ in matches}
        return [self._resolved(words, match, names) for match in matches]

    def _resolved(self, words: Sequence[int], match: Match, names: set[int]) -> Match:
        name, start, end = match
        if end - start > 1 or words[start] not in self._senses:
            return match
        senses = {name: 0} | {
            sense: len(company & names) for sense, company in self._senses[words[start]]
        }
        return max(senses, key=senses.__getitem__), start, end
