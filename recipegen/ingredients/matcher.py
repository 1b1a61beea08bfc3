"""Finds the names of a lexicon in texts, and learns each name when a text needs it.

A lexicon has 30,000 variants. It takes a second to make documents of all of them for spaCy's
matcher. A name can only occur in a text that has its first word. So the matcher learns a name when
it meets that word for the first time.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from spacy.attrs import LOWER  # type: ignore[import-not-found]
from spacy.language import Language
from spacy.matcher import PhraseMatcher
from spacy.tokens import Doc

from recipegen.ingredients.scope import Match

Words = tuple[int, ...]
"""Words as the numbers that the string store gives their lower-case forms."""


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
        self._make_doc = nlp.make_doc
        self._strings = nlp.vocab.strings
        self._matcher = PhraseMatcher(nlp.vocab, attr="LOWER")
        self._ingredients: dict[Words, int] = {}
        """From the words of each variant that was learned to its ingredient."""
        self._kinds: dict[int, frozenset[int]] = {}
        self._variants: defaultdict[str, list[str]] = defaultdict(list)
        self._waiting: defaultdict[int, list[tuple[str, str]]] = defaultdict(list)
        """What is not yet learned: from each first word to the forms that begin with it."""
        for variant, name in names.items():
            self._variants[name].append(variant)
            first = self._first_word(variant)
            self._waiting[first].append((variant, name))
            hyphened = variant.replace(" ", "-", 1)  # "apple-cider vinegar"
            if hyphened not in names and hyphened[0].isalpha():
                # The tokeniser splits words at a hyphen between letters.
                apart = hyphened.partition(" ")[0].replace("-", "").isalpha()
                word = first if apart else self._first_word(hyphened)
                self._waiting[word].append((hyphened, name))
        self.names = {self._strings.add(name): name for name in self._variants}
        """From each number to its name."""
        self.foods = frozenset(map(self._strings.add, filter(_is_ingredient, self._variants)))
        """The numbers of the ingredients."""

    def _first_word(self, form: str) -> int:
        begin = form.partition(" ")[0]
        return self._strings.add(begin) if begin.isalpha() else int(self._make_doc(form)[0].lower)

    def __call__(self, doc: Doc, words: Sequence[int]) -> list[Match]:
        """The names in a document, in the order of their first words.

        Of the names that start at the same word, the longest comes last.

        Args:
            doc: any.
            words: the numbers of its words in lower case.
        """
        if not self._waiting.keys().isdisjoint(words):
            for word in self._waiting.keys() & set(words):
                self._learn(word)
        return list(self._matcher(doc))

    def _learn(self, word: int) -> None:
        """Teach the matcher all names that begin with a word."""
        written: defaultdict[str, list[Doc]] = defaultdict(list)
        for form, name in self._waiting.get(word, ()):
            doc = self._make_doc(form)
            written[name].append(doc)
            if form in self._given and _is_ingredient(name):
                self._ingredients[_words_of(doc)] = self._strings.add(name)
        for name, docs in written.items():
            self._matcher.add(name, docs)
        # Removed last, so that another thread that looks meanwhile learns the same names itself.
        self._waiting.pop(word, None)

    def ingredient(self, words: Words) -> int | None:
        """The ingredient that these words together name; None if they name none."""
        if words[0] in self._waiting:
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
        return _words_of(self._make_doc(variant))


def _words_of(doc: Doc) -> Words:
    return tuple(doc.to_array(LOWER).tolist())


def _is_ingredient(name: str) -> bool:
    return not name.startswith("<")
