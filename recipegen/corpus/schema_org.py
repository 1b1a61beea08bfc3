"""Readers of schema.org/Recipe in JSON-LD, as web pages carry it (https://schema.org/Recipe)."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import BinaryIO

from recipegen.corpus.json_lines import decoded_lines
from recipegen.corpus.json_stream import array_items, documents
from recipegen.corpus.recipe import Recipe, Reject, lines_in, parse_recipe, reject
from recipegen.corpus.streams import head_of

DEEPEST = 12
"""Lists, graphs and sections inside each other that are looked into."""

_BLOCK = re.compile(r"</?(?:p|br|li|ol|ul|div|h\d)(?:\s[^<>]{0,500})?/?>", re.IGNORECASE)
_TAG = re.compile(r"</?[a-z][^<>]{0,500}>", re.IGNORECASE)
_HOLDERS = ("@graph", "mainEntity", "itemListElement", "item")
"""Properties through which a document leads to its recipes."""


def read_schema_org(file: BinaryIO, source: str) -> Iterator[Recipe | Reject]:
    """The recipes of JSON-LD: one, a list, or a graph; several documents may follow each other.

    What else a graph describes, such as the page and its author, is passed over; a document
    without any recipe is a reject.

    Raises:
        CorpusError: the file is not valid JSON.
    """
    is_list = head_of(file).lstrip().startswith(b"[")
    position = 0
    for value in array_items(file, source) if is_list else documents(file, source):
        for node in _nodes(value):
            yield _recipe(source, position, node)
            position += 1


def read_schema_org_lines(file: BinaryIO, source: str) -> Iterator[Recipe | Reject]:
    """The recipes of a file with JSON-LD on each line, and the line as their position."""
    for line in decoded_lines(file, source):
        if isinstance(line, Reject):
            yield line
        else:
            position, value = line
            yield from (_recipe(source, position, node) for node in _nodes(value))


def _nodes(value: object) -> list[object]:
    """The recipes in a document, or the document itself where there are none."""
    return list(_recipe_nodes(value, 0)) or [value]


def _recipe_nodes(value: object, depth: int) -> Iterator[dict[str, object]]:
    if depth > DEEPEST:
        return
    if isinstance(value, list):
        for item in value:
            yield from _recipe_nodes(item, depth + 1)
    elif isinstance(value, dict) and _is_recipe(value):
        yield value
    elif isinstance(value, dict):
        for name in _HOLDERS:
            yield from _recipe_nodes(value.get(name), depth + 1)


def _is_recipe(node: dict[str, object]) -> bool:
    kinds = node.get("@type")
    kinds = kinds if isinstance(kinds, list) else [kinds]
    return any(isinstance(kind, str) and re.split("[/:#]", kind)[-1] == "Recipe" for kind in kinds)


def _recipe(source: str, position: int, node: object) -> Recipe | Reject:
    if not isinstance(node, dict) or not _is_recipe(node):
        return reject(source, position, "no schema.org Recipe in it", node)
    ingredients = node.get("recipeIngredient", node.get("ingredients"))
    fields = {
        "title": _plain(_text(node.get("name") or node.get("headline"))),
        "ingredients": None if ingredients is None else _lines(ingredients, 0),
        "directions": _lines(node.get("recipeInstructions"), 0),
    }
    return parse_recipe(source, position, fields, node)


def _lines(value: object, depth: int) -> list[object]:
    """The texts in a text, a list, steps and sections, in order; names of sections are left out."""
    if value is None:
        return []
    if isinstance(value, list) and depth < DEEPEST:
        return [line for item in value for line in _lines(item, depth + 1)]
    if isinstance(value, dict) and "itemListElement" in value and depth < DEEPEST:
        return _lines(value["itemListElement"], depth + 1)
    found = lines_in(_plain(_text(value)))
    return found if isinstance(found, list) else [found]


def _text(value: object) -> object:
    """The text of a step or of a text in a known language; anything else as it is."""
    if not isinstance(value, dict):
        return value
    return next((value[name] for name in ("text", "@value", "name") if value.get(name)), None)


def _plain(value: object) -> object:
    """A text without HTML, blocks such as paragraphs on lines of their own."""
    if not isinstance(value, str):
        return value
    return _TAG.sub("", _BLOCK.sub("\n", html.unescape(value)))
