"""What to know of a corpus before its figures are believed: its languages, and fields read as one.

Languages are guessed by langid (Lui and Baldwin 2012) in the maintained ``py3langid``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from functools import cache
from typing import Protocol

from recipegen.corpus.recipe import Recipe, Reject, reject

OURS = "en"
"""The language of the lexicon, which finds no ingredients in others."""

FIRST, EVERY = 1000, 50
"""The language is guessed of so many recipes at the beginning, and then of every so many."""

LETTERS = 400
"""Letters of a recipe by which its language is guessed."""

NEARLY_ALL = 0.9
"""The share of recipes with one ingredient, or one step, from which something looks wrong."""

ENOUGH = 20
"""Recipes below which nothing is said."""

MOST_REASONS = 1000
"""Different reasons that are counted each by itself."""

SHOWN = 3
"""Languages and reasons that are named."""

LONGEST_REASON, LONGEST_EXAMPLE, LONGEST_LINE = 120, 100, 400
"""Letters of a reason, of an example, and of a reason that ends a run, that are shown."""


class _Classify(Protocol):
    def __call__(self, text: str, /) -> tuple[str, float]: ...


def language_of(recipe: Recipe) -> str:
    """The two letters (ISO 639-1) of the language of a recipe, guessed by its first words."""
    text = f"{recipe.title}. {' '.join(recipe.directions)}"
    return _classifier()(text[:LETTERS])[0]


@cache
def _classifier() -> _Classify:
    # Its model takes half a second to load.
    import py3langid

    classify: _Classify = py3langid.classify
    return classify


def in_languages(
    records: Iterable[Recipe | Reject], languages: Collection[str]
) -> Iterator[Recipe | Reject]:
    """The records, those of other languages as rejects; all as they are where none is named."""
    for record in records:
        if languages and isinstance(record, Recipe):
            language = language_of(record)
            if language not in languages:
                why = f"in another language ({language}) than ingest.languages keeps"
                yield reject(record.source, record.position, why, record.row())
                continue
        yield record


class Impressions:
    """What is noticed of recipes as they are read."""

    def __init__(self) -> None:
        """Nothing has been read yet."""
        self.recipes = 0
        self.languages: Counter[str] = Counter()
        self._reasons: Counter[str] = Counter()
        self._single: Counter[str] = Counter()
        self._example: dict[str, str] = {}

    def note(self, record: Recipe | Reject) -> None:
        """Take notice of a record."""
        if isinstance(record, Reject):
            known = record.reason in self._reasons or len(self._reasons) < MOST_REASONS
            self._reasons[record.reason if known else "other reasons"] += 1
            return
        if self.recipes < FIRST or self.recipes % EVERY == 0:
            self.languages[language_of(record)] += 1
        self.recipes += 1
        if len(record.ingredients) == 1:
            self._note_single("ingredient", record.ingredients[0])
        if len(record.directions) == 1:
            self._note_single("direction", record.directions[0])

    def _note_single(self, what: str, line: str) -> None:
        self._single[what] += 1
        self._example.setdefault(what, line)

    @property
    def reason(self) -> str:
        """Why no record could be used."""
        if self._reasons.total() == 1:
            return f"its only record was rejected: {next(iter(self._reasons))}"
        return self._rejected(LONGEST_LINE) if self._reasons else "it holds no records"

    def in_words(self) -> Iterator[str]:
        """What was read, a sentence each."""
        yield f"{self.recipes:,} recipes; languages: {self._languages()}"
        if self._reasons:
            yield self._rejected(LONGEST_REASON)

    def _rejected(self, longest: int) -> str:
        some = self._reasons.most_common(SHOWN)
        why = "; ".join(f"{reason[:longest]} ({count:,})" for reason, count in some)
        more = "; ..." if len(self._reasons) > SHOWN else ""
        return f"{self._reasons.total():,} records were rejected: {why}{more}"

    def _languages(self) -> str:
        """``en 98 %, fr 2 % (guessed from 1,000 recipes)``."""
        total = self.languages.total()
        some = self.languages.most_common(SHOWN)
        parts = ", ".join(f"{name} {100 * count / total:.0f} %" for name, count in some)
        more = ", ..." if len(self.languages) > SHOWN else ""
        return f"{parts}{more} (guessed from {total:,} recipes)"

    def warnings(self) -> Iterator[str]:
        """What a person should look at before going on."""
        if self.recipes < ENOUGH:
            return
        if self.languages[OURS] < self.languages.total() / 2:
            yield (
                f"most recipes are not in English: {self._languages()}; ingredients are "
                "found in English recipes only; ingest.languages keeps some languages"
            )
        for what, setting in (("ingredient", "ingredients"), ("direction", "directions")):
            if self._single[what] >= NEARLY_ALL * self.recipes:
                example = self._example[what][:LONGEST_EXAMPLE]
                yield (
                    f"{self._single[what]:,} of {self.recipes:,} recipes have one {what} only, "
                    f"such as {example!r}; if that is several, part them by line feeds, or as a "
                    f"list, in the field that ingest.columns.{setting} names"
                )
