"""Completes foods that share a word with others: "chicken or vegetable stock".

If two foods share a head (their last words), a text writes the head after the second food only. The
first is read as if it had the head too: "chicken stock". So are kinds in brackets: "stock (chicken
or beef)". If they share their first words, the second food lacks them: "chicken thighs or breasts".
Parts of a fruit are completed in the same way: "juice of a lemon" is lemon juice.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set

from spacy.strings import StringStore

from recipegen.ingredients.context_words import ingredient_words
from recipegen.ingredients.matcher import NameMatcher
from recipegen.ingredients.scope import Match

LONGEST_SHARER = 3
"""Most words of a food that shares the head of another food."""


class Sharing:
    """Completes foods with the words that they share with others, for one string store."""

    def __init__(
        self,
        strings: StringStore,
        names: NameMatcher,
        phrase: frozenset[int],
        alone: frozenset[int],
    ) -> None:
        """Take the names of foods.

        Args:
            strings: the store that gives words their numbers.
            names: the names, which map words to the number of an ingredient.
            phrase: articles, amounts, units and qualities.
            alone: ingredients that never share a head: sugar in "sugar or corn syrup".
        """
        self._names, self._alone = names, alone
        self._phrase = phrase | {strings.add("-")}
        self._or = frozenset(map(strings.add, ("or", "/", "and/or")))
        self._and = strings.add("and")
        self._joins = self._or | {self._and}
        self._comma, self._of = strings.add(","), frozenset(map(strings.add, ("of", "from")))
        self._open, self._close = strings.add("("), strings.add(")")
        leads = frozenset(map(strings.add, ("e.g.", "such", "as", "like", ",")))
        self._in_lists = self._phrase | self._or | leads
        sharing = ingredient_words().sharing
        self._heads = frozenset(map(strings.add, sharing["heads"]))
        self._parts = frozenset(map(strings.add, sharing["parts"]))
        self._plurals = frozenset(map(strings.add, sharing["plurals"]))
        self._even_alone = frozenset(map(strings.add, sharing["even_basics"]))
        self._unshared = frozenset(map(strings.add, sharing["unshared"]))
        self._never = frozenset(map(strings.add, sharing["never"]))
        self._strings = strings

    def complete(
        self, words: Sequence[int], distinct: Set[int], matches: list[Match]
    ) -> list[Match]:
        """The matches; each that shares a word with another has its complete name.

        Args:
            words: the words of the text, as the numbers of their lower-case forms.
            distinct: the same words, each once.
            matches: from left to right, without overlaps.
        """
        with_parts = not self._parts.isdisjoint(distinct)
        with_choices = not self._joins.isdisjoint(distinct)
        with_brackets = self._open in distinct
        if not (with_parts or with_choices or with_brackets):
            return matches
        if not (with_parts or with_brackets) and all(end - start == 1 for _, start, end in matches):
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
        whole = _apart(whole)
        if not self._or.isdisjoint(distinct):
            whole = self._with_first_words(words, whole)
        return self._kinds_in_brackets(words, whole) if with_brackets else whole

    def _joined(self, words: Sequence[int], start: int) -> int | None:
        """Index of the "or" or "and" that joins the food at ``start`` to the one before it."""
        place = start - 1
        while place > 0 and words[place] in self._phrase:
            place -= 1
        return (
            place if (place > 0 and words[place] in self._or) or words[place] == self._and else None
        )

    def _sharers(self, words: Sequence[int], joined: int, start: int, end: int) -> list[Match]:
        """The foods before ``joined`` that share the head of the food at ``start``."""
        for first in range(start + 1, end):
            head = tuple(words[first:end])
            if words[joined] == self._and and not self._is_shared_by_and(words, joined, head):
                continue
            found, behind = [], joined
            while (sharer := self._sharer(words, behind, head)) is not None:
                if tuple(words[sharer[1] : sharer[2]]) == tuple(words[start:first]):
                    break  # "egg or egg noodles"
                if sharer[0] in self._never or (
                    words[joined] == self._and and sharer[0] in self._unshared
                ):
                    break  # "honey or maple syrup", "garlic and olive oil"
                found.append(sharer)
                behind = sharer[1] - 1
                if behind < 1 or words[behind] != self._comma:
                    break
            if found:
                return found
        return []

    def _is_shared_by_and(self, words: Sequence[int], joined: int, head: tuple[int, ...]) -> bool:
        """Whether "and" shares a head. After a comma, only a plural is shared.

        "Garlic, and onion powders" are two powders. "Garlic, and onion powder" ends a list.
        """
        shared = self._plurals if words[joined - 1] == self._comma else self._heads
        return len(head) == 1 and head[0] in shared

    def _with_first_words(self, words: Sequence[int], matches: list[Match]) -> list[Match]:
        """The matches, and those behind an "or" that lack the first words of the match before.

        A word that is an ingredient by itself lacks nothing: "peanut butter or oil".
        """
        found: list[Match] = []
        for _, start, end in matches:
            joined = self._comma_or(words, end) if end - start > 1 else None
            if joined is None:
                continue
            place = joined
            while place < len(words) and words[place] in self._phrase:
                place += 1
            if place == len(words) or self._is_ingredient(words, place):
                continue
            for first in range(start, end - 1):
                name = self._names.ingredient((*words[first : end - 1], words[place]))
                if name is not None:
                    found.append((name, place, place + 1))
                    break
        if not found:
            return matches
        places = {start for _, start, _ in found}
        whole = [match for match in matches if match[1] not in places]
        return sorted([*whole, *found], key=lambda each: each[1])

    def _is_ingredient(self, words: Sequence[int], place: int) -> bool:
        """Whether the name of an ingredient begins at a word."""
        ends = range(place + 1, min(len(words), place + LONGEST_SHARER) + 1)
        return any(self._names.ingredient(tuple(words[place:end])) is not None for end in ends)

    def _comma_or(self, words: Sequence[int], end: int) -> int | None:
        """Index behind the "or" that follows at ``end``, a comma before it or not."""
        place = end + (end < len(words) and words[end] == self._comma)
        return place + 1 if place < len(words) and words[place] in self._or else None

    def _kinds_in_brackets(self, words: Sequence[int], matches: list[Match]) -> list[Match]:
        """The matches; those in brackets behind a head are kinds of it: "stock (fish or beef)"."""
        heads = [m for m in matches if m[2] < len(words) and words[m[2]] == self._open]
        found = {match[1]: match for match in matches} if heads else {}
        for head, _, end in heads:
            for place in self._in_brackets(words, found, end + 1):
                food, start, behind = found[place]
                name = self._names.ingredient((*words[start:behind], words[end - 1]))
                if name is not None and not self._has_name(food, head):
                    found[place] = (name, start, behind)
        return list(found.values()) if heads else matches

    def _has_name(self, food: int, head: int) -> bool:
        """Whether the name of a food has that of another: "beef chuck" and "beef"."""
        return set(self._strings[head].split()) <= set(self._strings[food].split())

    def _in_brackets(
        self, words: Sequence[int], found: Mapping[int, Match], place: int
    ) -> list[int]:
        """The foods from ``place`` on that only words of a list separate; "(or rice)" has none."""
        kinds: list[int] = []
        while place < len(words) and words[place] != self._close:
            if place in found:
                kinds.append(place)
                place = found[place][2]
            elif words[place] in self._in_lists and (kinds or words[place] not in self._or):
                place += 1
            else:
                break
        return kinds

    def _sharer(self, words: Sequence[int], behind: int, head: tuple[int, ...]) -> Match | None:
        """The food that ends before ``behind`` and shares ``head``; a comma there is skipped."""
        end = behind - 1 if behind and words[behind - 1] == self._comma else behind
        for size in range(min(LONGEST_SHARER, end), 0, -1):
            alone = tuple(words[end - size : end])
            if self._names.ingredient(alone) in self._alone and head[-1] not in self._even_alone:
                return None
            if (name := self._names.ingredient(alone + head)) is not None:
                return name, end - size, end
        return None

    def _parts_of(self, words: Sequence[int], match: Match, before: list[Match]) -> list[Match]:
        """A match, completed with the parts named before it: "zest and juice of a lime"."""
        name, start, end = match
        place = start if words[start] in self._parts else self._part_before(words, start)
        if place is None:
            return self._like_the_last(words, match, before)
        while before and before[-1][2] > place:
            before.pop()  # the match of "juice" alone
        fruit = self._strings[name].split()
        if place == start:
            fruit = fruit[:-1]  # the lexicon has "juice of lemon" as a whole
        found = []
        if (whole := self._with_part(fruit, words[place])) is not None:
            found = [(whole, place, end)]
        if place > 1 and words[place - 1] == self._and and words[place - 2] in self._parts:
            first = self._with_part(fruit, words[place - 2])
            found = [(first, place - 2, place - 1), *found] if first is not None else found
        return found or [match]

    def _with_part(self, fruit: list[str], part: int) -> int | None:
        text = "zest" if self._strings[part] in ("peel", "rind") else self._strings[part]
        return self._names.ingredient(tuple(map(self._strings.add, [*fruit, text])))

    def _part_before(self, words: Sequence[int], start: int) -> int | None:
        """Index of the part before a food: of "juice" in "juice of 2 large lemons"."""
        place = start - 1
        while place > 0 and words[place] in self._phrase and words[place] not in self._of:
            place -= 1
        is_part = place > 0 and words[place] in self._of and words[place - 1] in self._parts
        return place - 1 if is_part else None

    def _like_the_last(
        self, words: Sequence[int], match: Match, before: list[Match]
    ) -> list[Match]:
        """A match, completed with the part of the one before it: "juice of a lemon or lime"."""
        name, start, end = match
        if before and words[before[-1][1]] in self._parts:
            joined = self._joined(words, start)
            if joined is not None and joined == before[-1][2]:
                part = words[before[-1][1]]
                if (whole := self._with_part(self._strings[name].split(), part)) is not None:
                    return [(whole, start, end)]
        return [match]


def _apart(matches: list[Match]) -> list[Match]:
    """The matches from left to right; of two that overlap, the one that starts later stays."""
    apart: list[Match] = []
    for match in sorted(matches, key=lambda each: each[1]):
        while apart and apart[-1][2] > match[1]:
            apart.pop()
        apart.append(match)
    return apart
