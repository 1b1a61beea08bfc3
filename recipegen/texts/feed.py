"""Recipes of any generator: a text a line, or a JSON object a line, in the shapes people have.

``{"id": ..., "text": ...}`` is our own form. Besides it are read: fields of a recipe (``title``,
``ingredients``, ``directions`` and their other names), chat messages, answers of an endpoint as
they came, and what libraries write (``generated_text``, ``completion``, ...).
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
"""The group of recipes that name none."""


@dataclass(frozen=True)
class Text:
    """A recipe from outside."""

    id: str
    position: int
    """Its line in the file, from 0, blank lines counted."""
    text: str
    """All of it, as :func:`recipegen.texts.layout.layout` takes it apart."""
    from_fields: bool = False
    """Whether it came in fields, ingredient lines as such among them."""
    prompt: str = ""
    """What the generator was given."""
    title: str = ""
    """The title that it was asked for, or gave, where a field says so."""
    temperature: float | None = None
    """The one it was drawn at, where that is known."""
    stopped: bool | None = None
    """Whether its generator ended it by itself, where that is known."""
    group: str = ALL
    """What it is summed up with."""


def read_texts(path: Path) -> tuple[list[Text], list[Reject]]:
    """The recipes in a file, and the lines that are none.

    A file without any line of JSON has a text a line, whose id is the number of its line, from 1.
    An object without an id gets one from the number of its line: ``line-7``.

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


def texts_in(recipes: Iterable[str | Mapping[str, Any]]) -> list[Text]:
    """The recipes of a list: texts, or objects in any shape that a line of a file may have.

    Raises:
        UsageError: one of them is no recipe.
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
    """The number of each line that is not blank, with the value that it is or stands for."""
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
        return reject(source, position, "the id stands twice", record)
    prompt = facts.pop("prompt") or found.prompt
    return Text(
        name, position, found.text, found.from_fields, prompt=prompt, title=found.title, **facts
    )


def _id(record: dict[str, Any], position: int) -> str:
    """The id of a record, a number as it is written; without one, one made from its line."""
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
    """What would keep the texts of a record from being written to a table."""
    for value in (name, found.text, found.title, found.prompt, facts["prompt"], facts["group"]):
        if DAMAGED in value:
            return "not UTF-8"
        if _SURROGATE.search(value):
            return "half of a letter, such as \\ud800"
    return None


def _is_temperature(value: object) -> bool:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return value is None or (number and 0 <= value <= 100)  # type: ignore[operator]
