"""Finds the foods between which a text leaves the choice to the cook.

"Chicken, turkey or tofu" is one choice between three foods. So are the foods in "chicken (or
tofu)", where chicken is what the recipe takes if the cook does not care, and examples such as
"fillings like jam, honey, or ham and cheese".
"""

from __future__ import annotations

from collections.abc import Sequence, Set
from typing import NamedTuple

from spacy.strings import StringStore

from recipegen.ingredients.context_words import ingredient_words
from recipegen.ingredients.scope import BREAKS, Match

KINDS = ("choice_before", "examples_before")
"""The kinds of phrases in front of examples."""

NEAR = 5
"""Most words between such a phrase and the first example: "your choice of filling, such as"."""


class Chosen(NamedTuple):
    """The choices in a text."""

    numbers: dict[int, int]
    """The number of the choice that a food is part of, from 1, by index in the foods."""
    defaults: set[int]
    """The foods that are taken if the cook does not care."""


class Choices:
    """The words of choices, for one string store."""

    def __init__(self, strings: StringStore, phrase: frozenset[int]) -> None:
        """Take the words that may stand between the foods of a choice.

        Args:
            strings: the store that gives words their numbers.
            phrase: articles, amounts, units and qualities.
        """

        def ids(words: str) -> frozenset[int]:
            return frozenset(map(strings.add, words.split(" ")))

        self._phrase = phrase | ids("- of")
        self._or, self._comma = strings.add("or"), strings.add(",")
        self._or_joins, self._joins = ids("or and/or / either"), ids("or and and/or / either & , (")
        self._opens, self._swaps = ids("( ,"), ids("substitute sub use swap with for in try even")
        self._instead = ids("substitute sub use")
        self._links = self._phrase | self._or_joins | self._swaps | self._instead | {self._comma}
        """The words that can stand before a food that is joined to the one before it."""
        self._breaks = frozenset(map(strings.add, BREAKS))
        self._ends = ids(". ! ? ; |") | self._breaks
        self._colon, self._bullets = strings.add(":"), ids("* - + •")
        context = ingredient_words().context
        self.cues = {phrase: f"<{kind}>" for kind in KINDS for phrase in context[kind]}
        """From each phrase to the name under which the matcher finds it."""
        self._any, self._if_or = (strings.add(f"<{kind}>") for kind in KINDS)
        self.kinds = frozenset((self._any, self._if_or))
        """The numbers of those names."""

    def find(
        self,
        words: Sequence[int],
        distinct: Set[int],
        foods: Sequence[Match],
        cues: Sequence[Match],
    ) -> Chosen:
        """The choices between the foods of a text.

        Args:
            words: the words of the text, as the numbers of their lower-case forms.
            distinct: the same words, each once.
            foods: from left to right, without overlaps.
            cues: the phrases in front of examples.
        """
        chosen = Chosen({}, set())
        if len(foods) > 1 and not self._or_joins.isdisjoint(distinct):
            self._joined(words, foods, chosen)
        for kind, _, end in cues:
            if kind == self._any and (below := self._below(words, foods, end)):
                self._join(chosen.numbers, below)
            elif kind in self.kinds:
                self._examples(words, foods, end, kind, chosen.numbers)
        return chosen

    def _joined(self, words: Sequence[int], foods: Sequence[Match], chosen: Chosen) -> None:
        """Number the choices that "or" joins."""
        numbers = chosen.numbers
        first = 0
        for place in range(1, len(foods)):
            between = words[foods[place - 1][2] : foods[place][1]]
            if not between or between[-1] not in self._links:
                first = place
            elif self._or in between and self._only_joins(between):
                self._join(numbers, range(first, place + 1))
            elif self._is_instead(between):
                if place - 1 not in numbers:
                    chosen.defaults.add(place - 1)
                self._join(numbers, range(place - 1, place + 1))
                first = place
            elif (
                not (between[0] == self._comma and self._only_joins(between[1:]))
                or place - 1 in numbers
            ):
                first = place

    def _join(self, numbers: dict[int, int], places: Sequence[int]) -> None:
        """Make foods members of one choice, of the one that any of them is part of already."""
        known = [numbers[place] for place in places if place in numbers]
        number = known[-1] if known else max(numbers.values(), default=0) + 1
        numbers.update(dict.fromkeys(places, number))

    def _is_instead(self, between: Sequence[int]) -> bool:
        """Whether the words before a food offer it in place of the last one: "(or", ", or use"."""
        if not self._ends.isdisjoint(between):
            return False
        for at in range(len(between) - 1, 0, -1):
            word, before = between[at], between[at - 1]
            if word in self._or_joins and before in self._opens:
                return True
            if word in self._instead and before in self._opens and len(between) - at < 4:
                return True
            if not (word in self._phrase or word in self._swaps or word in self._or_joins):
                return False
        return False

    def _below(self, words: Sequence[int], foods: Sequence[Match], end: int) -> list[int]:
        """The foods in the lines with bullets below a phrase: "choice of toppings like:"."""
        colons = (at for at in range(end - 1, end + NEAR) if words[at : at + 1] == [self._colon])
        first = next(colons, -1) + 1
        last = first
        while first and words[last : last + 1] and words[last] in self._breaks:
            if words[last + 1 : last + 2] == [] or words[last + 1] not in self._bullets:
                break
            last += 1
            while last < len(words) and words[last] not in self._breaks:
                last += 1
        return [place for place, (_, start, _) in enumerate(foods) if first <= start < last]

    def _examples(
        self,
        words: Sequence[int],
        foods: Sequence[Match],
        end: int,
        kind: int,
        numbers: dict[int, int],
    ) -> None:
        """Make the foods behind a phrase members of one choice."""
        found: list[int] = []
        for place, (_, start, behind) in enumerate(foods):
            if start < end:
                continue
            between = words[end:start]
            is_near = not found and start - end <= NEAR and self._ends.isdisjoint(between)
            if not (is_near or all(w in self._phrase or w in self._joins for w in between)):
                break
            found.append(place)
            end = behind
        is_choice = kind == self._any or any(place in numbers for place in found)
        if len(found) > 1 and is_choice:
            self._join(numbers, found)

    def _only_joins(self, words: Sequence[int]) -> bool:
        return all(
            word in self._phrase or word in self._or_joins or word == self._comma for word in words
        )
