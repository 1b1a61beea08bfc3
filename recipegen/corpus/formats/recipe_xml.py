"""Streaming readers of RecipeML (``<recipeml>``) and of Gourmet (``<gourmetDoc>``)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import BinaryIO

import lxml.etree

from recipegen.corpus.field_names import recipe_of
from recipegen.corpus.formats.elements import Element, forget, one_line, whole_text
from recipegen.corpus.recipe import Recipe, Reject
from recipegen.errors import CorpusError


def read_recipe_ml(file: BinaryIO, source: str) -> Iterator[Recipe | Reject]:
    """The recipes of RecipeML (http://www.formatdata.com/recipeml).

    Raises:
        CorpusError: the file is not valid XML.
    """
    return _recipes(file, source, _recipe_ml)


def read_gourmet(file: BinaryIO, source: str) -> Iterator[Recipe | Reject]:
    """The recipes of an export of Gourmet Recipe Manager (``.grmt``, ``.xml``).

    Raises:
        CorpusError: the file is not valid XML.
    """
    return _recipes(file, source, _gourmet)


def _recipes(
    file: BinaryIO, source: str, fields_of: Callable[[Element], dict[str, object]]
) -> Iterator[Recipe | Reject]:
    # No entity is resolved and nothing is fetched, so that a file cannot pull in another one.
    elements = lxml.etree.iterparse(
        file,
        events=("end",),
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
    )
    position = 0
    try:
        for _, element in elements:
            if lxml.etree.QName(element).localname == "recipe":
                yield recipe_of(source, position, fields_of(element))
                position += 1
                forget(element)
    except lxml.etree.LxmlError as error:
        raise CorpusError(
            f"{source}: not valid XML after {position} recipes: {error}; export it again"
        ) from error


def _recipe_ml(recipe: Element) -> dict[str, object]:
    steps = [_text(step) for step in recipe.iterfind(".//{*}directions//{*}step")]
    whole = recipe.find(".//{*}directions")
    return {
        "title": _text(recipe.find(".//{*}head/{*}title")),
        "ingredients": [_recipe_ml_line(each) for each in recipe.iterfind(".//{*}ing")],
        "directions": steps or (whole_text(whole) if whole is not None else None),
    }


def _recipe_ml_line(ingredient: Element) -> str:
    amount = ingredient.find("{*}amt")
    parts = [amount.find("{*}qty"), amount.find("{*}unit")] if amount is not None else []
    return _as_line(*parts, ingredient.find("{*}item"), note=ingredient.find("{*}prep"))


def _gourmet(recipe: Element) -> dict[str, object]:
    whole = recipe.find("{*}instructions")
    return {
        "title": _text(recipe.find("{*}title")),
        "ingredients": [
            _as_line(*(each.find(f"{{*}}{part}") for part in ("amount", "unit", "item")))
            for each in recipe.iterfind(".//{*}ingredient")
        ],
        "directions": whole_text(whole) if whole is not None else None,
    }


def _as_line(*parts: Element | None, note: Element | None = None) -> str:
    line = " ".join(filter(None, map(_text, parts)))
    return f"{line}, {_text(note)}" if note is not None and _text(note) else line


def _text(element: Element | None) -> str:
    return "" if element is None else one_line(element)
