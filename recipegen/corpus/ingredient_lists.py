"""Lists of ingredients without a recipe, such as Kaggle's "What's Cooking", ``train.json``.

They can teach pairings, and nothing else: without title and directions there is no text to learn.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from functools import cached_property

from recipegen.corpus.fields import fields_of
from recipegen.corpus.formats.records import Records
from recipegen.corpus.recipe import Reject, parse_recipe, reject
from recipegen.corpus.shapes import Unusable, lines_of


@dataclass(frozen=True)
class IngredientList:
    """The ingredients of a recipe of which nothing else is known."""

    source: str
    position: int
    ingredients: tuple[str, ...]

    def row(self) -> dict[str, object]:
        """A row of the table ``ingredient_lists``."""
        return {**asdict(self), "recipe_id": self.list_id}

    @cached_property
    def list_id(self) -> str:
        """The same for the same ingredients, whatever their order and case."""
        return list_id_of(self.ingredients)


def list_id_of(ingredients: Iterable[str]) -> str:
    """16 hexadecimal digits from ingredients, whatever their order and case."""
    content = "\n".join(sorted(line.casefold() for line in ingredients))
    return hashlib.sha256(content.encode()).hexdigest()[:16]


def read_ingredient_lists(records: Records, source: str) -> Iterator[IngredientList | Reject]:
    """The lists in records: objects with a field of ingredients, or lists of ingredients.

    Args:
        records: what was read of a file.
        source: its name.
    """
    for record in records:
        yield record if isinstance(record, Reject) else _parse(source, *record)


def _parse(source: str, position: int, record: object) -> IngredientList | Reject:
    value = record
    if isinstance(record, Mapping):
        value = next((record[name] for name in fields_of(tuple(record)).ingredients), None)
    elif not isinstance(record, list):
        return reject(source, position, "the record is neither an object nor a list", record)
    if value is None:
        return reject(source, position, "no ingredients", record)
    try:
        lines = lines_of(value, "ingredients", "ingredients")
    except Unusable as problem:
        return reject(source, position, str(problem), record)
    # What ingredients may be, and how they are cleaned, is the same for recipes.
    stand_in = {"title": "-", "directions": ["-"], "ingredients": lines}
    found = parse_recipe(source, position, stand_in, record)
    if isinstance(found, Reject):
        return found
    if not found.ingredients:
        return reject(source, position, "no ingredients", record)
    return IngredientList(source, position, found.ingredients)


def new_lists(
    records: Iterable[IngredientList | Reject], held_out: Collection[str]
) -> Iterator[IngredientList | Reject]:
    """The lists that may teach: each once, and none of a recipe that is kept for tests.

    Args:
        records: what was read.
        held_out: ``list_id`` of the ingredient lines of held-out recipes.
    """
    seen: dict[str, str] = {}
    for record in records:
        if isinstance(record, Reject):
            yield record
        elif record.list_id in held_out:
            why = "the ingredients of a held-out recipe"
            yield reject(record.source, record.position, why, record.row())
        elif record.list_id in seen:
            why = f"double of {seen[record.list_id]}"
            yield reject(record.source, record.position, why, record.row())
        else:
            seen[record.list_id] = f"record {record.position} of {record.source}"
            yield record
