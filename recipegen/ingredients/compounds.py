"""Joins foods that stand side by side: "cheddar cheese" is one food.

So is a compound that the lexicon does not list. The last word of an English compound says what it
is: a "garlic oil" is an oil.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from spacy.strings import StringStore

from recipegen.ingredients.matcher import NameMatcher
from recipegen.ingredients.scope import Match


class Compounds:
    """Joins neighbouring foods, for one string store."""

    def __init__(
        self,
        strings: StringStore,
        names: NameMatcher,
        seasonings: frozenset[int],
    ) -> None:
        """Take the names and the seasonings.

        Args:
            strings: the store that gives words their numbers.
            names: the names, which map words to the number of an ingredient.
            seasonings: herbs and spices. They season the food that follows and form no compound
                with it: "saffron rice".
        """
        self._seasonings = seasonings
        self._strings = strings
        self._names = names

    def join(self, words: Sequence[int], matches: list[Match], title: int) -> list[Match]:
        """The matches; neighbours that are one food are joined.

        Args:
            words: the words of the text, as the numbers of their lower-case forms.
            matches: from left to right, without overlaps.
            title: number of words in the title. Two foods side by side in a title are not joined
                into an unlisted compound: they say what the dish is made of.
        """
        if not any(first[2] == last[1] for first, last in pairwise(matches)):
            return matches
        counts = Counter(name for name, _, _ in matches)
        beside = Counter((a[0], b[0]) for a, b in pairwise(matches) if a[2] == b[1])
        joined: list[Match] = []
        for place, match in enumerate(matches):
            before = joined[-1] if joined else None
            if before is None or before[2] != match[1] or not self._are_foods(before, match):
                joined.append(match)
            elif match[0] in self._names.kinds(before[0]):
                joined[-1] = (before[0], before[1], match[2])
            elif (
                match[1] >= title
                and self._is_compound(words, matches, place)
                and (counts[before[0]] == beside[before[0], match[0]])
            ):
                # The first food is named nowhere but before this one.
                joined[-1] = (match[0], before[1], match[2])
            else:
                joined.append(match)
        return joined

    def of_two(self, first: Match, last: Match) -> Match:
        """The food that two overlapping names mean: the last, unless it only repeats the first.

        "Light cream cheese" is cream cheese. "Jalapeño chili pepper" is jalapeño.
        """
        if last[0] in self._names.kinds(first[0]):
            return first[0], first[1], last[2]
        return last

    def _are_foods(self, *matches: Match) -> bool:
        return all(name in self._names.foods for name, _, _ in matches)

    def _is_compound(self, words: Sequence[int], matches: list[Match], place: int) -> bool:
        """Whether two foods that stand side by side can form an unlisted compound.

        They can unless a third food adjoins, or the first food is a seasoning or a plural.
        """
        first, last = matches[place - 1], matches[place]
        if first[0] in self._seasonings:
            return False
        alone = place < 2 or matches[place - 2][2] != first[1]
        ends = place + 1 == len(matches) or matches[place + 1][1] != last[2]
        name = self._strings[words[first[2] - 1]]
        is_plural = name.endswith("s") and not name.endswith("ss")
        return alone and ends and not is_plural
