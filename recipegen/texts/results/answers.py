"""What a model has answered, as the results of a tool tell it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from recipegen.corpus.field_names import section_of_field
from recipegen.corpus.field_values import Unusable
from recipegen.corpus.recipe import Reject, reject
from recipegen.texts.json_recipe import content_of, written
from recipegen.texts.sections import TITLE
from recipegen.texts.text import ALL, Text, letters_problem, temperature_of

_ASKED = ("user", "human")
"""Roles of messages that ask for an answer."""

_JSON_LIST = re.compile(r"\s*\[\s*\{")

_TITLES = ("dish", "topic")
"""Names of fields that hold a title, besides those of fields of a recipe."""


@dataclass(frozen=True)
class Answer:
    """A sample in the results of a tool."""

    id: str
    position: int
    """Its place in the file, from 0."""
    answer: object
    """What the model wrote: a text, a message's list of parts, or a recipe as an object."""
    prompt: str = ""
    title: str = ""
    """The title in the variables of its prompt; empty if there is none."""
    model: str = ""
    temperature: object = None
    stopped: bool | None = None
    failed: str = ""
    """Why there is no answer; empty if there is one."""


def as_text(source: str, found: Answer) -> Text | Reject:
    """A sample as a text, or as a reject with the reason."""
    try:
        return _text(source, found)
    except Unusable as problem:
        return reject(source, found.position, str(problem), found.id)


def _text(source: str, found: Answer) -> Text | Reject:
    if found.failed:
        return reject(source, found.position, found.failed, found.id)
    answer, from_fields, title = found.answer, False, found.title
    if isinstance(answer, Mapping):
        recipe = written(answer)
        answer, from_fields, title = recipe.text, recipe.from_fields, title or recipe.title
    words = content_of(answer)
    if not words.strip():
        raise Unusable("no text in the answer")
    text = Text(
        found.id,
        found.position,
        words,
        from_fields,
        found.prompt,
        title,
        temperature_of(found.temperature),
        found.stopped,
        group=found.model or ALL,
        model=found.model,
    )
    problem = letters_problem(text)
    return reject(source, found.position, problem, found.id) if problem else text


def asked(prompt: object) -> str:
    """What a model was asked: a text as it is, or what a user said in the messages of a chat.

    Args:
        prompt: a text, a list of messages, or a list of messages as JSON.
    """
    messages = _messages(prompt)
    if messages is None:
        return prompt if isinstance(prompt, str) else ""
    said = (content_of(each.get("content")) for each in messages if each.get("role") in _ASKED)
    return "\n\n".join(filter(None, said))


def _messages(prompt: object) -> list[Mapping[str, Any]] | None:
    if isinstance(prompt, str) and _JSON_LIST.match(prompt):
        try:
            prompt = json.loads(prompt)
        except (ValueError, RecursionError):
            return None
    if isinstance(prompt, list) and all(isinstance(each, Mapping) for each in prompt):
        return prompt
    return None


def title_in(variables: object) -> str:
    """The title among the variables of a prompt or the fields of a data set; empty without one."""
    fields = variables if isinstance(variables, Mapping) else {}
    for name, value in fields.items():
        known = section_of_field(str(name)) == TITLE or str(name).lower() in _TITLES
        if known and isinstance(value, str):
            return value
    return ""


def number_in(value: object) -> object:
    """A number that may be written as text, with a point or a comma; anything else as it is."""
    if not isinstance(value, str):
        return value
    try:
        return float(value.strip().replace(",", "."))
    except ValueError:
        return value if value.strip() else None
