"""Lists of text as Python prints them, read without running anything."""

from __future__ import annotations

import re

# Possessive throughout: a long cell that is no list is given up at once.
_TEXT = r"""'(?:[^'\\]++|\\.)*+'|"(?:[^"\\]++|\\.)*+\""""
_LIST = re.compile(
    rf"\s*+\[\s*+(?:(?:{_TEXT})\s*+(?:,\s*+(?:{_TEXT})\s*+)*+,?\s*+)?\]\s*+", re.DOTALL
)
_ITEM = re.compile(_TEXT, re.DOTALL)
_ESCAPE = re.compile(
    r"\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U(00(?:0[0-9a-fA-F]|10)[0-9a-fA-F]{4})|(.))",
    re.DOTALL,
)
_STANDS_FOR = {"n": "\n", "t": "\t", "r": "\r", "\\": "\\", "'": "'", '"': '"', "\n": ""}


def parse_list_literal(text: str) -> list[str] | None:
    """The items of a list such as ``['a', "b's"]``; None where the text is anything else.

    Only a flat list of plain texts is read, so that there is nothing to nest or to run.
    """
    if not _LIST.fullmatch(text):
        return None
    return [_unescape(item[0][1:-1]) for item in _ITEM.finditer(text)]


def _unescape(text: str) -> str:
    return _ESCAPE.sub(_letter, text) if "\\" in text else text


def _letter(escape: re.Match[str]) -> str:
    code = escape[1] or escape[2] or escape[3]
    return chr(int(code, 16)) if code else _STANDS_FOR.get(escape[4], escape[0])
