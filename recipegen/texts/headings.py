"""Finds the marks in a text that say which section comes next: headings, labels, tags and signs.

Headings are those of people and chat models ("## Ingredients", "**Instructions:**", "METHOD").
Labels are on one line ("title: ... ingredients: ... directions: ...", as T5 models write them).
Tags are those of models fine-tuned on recipes ("<INGR_START>", "<start-title>", "[INGREDIENTS]:").
Signs are the emoji of a well-known character-level model.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

TITLE: Literal["title"] = "title"
INGREDIENTS: Literal["ingredients"] = "ingredients"
DIRECTIONS: Literal["directions"] = "directions"
Section = Literal["title", "ingredients", "directions"]

_WORDS: dict[Section, str] = {
    TITLE: r"title|recipe(?: name| title)?|name(?: of (?:the )?(?:dish|recipe))?|dish(?: name)?",
    INGREDIENTS: (
        r"(?:recipe |main |the |list of )?ingredients?(?: list| needed| required| you(?:'ll| will) "
        r"need)?|ingrs?|you(?:'ll| will) need|what you(?:'ll| will)? need|shopping list"
    ),
    DIRECTIONS: (
        r"(?:cooking |recipe |step[- ]by[- ]step |the )?(?:directions?|instructions?|instrs?|"
        r"method|steps|procedure|preparation)|how to (?:make|cook|prepare)(?: it| this)?|method of "
        r"preparation|preparation (?:method|steps)|for the method|to (?:make|prepare)"
    ),
}
_AFTER = (
    r"notes?|(?:cook'?s |chef'?s |recipe )?tips?(?: (?:and|&) [a-z]+)?|variations?|substitutions?|"
    r"nutrition(?:al)?(?: (?:facts|information))?|serving suggestions?|storage|equipment|to serve"
)
"""Headings of sections that follow the ingredient list or the directions."""

_NAMED = "|".join(
    [*(f"(?P<{section}>{words})" for section, words in _WORDS.items()), f"(?P<after>{_AFTER})"]
)
_FRAME = r"[ \t>]*(?:(?P<hashes>#{1,6})[ \t]*)?(?:[^\w\s<\[(#]{1,4}[ \t]*)?"
_MORE = r"(?:[ \t]+for [^\n:*|]{1,60}|[ \t]*\([^)\n]{0,60}\))?"
_HEADING = re.compile(
    rf"^{_FRAME}(?:{_NAMED}){_MORE}[ \t*_]*"
    rf"(?:(?P<colon>[:\uff1a])[*_]*[ \t]*|(?=[ \t]*$)[ \t]*)",
    re.IGNORECASE | re.MULTILINE,
)
_LEVEL = re.compile(r"^[ \t]*(?P<hashes>#{1,6})[ \t]*\S[^\n]*$", re.MULTILINE)
_LABEL = re.compile(rf"(?:^|(?<=[\s.;,|>\]\u2581]))\[?(?:{_NAMED})\]?[ \t]*:[ \t]*", re.IGNORECASE)
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

RECIPE: Literal["recipe"] = "recipe"
"""What a mark opens if a whole recipe follows it, including the title."""

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


class Mark(NamedTuple):
    """A heading, a label or a tag: ``text[start:end]``."""

    start: int
    end: int
    opens: Section | Literal["recipe"] | None
    """The section that follows; None if what follows is not part of the recipe."""
    splits: bool = False
    """Whether it only separates one item of a section from the next."""


def marks_in(text: str) -> list[Mark]:
    """The marks of a text, in order and without overlaps.

    The list is empty if no mark opens an ingredient list, directions or a whole recipe.
    """
    if "</" in text:
        text = _THOUGHT.sub(lambda found: " " * len(found[0]), text)
    found = [*_tags(text), *_signs(text), *_headings(text)]
    opened = {mark.opens for mark in found if not mark.splits}
    if not {INGREDIENTS, DIRECTIONS} <= opened:
        labels = list(_labels(text))
        if {INGREDIENTS, DIRECTIONS} <= {mark.opens for mark in labels} | opened:
            found += labels
    if not {mark.opens for mark in found} & {INGREDIENTS, DIRECTIONS, RECIPE}:
        return []
    kept: list[Mark] = []
    for mark in sorted(found, key=lambda each: (each.start, -each.end)):
        if not kept or mark.start >= kept[-1].end:
            kept.append(mark)
    return kept


def _headings(text: str) -> Iterator[Mark]:
    level = 0
    own = {found.start(): found for found in _HEADING.finditer(text)}
    lines = {found.start(): found for found in _LEVEL.finditer(text)} if own else {}
    for start in sorted({*own, *lines}):
        if start in own:
            found = own[start]
            opens = _opens(found)
            if opens == TITLE and not found["colon"]:
                continue
            level = len(found["hashes"] or "") or level
            yield Mark(start, found.end(), opens)
        elif level and len(lines[start]["hashes"]) <= level:
            # A heading of the same or a higher rank ends a list, whatever it says.
            yield Mark(start, start, DIRECTIONS)


def _labels(text: str) -> Iterator[Mark]:
    for found in _LABEL.finditer(text):
        yield Mark(found.start(), found.end(), _opens(found))


def _opens(found: re.Match[str]) -> Section:
    return next((section for section in _WORDS if found[section]), DIRECTIONS)


def _signs(text: str) -> Iterator[Mark]:
    for found in _SIGN.finditer(text):
        yield Mark(found.start(), found.end(), _SIGNS[found[1]])


def _tags(text: str) -> Iterator[Mark]:
    inside: Section | Literal["recipe"] | None = None
    if "<" not in text and "[" not in text:
        return
    for found in _TAG.finditer(text):
        words = re.findall(r"[a-z]+", found[0].lower())
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
