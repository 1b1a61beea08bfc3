"""Shared by the readers of XML and of exported pages: elements, their text, freeing them."""

from __future__ import annotations

from typing import TypeAlias

import lxml.etree

Element: TypeAlias = lxml.etree._Element


def whole_text(element: Element) -> str:
    """The text of an element and of everything inside it, unchanged."""
    return str(element.xpath("string()"))


def one_line(element: Element) -> str:
    """The text of an element with single blanks."""
    return " ".join(whole_text(element).split())


def forget(element: Element) -> None:
    """Free an element that was read and the siblings before it, so that memory stays small."""
    element.clear()
    while element.getprevious() is not None:
        del element.getparent()[0]  # type: ignore[union-attr]
