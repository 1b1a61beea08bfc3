"""Foods that stand side by side: "cheddar cheese" is one, and so is a compound that nobody listed.

The last word of an English compound says what it is: a "garlic oil" is an oil.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from spacy.strings import StringStore

from recipegen.ingredients.scope import Match


class Compounds:
    """Joins neighbouring foods, for one string store."""

    def __init__(
        self, strings: StringStore, categories: Mapping[str, str], generic: frozenset[str]
    ) -> None:
        """Take over what kinds of foods there are.

        Args:
            strings: the store that gives names and words their numbers.
            categories: of each ingredient.
            generic: ingredients that only say what another one is: "cheese".
        """
        self._strings = strings
        self._categories = {strings.add(name): kind for name, kind in categories.items()}
        self._generic = frozenset(map(strings.add, generic))

    def join(self, words: Sequence[int], matches: list[Match], title: int) -> list[Match]:
        """The matches, neighbours that are one food joined.

        Args:
            words: a text's, as the numbers of their lower-case forms.
            matches: from left to right, none overlapping another.
            title: words of the title, where a compound is what a dish is made of.
        """
        if all(a[2] != b[1] for a, b in zip(matches, matches[1:], strict=False)):
            return matches
        counts = Counter(name for name, _, _ in matches)
        joined: list[Match] = []
        for place, match in enumerate(matches):
            before = joined[-1] if joined else None
            if before is None or before[2] != match[1] or not self._are_foods(before, match):
                joined.append(match)
            elif self._is_named_again(before, match):
                joined[-1] = (before[0], before[1], match[2])
            elif match[1] >= title and self._is_compound(words, matches, place, counts):
                joined[-1] = (match[0], before[1], match[2])
            else:
                joined.append(match)
        return joined

    def _are_foods(self, *matches: Match) -> bool:
        return all(name in self._categories for name, _, _ in matches)

    def _is_named_again(self, food: Match, kind: Match) -> bool:
        """Whether the second only says what the first is: "cheddar cheese"."""
        same = self._categories[food[0]] == self._categories[kind[0]]
        return same and kind[0] in self._generic and food[0] not in self._generic

    def _is_compound(
        self, words: Sequence[int], matches: list[Match], place: int, counts: Counter[int]
    ) -> bool:
        """Whether two foods, and no more, are one that is named nowhere else by its first word."""
        first, last = matches[place - 1], matches[place]
        alone = place < 2 or matches[place - 2][2] != first[1]
        ends = place + 1 == len(matches) or matches[place + 1][1] != last[2]
        name = self._strings[words[first[2] - 1]]
        is_plural = name.endswith("s") and not name.endswith("ss")
        return alone and ends and not is_plural and counts[first[0]] == 1
