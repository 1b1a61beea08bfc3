"""Removes HTML from texts."""

from __future__ import annotations

import html
import re

_BLOCK = re.compile(r"</?(?:p|br|li|ol|ul|div|tr|h\d)(?:\s[^<>]{0,500})?/?>", re.IGNORECASE)
_TAG = re.compile(r"</?[a-z][^<>]{0,500}>", re.IGNORECASE)
_ENTITY = re.compile(r"&(?:[a-z]{2,8}|#\d{1,6}|#x[0-9a-f]{1,5});", re.IGNORECASE)


def without_html(text: str) -> str:
    """A text without tags and entities; each paragraph, break and list item starts a new line.

    Tags that were written as entities (``&lt;p&gt;``) are removed too.
    """
    if "&" in text and _ENTITY.search(text):
        text = html.unescape(text)
    if "<" not in text or not _TAG.search(text):
        return text
    return _TAG.sub("", _BLOCK.sub("\n", text))
