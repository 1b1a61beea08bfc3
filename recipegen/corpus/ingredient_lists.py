"""Lists of ingredients without a recipe, such as ``train.json`` of Kaggle's "What's Cooking".

Only pairings can be learned from them. Without title and directions there is no text to learn.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from functools import cached_property

from recipegen.corpus.field_names import fields_of
from recipegen.corpus.field_values import Unusable, lines_of
from recipegen.corpus.formats.records import Records
from recipegen.corpus.recipe import Reject, parse_recipe, reject


@dataclass(frozen=True)
class IngredientList:
    """The ingredients of a recipe, without its title and directions."""

    source: str
    position: int
    ingredients: tuple[str, ...]

    def row(self) -> dict[str, object]:
        """A row of the table ``ingredient_lists``."""
        return {**asdict(self), "recipe_id": self.list_id}

    @cached_property
    def list_id(self) -> str:
        """An id that is the same for the same ingredients, whatever their order and case."""
        return list_id_of(self.ingredients)


def list_id_of(ingredients: Iterable[str]) -> str:
    """The id of ingredients, 16 hexadecimal digits; their order and case do not matter."""
    content = "\n".join(sorted(line.casefold() for line in ingredients))
    return hashlib.sha256(content.encode()).hexdigest()[:16]


def read_ingredient_lists(records: Records, source: str) -> Iterator[IngredientList | Reject]:
    """The ingredient lists in records: objects with a field of ingredients, or plain lists.

    Args:
        records: the records of a file.
        source: the name of the file.
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
    # Ingredients are checked and cleaned as those of recipes are.
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
    """The lists to learn from: each list once, and no list of a held-out recipe.

    Args:
        records: the lists and rejects that were read.
        held_out: ``list_id`` of the ingredient lines of each held-out recipe.
    """
    seen: dict[str, str] = {}
    for record in records:
        if isinstance(record, Reject):
            yield record
        elif record.list_id in held_out:
            why = "the ingredients of a held-out recipe"
            yield reject(record.source, record.position, why, record.row())
        elif record.list_id in seen:
            why = f"duplicate of {seen[record.list_id]}"
            yield reject(record.source, record.position, why, record.row())
        else:
            seen[record.list_id] = f"record {record.position} of {record.source}"
            yield record
