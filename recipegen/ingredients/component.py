"""The spaCy component that finds ingredients in a text.

``nlp.add_pipe("ingredient_extractor")`` reads the tokens of a document and sets ``doc.ents``: spans
labelled ``INGREDIENT`` whose ``ent_id_`` is the canonical name.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import spacy
import srsly
from spacy.language import Language
from spacy.matcher import PhraseMatcher
from spacy.tokens import Doc, Span
from spacy.util import filter_spans

from recipegen.ingredients.lines import food_names, ingredient_words

LABEL = "INGREDIENT"

_OBJECT = frozenset("the a an it them into with to until up in over on mixture dough each".split())
"""Words behind a verb: "cream the butter", "season with salt", "roll into balls"."""
_BEFORE_VERB = frozenset(". ; | : ! and then to or , lightly gently well , )".split())


@dataclass(frozen=True)
class Mention:
    """An ingredient in a text: ``text[start:end] == surface``."""

    start: int
    end: int
    surface: str
    ingredient: str


@Language.factory("ingredient_extractor", assigns=["doc.ents", "token.ent_type", "token.ent_id"])
class IngredientExtractor:
    """Longest match over the variants of a lexicon, verbs spelled as foods left out."""

    def __init__(
        self,
        nlp: Language,
        name: str = "ingredient_extractor",
        variants: dict[str, str] | None = None,
    ) -> None:
        """Look for ``variants``: the words as they stand in a text, to the canonical name."""
        self.name = name
        self._nlp = nlp
        self._learn(variants or {})

    def _learn(self, variants: dict[str, str]) -> None:
        self._variants = variants
        self._matcher = PhraseMatcher(self._nlp.vocab, attr="LOWER")
        make_doc = self._nlp.make_doc
        for ingredient in sorted(set(variants.values())):
            written = [variant for variant, name in variants.items() if name == ingredient]
            self._matcher.add(ingredient, [make_doc(variant) for variant in written])

    def predict(self, doc: Doc) -> list[Span]:
        """The spans of ingredients, in order, none overlapping another."""
        strings = self._nlp.vocab.strings
        matches = self._matcher(doc)
        spans = [
            Span(doc, start, end, label=LABEL, span_id=strings[key]) for key, start, end in matches
        ]
        return [span for span in filter_spans(spans) if not _is_verb(span)]

    def __call__(self, doc: Doc) -> Doc:
        """Set ``doc.ents`` to what is predicted; entities found before give way."""
        doc.ents = self.predict(doc)
        return doc

    def pipe(self, docs: Iterable[Doc], batch_size: int = 128) -> Iterator[Doc]:
        """The documents one after the other, ``doc.ents`` set."""
        del batch_size  # a document does not profit from its neighbours
        yield from map(self, docs)

    def to_bytes(self, **_: Any) -> bytes:
        """The variants."""
        return bytes(srsly.msgpack_dumps(self._variants))

    def from_bytes(self, data: bytes, **_: Any) -> IngredientExtractor:
        """Take over the variants that :meth:`to_bytes` gave."""
        self._learn(srsly.msgpack_loads(data))
        return self

    def to_disk(self, path: str | Path, **_: Any) -> None:
        """Write the variants to a file."""
        Path(path).with_suffix(".msgpack").write_bytes(self.to_bytes())

    def from_disk(self, path: str | Path, **_: Any) -> IngredientExtractor:
        """Take over the variants that :meth:`to_disk` wrote."""
        return self.from_bytes(Path(path).with_suffix(".msgpack").read_bytes())


def _is_verb(span: Span) -> bool:
    if len(span) > 1 or span[0].lower_ not in ingredient_words().verbs:
        return False
    doc = span.doc
    before = doc[span.start - 1].lower_ if span.start else "."
    after = doc[span.end].lower_ if span.end < len(doc) else "."
    return before in _BEFORE_VERB and after in _OBJECT


def build_extractor(lexicon: pd.DataFrame) -> Language:
    """A spaCy pipeline that finds the ingredients of a table ``lexicon``."""
    nlp = spacy.blank("en")
    variants = dict(zip(lexicon["variant"], lexicon["ingredient"], strict=True))
    nlp.add_pipe("ingredient_extractor", config={"variants": variants})
    return nlp


def find_mentions(nlp: Language, texts: Iterable[str]) -> Iterator[list[Mention]]:
    """The ingredients in each text, in order, none overlapping another."""
    for doc in nlp.pipe(texts):
        yield [Mention(span.start_char, span.end_char, span.text, span.id_) for span in doc.ents]


def ingredients_in_lines(nlp: Language, recipes: Iterable[Sequence[str]]) -> Iterator[list[str]]:
    """The canonical ingredients of each recipe's ingredient lines, sorted.

    A line is read up to its first comma, bracket or "or": of alternatives the first counts.
    """
    for lines in recipes:
        names = [name for line in lines for name in food_names(line)]
        yield sorted(
            {found.ingredient for each in find_mentions(nlp, names) for found in each[-1:]}
        )
