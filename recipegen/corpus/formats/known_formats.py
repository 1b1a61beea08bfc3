"""All formats of corpus files: their names, their readers, and how they are recognised."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import islice

import ijson

from recipegen.config import Columns
from recipegen.corpus.csv_rows import header_of
from recipegen.corpus.field_names import ANY_NAME, fields_of
from recipegen.corpus.formats import cooklang, mealmaster, recipe_lists
from recipegen.corpus.formats.cooklang import read_cooklang
from recipegen.corpus.formats.eight_portions import read_eight_portions
from recipegen.corpus.formats.mealmaster import read_mealmaster
from recipegen.corpus.formats.recipe_lists import read_copy_me_that, read_recipe_keeper
from recipegen.corpus.formats.recipe_xml import read_gourmet, read_recipe_ml
from recipegen.corpus.formats.records import (
    Records,
    read_csv,
    read_json,
    read_json_array,
    read_json_lines,
    read_json_nested,
    read_json_object,
)
from recipegen.corpus.formats.schema_org import read_schema_org, read_schema_org_lines
from recipegen.corpus.formats.web_page import read_web_page
from recipegen.corpus.formats.wikibooks import read_wikibooks
from recipegen.corpus.recipe import Recipe, Reject

_WHOLE_LINE = re.compile(rb"^\{[^\r\n]*\}[ \t,;]*\r?$", re.MULTILINE)
_LINKED_DATA = {"@context", "@type", "@graph"}
EVENTS = 2000
"""Keys, values and brackets of JSON that are looked at; the first record has far fewer."""

DEEPEST = 6
"""Levels of nested objects and lists in which recipes are looked for."""

_KNOWN_XML = {"html": "", "recipeml": "recipe-ml", "gourmetdoc": "gourmet"}
_ROOT = re.compile(rb"<(?:\w+:)?([A-Za-z][\w-]*)")


@dataclass
class Look:
    """What the first bytes of a file show."""

    first: str = ""
    """The first character that is not blank."""
    keys: list[str] = field(default_factory=list)
    """The keys of the first object, or of the objects in the first array."""
    inner_keys: list[str] = field(default_factory=list)
    """The keys of the objects that are values of the first object."""
    listed_keys: list[str] = field(default_factory=list)
    """The keys of the first object in a list inside the first object, and of the objects in it."""
    plain_values: bool = False
    """Whether the first object has a value that is not an object."""
    lines: bool = False
    """Whether the file starts with an object and at least one line is a complete object."""
    several: bool = False
    """Whether at least two lines are complete objects."""
    columns: tuple[str, ...] = ()
    """The cells of the first line, if the file is neither JSON nor markup."""
    root: str = ""
    """The name of the first tag, if the file is markup."""
    marks: frozenset[str] = frozenset()
    """The formats whose distinctive marks occur in the text."""

    @property
    def by_name(self) -> bool:
        """Whether the file is an object of objects: recipes under their names."""
        is_one = self.first == "{" and not self.several
        return is_one and bool(self.inner_keys) and not self.plain_values

    @property
    def of_wikibooks(self) -> bool:
        """Whether the file is an object of pages of the Wikibooks Cookbook."""
        return self.by_name and self.keys[0].startswith("Cookbook:")

    @property
    def linked(self) -> bool:
        """Whether the file is JSON-LD."""
        return bool(_LINKED_DATA.intersection(self.keys))

    @property
    def nested(self) -> bool:
        """Whether the records are items of a list somewhere inside the first object."""
        if self.first != "{" or self.linked or _has_recipe(self.keys):
            return False
        return not _has_recipe(self.inner_keys) and _has_recipe(self.listed_keys)


@dataclass(frozen=True)
class Format:
    """A format of corpus files.

    It has either a reader of recipes or a reader of records. Only Parquet has neither: it is
    recognised before a file is read as text, and is read from disk.
    """

    name: str
    matches: Callable[[Look], bool]
    suffixes: tuple[str, ...]
    """The endings of the names of its files. Files with other endings are skipped in a folder."""
    called: str = ""
    """What people call the format; empty if they know it only by the programs that write it."""
    exports_of: tuple[str, ...] = ()
    """The recipe managers that write it."""
    recipes: Callable[..., Iterator[Recipe | Reject]] | None = None
    """Reads recipes and rejects from a UTF-8 file and its name."""
    records: Callable[..., Records] | None = None
    """Reads numbered records with any fields, in which the fields of a recipe are found by name."""
    columns: Columns = ANY_NAME
    """The names of the fields, if the format has fixed ones."""


def _has_recipe(names: list[str]) -> bool:
    return fields_of(tuple(dict.fromkeys(names))).found > 1


def _never(_: Look) -> bool:
    return False


PARQUET = "parquet"

FORMATS = [
    Format(
        "json-array",
        lambda look: look.first == "[" and not look.linked,
        suffixes=(".json",),
        called="JSON",
        records=read_json_array,
    ),
    Format(
        "json-lines",
        lambda look: (
            look.first == "{" and look.lines and not (look.linked or look.by_name or look.nested)
        ),
        suffixes=(".jsonl", ".ndjson"),
        called="JSON Lines",
        records=read_json_lines,
    ),
    Format(
        "csv",
        lambda look: not look.marks and len(look.columns) > 1 and fields_of(look.columns).found > 0,
        suffixes=(".csv", ".tsv"),
        called="CSV",
        records=read_csv,
    ),
    Format(PARQUET, _never, suffixes=(".parquet",), called="Parquet"),
    Format(
        "schema.org",
        lambda look: look.linked and not look.lines,
        suffixes=(".json", ".jsonld"),
        called="JSON-LD",
        recipes=read_schema_org,
    ),
    Format(
        "schema.org-lines",
        lambda look: look.first == "{" and look.linked and look.lines,
        suffixes=(".jsonl", ".ndjson", ".jsonld"),
        called="JSON-LD",
        recipes=read_schema_org_lines,
    ),
    Format(
        "web-page",
        lambda look: bool(look.root) and not look.marks,
        suffixes=(".html", ".htm"),
        called="web pages",
        recipes=read_web_page,
    ),
    Format(
        "json",
        lambda look: (
            look.first == "{" and not (look.lines or look.linked or look.by_name or look.nested)
        ),
        suffixes=(".json", ".paprikarecipe", ".paprikarecipes", ".melarecipe", ".melarecipes"),
        called="JSON",
        exports_of=("Paprika", "Mealie", "Tandoor"),
        records=read_json,
    ),
    Format(
        "copy-me-that",
        lambda look: "copy-me-that" in look.marks,
        suffixes=(".html", ".htm"),
        exports_of=("CopyMeThat",),
        recipes=read_copy_me_that,
    ),
    Format(
        "recipe-keeper",
        lambda look: "recipe-keeper" in look.marks,
        suffixes=(".html", ".htm"),
        exports_of=("Recipe Keeper",),
        recipes=read_recipe_keeper,
    ),
    Format(
        "recipe-ml",
        lambda look: "recipe-ml" in look.marks,
        suffixes=(".xml",),
        exports_of=("RecipeML",),
        recipes=read_recipe_ml,
    ),
    Format(
        "gourmet",
        lambda look: "gourmet" in look.marks,
        suffixes=(".grmt", ".xml"),
        exports_of=("Gourmet",),
        recipes=read_gourmet,
    ),
    Format(
        "mealmaster",
        lambda look: "mealmaster" in look.marks,
        suffixes=(".mmf", ".mm", ".txt"),
        exports_of=("MealMaster",),
        recipes=read_mealmaster,
    ),
    Format(
        "cooklang",
        lambda look: "cooklang" in look.marks,
        suffixes=(".cook",),
        exports_of=("Cooklang",),
        recipes=read_cooklang,
    ),
    Format(
        "json-object",
        lambda look: (
            look.by_name
            and not (look.linked or look.nested or look.of_wikibooks)
            and "picture_link" not in look.inner_keys
        ),
        suffixes=(".json",),
        called="JSON",
        records=read_json_object,
    ),
    Format(
        "json-nested",
        lambda look: look.nested,
        suffixes=(".json",),
        called="JSON",
        records=read_json_nested,
    ),
    Format(
        "eight-portions",
        lambda look: look.by_name and not look.linked and "picture_link" in look.inner_keys,
        suffixes=(".json",),
        called="JSON",
        recipes=read_eight_portions,
    ),
    Format(
        "wikibooks",
        lambda look: look.of_wikibooks,
        suffixes=(".json",),
        called="JSON",
        recipes=read_wikibooks,
    ),
    Format(
        "foodcom",
        _never,
        suffixes=(".csv",),
        called="CSV",
        records=read_csv,
        columns=Columns(title="name", ingredients="ingredients", directions="steps"),
    ),
    Format(
        "recipenlg",
        _never,
        suffixes=(".csv",),
        called="CSV",
        records=read_csv,
        columns=Columns(title="title", ingredients="ingredients", directions="directions"),
    ),
    Format(
        "recipe1m",
        _never,
        suffixes=(".json",),
        called="JSON",
        records=read_json_array,
        columns=Columns(title="title", ingredients="ingredients", directions="instructions"),
    ),
]
"""All formats, in the order in which messages name them.

