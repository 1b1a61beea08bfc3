"""Readers of schema.org/Recipe in JSON-LD, as web pages have it (https://schema.org/Recipe)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import BinaryIO

from recipegen.corpus.byte_streams import head_of
from recipegen.corpus.field_values import Lines, Unusable, lines_of
from recipegen.corpus.html_text import without_html
from recipegen.corpus.json_lines import decoded_lines
from recipegen.corpus.json_stream import array_items, documents
from recipegen.corpus.recipe import Recipe, Reject, parse_recipe, reject

Node = Mapping[str, object]

DEEPEST = 12
"""Levels of nested lists, graphs and other objects in which recipes are looked for."""

FIELDS = frozenset({"recipeIngredient", "recipeInstructions"})
"""Properties that only a recipe has; they reveal a recipe whose type is missing."""

_HOLDERS = (
    *("@graph", "mainEntity", "mainEntityOfPage", "hasPart", "itemListElement", "item"),
    *("about", "subjectOf", "workExample"),
)
"""Properties of a document under which its recipes may be."""


def read_schema_org(file: BinaryIO, source: str) -> Iterator[Recipe | Reject]:
    """The recipes of JSON-LD: one, a list, or a graph; several documents may follow each other.

    Whatever else a graph describes, such as the page and its author, is skipped. A document without
    a recipe is a reject.

    Raises:
        CorpusError: the file is not valid JSON.
    """
    is_list = head_of(file).lstrip().startswith(b"[")
    position = 0
    for value in array_items(file, source) if is_list else documents(file, source):
        for recipe in _recipes(source, position, value):
            yield replace(recipe, position=position)
            position += 1


def read_schema_org_lines(file: BinaryIO, source: str) -> Iterator[Recipe | Reject]:
    """The recipes of a file with JSON-LD on each line; their position is the line."""
    for line in decoded_lines(file, source):
        if isinstance(line, Reject):
            yield line
        else:
            position, value = line
            yield from _recipes(source, position, value)


def _recipes(source: str, position: int, value: object) -> Iterator[Recipe | Reject]:
    """The recipes in a document, or a reject if it has none."""
    nodes = recipe_nodes(value)
    yield from (recipe_of_node(source, position, node) for node in nodes)
    if not nodes:
        yield reject(source, position, "no schema.org Recipe in it", value)


def recipe_nodes(value: object) -> list[Node]:
    """The recipes in a document, by their type, or else by properties that only recipes have."""
    return list(_nodes(value, 0, _is_recipe)) or list(_nodes(value, 0, _has_fields_of_recipe))


def _nodes(value: object, depth: int, wanted: Callable[[Node], bool]) -> Iterator[Node]:
    if depth > DEEPEST:
        return
    if isinstance(value, list):
        for item in value:
            yield from _nodes(item, depth + 1, wanted)
    elif isinstance(value, Mapping) and wanted(value):
        yield value
    elif isinstance(value, Mapping):
        # A graph may be an object with numbers as names.
        below = value.values() if all(map(str.isdigit, value)) else map(value.get, _HOLDERS)
        for each in below:
            yield from _nodes(each, depth + 1, wanted)


def _is_recipe(node: Node) -> bool:
    kinds = node.get("@type")
    names = kinds if isinstance(kinds, list) else [kinds]
    return any(
        isinstance(name, str) and re.split("[/:#]", name)[-1].lower() == "recipe" for name in names
    )


def _has_fields_of_recipe(node: Node) -> bool:
    return not FIELDS.isdisjoint(node)


def recipe_of_node(source: str, position: int, node: Node) -> Recipe | Reject:
    """The recipe that a node of JSON-LD or microdata describes, or a reject."""
    ingredients = node.get("recipeIngredient") or node.get("ingredients")
    directions = node.get("recipeInstructions")
    try:
        fields = {
            "title": _title(node.get("name") or node.get("headline")),
            "ingredients": _lines(ingredients, "ingredients"),
            "directions": _lines(directions, "directions") or [],
        }
    except Unusable as problem:
        return reject(source, position, str(problem), node)
    return parse_recipe(source, position, fields, node)


def _lines(value: object, kind: Lines) -> list[str] | None:
    return None if value is None else lines_of(value, kind, kind)


def _title(value: object) -> object:
    """The title as a text, from a list (its first item) or an object with a language."""
    if isinstance(value, list) and value:
        return _title(value[0])
    if isinstance(value, Mapping):
        return _title(value.get("@value"))
    return " ".join(without_html(value).split()) if isinstance(value, str) else value
