"""Finds the marks in a text that say which section comes next: headings, labels, tags and signs.

Headings and labels at the start of lines are those of people and chat models; they are found by
:mod:`recipegen.texts.line_headings`. Labels may also be on one line ("title: ... ingredients: ...
directions: ...", as T5 models write them). Tags are those of models fine-tuned on recipes
("<INGR_START>", "<start-title>", "[INGREDIENTS]:"). Signs are the emoji of a well-known
character-level model.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

from recipegen.texts.line_headings import is_item, line_headings, step_number
from recipegen.texts.sections import (
    DIRECTIONS,
    INGREDIENTS,
    NAMED,
    NOTES,
    RECIPE,
    TITLE,
    Mark,
    Section,
    section_named,
)

_NOTES = r"(?P<notes>notes?|tips?|variations?|substitutions?|nutrition|storage|equipment)"
_LABEL = re.compile(
    rf"(?:^|(?<=[\s.;,|>\]\u2581]))\[?(?:{NAMED}|{_NOTES})\]?[ \t]*:[ \t]*", re.IGNORECASE
)
_TAG = re.compile(
    r"<\|?/?[a-z][\w -]{0,30}/?\|?>|\[/?[a-z][a-z_-]{2,20}\](?!\()[ \t]*:?", re.IGNORECASE
)
_THOUGHT = re.compile(
    r"(?<=<(?:think)>).*?(?=</think>)|(?<=<reasoning>).*?(?=</reasoning>)", re.DOTALL
)
"""What a model writes while it reasons, with any headings in it."""
_SIGNS: dict[str, Section] = {
    "\N{GREEN BOOK}": TITLE,
    "\N{CARROT}": INGREDIENTS,
    "\N{MEMO}": DIRECTIONS,
}
_SIGN = re.compile(rf"^[ \t]*({'|'.join(_SIGNS)})\ufe0f?[ \t]*", re.MULTILINE)

_TAGGED: dict[str, Section | Literal["recipe"] | None] = {
    **dict.fromkeys(("title", "name", "titles"), TITLE),
    **dict.fromkeys(("ingredient", "ingredients", "ingr", "ingrs"), INGREDIENTS),
    **dict.fromkeys(
        ("direction", "directions", "instruction", "instructions", "instr", "steps", "method"),
        DIRECTIONS,
    ),
    **dict.fromkeys(("input", "inputs", "prompt", "user", "human", "system", "items"), None),
    **dict.fromkeys(("think", "thinking", "reasoning", "scratchpad", "nutrition"), None),
    **dict.fromkeys(("assistant", "answer", "response", "output"), RECIPE),
}
"""What the word of a tag opens. None: text that is not part of the recipe, such as the prompt."""


_OF_HTML = frozenset(
    "a abbr b blockquote body code del div em font h html i ins li mark ol p pre small span strong "
    "sub sup table tbody td th thead tr u ul".split(" ")
)
"""Tags of HTML that say how text looks. They begin and end no section."""


def marks_in(text: str) -> list[Mark]:
    """The marks of a text, in order and without overlaps.

    A text without a heading of its ingredients or directions may have a list of ingredients all the
    same: lines in a row of which at least half, and at least three, begin with an amount.
    """
    if "</" in text:
        text = _THOUGHT.sub(lambda found: " " * len(found[0]), text)
    found = [*_tags(text), *_signs(text), *line_headings(text)]
    opened = {mark.opens for mark in found if not mark.splits}
    if not {INGREDIENTS, DIRECTIONS} <= opened:
        labels = list(_labels(text))
        if {INGREDIENTS, DIRECTIONS} <= {mark.opens for mark in labels} | opened:
            found += labels
    if not {mark.opens for mark in found} & {INGREDIENTS, DIRECTIONS, RECIPE}:
        found += _bare_list(text)
    if not any(mark.opens for mark in found):
        return []  # else what a lonely end of a section ends would be lost
    kept: list[Mark] = []
    for mark in sorted(found, key=lambda each: (each.start, -each.end)):
        if not kept or mark.start >= kept[-1].end:
            kept.append(mark)
    return kept


FEWEST_ITEMS = 3
"""Fewest lines of a list of ingredients that has no heading."""

LONGEST_ITEM = 200
"""Most characters of a line of such a list."""


def _bare_list(text: str) -> list[Mark]:
    """The start and the end of the first list of ingredients that has no heading; or nothing."""
    for block in _blocks(text):
        items = [place for place, (_, line) in enumerate(block) if is_item(line)]
        if len(items) < max(FEWEST_ITEMS, len(block) / 2):
            continue
        is_all = len(block) == text.count("\n", 0, len(text.rstrip())) + 1
        first = block[0 if is_all or block[0][0] > 0 else items[0]][0]
        start, line = block[-1]
        end = start + len(line)
        return [Mark(first, first, INGREDIENTS, is_block=True), Mark(end, end, DIRECTIONS)]
    return []


def _blocks(text: str) -> Iterator[list[tuple[int, str]]]:
    """Lines that may be items, each with its start, as far as no blank line and no step is between.

    A title may stand in the first line of the text.
    """
    if text.count("\n") < FEWEST_ITEMS - 1:
        return
    block: list[tuple[int, str]] = []
    start = 0
    for line in [*text.split("\n"), ""]:
        if line.strip() and len(line) <= LONGEST_ITEM and step_number(line) is None:
            block.append((start, line))
        else:
            yield block
            block = []
        start += len(line) + 1


def _labels(text: str) -> Iterator[Mark]:
    for found in _LABEL.finditer(text):
        opens = NOTES if found["notes"] else section_named(found)
        yield Mark(found.start(), found.end(), opens)


def _signs(text: str) -> Iterator[Mark]:
    for found in _SIGN.finditer(text):
        yield Mark(found.start(), found.end(), _SIGNS[found[1]])


def _tags(text: str) -> Iterator[Mark]:
    inside: Section | Literal["recipe"] | None = None
    if "<" not in text and "[" not in text:
        return
    for found in _TAG.finditer(text):
        words = re.findall(r"[a-z]+", found[0].lower())
        if words and words[0] in _OF_HTML:
            continue
        named = [word for word in words if word in _TAGGED]
        ends = "/" in found[0][:3] or "end" in words or "eos" in words or "endoftext" in words
        if {"next", "sep", "section"} & {*words} or words == ["br"]:
            yield Mark(found.start(), found.end(), inside, splits=True)
        elif named and not ends:
            inside = _TAGGED[named[0]]
            yield Mark(found.start(), found.end(), inside)
        elif named or (ends and found[0][0] == "<"):
            after = RECIPE if named and _TAGGED[named[0]] is None else None
            inside = None
            yield Mark(found.start(), found.end(), after)
