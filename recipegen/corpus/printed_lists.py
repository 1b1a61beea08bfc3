"""Lists and objects as programs print them into a cell, parsed without running any code.

Python (``['a', "b's"]``), NumPy (``['a' 'b']``), R (``c("a", "b")``) and JSON (``["a", "b"]``).
"""

from __future__ import annotations

import json
import re

_JSON = json.JSONDecoder(strict=False)

LONGEST = 1 << 20
"""Characters of the longest text that is parsed as a printed list."""

# All quantifiers are possessive, so that a long cell that is not a list is given up at once.
_TEXT = r"""'(?:[^'\\]++|\\.)*+'|"(?:[^"\\]++|\\.)*+\""""
_TOKEN = re.compile(
    rf"""\s*+(?:
      (?P<text>[bru]?(?:{_TEXT}))
    | (?P<open>\[|\{{|array\s*+\(|list\s*+\(|c\s*+\(|\()
    | (?P<close>,\s*+dtype\s*+=\s*+[\w.<>']++\s*+\)|\]|\}}|\))
    | (?P<empty>character\s*+\(\s*+0\s*+\)|None|null|NULL|NaN|nan|NA(?:_character_)?)
    | (?P<truth>True|False|true|false|TRUE|FALSE)
    | (?P<number>-?\d++(?:\.\d*+)?(?:[eE][-+]?\d++)?)
    | (?P<mark>[,:])
    )""",
    re.DOTALL | re.VERBOSE,
)
_FLAT = re.compile(
    rf"\s*+\[\s*+(?:(?:{_TEXT})\s*+(?:,\s*+(?:{_TEXT})\s*+)*+,?\s*+)?\]\s*+", re.DOTALL
)
_ITEM = re.compile(_TEXT, re.DOTALL)
_BEGINS = re.compile(
    r"""\s*+(?:
      (?:\[|c\s*+\(|list\s*+\(|array\s*+\(\s*+\[)\s*+(?:[bru]?['"]|[{\[]|None\b|nan\b|null\b|NA\b)
    | \[\s*+\]\s*+\Z
    | \{\s*+(?:['"]|\}\s*+\Z)
    | character\s*+\(\s*+0\s*+\)\s*+\Z
    )""",
    re.VERBOSE,
)
_ESCAPE = re.compile(
    r"\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U(00(?:0[0-9a-fA-F]|10)[0-9a-fA-F]{4})|(.))",
    re.DOTALL,
)
_STANDS_FOR = {"n": "\n", "t": "\t", "r": "\r", "\\": "\\", "'": "'", '"': '"', "\n": "", "/": "/"}


def is_printed(text: str) -> bool:
    """Whether a text begins like a list or an object that a program has printed."""
    return _BEGINS.match(text) is not None


def parse_literal(text: str) -> object:
    """The value that a printed text stands for: lists, objects, texts and numbers.

    Raises:
        ValueError: the text is something else, or is cut off.
    """
    if len(text) > LONGEST:
        raise ValueError("too long")
    if text.startswith("['") and _FLAT.fullmatch(text):
        items: list[str] = _ITEM.findall(text)
        return [item[1:-1] for item in items] if "\\" not in text else [*map(_unescape, items)]
    try:
        return _JSON.decode(text)
    except (ValueError, RecursionError):
        pass
    try:
        return json.loads("".join(_as_json(text)))
    except RecursionError as error:
        raise ValueError("nested too deep") from error


def _as_json(text: str) -> list[str]:
    """The pieces of JSON for a text in the notation of another language."""
    pieces: list[str] = []
    closers: list[str] = []
    at, end = 0, len(text.rstrip())
    after_value = False
    while at < end:
        token = _TOKEN.match(text, at)
        if token is None:
            raise ValueError(f"not a list at character {at}")
        at, kind = token.end(), token.lastgroup
        if kind in ("close", "mark"):
            after_value = kind == "close"
            pieces.append(token["mark"] or _closing(pieces, closers))
            continue
        if after_value and closers:
            pieces.append(",")  # NumPy prints its items side by side
        after_value = kind != "open"
        if kind == "open":
            is_object = token["open"] == "{"
            pieces.append("{" if is_object else "[")
            closers.append("}" if is_object else "]")
        elif kind == "text":
            pieces.append(json.dumps(_unescape(token["text"])))
        elif kind == "empty":
            pieces.append("[]" if token["empty"].startswith("character") else "null")
        else:
            pieces.append(token[0].strip().lower() if kind == "truth" else token["number"])
    return pieces


def _closing(pieces: list[str], closers: list[str]) -> str:
    """The bracket that closes the innermost open list or object; drops a comma before it."""
    if not closers:
        raise ValueError("a bracket that nothing opened")
    if pieces[-1] == ",":
        pieces.pop()
    return closers.pop()


def _unescape(text: str) -> str:
    inner = text[text.index(text[-1]) + 1 : -1]
    return _ESCAPE.sub(_letter, inner) if "\\" in inner else inner


def _letter(escape: re.Match[str]) -> str:
    code = escape[1] or escape[2] or escape[3]
    return chr(int(code, 16)) if code else _STANDS_FOR.get(escape[4], escape[0])
