"""A recipe from outside, and how it is made from a JSON object in any shape."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from recipegen.corpus.byte_streams import DAMAGED
from recipegen.corpus.field_values import Unusable
from recipegen.corpus.recipe import Reject, reject
from recipegen.texts.json_recipe import written

_SURROGATE = re.compile("[\ud800-\udfff]")

HIGHEST_TEMPERATURE = 100
"""A number above it is no sampling temperature."""

ALL = "all"
"""The group of recipes that name no group."""


@dataclass(frozen=True)
class Text:
    """A recipe from outside."""

    id: str
    position: int
    """The number of its line or record in the file, from 0; blank lines count."""
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
    model: str = ""
    """The model that wrote it, if a results file of another tool says so; else empty."""


def text_of(source: str, position: int, record: object) -> Text | Reject:
    """The recipe in a decoded JSON record, or a reject with the reason.

    A record without an id gets one from the number of its line: ``line-7``.

    Args:
        source: name of the file.
        position: the number of its line in the file, from 0.
        record: an object, or a list with one object.
    """
    if isinstance(record, list) and len(record) == 1:
        record = record[0]  # as pipelines of the library transformers write each answer
    if not isinstance(record, dict):
        return reject(source, position, "the line is not an object", record)
    try:
        found = written(record)
        facts = _facts(record)
        prompt = facts.pop("prompt") or found.prompt
        name = _id(record, position)
        text = Text(
            name, position, found.text, found.from_fields, prompt, title=found.title, **facts
        )
    except Unusable as problem:
        return reject(source, position, str(problem), record)
    problem_of_letters = letters_problem(text)
    return reject(source, position, problem_of_letters, record) if problem_of_letters else text


def letters_problem(text: Text) -> str | None:
    """Why a text cannot be written to a table; None if it can."""
    for value in (text.id, text.text, text.title, text.prompt, text.group, text.model):
        if DAMAGED in value:
            return "not UTF-8"
        if _SURROGATE.search(value):
            return "a lone surrogate, such as \\ud800"
    return None


def temperature_of(value: object) -> float | None:
    """A sampling temperature.

    Raises:
        Unusable: the value is neither missing nor a number from 0 to 100.
    """
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if value is not None and not (number and 0 <= value <= HIGHEST_TEMPERATURE):  # type: ignore[operator]
        raise Unusable(f"temperature is not a number from 0 to {HIGHEST_TEMPERATURE}")
    return value  # type: ignore[return-value]


def _id(record: Mapping[str, Any], position: int) -> str:
    """The id of a record, as text. A record without an id gets one from the number of its line."""
    named = (record.get(field) for field in ("id", "custom_id", "sample_id"))
    name = next((value for value in named if value is not None), None)
    if name is None:
        return f"line-{position + 1}"
    if isinstance(name, bool) or not isinstance(name, str | int | float):
        raise Unusable("id is neither text nor a number")
    return str(name)


def _facts(record: Mapping[str, Any]) -> dict[str, Any]:
    """What a record says about how it was made."""
    for field in ("prompt", "group"):
        if not isinstance(record.get(field) or "", str):
            raise Unusable(f"{field} is not text")
    temperature, stopped = temperature_of(record.get("temperature")), record.get("stopped")
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
