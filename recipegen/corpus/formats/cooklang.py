"""Reader of Cooklang: recipes whose ingredients are marked in the steps (https://cooklang.org)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import BinaryIO

from recipegen.corpus.byte_streams import RECORD_BYTES
from recipegen.corpus.recipe import Recipe, Reject, parse_recipe
from recipegen.errors import CorpusError

MARKED = re.compile(r"(?:^|[\s(])@[^\s@#~{}][^@#~{}\n]{0,80}\{[^{}\n]{0,80}\}", re.MULTILINE)
"""A marked ingredient, which nearly every Cooklang recipe has and hardly any other text."""

_FRONT = re.compile(r"\A\s*---\s*\n(.*?)\n---\s*(?:\n|\Z)", re.DOTALL)
_META = re.compile(r"^>>\s*([^:\n]{1,40}):\s*(.*)$", re.MULTILINE)
_COMMENT = re.compile(r"\[-.*?-\]|--[^\n]*", re.DOTALL)
_SECTION = re.compile(r"^\s*=+[^\n]*$", re.MULTILINE)
_NOTE = re.compile(r"^\s*>[^\n]*$", re.MULTILINE)
_COMPONENT = re.compile(
    r"(?P<kind>[@#~])(?P<change>[?&+\-]*)"
    r"(?:(?P<name>(?:\.{0,2}/)?[^@#~{}\n.,;()\[\]]*?)\{(?P<amount>[^{}\n]*)\}(?:\((?P<note>[^()\n]*)\))?"
    r"|(?P<word>[\w'\u2019-]+))"
)
_STEPS = re.compile(r"\n\s*\n")


def read_cooklang(file: BinaryIO, source: str) -> Iterator[Recipe | Reject]:
    """The recipe of a ``.cook`` file; its title is the one in its metadata, or the file name.

    Raises:
        CorpusError: the file is too long to be a recipe.
    """
    content = file.read(RECORD_BYTES + 1)
    if len(content) > RECORD_BYTES:
        raise CorpusError(f"{source}: longer than {RECORD_BYTES >> 20} MiB, too long for a recipe")
    text = "\n".join(content.decode("utf-8", "replace").splitlines())
    facts = _facts(text)
    body = _META.sub("", _FRONT.sub("", text))
    body = _NOTE.sub("", _SECTION.sub("\n", _COMMENT.sub("", body)))
    ingredients = [line for part in _COMPONENT.finditer(body) if (line := _ingredient(part))]
    fields = {
        "title": facts.get("title") or PurePosixPath(source).name.removesuffix(".cook"),
        "ingredients": list(dict.fromkeys(ingredients)),
        "directions": [_COMPONENT.sub(_said, step) for step in _STEPS.split(body)],
    }
    yield parse_recipe(source, 0, fields, text)


def _facts(text: str) -> dict[str, str]:
    """The metadata of a recipe: the block in front of it, and lines that begin with ``>>``."""
    facts = {name.strip().lower(): value.strip() for name, value in _META.findall(text)}
    front = _FRONT.match(text)
    for line in front[1].splitlines() if front else ():
        name, mark, value = line.partition(":")
        if mark:
            facts.setdefault(name.strip().lower(), value.strip().strip("\"'"))
    return facts


def _ingredient(part: re.Match[str]) -> str:
    """``2 cups carrots, grated`` for ``@carrots{2%cups}(grated)``; empty for tools and timers."""
    if part["kind"] != "@":
        return ""
    amount = " ".join((part["amount"] or "").lstrip("=").replace("%", " ").split())
    line = f"{amount} {_name(part)}".strip()
    return f"{line}, {part['note'].strip()}" if part["note"] else line


def _said(part: re.Match[str]) -> str:
    """The words of a step for an ingredient, a tool or a time."""
    if part["kind"] == "~":
        return " ".join((part["amount"] or _name(part)).replace("%", " ").split())
    return _name(part)


def _name(part: re.Match[str]) -> str:
    name = part["name"] if part["word"] is None else part["word"]
    # A short name may follow the full one: "@white wine|wine{}".
    return name.split("|")[0].strip().removeprefix("./").rpartition("/")[2]
