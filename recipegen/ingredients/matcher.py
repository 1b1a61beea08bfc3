"""Finds the names of a lexicon in texts, and learns each name when a text needs it.

A lexicon has 30,000 variants. It takes a second to split all of them into words. A name can only
occur in a text that has its first word. So the matcher learns a name when it meets that word for
the first time.

The names that begin with a word are a tree of words, a trie.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from spacy.language import Language

from recipegen.ingredients.scope import Match
from recipegen.ingredients.tokens import Splitter

Words = tuple[int, ...]
"""Words as the numbers that the string store gives their lower-case forms."""

_Node = dict[int, Any]
"""From each word that may follow to the node behind it; from ``_END`` to names that end here."""

_END = -1
"""No word has this number."""


class NameMatcher:
    """The matcher of all names, for one pipeline. Threads can share it."""

    def __init__(self, nlp: Language, names: Mapping[str, str]) -> None:
        """Take over the names.

        Args:
            nlp: the pipeline that makes documents of texts.
            names: from each variant, in lower case, to its name. A name such as ``<absent>`` is
                not an ingredient.
        """
        self._given = names
        self._split = Splitter(nlp)
        self._strings = nlp.vocab.strings
        self._ingredients: dict[Words, int] = {}
        """From the words of each variant that was learned to its ingredient."""
        self._kinds: dict[int, frozenset[int]] = {}
        self._variants: defaultdict[str, list[str]] = defaultdict(list)
        self._forms: defaultdict[int, list[tuple[str, str]]] = defaultdict(list)
        """From each first word to the forms that begin with it, each with its name."""
        for variant, name in names.items():
            self._variants[name].append(variant)
            first = self._first_word(variant)
            self._forms[first].append((variant, name))
            hyphened = variant.replace(" ", "-", 1)  # "apple-cider vinegar"
            if hyphened not in names and hyphened[0].isalpha():
                # The tokeniser splits words at a hyphen between letters.
                apart = hyphened.partition(" ")[0].replace("-", "").isalpha()
                word = first if apart else self._first_word(hyphened)
                self._forms[word].append((hyphened, name))
        self._nodes: dict[int, _Node | None] = dict.fromkeys(self._forms)
        """From the first word of each name to what may follow; None while it is not learned."""
        self.names = {self._strings.add(name): name for name in self._variants}
        """From each number to its name."""
        self.foods = frozenset(map(self._strings.add, filter(_is_ingredient, self._variants)))
        """The numbers of the ingredients."""

    def _first_word(self, form: str) -> int:
        begin = form.partition(" ")[0]
        return self._strings.add(begin) if begin.isalpha() else self._words(form)[0]

    def __call__(self, words: Sequence[int]) -> list[Match]:
        """The names in a text, in the order of their first words.

        Of the names that start at the same word, the longest comes last.

        Args:
            words: the numbers of its words in lower case.
        """
        nodes, last = self._nodes, len(words)
        found: list[Match] = []
        for start in [place for place, word in enumerate(words) if word in nodes]:
            node: _Node | None = nodes[words[start]] or self._learn(words[start])
            end = start + 1
            while node:
                for name in node.get(_END, ()):
                    found.append((name, start, end))  # noqa: PERF401 (a list for one name is slower)
                node = node.get(words[end]) if end < last else None
                end += 1
        return found

    def _learn(self, word: int) -> _Node:
        """Learn all names that begin with a word."""
        top: _Node = {word: {}}
        for form, name in self._forms[word]:
            words, number = self._words(form), self._strings.add(name)
            node = top
            for each in words:
                node = node.setdefault(each, {})
            node[_END] = (*node.get(_END, ()), number)
            if form in self._given and _is_ingredient(name):
                self._ingredients[words] = number
        # Set last, so that another thread that looks meanwhile learns the same names itself.
        learned: _Node = top[word]
        self._nodes[word] = learned
        return learned

    def ingredient(self, words: Words) -> int | None:
        """The ingredient that these words together name; None if they name none."""
        if words[0] in self._nodes and not self._nodes[words[0]]:
            self._learn(words[0])
        return self._ingredients.get(words)

    def kinds(self, ingredient: int) -> frozenset[int]:
        """Other ingredients that names of an ingredient end with: chile for "habanero chile"."""
        if ingredient not in self.foods:
            return frozenset()
        if ingredient not in self._kinds:
            variants = map(self._words, self._variants[self.names[ingredient]])
            named = {self.ingredient(words[-1:]) for words in variants if len(words) > 1}
            self._kinds[ingredient] = frozenset(
                each for each in named if each is not None and each != ingredient
            )
        return self._kinds[ingredient]

    def _words(self, variant: str) -> Words:
        return self._split.words(variant)


def _is_ingredient(name: str) -> bool:
    return not name.startswith("<")
