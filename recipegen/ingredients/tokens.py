"""The words of a text, as spaCy's tokeniser splits them, but without making a document.

spaCy splits every piece between blanks by itself. So the words of a piece such as "onions," are
found once and remembered, as are corrections of its spelling. The words of a text are those of its
pieces.
"""

from __future__ import annotations

import re
from itertools import accumulate, chain, pairwise
from typing import Any

from spacy.attrs import LOWER  # type: ignore[import-not-found]
from spacy.language import Language
from spacy.tokenizer import Tokenizer as SpacyTokenizer  # type: ignore[import-not-found]
from spacy.tokens import Doc

from recipegen.ingredients.misspelling import Misspellings
from recipegen.ingredients.spelling import REMEMBERED
from recipegen.ingredients.stuck_marks import has_glue, unglued

_PIECE = re.compile(r"\S+ ?|\s+")
"""As spaCy, this leaves one blank to the word before it. Other white space is a word."""

_PLAIN = re.compile(r"(\(?)([A-Za-z]*[a-z])([.,:;!?)]?)")
"""A word, perhaps with marks. For English, spaCy takes off the marks and splits no such word,
except those for which it has special rules."""


class Tokens:
    """The words of a text and where they stand."""

    def __init__(self, text: str, words: list[int], starts: list[int]) -> None:
        """Take the words.

        Args:
            text: the text.
            words: the numbers of their lower-case forms, with misspelled foods corrected.
            starts: where each word starts in the text, and the length of the text.
        """
        self.text, self.words, self._starts = text, words, starts

    def span(self, first: int, end: int) -> tuple[int, int]:
        """Where ``words[first:end]`` starts and ends in the text; a blank behind it is left out."""
        behind = self._starts[end]
        return self._starts[first], behind - (self.text[behind - 1] == " ")

    def without_blanks(self) -> tuple[list[int], Tokens]:
        """The words that are no blanks: the place of each among all words, and these words."""
        starts = self._starts
        places = [
            place
            for place, (start, end) in enumerate(pairwise(starts))
            if self.text[start:end].strip(" ")
        ]
        words, starts = [self.words[place] for place in places], [starts[place] for place in places]
        return places, Tokens(self.text, words, [*starts, self._starts[-1]])

    def written(self, place: int) -> str:
        """A word as the text writes it."""
        start, end = self.span(place, place + 1)
        return self.text[start:end]


class Tokeniser:
    """Splits texts into words, for one pipeline. Threads can share it."""

    def __init__(self, nlp: Language, misspellings: Misspellings) -> None:
        """Take the pipeline that splits pieces of texts, and what corrects its words."""
        self._nlp, self._misspellings = nlp, misspellings
        self._pieces = _Pieces(nlp, misspellings)

    def __call__(self, text: str) -> Tokens:
        """The words of a text; marks that stick to words are no part of them."""
        known = self._pieces
        if len(known) > REMEMBERED:
            known = self._pieces = _Pieces(self._nlp, self._misspellings)
        pieces = _PIECE.findall(text)
        words = list(chain.from_iterable(map(known.__getitem__, pieces)))
        if not known.glued.isdisjoint(pieces):
            text = unglued(text)
            pieces = _PIECE.findall(text)
            words = list(chain.from_iterable(map(known.__getitem__, pieces)))
        sizes = chain.from_iterable(map(known.sizes.__getitem__, pieces))
        return Tokens(text, words, list(accumulate(sizes, initial=0)))

    def of_document(self, doc: Doc) -> Tokens:
        """The words of a document, split as they are there."""
        words = self._misspellings.correct(doc.to_array(LOWER).tolist())
        return Tokens(doc.text, words, [*(token.idx for token in doc), len(doc.text)])


class Splitter:
    """Splits pieces of texts as the tokeniser of a pipeline does."""

    def __init__(self, nlp: Language) -> None:
        self._make_doc, self._strings = nlp.make_doc, nlp.vocab.strings
        tokenizer: Any = nlp.tokenizer
        self._is_english = nlp.lang == "en" and isinstance(tokenizer, SpacyTokenizer)
        self._special = frozenset(tokenizer.rules or ()) if self._is_english else frozenset()

    def words(self, text: str) -> tuple[int, ...]:
        """The numbers of the lower-case forms of the words of a text."""
        pieces = _PIECE.findall(text)
        bare = (piece if piece.isspace() else piece.rstrip(" ") for piece in pieces)
        return tuple(chain.from_iterable(self.split(piece)[0] for piece in bare))

    def split(self, piece: str) -> tuple[list[int], tuple[int, ...]]:
        """The numbers of the words of a piece in lower case, and the length of each."""
        if self._is_english and (found := _PLAIN.fullmatch(piece)):
            opening, word, mark = found.groups()
            if self._special.isdisjoint((word, opening + word, word + mark, piece)):
                parts = [part for part in (opening, word, mark) if part]
                return [self._strings.add(part.lower()) for part in parts], tuple(map(len, parts))
        doc = self._make_doc(piece)
        return doc.to_array(LOWER).tolist(), tuple(map(len, doc))


class _Pieces(dict[str, tuple[int, ...]]):
    """From each piece of a text to its words; a piece is looked up when it is first asked for."""

    def __init__(self, nlp: Language, misspellings: Misspellings) -> None:
        self._split, self._correct = Splitter(nlp).split, misspellings.correct
        self.sizes: dict[str, tuple[int, ...]] = {}
        """The number of characters of each word of a piece, with the blank behind the last one."""
        self.glued: set[str] = set()
        """The pieces with marks that stick to words."""

    def __missing__(self, piece: str) -> tuple[int, ...]:
        if piece[-1] == " " and not piece.isspace():
            bare = piece[:-1]
            words, sizes = self[bare], self.sizes[bare]
            sizes = (*sizes[:-1], sizes[-1] + 1)
            is_glued = bare in self.glued
        else:
            found, sizes = self._split(piece)
            words = tuple(self._correct(found))
            is_glued = has_glue(piece)
        if is_glued:
            self.glued.add(piece)
        self.sizes[piece] = sizes
        self[piece] = words
        return words
