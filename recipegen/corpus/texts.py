"""Recipes of any generator: a JSON text a line, ``{"id": ..., "text": ...}``."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from recipegen.corpus.recipe import Reject, reject
from recipegen.errors import UsageError


@dataclass(frozen=True)
class Text:
    """A recipe from outside: its text, or its ingredient lines, which win where both are there."""

    id: str
    position: int
    """Its line in the file, from 0."""
    text: str
    lines: tuple[str, ...] | None
    prompt: str = ""
    """The words at its start that the generator was given."""
    temperature: float | None = None
    """The one it was drawn at, where that is known."""


def read_texts(path: Path) -> tuple[list[Text], list[Reject]]:
    """The texts in a JSON Lines file, and the lines that are none.

    Raises:
        UsageError: the file cannot be read, or not one line of it can be used.
    """
    seen: set[str] = set()
    texts, rejects = [], []
    try:
        with path.open("rb") as file:
            for position, line in enumerate(file):
                parsed = _parse(path.name, position, line, seen)
                if isinstance(parsed, Text):
                    seen.add(parsed.id)
                    texts.append(parsed)
                elif parsed:
                    rejects.append(parsed)
    except OSError as error:
        raise UsageError(f"{path}: cannot be read: {error.strerror}") from error
    if not texts:
        why = f"; line {rejects[0].position + 1}: {rejects[0].reason}" if rejects else ""
        raise UsageError(f'{path}: no line {{"id": ..., "text": ...}} in it{why}')
    return texts, rejects


def _parse(source: str, position: int, line: bytes, seen: set[str]) -> Text | Reject | None:
    if not line.strip():
        return None
    try:
        record = json.loads(line)
    except (ValueError, RecursionError):
        return reject(source, position, "not valid JSON", line.decode("utf-8", "replace"))
    problem = _problem(record, seen)
    if problem:
        return reject(source, position, problem, record)
    lines = record.get("ingredients")
    return Text(
        record["id"],
        position,
        record.get("text") or "",
        None if lines is None else tuple(lines),
        record.get("prompt") or "",
        record.get("temperature"),
    )


def _problem(record: object, seen: set[str]) -> str | None:
    if not isinstance(record, dict):
        return "the line is not an object"
    name, text, lines = record.get("id"), record.get("text"), record.get("ingredients")
    if not isinstance(name, str):
        return "id is not text"
    if name in seen:
        return "the id stands twice"
    if text is None and lines is None:
        return "neither text nor ingredients"
    if text is not None and not isinstance(text, str):
        return "text is not text"
    if not isinstance(record.get("prompt") or "", str):
        return "prompt is not text"
    if not _is_temperature(record.get("temperature")):
        return "temperature is not a number from 0 to 100"
    listed = isinstance(lines, list) and all(isinstance(line, str) for line in lines)
    return None if lines is None or listed else "ingredients are not a list of text"


def _is_temperature(value: object) -> bool:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return value is None or (number and 0 <= value <= 100)  # type: ignore[operator]