No two formats match the same look, so for recognising them the order does not matter. The last
three are other names for CSV and for a JSON array. Their files are recognised as these.
"""


def recognise(head: bytes) -> Format | None:
    """The format of a UTF-8 file, from its first bytes; None if they fit no format."""
    look = look_at(head)
    return next((known for known in FORMATS if known.matches(look)), None)


def look_at(head: bytes) -> Look:
    """What the first bytes of a UTF-8 file show; they may end in the middle of a value."""
    text = head.lstrip()
    first = text[:1].decode("utf-8", "replace")
    if first == "<":
        root = _root(text)
        return Look(first, root=root, marks=frozenset(_marks_of_markup(root, text)))
    if first not in ("[", "{"):
        return Look(first, columns=header_of(text)[1], marks=frozenset(_marks_of_text(text)))
    lines = _whole_lines(text) if first == "{" else 0
    look = Look(first, lines=lines > 0, several=lines > 1)
    try:
        _note_value(look, json.loads(text))
    except (ValueError, RecursionError):
        # The first bytes end in the middle of a value.
        with suppress(ijson.JSONError, ValueError, ArithmeticError, SystemError):
            _note_keys(look, text)
    return look


def _note_value(look: Look, value: object) -> None:
    """Fill in the keys of ``look`` from a value that is the whole file."""
    if isinstance(value, list):
        look.keys += [key for item in value if isinstance(item, dict) for key in item]
    elif isinstance(value, dict):
        look.keys += value
        objects = [each for each in value.values() if isinstance(each, dict)]
        look.inner_keys += [key for each in objects for key in each]
        look.plain_values = len(objects) < len(value)
        for each in islice(_listed(value, 0), 1):
            look.listed_keys += each
            look.listed_keys += [
                key for below in each.values() if isinstance(below, dict) for key in below
            ]


def _listed(value: object, depth: int) -> Iterator[dict[str, object]]:
    """The objects in lists anywhere inside a value, in their order."""
    below = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for each in below if depth < DEEPEST else ():
        if isinstance(each, dict) and isinstance(value, list):
            yield each
        if isinstance(each, list | dict):
            yield from _listed(each, depth + 1)


def _whole_lines(text: bytes) -> int:
    """How many lines are complete objects, at most 2; 0 if the first line is not complete."""
    goes_on = text.splitlines()[0].rstrip().endswith((b"{", b"[", b":"))
    return 0 if goes_on else sum(1 for _ in islice(_WHOLE_LINE.finditer(text), 2))


def _note_keys(look: Look, text: bytes) -> None:
    """Fill in the keys of ``look``, until the text ends or stops being JSON."""
    outer = 1 if look.first == "{" else 2
    opened: list[str] = []
    listed = 0
    events = ijson.basic_parse(io.BytesIO(text), use_float=True, multiple_values=True)
    for event, value in islice(events, EVENTS):
        depth = len(opened)
        if event == "string":
            look.plain_values |= depth == outer
        elif event == "map_key":
            _note_key(look, value, depth - outer, opened)
            if listed and depth in (listed, listed + 1):
                look.listed_keys.append(value)
        elif event[:4] == "end_":
            opened.pop()
        else:
            look.plain_values |= depth == outer and event != "start_map"
            if event[:6] == "start_":
                if event == "start_map" and outer == 1 and opened[-1:] == ["start_array"]:
                    listed = listed or depth + 1
                opened.append(event)


def _note_key(look: Look, key: str, depth: int, opened: list[str]) -> None:
    if depth == 0:
        look.keys.append(key)
    elif depth == 1 and opened[-1] == "start_map":
        look.inner_keys.append(key)


def _root(text: bytes) -> str:
    """The name of the first tag after declarations and comments; empty for unknown XML."""
    found = _ROOT.search(re.sub(rb"<!--.*?-->", b"", text[:10_000], flags=re.DOTALL))
    root = found[1].decode().lower() if found else ""
    return "" if text.startswith(b"<?xml") and root not in _KNOWN_XML else root


def _marks_of_markup(root: str, text: bytes) -> Iterator[str]:
    if _KNOWN_XML.get(root):
        yield _KNOWN_XML[root]
    elif recipe_lists.COPY_ME_THAT in text:
        yield "copy-me-that"
    elif recipe_lists.RECIPE_KEEPER in text and b"recipeDirections" in text:
        yield "recipe-keeper"


def _marks_of_text(text: bytes) -> Iterator[str]:
    letters = text.decode("utf-8", "replace")
    if mealmaster.HEADER.search(letters):
        yield "mealmaster"
    elif cooklang.MARKED.search(letters):
        yield "cooklang"
