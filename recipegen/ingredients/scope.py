"""Decides whether a food that a text names is in the dish.

A food after "without" is not in the dish, nor is the pea in "the size of a pea". Such cues are
phrases of ``data/ingredient_words.toml``. The matcher that finds the foods finds them too. A cue
applies to the foods beside it that commas, "and" and "or" join, or to all foods up to the end of
its sentence (NegEx; Chapman et al. 2001).
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from spacy.strings import StringStore

from recipegen.ingredients.context_words import ingredient_words
from recipegen.ingredients.tokens import Tokens

Role = Literal["used", "optional", "alternative", "absent", "aside"]

USED: Role = "used"
OPTIONAL: Role = "optional"
ALTERNATIVE: Role = "alternative"
ABSENT: Role = "absent"
ASIDE: Role = "aside"

IN_THE_DISH = frozenset((USED, OPTIONAL, ALTERNATIVE))
"""Roles of the foods that a cook who follows the text puts into the dish."""

Match = tuple[int, int, int]
"""The number of a name, the index of its first word, and the index after its last word."""

NOT_IN_LINES = ("other_way", "swap", "lacking", "served")
"""Kinds of cues that say nothing about the food of an ingredient line."""

LONGEST_CHAIN = 25
"""Most words that a cue reaches over."""

BREAKS = tuple(
    before + breaks + after
    for breaks in ("\n", "\n\n", "\n\n\n", "\n\n\n\n", "\r\n", "\r\n\r\n")
    for before in ("", " ", "  ")
    for after in ("", " ", "  ", "   ", "    ", "\t")
)
"""Line breaks with the blanks around them, which spaCy makes one word."""

_NEAR_START = 4
"""A "recipe for" within this many words from the start of a text begins its title."""


@dataclass
class _Reading:
    """A text, its foods, and the roles found so far."""

    tokens: Tokens
    words: Sequence[int]
    foods: Sequence[Match]
    roles: dict[int, Role] = field(default_factory=dict)
    beside: set[int] = field(default_factory=set)
    """The foods that the text only serves with the dish."""

    def __post_init__(self) -> None:
        self.starts = {start: place for place, (_, start, _) in enumerate(self.foods)}
        self.ends = {end: place for place, (_, _, end) in enumerate(self.foods)}

    def mark(self, places: Sequence[int], role: Role) -> None:
        self.roles.update(dict.fromkeys(places, role))

    def mark_new(self, places: Sequence[int], role: Role) -> None:
        """Give a role to those foods that have none."""
        for place in places:
            self.roles.setdefault(place, role)

    def between(self, start: int, end: int) -> list[int]:
        """The foods that begin in ``words[start:end]``."""
        first = bisect_left(self.foods, start, key=_start)
        return list(range(first, bisect_left(self.foods, end, first, key=_start)))


def _start(food: Match) -> int:
    return food[1]


class Scope:
    """The cues and how far they reach, for one string store."""

    def __init__(self, strings: StringStore, phrase: frozenset[int]) -> None:
        """Take the words that may stand between a cue and its food.

        Args:
            strings: the store that gives words their numbers.
            phrase: articles, amounts, units and qualities.
        """

        def ids(words: str) -> frozenset[int]:
            return frozenset(map(strings.add, words.split(" ")))

        self._phrase, self._articles = phrase | ids("- of"), ids("the a an any")
        self._joins, self._comma = ids("or and nor / &"), strings.add(",")
        self._or_joins = ids("or and/or / either")
        self._breaks = frozenset(map(strings.add, BREAKS))
        self._ends = ids(". ! ? ; |") | self._breaks
        self._later = ids("until till yet once too before more while unless if when after")
        self._open, self._close, self._and = map(strings.add, ("(", ")", "and"))
        self._hyphen = strings.add("-")
        self._swaps = ids("with by for")
        self._withs = ids("with by over on alongside beside of atop")
        self._acts = ids(
            "garnish garnished sprinkle sprinkled sprinkling drizzle drizzled dollop dusting top"
            " topped add season stir"
        )
        self._unless, self._bar, self._range = ids("if unless"), strings.add("|"), ids("range form")
        ways: dict[str, Callable[[_Reading, int, int], None]] = {
            "absent_before": lambda text, _, end: text.mark(self._chain(text, end), ABSENT),
            "absent_next": lambda text, _, end: text.mark(
                self._chain(text, end, self._articles), ABSENT
            ),
            "absent_behind": lambda text, start, end: self._behind(text, start, end, ABSENT),
            "omitted_before": self._omitted,
            "added_before": self._added,
            "aside_before": lambda text, _, end: text.mark(self._chain(text, end), ASIDE),
            "aside_behind": lambda text, start, end: self._behind(text, start, end, ASIDE),
            "aside_sentence": self._sentence,
            "person_before": self._person,
            "optional_behind": self._optional_behind,
            "optional_sentence": self._optional_sentence,
            "other_way": self._other_way,
            "replace_before": self._replaced,
            "swap": self._swapped,
            "lacking": self._lacking,
            "served": self._served,
        }
        context = ingredient_words().context
        self.cues = {phrase: f"<{kind}>" for kind in ways for phrase in context[kind]}
        """From each phrase to the name under which the matcher finds it."""
        self._ways = {strings.add(f"<{kind}>"): way for kind, way in ways.items()}
        self.kinds = frozenset(self._ways)
        """The numbers of those names."""
        self._not_in_lines = frozenset(strings.add(f"<{kind}>") for kind in NOT_IN_LINES)

    def roles(
        self,
        tokens: Tokens,
        foods: Sequence[Match],
        cues: Sequence[Match],
        is_line: bool = False,
    ) -> tuple[dict[int, Role], set[int]]:
        """The roles that cues give to foods, by index in ``foods``; foods without one are left out.

        Args:
            tokens: the words of the text.
            foods: from left to right, without overlaps.
            cues: the cues in the text, in the order of their first words.
            is_line: whether the text is an ingredient line, which has no other ways to make a dish.

        Returns:
            The roles, and the foods that the text only serves with the dish.
        """
        text = _Reading(tokens, tokens.words, foods)
        for kind, start, end in cues:
            if kind in self._ways and not (is_line and kind in self._not_in_lines):
                self._ways[kind](text, start, end)
        return text.roles, text.beside

    def _chain(
        self, text: _Reading, place: int, between: frozenset[int] | None = None
    ) -> list[int]:
        """The foods from ``place`` on, as far as only words of ``between`` and joins separate them.

        Joins are commas and words such as "or". A food that only a comma joins belongs to the chain
        if a later "or" or "and" closes the list.
        """
        between = self._phrase if between is None else between
        found: list[int] = []
        sure, joined = 1, False
        last = min(len(text.words), place + LONGEST_CHAIN)
        while place < last:
            word = text.words[place]
            if place in text.starts:
                found.append(text.starts[place])
                sure = len(found) if joined else sure
                joined, place = False, text.foods[found[-1]][2]
                continue
            if not (word in between or (found and (word in self._joins or word == self._comma))):
                break
            joined |= word in self._joins
            sure = len(found) if word in self._or_joins and found else sure
            place += 1
        return found[:sure]

    def _behind(self, text: _Reading, start: int, end: int, role: Role) -> None:
        if start in text.ends and self._range.isdisjoint(text.words[end : end + 2]):
            text.mark([text.ends[start]], role)

    def _omitted(self, text: _Reading, _: int, end: int) -> None:
        sentence = text.words[end : self._end_of_sentence(text, end)]
        kept = not self._unless.isdisjoint(sentence)
        text.mark(self._chain(text, end), OPTIONAL if kept else ABSENT)

    def _added(self, text: _Reading, _: int, end: int) -> None:
        sentence = text.words[end : self._end_of_sentence(text, end)]
        if self._later.isdisjoint(sentence):
            text.mark(self._chain(text, end), ABSENT)

    def _sentence(self, text: _Reading, start: int, end: int) -> None:
        title = start < _NEAR_START and self._bar in text.words
        if not start or title or text.words[start - 1] in self._breaks:
            return  # the title itself: "recipe for garlic shrimp |"
        until = self._end_of_sentence(text, end)
        text.mark(text.between(end, until), ASIDE)

    def _end_of_sentence(self, text: _Reading, place: int) -> int:
        while place < len(text.words) and text.words[place] not in self._ends:
            place += 1
        return place

    def _person(self, text: _Reading, _: int, end: int) -> None:
        place = text.starts.get(end)
        if place is None or text.foods[place][2] != end + 1:
            return
        if text.tokens.written(end).istitle():
            text.mark([place], ASIDE)

    def _optional_behind(self, text: _Reading, start: int, end: int) -> None:
        """The last food before the cue may be left out, and so may those that are joined to it.

        Behind "and" the cue is about what follows: "and if desired, the nuts".
        """
        if start and text.words[start - 1] == self._and:
            comma = end < len(text.words) and text.words[end] == self._comma
            text.mark_new(self._chain(text, end + comma), OPTIONAL)
            return
        first = self._start_of_sentence(text, start)
        foods = text.between(first, start)
        while foods:
            place = foods.pop()
            text.mark_new([place], OPTIONAL)
            between = text.words[text.foods[place - 1][2] : text.foods[place][1]] if place else ()
            if not all(word in self._phrase | self._joins | {self._comma} for word in between):
                break

    def _optional_sentence(self, text: _Reading, _: int, end: int) -> None:
        text.mark(text.between(end, self._end_of_sentence(text, end)), OPTIONAL)

    def _other_way(self, text: _Reading, start: int, end: int) -> None:
        if not self._is_title(text, start):
            text.mark_new(text.between(end, self._end_of_clause(text, end)), ASIDE)

    def _swapped(self, text: _Reading, _: int, end: int) -> None:
        until = self._end_of_clause(text, end)
        if foods := text.between(end, until):
            swaps = (at for at in range(end, until) if text.words[at] in self._swaps)
            if text.foods[foods[0]][1] < next(swaps, until):
                text.mark_new(foods, ASIDE)

    def _replaced(self, text: _Reading, start: int, end: int) -> None:
        text.mark(self._chain(text, end), ABSENT)
        self._swapped(text, start, end)

    def _lacking(self, text: _Reading, start: int, end: int) -> None:
        until = self._end_of_clause(text, end)
        first = self._start_of_sentence(text, start)
        if until < len(text.words) and text.words[until] == self._close:
            opened = (at for at in range(first, start) if text.words[at] == self._open)
            first = max(opened, default=first)
        text.mark_new(text.between(first, until), ASIDE)

    def _served(self, text: _Reading, start: int, end: int) -> None:
        if self._is_title(text, start):
            return
        until = self._end_of_sentence(text, end)
        if not text.between(end, until):
            return
        until = next((at for at in range(end, until) if self._is_act(text, at)), until)
        is_with = text.words[end - 1] in self._withs
        after = next((at for at in range(end, until) if text.words[at] in self._withs), until)
        text.beside.update(text.between(end if is_with else after, until))

    def _is_act(self, text: _Reading, place: int) -> bool:
        """Whether a word says what the cook does next; in "stir-fried" it does not."""
        following = text.words[place + 1 : place + 2]
        return text.words[place] in self._acts and following != [self._hyphen]

    def _end_of_clause(self, text: _Reading, place: int) -> int:
        """The end of the sentence, or of the brackets in which ``place`` is."""
        depth = 0
        while place < len(text.words) and text.words[place] not in self._ends:
            depth += (text.words[place] == self._open) - (text.words[place] == self._close)
            if depth < 0:
                break
            place += 1
        return place

    def _start_of_sentence(self, text: _Reading, place: int) -> int:
        while place and text.words[place - 1] not in self._ends:
            place -= 1
        return place

    def _is_title(self, text: _Reading, place: int) -> bool:
        return self._bar in text.words and place < text.words.index(self._bar)
