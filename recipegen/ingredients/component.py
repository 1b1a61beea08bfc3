"""The spaCy component that finds ingredients in a text.

``nlp.add_pipe("ingredient_extractor")`` reads the tokens of a document and sets ``doc.ents``: spans
labelled ``INGREDIENT`` whose ``ent_id_`` is the canonical name, and spans labelled ``FOOD`` for
foods that are no ingredient by themselves, such as "dough".
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Literal, NamedTuple, cast

import pandas as pd
import spacy
import srsly
from spacy.attrs import LOWER  # type: ignore[import-not-found]
from spacy.language import Language
from spacy.matcher import PhraseMatcher
from spacy.tokens import Doc, Span

from recipegen.ingredients.grammar import Grammar
from recipegen.ingredients.knowledge import NOT_FOOD, PREPARED
from recipegen.ingredients.lines import possible_names

INGREDIENT = "INGREDIENT"
FOOD = "FOOD"

Match = tuple[int, int, int]
"""A name's number, and the first word and the one behind the last of where it stands."""

_PREPARED, _NOT_FOOD = f"<{PREPARED}>", f"<{NOT_FOOD}>"


class Mention(NamedTuple):
    """A food in a text: ``text[start:end] == surface``; ``ingredient`` is empty for "dough"."""

    start: int
    end: int
    surface: str
    ingredient: str


@Language.factory("ingredient_extractor", assigns=["doc.ents", "token.ent_type", "token.ent_id"])
class IngredientExtractor:
    """Longest match over the variants of a lexicon; words that are verbs there are left out."""

    def __init__(
        self,
        nlp: Language,
        name: str = "ingredient_extractor",
        variants: dict[str, str] | None = None,
        prepared: Sequence[str] = (),
        not_food: Sequence[str] = (),
        extent: Literal["name", "phrase"] = "name",
    ) -> None:
        """Look for foods.

        Args:
            nlp: the pipeline that the component is part of.
            name: its name there.
            variants: ingredients as they are written in a text, to their canonical names.
            prepared: foods that are no ingredient by themselves, as they are written.
            not_food: words in which a food is named and none is meant ("cookie sheet").
            extent: what a span covers, the name of the food ("chopped fresh [basil]") or its noun
                phrase ("[the chopped fresh basil]").
        """
        self.name = name
        self._extent = extent
        self._nlp = nlp
        named = {**dict.fromkeys(prepared, _PREPARED), **dict.fromkeys(not_food, _NOT_FOOD)}
        self._learn({**named, **(variants or {})})

    def _learn(self, names: dict[str, str]) -> None:
        self._names = names
        self._matcher = PhraseMatcher(self._nlp.vocab, attr="LOWER")
        written: dict[str, list[Doc]] = {}
        for variant, name in names.items():
            written.setdefault(name, []).append(self._nlp.make_doc(variant))
        for name, variants in written.items():
            self._matcher.add(name, variants)
        strings = self._nlp.vocab.strings
        self._grammar = Grammar(strings)
        self._prepared, self._not_food = strings.add(_PREPARED), strings.add(_NOT_FOOD)
        self._ingredients = {strings.add(name): name for name in written}
        self._ingredients[strings.add(_PREPARED)] = ""
        self._food, self._ingredient = strings.add(FOOD), strings.add(INGREDIENT)

    def predict(self, doc: Doc) -> list[Span]:
        """The spans of foods, in order, none overlapping another."""
        return [
            Span(doc, start, end, label=self._food)
            if name == self._prepared
            else Span(doc, start, end, label=self._ingredient, span_id=name)
            for name, start, end in self._match(doc)
        ]

    def mentions(self, text: str) -> list[Mention]:
        """The foods in order, none overlapping another; in half the time that spans take."""
        doc = self._nlp.make_doc(text)
        found = []
        for name, start, end in self._match(doc):
            last = doc[end - 1]
            first, behind = doc[start].idx, last.idx + len(last)
            found.append(Mention(first, behind, text[first:behind], self._ingredients[name]))
        return found

    def _match(self, doc: Doc) -> list[Match]:
        words = doc.to_array(LOWER).tolist()
        return self._whole(words, self._meant(words, self._matcher(doc)))

    def _meant(self, words: list[int], matches: list[Match]) -> list[Match]:
        """The longest matches that name a food in this text."""
        aside, in_lines = self._aside(words)
        is_verb, is_only_part = self._grammar.is_verb, self._grammar.is_only_part
        found = []
        for match in _longest(matches):
            name, start, end = match
            if name == self._not_food or start in aside:
                continue
            if end - start == 1 and is_verb(words, start):
                continue
            if name == self._prepared and start in in_lines and is_only_part(words[end - 1]):
                continue
            found.append(match)
        return found

    def _whole(self, words: list[int], matches: list[Match]) -> list[Match]:
        """The matches with the words around them that belong to the name of the food."""
        whole: list[Match] = []
        done = 0
        for place, (name, start, end) in enumerate(matches):
            if start == done and name == self._prepared and whole:
                whole[-1] = (*whole[-1][:2], end)  # "egg mixture", "dough ball"
            else:
                limit = matches[place + 1][1] if place + 1 < len(matches) else len(words)
                start, end = self._grammar.name(words, start, end, done, limit)
                if self._extent == "phrase":
                    start = self._grammar.phrase_start(words, start, done)
                whole.append((name, start, end))
            done = end
        return whole

    def _aside(self, words: list[int]) -> tuple[set[int], set[int]]:
        """The words of ingredient lines that are beside the point, and all words of them."""
        aside: set[int] = set()
        in_lines: set[int] = set()
        for start, end in self._grammar.lines(words):
            aside |= self._grammar.beside_the_point(words, start, end)
            in_lines |= set(range(start, end))
        return aside, in_lines

    def __call__(self, doc: Doc) -> Doc:
        """Set ``doc.ents`` to what is predicted; entities found before give way."""
        doc.set_ents(self.predict(doc), default="outside")
        return doc

    def pipe(self, docs: Iterable[Doc], batch_size: int = 128) -> Iterator[Doc]:
        """The documents one after the other, ``doc.ents`` set."""
        del batch_size  # a document does not profit from its neighbours
        yield from map(self, docs)

    def to_bytes(self, **_: Any) -> bytes:
        """The names and the extent."""
        return bytes(srsly.msgpack_dumps({"names": self._names, "extent": self._extent}))

    def from_bytes(self, data: bytes, **_: Any) -> IngredientExtractor:
        """Take over what :meth:`to_bytes` gave."""
        state = srsly.msgpack_loads(data)
        self._extent = state["extent"]
        self._learn(state["names"])
        return self

    def to_disk(self, path: str | Path, **_: Any) -> None:
        """Write names and extent to a file."""
        Path(path).with_suffix(".msgpack").write_bytes(self.to_bytes())

    def from_disk(self, path: str | Path, **_: Any) -> IngredientExtractor:
        """Take over what :meth:`to_disk` wrote."""
        return self.from_bytes(Path(path).with_suffix(".msgpack").read_bytes())


