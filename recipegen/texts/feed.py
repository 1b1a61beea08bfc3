"""Reads recipes of any generator from a file: each line is a text or a JSON object.

``{"id": ..., "text": ...}`` is our own form. Other forms are read too: fields of a recipe
(``title``, ``ingredients``, ``directions`` and their other names), chat messages, unchanged answers
of an endpoint, and what libraries write (``generated_text``, ``completion``, ...).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from recipegen.corpus.json_lines import decoded_lines
from recipegen.corpus.recipe import Reject, reject
from recipegen.corpus.shapes import Unusable
from recipegen.corpus.streams import DAMAGED, as_utf8, head_of, lines_of
from recipegen.errors import UsageError
from recipegen.texts.record import Written, written

_OBJECT = re.compile(rb"^[ \t]*[\[{]", re.MULTILINE)
_SURROGATE = re.compile("[\ud800-\udfff]")

ALL = "all"
"""The group of recipes that name no group."""


@dataclass(frozen=True)
class Text:
    """A recipe from outside."""

    id: str
    position: int
    """The number of its line in the file, from 0; blank lines count."""
    text: str
    """The whole recipe; :func:`recipegen.texts.layout.layout` splits it into passages."""
    from_fields: bool = False
    """Whether its ingredient lines or directions came in fields of their own."""
    prompt: str = ""
    """The prompt that the generator was given; empty if unknown."""
    title: str = ""
    """The title that the generator was asked for, or gave; empty if no field has it."""
    temperature: float | None = None
    """The temperature at which it was drawn, if known."""
    stopped: bool | None = None
    """Whether the generator ended it by itself, if known."""
    group: str = ALL
    """The group with which it is summarised."""


def read_texts(path: Path) -> tuple[list[Text], list[Reject]]:
    """The recipes in a file, and the lines that are not recipes.

    In a file without any line of JSON, each line is a text. Its id is the number of its line, from
    1. An object without an id gets one from the number of its line: ``line-7``.

    Raises:
        UsageError: the file cannot be read, or no line of it can be used.
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
        raise UsageError(f'{path}: no line is a recipe, such as {{"id": ..., "text": ...}}{why}')
    return texts, rejects


def texts_in(recipes: Iterable[str | Mapping[str, Any]]) -> list[Text]:
    """The recipes of a list of texts and of objects, in any form that a line of a file may have.

    Raises:
        UsageError: one of them is not a recipe.
    """
    texts: list[Text] = []
    seen: set[str] = set()
    for position, recipe in enumerate(recipes):
        plain = {"id": str(position + 1), "text": recipe}
        record = plain if isinstance(recipe, str) else dict(recipe)
        found = _parse("the list", position, record, seen)
        if isinstance(found, Reject):
            raise UsageError(f"recipe {position}: {found.reason}")
        seen.add(found.id)
        texts.append(found)
    return texts


def _lines(file: BinaryIO, source: str) -> Iterator[tuple[int, object] | Reject]:
    """The number of each line that is not blank, with its JSON value or an object for its text."""
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
    if isinstance(record, list) and len(record) == 1:
        record = record[0]  # as pipelines of the library transformers write each answer
    if not isinstance(record, dict):
        return reject(source, position, "the line is not an object", record)
    try:
        found = written(record)
        name = _id(record, position)
        facts = _facts(record)
    except Unusable as problem:
        return reject(source, position, str(problem), record)
    if problem_of_letters := _letters_problem(name, found, facts):
        return reject(source, position, problem_of_letters, record)
    if name in seen:
        return reject(source, position, "the id occurs twice", record)
    prompt = facts.pop("prompt") or found.prompt
    return Text(
        name, position, found.text, found.from_fields, prompt=prompt, title=found.title, **facts
    )


def _id(record: dict[str, Any], position: int) -> str:
    """The id of a record, as text. A record without an id gets one from the number of its line."""
    named = (record.get(field) for field in ("id", "custom_id", "sample_id"))
    name = next((value for value in named if value is not None), None)
    if name is None:
        return f"line-{position + 1}"
    if isinstance(name, bool) or not isinstance(name, str | int | float):
        raise Unusable("id is neither text nor a number")
    return str(name)


def _facts(record: dict[str, Any]) -> dict[str, Any]:
    """What a record says about how it was made."""
    for field in ("prompt", "group"):
        if not isinstance(record.get(field) or "", str):
            raise Unusable(f"{field} is not text")
    temperature, stopped = record.get("temperature"), record.get("stopped")
    if not _is_temperature(temperature):
        raise Unusable("temperature is not a number from 0 to 100")
    if not isinstance(stopped, bool | None):
        raise Unusable("stopped is not true or false")
    reason = record.get("finish_reason")
    if stopped is None and isinstance(reason, str):
        stopped = reason != "length"
    return {
        "prompt": record.get("prompt") or "",
        "temperature": temperature,
        "stopped": stopped,
        "group": record.get("group") or ALL,
    }


def _letters_problem(name: str, found: Written, facts: dict[str, Any]) -> str | None:
    """Why the texts of a record cannot be written to a table; None if they can."""
    for value in (name, found.text, found.title, found.prompt, facts["prompt"], facts["group"]):
        if DAMAGED in value:
            return "not UTF-8"
        if _SURROGATE.search(value):
            return "a lone surrogate, such as \\ud800"
    return None


def _is_temperature(value: object) -> bool:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return value is None or (number and 0 <= value <= 100)  # type: ignore[operator]
