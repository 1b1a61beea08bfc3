"""Every format of a corpus file: its name, its reader, and how it is recognised."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field

import ijson

from recipegen.corpus import foodcom, recipenlg
from recipegen.corpus.eight_portions import read_eight_portions
from recipegen.corpus.foodcom import read_foodcom
from recipegen.corpus.json_array import read_json_array
from recipegen.corpus.json_document import read_json_document
from recipegen.corpus.json_lines import read_json_lines
from recipegen.corpus.recipe import Recipe, Reject
from recipegen.corpus.recipe1m import read_recipe1m
from recipegen.corpus.recipenlg import read_recipenlg
from recipegen.corpus.schema_org import read_schema_org, read_schema_org_lines
from recipegen.corpus.wikibooks import read_wikibooks

_WHOLE_LINE = re.compile(rb"^\{[^\r\n]*\}[ \t]*\r?$", re.MULTILINE)
_LINKED_DATA = {"@context", "@type", "@graph"}


@dataclass
class Look:
    """What the first bytes of a file show."""

    first: str = ""
    """The first character that is not blank."""
    keys: set[str] = field(default_factory=set)
    """Of the first object, or of the objects in the first array."""
    inner_keys: set[str] = field(default_factory=set)
    """Of the objects that are values of the first object."""
    plain_values: bool = False
    """Whether the first object has values that are not objects."""
    lines: bool = False
    """Whether the file starts with an object and a line is one by itself."""
    columns: frozenset[str] = frozenset()
    """The cells of the first line, where the file starts with a letter or a comma."""

    @property
    def by_name(self) -> bool:
        """Whether the file is an object of objects: recipes under their names."""
        return self.first == "{" and bool(self.inner_keys) and not self.plain_values


@dataclass(frozen=True)
class Format:
    """A format of a corpus file."""

    name: str
    read: Callable[..., Iterator[Recipe | Reject]]
    """Recipes and rejects out of a UTF-8 file and its name, and of ``columns`` if it is mapped."""
    matches: Callable[[Look], bool]
    mapped: bool = False
    """Whether the names of its fields can be set."""


def _is_linked(look: Look) -> bool:
    return bool(_LINKED_DATA & look.keys)


def _is_plain(look: Look) -> bool:
    return not _is_linked(look) and not look.by_name


FORMATS = [
    Format(
        "schema.org-lines",
        read_schema_org_lines,
        lambda look: look.first == "{" and _is_linked(look) and look.lines,
    ),
    Format("schema.org", read_schema_org, lambda look: _is_linked(look) and not look.lines),
    Format(
        "recipe1m",
        read_recipe1m,
        lambda look: look.first == "[" and _is_recipe1m(look.keys) and not _is_linked(look),
    ),
    Format(
        "json-array",
        read_json_array,
        lambda look: look.first == "[" and not _is_recipe1m(look.keys) and not _is_linked(look),
        mapped=True,
    ),
    Format(
        "eight-portions",
        read_eight_portions,
        lambda look: look.by_name and "steps" not in look.inner_keys and not _is_linked(look),
    ),
    Format(
        "wikibooks",
        read_wikibooks,
        lambda look: look.by_name and "steps" in look.inner_keys and not _is_linked(look),
    ),
    Format(
        "json-lines",
        read_json_lines,
        lambda look: look.first == "{" and _is_plain(look) and look.lines,
        mapped=True,
    ),
    Format(
        "json",
        read_json_document,
        lambda look: look.first == "{" and _is_plain(look) and not look.lines,
        mapped=True,
    ),
    Format("foodcom", read_foodcom, lambda look: look.columns >= foodcom.COLUMNS),
    Format(
        "recipenlg",
        read_recipenlg,
        lambda look: look.columns >= recipenlg.COLUMNS and "n_steps" not in look.columns,
    ),
]
"""No two of them match the same look, so that their order does not matter."""


def _is_recipe1m(keys: set[str]) -> bool:
    return {"instructions", "ingredients"} <= keys and "directions" not in keys


def recognise(head: bytes) -> Format | None:
    """The format of a UTF-8 file by its first bytes; None where they fit none."""
    look = look_at(head)
    return next((known for known in FORMATS if known.matches(look)), None)


def look_at(head: bytes) -> Look:
    """What the first bytes of a UTF-8 file show; they may end anywhere."""
    text = head.lstrip()
    first = text[:1].decode("utf-8", "replace")
    if first not in ("[", "{"):
        return Look(first, columns=_columns(text))
    look = Look(first, lines=first == "{" and _has_lines(text))
    # The first bytes end somewhere within a value.
    with suppress(ijson.JSONError, ValueError, ArithmeticError, SystemError):
        _note_keys(look, text)
    return look


def _has_lines(text: bytes) -> bool:
    """Whether a line is an object, and the first one is no start of something longer."""
    goes_on = text.splitlines()[0].rstrip().endswith((b"{", b"[", b",", b":"))
    return not goes_on and bool(_WHOLE_LINE.search(text))


def _note_keys(look: Look, text: bytes) -> None:
    """Fill in the keys of ``look``, up to where the text ends or is no JSON any more."""
    depth = 0
    outer = 1 if look.first == "{" else 2
    for event, value in ijson.basic_parse(io.BytesIO(text), use_float=True):
        if event == "map_key" and depth == outer:
            look.keys.add(value)
        elif event == "map_key" and depth == outer + 1:
            look.inner_keys.add(value)
        elif depth == outer and event not in ("start_map", "end_map"):
            look.plain_values = True
        depth += event.startswith("start_") - event.startswith("end_")


def _columns(text: bytes) -> frozenset[str]:
    line = re.split(rb"[\r\n]", text, maxsplit=1)[0].decode("utf-8", "replace")
    try:
        return frozenset(next(csv.reader([line]), []))
    except csv.Error:
        return frozenset()