def _longest(matches: list[Match]) -> Iterator[Match]:
    """From left to right the longest of the matches that start at a word, none overlapping.

    The matcher gives matches by their first word, and the longest of these last.
    """
    done = 0
    following = iter([*matches[1:], (0, -1, -1)])
    for match in matches:
        if next(following)[1] != match[1] and match[1] >= done:
            done = match[2]
            yield match


def build_extractor(lexicon: pd.DataFrame, extent: Literal["name", "phrase"] = "name") -> Language:
    """A spaCy pipeline that finds the foods of a table ``lexicon``."""
    nlp = spacy.blank("en")
    named = lexicon.dropna(subset="ingredient")
    config = {
        "variants": dict(zip(named["variant"], named["ingredient"], strict=True)),
        "prepared": lexicon.loc[lexicon["category"] == PREPARED, "variant"].tolist(),
        "not_food": lexicon.loc[lexicon["category"] == NOT_FOOD, "variant"].tolist(),
        "extent": extent,
    }
    nlp.add_pipe("ingredient_extractor", config=config)
    return nlp


def find_foods(nlp: Language, texts: Iterable[str]) -> Iterator[list[Mention]]:
    """The foods in each text, ingredients or not, in order, none overlapping another."""
    # What is predicted is not written into the document: that would take as long again.
    yield from map(_extractor(nlp).mentions, texts)


def find_mentions(nlp: Language, texts: Iterable[str]) -> Iterator[list[Mention]]:
    """The ingredients in each text, in order, none overlapping another."""
    for foods in find_foods(nlp, texts):
        yield [food for food in foods if food.ingredient]


def ingredients_in_lines(nlp: Language, recipes: Iterable[Sequence[str]]) -> Iterator[list[str]]:
    """The canonical ingredients of each recipe's ingredient lines, sorted.

    Of alternatives the first counts, and of a name its end: "chicken broth" is no chicken.
    """
    extractor = _extractor(nlp)
    for lines in recipes:
        yield sorted({name for line in lines for name in _ingredients_in_line(extractor, line)})


def _ingredients_in_line(extractor: IngredientExtractor, line: str) -> list[str]:
    """The ingredients that the first part of a line names that names any."""
    for names in possible_names(line):
        foods = [extractor.mentions(name) for name in names]
        named = [[food.ingredient for food in each if food.ingredient] for each in foods]
        if found := [each[-1] for each in named if each]:
            return found
    return []


def _extractor(nlp: Language) -> IngredientExtractor:
    return cast("IngredientExtractor", nlp.get_pipe("ingredient_extractor"))
