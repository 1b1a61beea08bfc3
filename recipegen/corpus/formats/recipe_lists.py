"""Readers of web pages to which recipe managers export all recipes at once.

CopyMeThat and Recipe Keeper write one page with a ``div`` for each recipe. The page is read piece
by piece, so a large collection needs no more memory than a small one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import BinaryIO

import lxml.etree

from recipegen.corpus.field_names import recipe_of
from recipegen.corpus.formats.elements import Element, forget, one_line
from recipegen.corpus.recipe import Recipe, Reject
from recipegen.errors import CorpusError

COPY_ME_THAT = b"copymethat"
RECIPE_KEEPER = b"recipe-details"
"""Marks of the two programs, which their pages have among the first bytes."""

_BLOCKS = {"p", "li", "div", "tr", "br", "h1", "h2", "h3", "h4", "h5", "h6"}
_NO_LINE = ("subheader", "spacer", "_header")
"""Parts of the class names of lines that are headings."""


def read_copy_me_that(file: BinaryIO, source: str) -> Iterator[Recipe | Reject]:
    """The recipes of the page ``recipes.html`` that CopyMeThat exports.

    Raises:
        CorpusError: the page cannot be parsed.
    """
    names = ("name", "recipeIngredients", "recipeInstructions")
    return _recipes(file, source, "recipe", "id", names, _items)


def read_recipe_keeper(file: BinaryIO, source: str) -> Iterator[Recipe | Reject]:
    """The recipes of the page ``recipes.html`` that Recipe Keeper exports.

    Raises:
        CorpusError: the page cannot be parsed.
    """
    names = ("name", "recipeIngredients", "recipeDirections")
    return _recipes(file, source, "recipe-details", "itemprop", names, _lines)


def _recipes(
    file: BinaryIO,
    source: str,
    class_name: str,
    attribute: str,
    names: tuple[str, str, str],
    lines_of: Callable[[Element | None], list[str] | None],
) -> Iterator[Recipe | Reject]:
    """The recipes of a page.

    Args:
        file: the page.
        source: the file's name.
        class_name: the class of the elements that hold a recipe.
        attribute: the attribute that names a part of a recipe.
        names: the values of this attribute for the title, the ingredients and the directions.
        lines_of: gives the lines of a part.
    """
    for position, recipe in enumerate(_elements(file, source, class_name)):
        title, ingredients, directions = (_with(recipe, attribute, name) for name in names)
        fields = {
            "title": None if title is None else one_line(title),
            "ingredients": lines_of(ingredients),
            "directions": lines_of(directions),
        }
        yield recipe_of(source, position, fields)


def _elements(file: BinaryIO, source: str, name: str) -> Iterator[Element]:
    """The elements of a class, one by one; earlier elements are freed."""
    pages = lxml.etree.iterparse(file, events=("end",), tag="div", html=True, encoding="utf-8")
    try:
        for _, element in pages:
            if name in (element.get("class") or "").split():
                yield element
                forget(element)
    except lxml.etree.LxmlError as error:
        raise CorpusError(f"{source}: this web page cannot be parsed: {error}") from error


def _with(recipe: Element, attribute: str, value: str) -> Element | None:
    return next((each for each in recipe.iter() if each.get(attribute) == value), None)


def _items(element: Element | None) -> list[str] | None:
    """The items of a list in a page, without its headings."""
    if element is None:
        return None
    return [
        one_line(item)
        for item in element.iter("li")
        if not any(part in (item.get("class") or "") for part in _NO_LINE)
    ]


def _lines(element: Element | None) -> list[str] | None:
    """The lines of a part of a page, cut at its paragraphs and breaks."""
    if element is None:
        return None
    pieces: list[str] = []
    for event, each in lxml.etree.iterwalk(element, events=("start", "end")):
        if each.tag in _BLOCKS:
            pieces.append("\n")
        if event == "start":
            pieces.append(each.text or "")
        elif each is not element:
            pieces.append(each.tail or "")
    return "".join(pieces).splitlines()
