"""Gold annotations of foods in texts, and how predictions compare with them.

The annotated texts are not part of the project. They are read from ``eval/`` and ``corpora/`` in
``../shared`` or ``$RECIPEGEN_SHARED``. The project only contains names and offsets, in
``tests/ingredients/gold``.
"""

from __future__ import annotations

import csv
import gzip
import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from benchmarks.shared import ROOT

LABELS = ROOT / "tests" / "ingredients" / "gold"

Span = tuple[int, int]

GENERIC = frozenset(
    """
    it they them this that these those which all both each one ones rest remainder other others
    another mixture mixtures ingredient ingredients content contents top tops bottom side sides edge
    edges center centre middle half halves piece pieces slice slices layer layers strip strips ball
    balls round rounds portion portions everything food foods recipe dish surface inside outside end
    ends part parts
    """.split()
)
"""Last words of spans that name no food of their own; they are left out of the count."""


@dataclass(frozen=True)
class Annotated:
    """A text and the foods in it; a food may be in several pieces ("roll ... with icing")."""

    text: str
    foods: list[list[Span]]


@dataclass(frozen=True)
class Score:
    """Precision, recall and their harmonic mean, and the number of gold items."""

    precision: float
    recall: float
    count: int

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall."""
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0


def read_mentions(path: Path) -> list[Annotated]:
    """Directions, a JSON object a line with ``text`` and ``spans``."""
    records = map(json.loads, path.read_text(encoding="utf-8").splitlines())
    return [Annotated(each["text"], [[tuple(span)] for span in each["spans"]]) for each in records]


def read_tasteset(path: Path) -> list[Annotated]:
    """Lists of ingredient lines with their entities; the type FOOD counts."""
    with path.open(encoding="utf-8", newline="") as file:
        return [
            Annotated(row["ingredients"], list(_tasteset_foods(row["ingredients_entities"])))
            for row in csv.DictReader(file)
        ]


def _tasteset_foods(entities: str) -> Iterator[list[Span]]:
    for entity in json.loads(entities):
        if entity["type"] == "FOOD":
            pieces = re.findall(r"\((\d+), (\d+)\)", entity["span"])
            yield [(int(start), int(end)) for start, end in pieces]


def read_phrases(path: Path) -> list[Annotated]:
    """Ingredient lines, a word and its tag a line; neighbours tagged NAME are one food."""
    blocks = re.split(r"\n\s*\n", path.read_text(encoding="utf-8"))
    rows = ([line.split("\t") for line in block.splitlines() if line.strip()] for block in blocks)
    return [_phrase([row for row in block if len(row) == 2]) for block in rows if block]


def _phrase(rows: Sequence[Sequence[str]]) -> Annotated:
    text, foods, inside = "", [], False
    for word, tag in rows:
        shown = word.replace("-LRB-", "(").replace("-RRB-", ")")
        start, text = len(text), f"{text}{shown} "
        if tag.strip() != "NAME":
            inside = False
            continue
        end = start + len(shown)
        foods.append([(foods.pop()[0][0] if inside else start, end)])
        inside = True
    return Annotated(text.rstrip(), foods)


def compare_spans(
    gold: Iterable[Annotated], predicted: Iterable[Iterable[Span]]
) -> tuple[Score, Score]:
    """Strict (both ends equal) and overlapping (one character in common) scores.

    Gold spans without a food of their own are left out, with whatever is predicted on them.
    """
    counts = {"gold": 0, "guess": 0, "equal": 0, "found": 0, "right": 0}
    for annotated, spans in zip(gold, predicted, strict=True):
        text = annotated.text
        ignored = [food for food in annotated.foods if _is_generic(food, text)]
        foods = [food for food in annotated.foods if food not in ignored]
        guess = [
            span
            for span in set(spans)
            if [span] in foods or not any(_overlap(food, span) for food in ignored)
        ]
        counts["gold"] += len(foods)
        counts["guess"] += len(guess)
        counts["equal"] += sum([span] in foods for span in guess)
        counts["found"] += sum(any(_overlap(food, span) for span in guess) for food in foods)
        counts["right"] += sum(any(_overlap(food, span) for food in foods) for span in guess)
    return tuple(
        Score(right / max(1, counts["guess"]), found / max(1, counts["gold"]), counts["gold"])
        for right, found in (
            (counts["equal"], counts["equal"]),
            (counts["right"], counts["found"]),
        )
    )


def _is_generic(food: list[Span], text: str) -> bool:
    words = " ".join(text[start:end] for start, end in food).lower().split()
    return not words or words[-1].strip(".,;:") in GENERIC


def _overlap(food: list[Span], span: Span) -> bool:
    return any(start < span[1] and span[0] < end for start, end in food)


def compare_sets(gold: Iterable[set[str]], predicted: Iterable[set[str]]) -> Score:
    """The score of the ingredients of texts, all texts' ingredients counted together."""
    pairs = list(zip(gold, predicted, strict=True))
    common = sum(len(true & guess) for true, guess in pairs)
    guessed, total = sum(len(guess) for _, guess in pairs), sum(len(true) for true, _ in pairs)
    return Score(common / max(1, guessed), common / max(1, total), total)


@dataclass(frozen=True)
class Labelled:
    """A text and the canonical names of the ingredients in it."""

    text: str
    ingredients: set[str]


def read_labels(name: str, corpora: Path) -> list[Labelled]:
    """The texts of ``tests/ingredients/gold/NAME.jsonl``, put together from the corpora.

    Directions are named by corpus and record. Samples are kept as places in a corpus where each of
    their words stands, since their text is a network's and may repeat the corpus.

    Raises:
        ValueError: the corpora are not those that were labelled.
    """
    labelled = []
    for line in (LABELS / f"{name}.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        if "words" in row:
            places = ((start, start + length) for start, length in row["words"])
            everything = _everything(corpora / EPICURIOUS)
            text = " ".join(everything[a:b] if a >= 0 else "[UNK]" for a, b in places)
        else:
            text = " ".join(_records(corpora / row["corpus"])[row["record"]]["directions"])
        if hashlib.sha256(text.encode()).hexdigest()[:16] != row["sha256"]:
            raise ValueError(f"{name}: the corpora are not those that were labelled")
        labelled.append(Labelled(text, {ingredient for *_, ingredient in row["ingredients"]}))
    return labelled


EPICURIOUS = "epicurious_full_format_recipes.json.gz"


@cache
def _records(path: Path) -> list[dict[str, list[str]]]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        if path.name == EPICURIOUS:
            return [record for record in json.load(file) if record]
        return [json.loads(line) for line in file]


@cache
def _everything(path: Path) -> str:
    """Title and directions of all records, in lower case."""
    return "\n".join(
        " ".join([str(record["title"]), *record["directions"]])
        for record in _records(path)
        if record.get("title") and record.get("directions")
    ).lower()
