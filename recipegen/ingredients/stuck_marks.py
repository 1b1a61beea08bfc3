"""Removes marks that stick to words: separators, markup, colour codes of a terminal.

"capers$anchovy" is two foods, "chicken(s)" is chicken. Each mark is replaced by blanks or commas of
the same length, so that every other character keeps its position.
"""

from __future__ import annotations

import re

_LETTER = r"[^\W\d_]"
_AFTER_LETTER = rf"(?<={_LETTER}.)"
_MARK = r"[$#*~^\\`•·_|;>=]"
_SIGN = r"[$#*~^\\`•·_>=]"
# Each pattern begins with a mark, so that the search skips all other characters.
_ODD = re.compile(rf"[\x1b<$#*~^\\`•·_=>]|[|;(\[]{_AFTER_LETTER}|[|;)\]](?={_LETTER})")
_MARKUP = re.compile(r"\x1b\[[0-9;]*[A-Za-z]|(?<!<)</?[A-Za-z][^<>\n]{0,80}>(?!>)|<<|>>")
_BETWEEN = re.compile(rf"(?!_){_MARK}{_AFTER_LETTER}{_MARK}*(?={_LETTER})")
_BRACKET = re.compile(
    rf"\(e?s\)|\({_AFTER_LETTER}|\[{_AFTER_LETTER}|\)(?={_LETTER})|\](?={_LETTER})"
)
_BESIDE = re.compile(rf"{_SIGN}(?:{_AFTER_LETTER}{_SIGN}*|{_SIGN}*(?={_LETTER}))")


def has_glue(text: str) -> bool:
    """Whether a text may have marks that stick to words. A piece between blanks shows it alone."""
    return _ODD.search(text) is not None


def unglued(text: str) -> str:
    """The text with marks between words as commas and other marks as blanks; its length stays."""
    text = _MARKUP.sub(_blank, text)
    text = _BRACKET.sub(_blank, _BETWEEN.sub(_commas, text))
    return _BESIDE.sub(_blank, text)


def _commas(found: re.Match[str]) -> str:
    return "," * len(found[0])


def _blank(found: re.Match[str]) -> str:
    return " " * len(found[0])
