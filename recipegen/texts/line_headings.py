"""Finds the lines of a recipe that are headings, and the labels at the start of lines.

A heading is a line with a well-known word ("## Ingredients", "METHOD"), or a line that is marked as
a heading and names something else: a part of the dish ("**For the sauce:**"), notes ("Tips from my
kitchen:"), or what to serve with it. What a heading of the last kind opens depends on the line that
follows: an amount opens a group of ingredients, a number opens steps.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from recipegen.texts.parts import LONGEST_PART, part_named
from recipegen.texts.section_words import section_words
from recipegen.texts.sections import (
    DIRECTIONS,
    INGREDIENTS,
    NAMED,
    NOTES,
    SERVING,
    TITLE,
    Mark,
    Offer,
    Section,
    section_named,
)

LONGEST_HEADING = 80
"""Most characters of a heading that has no colon."""

LONGEST_BARE_ITEM = 8
"""Most words of an ingredient without an amount, its bullet included."""

_DRESS = r"(?:[^\w\s<\[(#]{1,4}[ \t]*){0,2}"
_KNOWN = re.compile(
    rf"[ \t>]*(?:(?P<hashes>#{{1,6}})[ \t]*)?{_DRESS}(?:{NAMED})"
    r"(?P<more>[ \t]+for [^\n:*|]{1,60}|[ \t]*\([^)\n]{0,60}\))?[ \t*_]*"
    r"(?:(?P<colon>[:\uff1a])[*_]*[ \t]*|(?=[ \t]*$)[ \t]*)",
    re.IGNORECASE,
)
_ALONE = re.compile(
    r"[ \t>]*(?P<bullet>[-*+\u2022][ \t]+)?(?:(?P<hashes>#{1,6})[ \t]*(?P<ranked>\S.*)"
    r"|(?P<bold>\*\*|__)(?P<bolded>[^*]{2,80})(?P=bold):?|(?P<plain>[^\W\d_][^:.!?]{0,60}):)[ \t]*$"
)
_LABEL = re.compile(rf"[ \t>]*{_DRESS}(?P<label>[^\W\d_][^:.,;*_\d]{{1,40}}?)[*_]*:[*_]*[ \t]*")
_ENDS = re.compile(
    r"(?:(?P<part>.*\S)[ \t]+)?(?:(?P<ingredients>ingredients?)"
    r"|(?P<directions>directions?|instructions?|method|steps|preparation))",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"[ \t>]*(?:\*\*)?(?:step )?(\d{1,2})[.):](?!\d)", re.IGNORECASE)
_SIGN = r"[-*+\u2022\u25aa\u25e6\u25cf\u00b7\u2013\u2014]"
_AMOUNT = re.compile(
    rf"[ \t>]*(?:{_SIGN}[ \t]*|\[[ x]?\][ \t]*)*(?:\d+(?!\d|[.):](?!\d))"
    r"|[\u00bc-\u00be\u2150-\u215e]"
    r"|(?:a|an|one|two|three|half a) (?:cup|pinch|dash|handful|few|can)\b)",
    re.IGNORECASE,
)
_BULLET = re.compile(rf"[ \t>]*{_SIGN}[ \t]")
_DIGIT = re.compile(r"[ \t>]*(?:[-*+\u2022][ \t]+)?\d")
"""The start of most items and steps. No heading and no label begins with a digit like this."""


class _Heading(NamedTuple):
    opens: Section | None
    """None if it only names something."""
    name: str
    """The words of the heading, without marks."""
    level: int
    """Number of hashes; 0 for none."""
    end: int
    """Where the text behind it begins in its line."""
    is_line: bool
    """Whether it fills its line."""


@dataclass
class _Reading:
    """What is known when a line has been read."""

    section: Section | None = None
    level: int = 0
    whole: str | None = None
    """The part that a heading above several sections names."""
    part: str | None = None
    steps: int = 0
    """The number of the last numbered step."""
    in_label: bool = False
    """Whether the section was opened by a label in front of a text."""


def line_headings(text: str) -> Iterator[Mark]:
    """The headings and labels that begin a section or a part, in order."""
    lines = list(_lines(text))
    reading = _Reading()
    for place, (start, line) in enumerate(lines):
        after = lines[place + 1] if place + 1 < len(lines) else (len(text), "")
        heading = _heading_in(line)
        if heading is None:
            yield from _resumed(reading, start, line)
            continue
        mark = _opened(reading, heading, start, after[1])
        if mark is not None:
            yield mark
            if mark.opens == NOTES and not heading.is_line and reading.section == INGREDIENTS:
                yield Mark(after[0], after[0], INGREDIENTS, part=reading.part)


def is_item(line: str) -> bool:
    """Whether a line begins like an ingredient, with an amount."""
    return _AMOUNT.match(line) is not None


def _is_short_item(line: str) -> bool:
    """Whether a line can be an ingredient without an amount: "- Pan drippings"."""
    is_sentence = line.endswith((".", "!", ":")) or len(line.split()) > LONGEST_BARE_ITEM
    return is_bulleted(line) and not is_sentence


def step_number(line: str) -> int | None:
    """The number in front of a step; None without one."""
    found = _NUMBER.match(line)
    return int(found[1]) if found else None


def is_bulleted(line: str) -> bool:
    """Whether a line begins with a sign such as a dash or a dot."""
    return _BULLET.match(line) is not None


def _lines(text: str) -> Iterator[tuple[int, str]]:
    start = 0
    for line in text.split("\n"):
        if line and not line.isspace():
            yield start, line.rstrip()
        start += len(line) + 1


def _heading_in(line: str) -> _Heading | None:
    """The heading or the label in a line; None if it has none."""
    is_short = len(line) <= LONGEST_HEADING and not line.endswith((".", "!", "?", ","))
    if not is_short and ":" not in line and "\uff1a" not in line:
        return None
    if _DIGIT.match(line):
        return None
    if known := _KNOWN.match(line):
        section = section_named(known)
        if section == TITLE and not known["colon"]:
            return None
        more = (known["more"] or "").strip()
        name = more if more.startswith("for") else ""
        is_line = known.end() == len(line)
        return _Heading(section, name, len(known["hashes"] or ""), known.end(), is_line)
    if alone := _ALONE.match(line):
        return _alone(alone, len(line))
    if ":" in line and (label := _LABEL.match(line)):
        opens = kind_of(label["label"].strip().lower())
        return _Heading(opens, "", 0, label.end(), False) if opens else None
    return None


def _alone(found: re.Match[str], end: int) -> _Heading | None:
    """The heading that fills a line."""
    name = (found["ranked"] or found["bolded"] or found["plain"]).strip("#*_: \t")
    lower = name.lower()
    if not name or section_words().facts.match(lower) or name.endswith(("!", ".", "?")):
        return None
    level = len(found["hashes"] or "")
    if opens := kind_of(lower):
        return _Heading(opens, "", level, end, True)
    if ends := _ENDS.fullmatch(name):
        section: Section = INGREDIENTS if ends["ingredients"] else DIRECTIONS
        return _Heading(section, ends["part"] or "", level, end, True)
    is_name = len(name.partition("(")[0].split()) <= LONGEST_PART and "," not in name
    return _Heading(None, name, level, end, True) if is_name or level else None


def kind_of(name: str) -> Section | None:
    """Whether a name in lower case is one of notes or of a serving suggestion."""
    words = section_words()
    if words.facts.match(name):
        return None
    if words.notes.search(name):
        return NOTES
    return SERVING if words.serving.search(name) else None


def _resumed(reading: _Reading, start: int, line: str) -> Iterator[Mark]:
    """The directions, if a line is the step that follows after a note between two steps."""
    number = step_number(line)
    if number is None:
        return
    if reading.section == DIRECTIONS:
        reading.steps = number
    elif reading.in_label and reading.steps and number == reading.steps + 1:
        reading.section, reading.steps, reading.in_label = DIRECTIONS, number, False
        yield Mark(start, start, DIRECTIONS, part=reading.part)


def _opened(reading: _Reading, heading: _Heading, start: int, following: str) -> Mark | None:
    """The mark of a heading; None if it begins nothing."""
    part = part_named(heading.name) if heading.name else None
    opens = heading.opens or _by_what_follows(reading, heading, following)
    if reading.section == INGREDIENTS and not heading.is_line and opens in (NOTES, SERVING):
        # In a list, a label is about its line alone, and "To serve: limes" names an ingredient.
        return Mark(start, start + heading.end, NOTES) if opens == NOTES else None
    if reading.section == INGREDIENTS and opens == SERVING:
        opens, part = INGREDIENTS, SERVING
    if opens is None:
        return None
    if opens == TITLE and heading.opens is None:  # a heading above a list and steps of its own
        reading.whole = part
        return Mark(start, start + heading.end, reading.section or DIRECTIONS, part=part)
    if heading.opens in (INGREDIENTS, DIRECTIONS):
        part = part or reading.whole
        reading.level = heading.level or reading.level
    if opens != DIRECTIONS and heading.is_line:
        reading.steps = 0
    reading.section, reading.part, reading.in_label = opens, part, not heading.is_line
    offer = _offer(heading.name.lower()) if opens == INGREDIENTS else None
    return Mark(start, start + heading.end, opens, part=part, offer=offer)


def _offer(name: str) -> Offer | None:
    """What a heading in lower case offers the cook."""
    words = section_words()
    if words.choice.search(name):
        return "choice"
    return "optional" if words.optional.search(name) else None


def _by_what_follows(reading: _Reading, heading: _Heading, following: str) -> Section | None:
    """What a heading opens that only names something; TITLE if sections of its own follow."""
    if reading.section in (None, TITLE) or not following:
        return None
    below = _KNOWN.match(following)
    if below and section_named(below) in (INGREDIENTS, DIRECTIONS):
        return TITLE
    is_numbered = step_number(following) is not None
    if reading.section == INGREDIENTS:
        outranks = 0 < heading.level <= reading.level
        if is_numbered or (outranks and not (is_item(following) or _is_short_item(following))):
            return DIRECTIONS
        return INGREDIENTS if not following.endswith(".") or is_bulleted(following) else DIRECTIONS
    if is_item(following) and not is_numbered and not following.endswith("."):
        return INGREDIENTS
    if is_numbered:
        return DIRECTIONS
    if reading.section == DIRECTIONS:
        return NOTES if reading.steps > 1 else DIRECTIONS
    return None
