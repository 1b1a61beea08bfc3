"""Reader of a web page: schema.org/Recipe as JSON-LD, or else as microdata."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from typing import BinaryIO

import lxml.etree
import lxml.html

from recipegen.corpus.byte_streams import as_file
from recipegen.corpus.formats.schema_org import Node, recipe_nodes, recipe_of_node
from recipegen.corpus.json_stream import documents
from recipegen.corpus.recipe import Recipe, Reject, reject
from recipegen.errors import CorpusError

LONGEST_PAGE = 1 << 24
"""Bytes of the longest page that is read."""

_CONTROLS = bytes(set(range(32)) - set(b"\t\n\r"))
_MICRODATA = ("itemtype", "schema.org/recipe")


def read_web_page(file: BinaryIO, source: str) -> Iterator[Recipe | Reject]:
    """The recipes of a page; a page without any is a reject.

    If a page describes its recipes both in JSON-LD and in microdata, the JSON-LD counts.

    Raises:
        CorpusError: the file is too long to be a web page.
    """
    content = file.read(LONGEST_PAGE + 1)
    if len(content) > LONGEST_PAGE:
        raise CorpusError(f"{source}: longer than {LONGEST_PAGE >> 20} MiB, too long for a page")
    page = parsed(content)
    nodes, damaged = nodes_of(page, source)
    for position, node in enumerate(nodes):
        yield recipe_of_node(source, position, node)
    if not nodes:
        why = damaged or "neither JSON-LD nor microdata"
        yield reject(source, 0, f"no schema.org Recipe in this web page: {why}", _text_of(page))


def parsed(content: bytes) -> lxml.html.HtmlElement:
    """The elements of a page in UTF-8; an empty element if the content is not a page."""
    # Control characters are not part of a page, and libraries stumble over them.
    content = content.translate(None, _CONTROLS)
    parser = lxml.html.HTMLParser(encoding="utf-8", huge_tree=False, no_network=True)
    try:
        return lxml.html.document_fromstring(content, parser=parser)
    except (lxml.etree.LxmlError, ValueError):
        return lxml.html.fragment_fromstring("", create_parent="div")


def nodes_of(page: lxml.html.HtmlElement, source: str) -> tuple[list[Node], str]:
    """The recipes that a page describes, and what is wrong with its data; empty if nothing is."""
    nodes, damaged = _linked_data(page, source)
    if nodes:
        return nodes, damaged
    try:
        return _microdata(page), damaged
    except (ValueError, lxml.etree.LxmlError) as error:
        return [], f"its microdata are damaged: {error}"


def _text_of(page: lxml.html.HtmlElement) -> str:
    title = page.find(".//title")
    return str(title.text if title is not None and title.text else "")


def _linked_data(page: lxml.html.HtmlElement, source: str) -> tuple[list[Node], str]:
    """The recipes in the scripts of a page, and what is wrong with a script that is not JSON."""
    nodes: list[Node] = []
    damaged = ""
    for script in page.iter("script"):
        kind = (script.get("type") or "").lower()
        if "ld+json" not in kind or not script.text:
            continue
        try:
            nodes += recipe_nodes(list(documents(_json_of(script.text), source)))
        except CorpusError as error:
            damaged = f"its JSON-LD is damaged: {str(error).removeprefix(f'{source}: ')}"
    return _different(nodes), damaged


def _json_of(text: str) -> io.BufferedReader:
    """The JSON of a script, without the comment marks that some pages put around it."""
    text = text.strip().removeprefix("<!--").removesuffix("-->").strip()
    text = text.removeprefix("//<![CDATA[").removeprefix("<![CDATA[")
    text = text.removesuffix("//]]>").removesuffix("]]>")
    return as_file([text.encode("utf-8", "replace")])


def _different(nodes: list[Node]) -> list[Node]:
    """The recipes of a page, each once; some pages repeat theirs."""
    kept: list[Node] = []
    for node in nodes:
        if node not in kept:
            kept.append(node)
    return kept


def _microdata(page: lxml.html.HtmlElement) -> list[Node]:
    """The recipes that are marked in the text of a page (https://www.w3.org/TR/microdata)."""
    # The import takes 0.2 s. Pages with JSON-LD do not need it.
    from extruct.w3cmicrodata import MicrodataExtractor

    attribute, kind = _MICRODATA
    if not any(kind in (node.get(attribute) or "").lower() for node in page.iter()):
        return []
    items = MicrodataExtractor().extract_items(page, None)
    return recipe_nodes([_as_linked_data(item) for item in items])


def _as_linked_data(item: object) -> object:
    """An item of microdata as JSON-LD would write it."""
    if isinstance(item, list):
        return [_as_linked_data(each) for each in item]
    if not isinstance(item, Mapping) or "properties" not in item:
        return item.get("value") if isinstance(item, Mapping) else item
    properties = {name: _as_linked_data(value) for name, value in item["properties"].items()}
    return {"@type": item.get("type"), **properties}
