"""Recipes of any generator: a text a line, or a JSON object, ``{"id": ..., "text": ...}``."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from recipegen.corpus.json_lines import decoded_lines
from recipegen.corpus.recipe import Reject, reject
from recipegen.corpus.streams import DAMAGED, as_utf8, head_of, lines_of
from recipegen.errors import UsageError

_OBJECT = re.compile(rb"^[ \t]*\{", re.MULTILINE)
_SURROGATE = re.compile("[\ud800-\udfff]")


ALL = "all"
"""The group of recipes that name none."""


@dataclass(frozen=True)
class Text:
    """A recipe from outside: its text, its ingredient lines, or both."""

    id: str
    position: int
    """Its line in the file, from 0, blank lines counted."""
    text: str
    lines: tuple[str, ...] | None
    prompt: str = ""
    """The words at its start that the generator was given."""
    temperature: float | None = None
    """The one it was drawn at, where that is known."""
    group: str = ALL
    """What it is summed up with."""


def read_texts(path: Path) -> tuple[list[Text], list[Reject]]:
    """The texts in a file, and the lines that are none.

    A line is a JSON object with ``id`` and ``text`` or ``ingredients``; or, in a file without any
    such line, a text as it is, whose id is the number of its line, from 1.

    Raises:
        UsageError: the file cannot be read, or not one line of it can be used.
    """
    seen: set[str] = set()
    texts: list[Text] = []
    rejects: list[Reject] = []
    try:
        with path.open("rb") as file:
            for found in _lines(as_utf8(file), path.name):
                parsed = found if isinstance(found, Reject) else _parse(path.name, *found, seen)
                if isinstance(parsed, Text):
                    seen.add(parsed.id)
                    texts.append(parsed)
                else:
                    rejects.append(parsed)
    except OSError as error:
        raise UsageError(f"{path}: cannot be read: {error.strerror}") from error
    if not texts:
        why = f"; line {rejects[0].position + 1}: {rejects[0].reason}" if rejects else ""
        raise UsageError(f'{path}: no line {{"id": ..., "text": ...}} in it{why}')
    return texts, rejects


def _lines(file: BinaryIO, source: str) -> Iterator[tuple[int, object] | Reject]:
    """The number of each line that is not blank, with the object that it is or stands for."""
    if not _is_plain(head_of(file)):
        yield from decoded_lines(file, source)
        return
    for position, (line, whole) in enumerate(lines_of(file)):
        if not whole:
            yield reject(source, position, "the line is too long", line)
        elif line.strip():
            yield position, {"id": str(position + 1), "text": line.rstrip("\n")}


def _is_plain(head: bytes) -> bool:
    """Whether a file begins with text that is not meant to be JSON."""
    first = head.lstrip().partition(b"\n")[0]
    try:
        json.loads(first)
    except (ValueError, RecursionError):
        return not _OBJECT.search(head)
    return False


def _parse(source: str, position: int, record: object, seen: set[str]) -> Text | Reject:
    if not isinstance(record, dict):
        return reject(source, position, "the line is not an object", record)
    if problem := _problem(record, seen) or _letters_problem(record):
        return reject(source, position, problem, record)
    lines = record.get("ingredients")
    return Text(
        record["id"],
        position,
        record.get("text") or "",
        None if lines is None else tuple(lines),
        record.get("prompt") or "",
        record.get("temperature"),
        record.get("group") or ALL,
    )


def _problem(record: dict[str, object], seen: set[str]) -> str | None:
    name, text, lines = record.get("id"), record.get("text"), record.get("ingredients")
    if not isinstance(name, str):
        return "id is not text"
    if name in seen:
        return "the id stands twice"
    if text is None and lines is None:
        return "neither text nor ingredients"
    if text is not None and not isinstance(text, str):
        return "text is not text"
    for field in ("prompt", "group"):
        if not isinstance(record.get(field) or "", str):
            return f"{field} is not text"
    if not _is_temperature(record.get("temperature")):
        return "temperature is not a number from 0 to 100"
    listed = isinstance(lines, list) and all(isinstance(line, str) for line in lines)
    return None if lines is None or listed else "ingredients are not a list of text"


def _letters_problem(record: dict[str, object]) -> str | None:
    """What would keep the texts of a record from being written to a table."""
    lines = record.get("ingredients")
    values = [record.get(field) for field in ("id", "text", "prompt", "group")]
    for value in values + (lines if isinstance(lines, list) else []):
        if isinstance(value, str) and DAMAGED in value:
            return "not UTF-8"
        if isinstance(value, str) and _SURROGATE.search(value):
            return "half of a letter, such as \\ud800"
    return None


def _is_temperature(value: object) -> bool:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return value is None or (number and 0 <= value <= 100)  # type: ignore[operator]
