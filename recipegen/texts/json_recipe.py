"""Turns a recipe in a JSON object into one text, whatever the names and shapes of its fields."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from recipegen.corpus.field_names import section_of_field
from recipegen.corpus.field_values import Lines, Unusable, lines_of
from recipegen.texts.layout import compose
from recipegen.texts.sections import DIRECTIONS, INGREDIENTS, TITLE, Section

ANSWERS = (
    *("text", "generated_text", "completion", "response", "output", "generation", "content"),
    *("answer", "prediction", "output_text"),
)
"""Names of fields that hold all that a generator wrote, the most likely first."""

CONVERSATIONS = ("messages", "conversations", "conversation")
"""Names of fields that hold the messages of a chat."""

_AUTHORS = ("assistant", "gpt", "model", "bot", "ai")
_NESTED = 6
"""Most levels of nested objects that are searched."""


class Written(NamedTuple):
    """A recipe as one text."""

    text: str
    title: str
    """The title from a field of its own; empty if there is none."""
    prompt: str
    """What the generator was asked for, from the messages of a chat; empty without messages."""
    from_fields: bool
    """Whether ingredient lines or directions came in fields of their own."""


def written(record: Mapping[str, Any]) -> Written:
    """The recipe of an object: first what its generator wrote, unchanged, then what fields add.

    Raises:
        Unusable: it has no text, no ingredients and no directions, or a field cannot be used.
    """
    return _written(record, _NESTED)


def _written(record: Mapping[str, Any], depth: int) -> Written:
    fields = _fields(record)
    title = " ".join(fields.pop(TITLE, []))
    answer, prompt = _answer(record, depth)
    # An empty field "text" is accepted: it is a recipe without any food.
    if not answer and not fields and not isinstance(record.get("text"), str):
        for value in record.values():
            if isinstance(value, Mapping) and depth:
                return _written(value, depth - 1)
        raise Unusable("neither text nor ingredients nor directions")
    added = compose(
        "" if answer else title, fields.get(INGREDIENTS, []), fields.get(DIRECTIONS, [])
    )
    return Written("\n\n".join(filter(None, (answer, added))), title, prompt, bool(fields))


def _fields(record: Mapping[str, Any]) -> dict[Section, list[str]]:
    """The items of each section that has a field of its own."""
    found: dict[Section, list[str]] = {}
    for name, value in record.items():
        section = section_of_field(str(name))
        if section is not None and value is not None:
            kind: Lines = "ingredients" if section == INGREDIENTS else "directions"
            lines = lines_of(value, kind, str(name))
            found.setdefault(section, []).extend(line for line in lines if line.strip())
    return found


def _answer(record: Mapping[str, Any], depth: int) -> tuple[str, str]:
    """What a generator wrote, and what it was asked for; the latter is empty without a chat."""
    for name in CONVERSATIONS:
        messages = record.get(name)
        if isinstance(messages, list):
            return _conversation(messages)
    choices, message = record.get("choices"), record.get("message")
    if isinstance(choices, list) and choices and isinstance(choices[0], Mapping) and depth:
        return _answer(choices[0], depth - 1)
    if isinstance(message, Mapping):
        return content_of(message.get("content")), ""
    text = record.get("text")
    if text is not None and not isinstance(text, str):
        raise Unusable("text is not text")
    for name in ANSWERS:
        value = record.get(name)
        is_chat = isinstance(value, list) and any("role" in each for each in _objects(value))
        said = _conversation(list(value or ())) if is_chat else (content_of(value), "")
        if said[0]:
            return said
    return "", ""


def _objects(values: list[Any]) -> list[Mapping[str, Any]]:
    return [value for value in values if isinstance(value, Mapping)]


def _conversation(messages: list[Any]) -> tuple[str, str]:
    """The last answer of a chat, and the last question before it."""
    answer, question = "", ""
    for message in _objects(messages):
        author = str(message.get("role", message.get("from", ""))).lower()
        said = content_of(message.get("content", message.get("value")))
        if author in _AUTHORS:
            answer = said
        elif author not in ("system", "tool", "developer"):
            question = said
    if not answer:
        raise Unusable("no message of an assistant")
    return answer, question


def content_of(value: Any) -> str:
    """The text of the content of a message, which is a text or a list of parts with texts."""
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        parts = (part.get("text") for part in _objects(value))
        return "\n".join(part for part in parts if isinstance(part, str))
    return ""
