"""What to check in a corpus before trusting its figures: languages, and fields read as one line.

Languages are guessed by langid (Lui and Baldwin 2012), in its maintained version ``py3langid``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from functools import cache
from typing import Protocol

from recipegen.corpus.recipe import Recipe, Reject, reject

OURS = "en"
"""The language of the lexicon; ingredients are found only in recipes in this language."""

FIRST, EVERY = 1000, 50
"""The language is guessed for this many recipes at first, and then for one in this many."""

LETTERS = 400
"""Characters at the start of a recipe from which its language is guessed."""

NEARLY_ALL = 0.9
"""Share of recipes with only one ingredient, or only one step, from which a warning is given."""

ENOUGH = 20
"""With fewer recipes than this, no warning is given."""

MOST_REASONS = 1000
"""Number of different reasons that are counted separately."""

SHOWN = 3
"""Number of languages and of reasons that a message names."""

LONGEST_REASON, LONGEST_EXAMPLE, LONGEST_LINE = 120, 100, 400
"""Characters shown of a reason, of an example, and of a reason that ends a run."""


class _Classify(Protocol):
    def __call__(self, text: str, /) -> tuple[str, float]: ...


def language_of(recipe: Recipe) -> str:
    """The language of a recipe as two letters (ISO 639-1), guessed from its first words."""
    text = f"{recipe.title}. {' '.join(recipe.directions)}"
    return _classifier()(text[:LETTERS])[0]


@cache
def _classifier() -> _Classify:
    # The model takes half a second to load.
    import py3langid

    classify: _Classify = py3langid.classify
    return classify


def in_languages(
    records: Iterable[Recipe | Reject], languages: Collection[str]
) -> Iterator[Recipe | Reject]:
    """The records; recipes in other languages become rejects, unless ``languages`` is empty."""
    for record in records:
        if languages and isinstance(record, Recipe):
            language = language_of(record)
            if language not in languages:
                why = f"in another language ({language}) than ingest.languages keeps"
                yield reject(record.source, record.position, why, record.row())
                continue
        yield record


class Impressions:
    """What is noticed about the recipes as they are read."""

    def __init__(self) -> None:
        """Start before anything has been read."""
        self.recipes = 0
        self.languages: Counter[str] = Counter()
        self._reasons: Counter[str] = Counter()
        self._single: Counter[str] = Counter()
        self._example: dict[str, str] = {}

    def note(self, record: Recipe | Reject) -> None:
        """Take a record into account."""
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
        """What was read, in sentences."""
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
        """Warnings: what a person should check before going on."""
        if self.recipes < ENOUGH:
            return
        if self.languages[OURS] < self.languages.total() / 2:
            yield (
                f"most recipes are not in English: {self._languages()}; ingredients are "
                "found in English recipes only; set ingest.languages to keep some languages only"
            )
        for what, setting in (("ingredient", "ingredients"), ("direction", "directions")):
            if self._single[what] >= NEARLY_ALL * self.recipes:
                example = self._example[what][:LONGEST_EXAMPLE]
                yield (
                    f"{self._single[what]:,} of {self.recipes:,} recipes have one {what} only, "
                    f"such as {example!r}; if that line holds several, separate them by line feeds "
                    f"or as a list in the field that ingest.columns.{setting} names"
                )
