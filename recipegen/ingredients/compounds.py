"""Foods that stand side by side: "cheddar cheese" is one, and so is a compound that nobody listed.

The last word of an English compound says what it is: a "garlic oil" is an oil.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from itertools import pairwise

from spacy.strings import StringStore

from recipegen.ingredients.scope import Match


class Compounds:
    """Joins neighbouring foods, for one string store."""

    def __init__(
        self,
        strings: StringStore,
        names: Mapping[tuple[int, ...], int],
        seasonings: frozenset[int],
    ) -> None:
        """Take over which foods are kinds of others.

        Args:
            strings: the store that gives words their numbers.
            names: the words of each name, and the number of its ingredient.
            seasonings: herbs and spices, which season what they stand before: "saffron rice".
        """
        self._seasonings = seasonings
        self._strings = strings
        self._foods = frozenset(names.values())
        self._kinds: defaultdict[int, set[int]] = defaultdict(set)
        """The foods that the names of an ingredient end with: "habanero chile"."""
        for name, ingredient in names.items():
            kind = names.get(name[-1:])
            if len(name) > 1 and kind is not None and kind != ingredient:
                self._kinds[ingredient].add(kind)

    def join(self, words: Sequence[int], matches: list[Match], title: int) -> list[Match]:
        """The matches, neighbours that are one food joined.

        Args:
            words: a text's, as the numbers of their lower-case forms.
            matches: from left to right, none overlapping another.
            title: words of the title, where a compound is what a dish is made of.
        """
        if all(a[2] != b[1] for a, b in pairwise(matches)):
            return matches
        counts = Counter(name for name, _, _ in matches)
        joined: list[Match] = []
        for place, match in enumerate(matches):
            before = joined[-1] if joined else None
            if before is None or before[2] != match[1] or not self._are_foods(before, match):
                joined.append(match)
            elif match[0] in self._kinds.get(before[0], ()):
                joined[-1] = (before[0], before[1], match[2])
            elif match[1] >= title and self._is_compound(words, matches, place, counts):
                joined[-1] = (match[0], before[1], match[2])
            else:
                joined.append(match)
        return joined

    def of_two(self, first: Match, last: Match) -> Match:
        """What two names are that share a word: the last one, unless it only says so again.

        "Light cream cheese" is cream cheese, "jalapeño chili pepper" is jalapeño.
        """
        if last[0] in self._kinds.get(first[0], ()):
            return first[0], first[1], last[2]
        return last

    def _are_foods(self, *matches: Match) -> bool:
        return all(name in self._foods for name, _, _ in matches)

    def _is_compound(
        self, words: Sequence[int], matches: list[Match], place: int, counts: Counter[int]
    ) -> bool:
        """Whether two foods, and no more, are one that is named nowhere else by its first word."""
        first, last = matches[place - 1], matches[place]
        if first[0] in self._seasonings:
            return False
        alone = place < 2 or matches[place - 2][2] != first[1]
        ends = place + 1 == len(matches) or matches[place + 1][1] != last[2]
        name = self._strings[words[first[2] - 1]]
        is_plural = name.endswith("s") and not name.endswith("ss")
        return alone and ends and not is_plural and counts[first[0]] == 1
