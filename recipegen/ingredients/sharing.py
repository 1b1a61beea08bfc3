"""Words that several foods of a text share: "chicken or vegetable stock", "juice of a lemon".

A head that two foods share stands at the second only; the first is read as if it stood there too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from spacy.strings import StringStore

from recipegen.ingredients.scope import Match
from recipegen.ingredients.words import ingredient_words

LONGEST_SHARER = 3
"""Words of a food that shares the head of another."""


class Sharing:
    """Completes foods by the words that they share with others, for one string store."""

    def __init__(
        self,
        strings: StringStore,
        names: Mapping[tuple[int, ...], int],
        phrase: frozenset[int],
        alone: frozenset[int],
    ) -> None:
        """Take over the names.

        Args:
            strings: the store that gives words their numbers.
            names: the words of each name, and the number of its ingredient.
            phrase: articles, amounts, units and qualities.
            alone: ingredients that share no head: "sugar or corn syrup".
        """
        self._names, self._alone = names, alone
        self._phrase = phrase | {strings.add("-")}
        self._or = frozenset(map(strings.add, ("or", "/", "and/or")))
        self._and = strings.add("and")
        self._joins = self._or | {self._and}
        self._comma, self._of = strings.add(","), frozenset(map(strings.add, ("of", "from")))
        sharing = ingredient_words().sharing
        self._heads = frozenset(map(strings.add, sharing["heads"]))
        self._parts = frozenset(map(strings.add, sharing["parts"]))
        self._strings = strings

    def complete(self, words: Sequence[int], matches: list[Match]) -> list[Match]:
        """The matches. One that shares a word with another gets its whole name.

        Args:
            words: a text's, as the numbers of their lower-case forms.
            matches: from left to right, none overlapping another.
        """
        with_parts = not self._parts.isdisjoint(words)
        with_choices = not self._joins.isdisjoint(words)
        if not (with_parts or with_choices):
            return matches
        whole: list[Match] = []
        for match in matches:
            _, start, end = match
            joined = self._joined(words, start) if with_choices and end - start > 1 else None
            if joined is not None:
                for sharer in self._sharers(words, joined, start, end):
                    whole = [each for each in whole if each[2] <= sharer[1] or each[1] >= sharer[2]]
                    whole.append(sharer)
                whole.sort(key=lambda each: each[1])
            whole += self._parts_of(words, match, whole) if with_parts else (match,)
        return _apart(whole)

    def _joined(self, words: Sequence[int], start: int) -> int | None:
        """Where the "or" stands that joins the food at ``start`` to what is before."""
        place = start - 1
        while place > 0 and words[place] in self._phrase:
            place -= 1
        return (
            place if (place > 0 and words[place] in self._or) or words[place] == self._and else None
        )

    def _sharers(self, words: Sequence[int], joined: int, start: int, end: int) -> list[Match]:
        """The foods before an "or" that share the head of the one at ``start``."""
        for first in range(start + 1, end):
            head = tuple(words[first:end])
            if words[joined] == self._and and not (len(head) == 1 and head[0] in self._heads):
                continue
            found, behind = [], joined
            while (sharer := self._sharer(words, behind, head)) is not None:
                if tuple(words[sharer[1] : sharer[2]]) == tuple(words[start:first]):
                    break  # "egg or egg noodles"
                found.append(sharer)
                behind = sharer[1] - 1
                if behind < 1 or words[behind] != self._comma:
                    break
            if found:
                return found
        return []

    def _sharer(self, words: Sequence[int], behind: int, head: tuple[int, ...]) -> Match | None:
        """The food whose words end before ``behind``, a comma there left out."""
        end = behind - 1 if behind and words[behind - 1] == self._comma else behind
        for size in range(min(LONGEST_SHARER, end), 0, -1):
            alone = tuple(words[end - size : end])
            if self._names.get(alone) in self._alone:
                return None
            if (name := self._names.get(alone + head)) is not None:
                return name, end - size, end
        return None

    def _parts_of(self, words: Sequence[int], match: Match, before: list[Match]) -> list[Match]:
        """A match with the parts that are named before it: "zest and juice of a lime"."""
        name, start, end = match
        place = start if words[start] in self._parts else self._part_before(words, start)
        if place is None:
            return self._like_the_last(words, match, before)
        while before and before[-1][2] > place:
            before.pop()  # "juice" alone
        fruit = self._strings[name].split()
        if place == start:
            fruit = fruit[:-1]  # "juice of lemon" is known as a whole
        found = []
        if (whole := self._with_part(fruit, words[place])) is not None:
            found = [(whole, place, end)]
        if place > 1 and words[place - 1] == self._and and words[place - 2] in self._parts:
            first = self._with_part(fruit, words[place - 2])
            found = [(first, place - 2, place - 1), *found] if first is not None else found
        return found or [match]

    def _with_part(self, fruit: list[str], part: int) -> int | None:
        text = "zest" if self._strings[part] in ("peel", "rind") else self._strings[part]
        return self._names.get(tuple(map(self._strings.add, [*fruit, text])))

    def _part_before(self, words: Sequence[int], start: int) -> int | None:
        """Where "juice" stands in "juice of 2 large" before a food."""
        place = start - 1
        while place > 0 and words[place] in self._phrase and words[place] not in self._of:
            place -= 1
        is_part = place > 0 and words[place] in self._of and words[place - 1] in self._parts
        return place - 1 if is_part else None

    def _like_the_last(
        self, words: Sequence[int], match: Match, before: list[Match]
    ) -> list[Match]:
        """A match that shares the part of the one before: "juice of a lemon or lime"."""
        name, start, end = match
        if before and words[before[-1][1]] in self._parts:
            joined = self._joined(words, start)
            if joined is not None and joined == before[-1][2]:
                part = words[before[-1][1]]
                if (whole := self._with_part(self._strings[name].split(), part)) is not None:
                    return [(whole, start, end)]
        return [match]


def _apart(matches: list[Match]) -> list[Match]:
    """The matches from left to right, of two that overlap the one that was completed later."""
    apart: list[Match] = []
    for match in sorted(matches, key=lambda each: each[1]):
        while apart and apart[-1][2] > match[1]:
            apart.pop()
        apart.append(match)
    return apart
