"""What the readers of XML and of exported pages share: an element, its text, and forgetting it."""

from __future__ import annotations

from typing import TypeAlias

import lxml.etree

Element: TypeAlias = lxml.etree._Element


def whole_text(element: Element) -> str:
    """The text of an element and of everything inside it, as it stands."""
    return str(element.xpath("string()"))


def one_line(element: Element) -> str:
    """The text of an element with single blanks."""
    return " ".join(whole_text(element).split())


def forget(element: Element) -> None:
    """Free an element that was read, and its elder siblings, so that a long file stays small."""
    element.clear()
    while element.getprevious() is not None:
        del element.getparent()[0]  # type: ignore[union-attr]
