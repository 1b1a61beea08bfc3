"""Rules about the words around a name: whether it means a food there, and how far it extends.

Words are numbers here: those that spaCy's string store gives to their lower-case forms. The lists
of words are in ``data/ingredient_words.toml``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set
from itertools import pairwise

from spacy.strings import StringStore

from recipegen.ingredients.context_words import ingredient_words

LONGEST_LINE = 40
"""Most words of an ingredient line, its line break included; a longer line is a paragraph."""

_FRACTIONS = "½⅓⅔¼¾⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞"


class Grammar:
    """The rules, for one string store."""

    def __init__(self, strings: StringStore) -> None:
        words = ingredient_words()

        def ids(of: Iterable[str]) -> frozenset[int]:
            return frozenset(map(strings.add, of))

        self._verbs, self._mostly_verbs = ids(words.verbs), ids(words.mostly_verbs)
        self._before_verb, self._before_noun = ids(words.before_verb), ids(words.before_noun)
        self._after_noun = ids(words.after_noun)
        self._kinds, self._parts = ids(words.kinds), ids(words.parts)
        amounts = {*map(str, range(101)), *_FRACTIONS, "1/2", "1/3", "2/3", "1/4", "3/4", "1/8"}
        phrase = words.determiners | words.numbers | words.units | words.qualities | amounts
        self.phrase = ids(phrase - words.not_in_phrase)
        """Articles, amounts, units and qualities: the words before the noun in a noun phrase."""
        self._only_part = ids(words.only_part)
        self._of, self._or, self._stop = (strings.add(word) for word in ("of", "or", "."))
        self._open, self._close = ids("([{"), ids(")]}")
        self._digress = self._open | {self._or}
        self._breaks = ids(("\n", "\n\n", "\r\n", " \n", "\n ", "\n\n\n"))
        self._strings = strings
        self._amounts: dict[int, bool] = {}

    def is_verb(self, words: Sequence[int], start: int) -> bool:
        """Whether ``words[start]``, which can name a food, is a verb here."""
        if len(words) == 1:
            return False  # a name alone, as in an ingredient line
        if words[start] in self._mostly_verbs:
            return not start or words[start - 1] not in self._before_noun
        if words[start] not in self._verbs:
            return False
        if start and words[start - 1] not in self._before_verb:
            return False
        behind = words[start + 1] if start + 1 < len(words) else self._stop
        return behind not in self._after_noun and behind not in self._breaks

    def can_extend(self, distinct: Set[int]) -> bool:
        """Whether a text has words for the kind or the part of a food."""
        return not (self._kinds.isdisjoint(distinct) and self._parts.isdisjoint(distinct))

    def name(
        self, words: Sequence[int], start: int, end: int, first: int, last: int
    ) -> tuple[int, int]:
        """Start and end of a name, extended by words for the kind or part of the food.

        The extended name stays within ``words[first:last]``.
        """
        while start > first and words[start - 1] in self._kinds:
            start -= 1
        while end < last and words[end] in self._parts:
            end += 1
        return start, end

    def phrase_start(self, words: Sequence[int], start: int, first: int) -> int:
        """Where the noun phrase of a name begins: at its article, amount or qualities."""
        place = start
        while place > first and (words[place - 1] in self.phrase or self._is_amount(words, place)):
            place -= 1
        while place < start and words[place] == self._of:
            place += 1
        return place

    def _is_amount(self, words: Sequence[int], end: int) -> bool:
        word = words[end - 1]
        if word not in self._amounts:
            text = self._strings[word]
            self._amounts[word] = text[:1].isdigit() or text[:1] in _FRACTIONS
        return self._amounts[word]

    def lines(self, words: Sequence[int], distinct: Set[int]) -> list[tuple[int, int]]:
        """The ingredient lines among the lines of a text, as ranges of words.

        An ingredient line is short, starts with an amount and ends without a full stop.

        Args:
            words: the words of the text.
            distinct: the same words, each once.
        """
        breaks: list[int] = []
        if not self._breaks.isdisjoint(distinct):
            breaks = [place for place, word in enumerate(words) if word in self._breaks]
        edges = [-1, *breaks, len(words)]
        return [
            (first + 1, last)
            for first, last in pairwise(edges)
            if 1 < last - first <= LONGEST_LINE
            and words[last - 1] != self._stop
            and self._is_amount(words, first + 2)
        ]

    def can_digress(self, line: Sequence[int]) -> bool:
        """Whether an ingredient line has brackets or an "or"."""
        return not self._digress.isdisjoint(line)

    def beside_the_point(self, words: Sequence[int], start: int, end: int, first: int) -> set[int]:
        """Indices of the words of an ingredient line that are in brackets or in a second choice.

        A second choice is an "or" with an amount after the first food of the line, which is at
        ``first``. So "1 or 2 eggs" has no second choice.
        """
        aside, depth = set(), 0
        for place in range(start, end):
            depth += words[place] in self._open
            if depth:
                aside.add(place)
            depth = max(0, depth - (words[place] in self._close))
            second = place > first and words[place - 1] == self._or
            if second and not depth and self._is_amount(words, place + 1):
                return aside | set(range(place, end))
        return aside

    def is_only_part(self, word: int) -> bool:
        """Whether a word names a part that many foods have: "stalk", "juice"."""
        return word in self._only_part
