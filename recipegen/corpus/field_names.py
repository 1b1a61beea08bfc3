"""Finds the fields of a record that make a recipe, by their names.

The names are those that people usually give these fields, unless ``ingest.columns`` names others.
Only the letters of a name count: ``Recipe_Name``, ``recipe name`` and ``RecipeName`` are the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Literal

from recipegen.config import Columns
from recipegen.corpus.field_values import Unusable, lines_of
from recipegen.corpus.recipe import Recipe, Reject, parse_recipe, reject
from recipegen.errors import CorpusError, printable

Section = Literal["title", "ingredients", "directions"]
SECTIONS: tuple[Section, ...] = ("title", "ingredients", "directions")

ANY_NAME = Columns()
"""No field is named by a setting; all are found by their usual names."""

_NAMES: dict[Section, tuple[str, ...]] = {
    "title": (
        *("translatedrecipename", "title", "recipetitle", "recipename", "name", "dishname"),
        *("dish", "mealname", "strmeal", "headline", "recipe"),
    ),
    "ingredients": (
        *("translatedingredients", "ingredients", "recipeingredients", "recipeingredient"),
        *("ingredientlines", "extendedingredients", "ingredientlist", "ingredientslist"),
        *("rawingredients", "ingredientsraw", "ingredientstext", "fullingredients"),
        *("recipeingredientparts", "ingredientparts", "ingredientsname", "ingredientnames"),
        *("cleanedingredients", "cleaningredients", "ingredientscleaned", "ingredient"),
    ),
    "directions": (
        *("translatedinstructions", "directions", "instructions", "recipeinstructions"),
        *("recipedirections", "recipesteps", "cookingdirections", "cookinginstructions"),
        *("cookingsteps", "preparationsteps", "steps", "cookingmethod", "preparationmethod"),
        *("strinstructions", "analyzedinstructions", "instructionslist", "directionslist"),
        *("stepslist", "instructionstext", "directionstext", "procedure", "method", "methods"),
        *("preparation", "howtomake", "makingprocess", "recipe"),
    ),
}
"""The names of the field of each section, the likeliest first."""

_SECTION_OF = {
    name: section for section, names in _NAMES.items() for name in names if name != "recipe"
}
_NUMBERED = re.compile(
    r"(?:str|recipe)?(ingredient|measure|quantity|amount|step|direction|instruction)s?(\d{1,2})"
)
_NESTED = 3
"""Levels of nested objects in which a recipe is looked for."""

_LONGEST_NAMES = 10_000
"""Characters of all field names of a record, up to which its fields are kept in the cache."""


@dataclass(frozen=True)
class Fields:
    """The fields of a record that may hold each section, the likeliest first.

    A numbered field is a pair: its name, and the name of the field of its amount or None.
    """

    title: tuple[str, ...]
    ingredients: tuple[str, ...]
    directions: tuple[str, ...]
    numbered_ingredients: tuple[tuple[str, str | None], ...] = ()
    numbered_directions: tuple[tuple[str, str | None], ...] = ()

    @property
    def names(self) -> set[str]:
        """All the fields that are read."""
        pairs = (*self.numbered_ingredients, *self.numbered_directions)
        numbered = {name for pair in pairs for name in pair if name is not None}
        return numbered.union(self.title, self.ingredients, self.directions)

    @cached_property
    def found(self) -> int:
        """How many of the three sections have a field."""
        lines = (
            self.ingredients or self.numbered_ingredients,
            self.directions or self.numbered_directions,
        )
        return bool(self.title) + sum(map(bool, lines))


class Named(dict[str, object]):
    """A record, with the name under which it is listed."""

    def __init__(self, record: Mapping[str, object], name: str) -> None:
        """Copy the fields of ``record``."""
        super().__init__(record)
        self.name = name


def section_of_field(name: str) -> Section | None:
    """The section that a field with this name holds, or None."""
    return _SECTION_OF.get(_letters(name))


def fields_of(names: Sequence[str], columns: Columns = ANY_NAME) -> Fields:
    """The fields that make a recipe, among the fields of a record or the columns of a table."""
    asked = (columns.title, columns.ingredients, columns.directions)
    find = _fields_of if sum(map(len, names)) <= _LONGEST_NAMES else _fields_of.__wrapped__
    return find(tuple(names), asked)


def insist_on_columns(names: Sequence[str], source: str, columns: Columns) -> None:
    """Check that a table has the columns without which no row is a recipe.

    Raises:
        CorpusError: it has no column that is known as the titles or the directions, or it lacks a
            column that ``columns`` names.
    """
    fields = fields_of(names, columns)
    has = {
        "title": fields.title,
        "ingredients": fields.ingredients or columns.ingredients is None,
        "directions": fields.directions or fields.numbered_directions,
    }
    for section in SECTIONS:
        if not has[section]:
            raise CorpusError(f"{source}: {_missing('column', section, names, columns)}")


@lru_cache(maxsize=200)
def _fields_of(names: tuple[str, ...], asked: tuple[str | None, ...]) -> Fields:
    by_letters: dict[str, str] = {}
    for name in names:
        if not name[-1:].isdigit():
            by_letters.setdefault(_letters(name), name)
    named: dict[Section, tuple[str, ...]] = {}
    for section, own in zip(SECTIONS, asked, strict=True):
        known = (by_letters[name] for name in _NAMES[section] if name in by_letters)
        named[section] = tuple(known) if own is None else (own,) if own in names else ()
    # "recipe" can be the title or the directions: the latter if another field is the title.
    title = named["title"][:1]
    named["directions"] = tuple(name for name in named["directions"] if name not in title)
    return Fields(
        **named,
        numbered_ingredients=() if asked[1] else _numbered(names, "ingredient"),
        numbered_directions=()
        if asked[2]
        else _numbered(names, "step", "direction", "instruction"),
    )


def _numbered(names: Sequence[str], *kinds: str) -> tuple[tuple[str, str | None], ...]:
    """Fields such as ``strIngredient1``, ordered by number, with the fields of their amounts."""
    found: dict[str, dict[int, str]] = {}
    for name in names:
        mark = _NUMBERED.fullmatch(re.sub(r"[\s_-]", "", name.lower())[:40])
        if mark:
            found.setdefault(mark[1], {})[int(mark[2])] = name
    items = next((found[kind] for kind in kinds if kind in found), {})
    amounts = next((found[kind] for kind in ("measure", "quantity", "amount") if kind in found), {})
    return tuple((items[at], amounts.get(at)) for at in sorted(items))


def _letters(name: str) -> str:
    return re.sub(r"[^a-z]", "", name[:100].lower())


def named_recipes(
    records: Iterable[tuple[int, object] | Reject], source: str, columns: Columns
) -> Iterator[Recipe | Reject]:
    """The recipes in numbered records, one by one."""
    for record in records:
        if isinstance(record, Reject):
            yield record
        else:
            yield recipe_of(source, record[0], record[1], columns)


def recipe_of(
    source: str,
    position: int,
    record: object,
    columns: Columns = ANY_NAME,
    raw: object = None,
) -> Recipe | Reject:
    """The recipe in a record, whatever the names and shapes of its fields, or a reject.

    Args:
        source: the file it was read from.
        position: its place in that file, from 0.
        record: an object; the name of a :class:`Named` is its title if it has no other.
        columns: the names of the fields, if they are set.
        raw: what a reject keeps, if the object was made from something else.
    """
    raw = record if raw is None else raw
    if not isinstance(record, Mapping):
        return reject(source, position, f"the record is {_kind_of(record)}, not an object", raw)
    name = getattr(record, "name", "") if isinstance(record, Named) else ""
    record, fields = _innermost(record, columns)
    try:
        title = _first(record, fields.title)
        found = {
            "title": title if isinstance(title, str) or title is None else _title_of(title),
            "ingredients": _ingredients(record, fields),
            "directions": _lines(record, fields.directions, fields.numbered_directions),
        }
    except Unusable as problem:
        return reject(source, position, str(problem), raw)
    if found["title"] is None and not fields.title and not name.isdigit():
        found["title"] = name or None
    if found["title"] is None or found["directions"] is None:
        none = _without_field(record, fields, columns, found)
        if none is not None:
            return reject(source, position, none, raw)
    return parse_recipe(source, position, found, raw)


def _kind_of(value: object) -> str:
    kinds = {str: "a text", list: "a list", bool: "a Boolean value", type(None): "null"}
    return kinds.get(type(value), "a number")


def _innermost(
    record: Mapping[str, object], columns: Columns
) -> tuple[Mapping[str, object], Fields]:
    """The object in a record that has the fields of a recipe, else the record; and its fields."""
    own = fields = fields_of(tuple(record), columns)
    if own.found > 1:
        return record, own
    inner = record
    for _ in range(_NESTED):
        if fields.found > 1:
            return inner, fields
        below = [
            (value, fields_of(tuple(value), columns))
            for value in inner.values()
            if isinstance(value, Mapping)
        ]
        if not below:
            break
        inner, fields = max(below, key=lambda each: each[1].found)
    return (inner, fields) if fields.found > own.found else (record, own)


def _first(record: Mapping[str, object], names: Sequence[str]) -> object:
    """The value of the first field that is not empty; the first value if all are empty."""
    if len(names) == 1:
        return record[names[0]]
    values = [record[name] for name in names]
    return next(
        (value for value in values if value not in (None, "", [], {})),
        values[0] if values else None,
    )


def _title_of(value: object) -> object:
    """The title from a list, or from an object that also has a language."""
    if isinstance(value, list) and value:
        return value[0]
    return value.get("@value") if isinstance(value, Mapping) else value


def _ingredients(record: Mapping[str, object], fields: Fields) -> list[str] | None:
    lines = _lines(record, fields.ingredients, fields.numbered_ingredients, "ingredients")
    if lines is None and fields.directions:
        # Some programs store the ingredients of a step in the step.
        steps = record[fields.directions[0]]
        listed = [
            step["ingredients"]
            for step in (steps if isinstance(steps, list) else ())
            if isinstance(step, Mapping) and isinstance(step.get("ingredients"), list)
        ]
        lines = lines_of(listed, "ingredients", "ingredients") if listed else None
    return lines


def _lines(
    record: Mapping[str, object],
    names: Sequence[str],
    numbered: Sequence[tuple[str, str | None]],
    kind: Literal["ingredients", "directions"] = "directions",
) -> list[str] | None:
    """The lines of a section; None if no field holds it, or the field is null."""
    value = _first(record, names)
    if value is None and numbered:
        value = [
            f"{record.get(amount) or ''} {record[item]}".strip() if amount else record[item]
            for item, amount in numbered
            if isinstance(record[item], str) and str(record[item]).strip()
        ]
    return None if value is None else lines_of(value, kind, kind)


def _without_field(
    record: Mapping[str, object], fields: Fields, columns: Columns, found: Mapping[str, object]
) -> str | None:
    """Why a record has no title or no directions, if no field has the right name; else None."""
    for section, names in (
        ("title", fields.title),
        ("directions", fields.directions or fields.numbered_directions),
    ):
        if found[section] is None and not names and record:
            return _missing("field", section, tuple(record), columns)
    return None


def _missing(what: str, section: str, names: Sequence[str], columns: Columns) -> str:
    """A message: no field or column holds a section, which ones there are, which setting helps."""
    asked = getattr(columns, section)
    none = f"no {what} {asked!r}" if asked else f"no {what} is recognised as the {section}"
    there = ", ".join(str(name)[:40] for name in names[:20]) + ", ..." * (len(names) > 20)
    return printable(f"{none}; there are: {there}; name one with ingest.columns.{section}")
