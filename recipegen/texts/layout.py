"""Splits a recipe, as a person or a model writes it, into its sections and ingredient lines.

A text may have any of these forms: our own (``recipe for {title} | {directions}``), JSON (alone, in
a code fence or among other text), headings, labels and tags, or plain prose. Every passage knows
the positions of its characters in the text, so that foods found in the passage can be marked in the
text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Set
from dataclasses import dataclass, replace
from itertools import pairwise

from recipegen.texts.headings import marks_in
from recipegen.texts.json_answer import strings_of_answer
from recipegen.texts.line_headings import is_bulleted, step_number
from recipegen.texts.parts import part_among, step_label
from recipegen.texts.section_words import section_words
from recipegen.texts.sections import (
    CLOSING,
    DIRECTIONS,
    INGREDIENTS,
    INTRODUCTION,
    RECIPE,
    TITLE,
    Mark,
    Offer,
    Section,
)

LONGEST_TITLE = 15
"""Most words of a line above the recipe that can be its title."""

_OWN_FORM = re.compile(r"[^|\n]{1,400}? \| ")
_DOT = r"[-*+\u2022\u25aa\u25e6\u25cf\u00b7\u2013\u2014\u2043]"
_BULLET = re.compile(
    rf"[ \t>]*(?:{_DOT}\ufe0e?[ \t]*|"
    r"\[[ x]?\][ \t]*|\(?\d{1,2}[.)](?!\d)[ \t]+|[a-z][.)][ \t]+)*(?:\[[ x]?\][ \t]*)?"
)
_NUMBERED = re.compile(r"[ \t]*(?:\*\*)?(?:step )?\d{1,2}[.):](?!\d)", re.IGNORECASE)
_SYMBOL = re.compile(rf"[ \t>]*{_DOT}[ \t\ufe0e]*[^\s*-]")
_PARTS = re.compile(r"\n|--+|[ \t]\$[ \t]|[ \t]?[\u2022\u25aa\u25cf|;][\ufe0e \t]")
_SEPARATOR = re.compile(r"[\n$\u2022\u25aa\u25cf|;]")
"""A character that every match of _PARTS has, if it is not of dashes."""
_LETTER = re.compile(r"[^\W\d_]")
_DRESS = re.compile(r"[#*_`\s\"'\u201c\u201d]+")
_NO_TITLE = (".", "?", ":", ",", ">", "]")
"""No title ends with one of these, nor with "!" unless it is marked as a heading."""
_LABELLED = re.compile(r"(?:title|recipe|name)[ \t]*:[ \t*_]*", re.IGNORECASE)


@dataclass(frozen=True)
class Passage:
    """An ingredient line, or another section or a piece of one."""

    section: Section
    text: str
    start: int
    """Position of its first character in the whole text."""
    places: tuple[int, ...] | None = None
    """Position of each character, and of the end; None if the characters are consecutive."""
    part: str | None = None
    """The part of the dish that it is about, such as "filling"; None if the text does not say."""
    offer: Offer | None = None
    """What the heading of its group offers the cook: to leave it out, or to choose one."""

    def span(self, first: int, end: int) -> tuple[int, int]:
        """Start and end of ``self.text[first:end]`` in the whole text."""
        if self.places is None:
            return self.start + first, self.start + end
        return self.places[first], self.places[end - 1] + 1 if end > first else self.places[first]


def is_own_form(text: str) -> bool:
    """Whether a text is ``{title} | {directions}``, as the network writes it."""
    return _OWN_FORM.match(text) is not None and "\n" not in text.strip()


def layout(text: str) -> list[Passage]:
    """The passages of a recipe, in order; each ingredient line is a passage of its own."""
    if is_own_form(text):
        bar = text.index(" | ")
        return [Passage(TITLE, text[:bar], 0), Passage(DIRECTIONS, text[bar + 3 :], bar + 3)]
    if found := _of_json(text):
        return found
    return _with_directions(list(_of_marks(text, marks_in(text))))


def has_list(passages: list[Passage]) -> bool:
    """Whether a recipe has ingredient lines of its own."""
    return any(passage.section == INGREDIENTS for passage in passages)


def compose(title: str, ingredients: list[str], directions: list[str]) -> str:
    """A text that :func:`layout` splits into exactly these parts; empty parts are left out."""
    parts = []
    if title:
        parts.append(f"# {_one_line(title)}")
    if ingredients:
        parts.append(
            "\n".join(["## Ingredients", *(f"- {_one_line(line)}" for line in ingredients)])
        )
    if directions:
        steps = (f"{place}. {_one_line(step)}" for place, step in enumerate(directions, start=1))
        parts.append("\n".join(["## Directions", *steps]))
    return "\n\n".join(parts)


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _of_json(text: str) -> list[Passage]:
    return [
        Passage(found.section, found.text, found.places[0], found.places, found.part)
        for found in strings_of_answer(text)
        if found.text.strip()
    ]


def _with_directions(passages: list[Passage]) -> list[Passage]:
    """The passages; without any directions, what stands above the list is the directions."""
    if any(passage.section == DIRECTIONS for passage in passages):
        return passages
    return [
        replace(passage, section=DIRECTIONS) if passage.section == INTRODUCTION else passage
        for passage in passages
    ]


def _of_marks(text: str, marks: list[Mark]) -> Iterator[Passage]:
    end = Mark(len(text), len(text), None)
    opened = {mark.opens for mark in marks}
    above = INTRODUCTION if opened & {INGREDIENTS, DIRECTIONS} else DIRECTIONS
    parts = {mark.part for mark in marks if mark.part and mark.opens == INGREDIENTS}
    for mark, following in pairwise([Mark(0, 0, RECIPE), *marks, end]):
        if mark.opens == RECIPE:
            is_whole = following is end
            yield from _opening(text, mark.end, following.start, above, is_whole=is_whole)
        elif mark.opens == DIRECTIONS:
            is_last = following.opens != DIRECTIONS
            yield from _directions(text, mark, following.start, parts, is_last=is_last)
        elif mark.opens is not None:
            yield from _section(text, mark, following.start)


def _opening(
    text: str, start: int, end: int, above: Section, *, is_whole: bool
) -> Iterator[Passage]:
    """The passages above the first heading: the title, and the text around it."""
    section: Section = DIRECTIONS if is_whole else above
    title = _title(text, start, end, is_whole=is_whole)
    if title is None:
        yield from _plain(text, start, end, section)
        return
    yield from _plain(text, start, title.start, section)
    yield title
    yield from _plain(text, title.start + len(title.text), end, section)


def _title(text: str, start: int, end: int, *, is_whole: bool) -> Passage | None:
    lines = list(_lines(text, start, end))
    if is_whole and len(lines) < 2:
        return None
    # Above a heading, the title is the last line that can be one. In a text without headings, only
    # the first line can be the title.
    for at, line in lines[:1] if is_whole else reversed(lines):
        bare = line.strip()
        lead = _DRESS.match(bare)
        offset = at + line.index(bare) + (lead.end() if lead else 0)
        words = text[offset : at + len(line)].rstrip("#*_` \t\"'\u201d")
        if label := _LABELLED.match(words):
            offset, words = offset + label.end(), words[label.end() :]
        ends = _NO_TITLE if bare.startswith("#") else (*_NO_TITLE, "!")
        is_title = words and not words.endswith(ends)
        if is_title and len(words.split()) <= LONGEST_TITLE and not _SYMBOL.match(line):
            return Passage(TITLE, words, offset)
    return None


def _section(text: str, mark: Mark, end: int) -> Iterator[Passage]:
    if mark.opens == INGREDIENTS:
        yield from _listed(text, mark, end)
    elif mark.opens == TITLE:
        yield from _titled(text, mark.end, end)
    elif mark.opens is not None and mark.opens != RECIPE:
        lines = list(_lines(text, mark.end, end))
        closing = min(_closing(text, lines), end) if end == len(text) else end
        yield from _plain(text, mark.end, closing, mark.opens, mark.part)
        yield from _plain(text, closing, end, CLOSING)


def _directions(
    text: str, mark: Mark, end: int, parts: Set[str], *, is_last: bool
) -> Iterator[Passage]:
    """The steps, cut where another part of the dish begins, and the text that closes the recipe."""
    lines = list(_lines(text, mark.end, end))
    closing = _closing(text, lines, are_steps=True) if is_last else end
    start, part = mark.end, mark.part
    for at, line in lines if parts else ():
        if at >= closing:
            break
        label = step_label(line)
        named = part_among(label, parts) if label else part
        if named != part:
            yield from _plain(text, start, at, DIRECTIONS, part)
            start, part = at, named
    yield from _plain(text, start, min(closing, end), DIRECTIONS, part)
    yield from _plain(text, closing, end, CLOSING)


def _closing(text: str, lines: list[tuple[int, str]], *, are_steps: bool = False) -> int:
    """Where the text that closes the recipe begins; the end of the text if there is none.

    It is a paragraph that begins as such texts do, or the first paragraph behind numbered steps.
    """
    numbered = (at for at, line in lines if are_steps and step_number(line) is not None)
    last = max(numbered, default=-1)
    for at, line in lines[1:]:
        is_paragraph = text.endswith(("\n\n", "\n\r\n"), 0, at)
        if at <= last or not is_paragraph:
            continue
        is_step = line[:1].isspace() or is_bulleted(line)
        if section_words().closing.match(line.lstrip("*_# ").lower()) or (
            last >= 0 and not is_step
        ):
            return at
    return len(text)


def _titled(text: str, start: int, end: int) -> Iterator[Passage]:
    """The first line below a title heading as the title, and the text after it."""
    for at, line in _lines(text, start, end):
        bare = line.strip("#*_` \t[]")
        offset = at + line.index(bare) if bare else at
        yield Passage(TITLE, bare, offset)
        yield from _plain(text, at + len(line), end, INTRODUCTION)
        return


def _listed(text: str, mark: Mark, end: int) -> Iterator[Passage]:
    """The lines of a list; from the first line that is clearly a step, the rest is directions."""
    if mark.is_block:
        yield from _plain(text, mark.end, end, INGREDIENTS)
        return
    lines = list(_lines(text, mark.end, end))
    had_symbols = False
    for at, line in lines:
        is_symbol = _SYMBOL.match(line) is not None
        if had_symbols and not is_symbol and _is_step(line):
            yield from _directions(text, Mark(at, at, DIRECTIONS), end, set(), is_last=True)
            return
        had_symbols = had_symbols or is_symbol
        if len(lines) == 1 and line.count(",") > 1 and not _PARTS.search(line):
            # Foods in one line with commas between them are read like a sentence.
            yield Passage(INGREDIENTS, line, at, None, mark.part, mark.offer)
            return
        yield from _items(line, at, mark)


def _is_step(line: str) -> bool:
    bare = line.strip()
    return bool(_NUMBERED.match(bare)) or (bare.endswith((".", "!")) and len(bare.split()) > 4)


def _items(line: str, start: int, mark: Mark) -> Iterator[Passage]:
    done = 0
    has_parts = _SEPARATOR.search(line) or "--" in line
    for found in [*_PARTS.finditer(line), None] if has_parts else [None]:
        piece = line[done : found.start()] if found else line[done:]
        bullet = _BULLET.match(piece)
        offset = bullet.end() if bullet else 0
        item = piece[offset:].rstrip()
        if item:
            place = start + done + offset
            yield Passage(INGREDIENTS, item, place, None, mark.part, mark.offer)
        done = found.end() if found else done


def _plain(
    text: str, start: int, end: int, section: Section, part: str | None = None
) -> Iterator[Passage]:
    if _LETTER.search(text, start, end):
        yield Passage(section, text[start:end], start, None, part)


def _lines(text: str, start: int, end: int) -> Iterator[tuple[int, str]]:
    """The lines of ``text[start:end]`` that are not blank, each with its position."""
    for line in text[start:end].splitlines(keepends=True):
        if line.strip():
            yield start, line.rstrip("\r\n")
        start += len(line)
