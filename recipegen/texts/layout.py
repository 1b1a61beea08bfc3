"""Splits a recipe, as a person or a model writes it, into title, ingredient lines and directions.

A text may have any of these forms: our own (``recipe for {title} | {directions}``), JSON (alone, in
a code fence or among other text), headings, labels and tags, or plain prose. Every passage knows
the positions of its characters in the text, so that foods found in the passage can be marked in the
text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from recipegen.texts.headings import (
    DIRECTIONS,
    INGREDIENTS,
    RECIPE,
    TITLE,
    Mark,
    Section,
    marks_in,
)
from recipegen.texts.json_answer import strings_of_answer

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
_LETTER = re.compile(r"[^\W\d_]")
_DRESS = re.compile(r"[#*_`\s\"'\u201c\u201d]+")
_NO_TITLE = (".", "?", ":", ",", ">", "]")
"""No title ends with one of these, nor with "!" unless it is marked as a heading."""
_LABELLED = re.compile(r"(?:title|recipe|name)[ \t]*:[ \t*_]*", re.IGNORECASE)


@dataclass(frozen=True)
class Passage:
    """A title, an ingredient line, or directions."""

    section: Section
    text: str
    start: int
    """Position of its first character in the whole text."""
    places: tuple[int, ...] | None = None
    """Position of each character, and of the end; None if the characters are consecutive."""

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
    return list(_of_marks(text, marks_in(text)))


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
        Passage(found.section, found.text, found.places[0], found.places)
        for found in strings_of_answer(text)
        if found.text.strip()
    ]


def _of_marks(text: str, marks: list[Mark]) -> Iterator[Passage]:
    end = Mark(len(text), len(text), None)
    for mark, following in pairwise([Mark(0, 0, RECIPE), *marks, end]):
        if mark.opens == RECIPE:
            is_whole = following is end
            yield from _opening(text, mark.end, following.start, is_whole=is_whole)
        elif mark.opens is not None:
            yield from _section(text, mark.end, following.start, mark.opens)


def _opening(text: str, start: int, end: int, *, is_whole: bool) -> Iterator[Passage]:
    """The passages above the first heading: the title, and the text around it."""
    title = _title(text, start, end, is_whole=is_whole)
    if title is None:
        yield from _plain(text, start, end)
        return
    yield from _plain(text, start, title.start)
    yield title
    yield from _plain(text, title.start + len(title.text), end)


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


def _section(text: str, start: int, end: int, section: Section) -> Iterator[Passage]:
    if section == INGREDIENTS:
        yield from _listed(text, start, end)
    elif section == TITLE:
        yield from _titled(text, start, end)
    else:
        yield from _plain(text, start, end)


def _titled(text: str, start: int, end: int) -> Iterator[Passage]:
    """The first line below a title heading as the title, and the text after it."""
    for at, line in _lines(text, start, end):
        bare = line.strip("#*_` \t[]")
        offset = at + line.index(bare) if bare else at
        yield Passage(TITLE, bare, offset)
        yield from _plain(text, at + len(line), end)
        return


def _listed(text: str, start: int, end: int) -> Iterator[Passage]:
    """The lines of a list; from the first line that is clearly a step, the rest is directions."""
    lines = list(_lines(text, start, end))
    had_symbols = False
    for at, line in lines:
        is_symbol = _SYMBOL.match(line) is not None
        if had_symbols and not is_symbol and _is_step(line):
            yield from _plain(text, at, end)
            return
        had_symbols = had_symbols or is_symbol
        if len(lines) == 1 and line.count(",") > 1 and not _PARTS.search(line):
            # Foods in one line with commas between them are read like a sentence.
            yield Passage(INGREDIENTS, line, at)
            return
        yield from _items(line, at)


def _is_step(line: str) -> bool:
    bare = line.strip()
    return bool(_NUMBERED.match(bare)) or (bare.endswith((".", "!")) and len(bare.split()) > 4)


def _items(line: str, start: int) -> Iterator[Passage]:
    done = 0
    for found in [*_PARTS.finditer(line), None]:
        piece = line[done : found.start()] if found else line[done:]
        bullet = _BULLET.match(piece)
        offset = bullet.end() if bullet else 0
        item = piece[offset:].rstrip()
        if item:
            yield Passage(INGREDIENTS, item, start + done + offset)
        done = found.end() if found else done


def _plain(text: str, start: int, end: int) -> Iterator[Passage]:
    if _LETTER.search(text, start, end):
        yield Passage(DIRECTIONS, text[start:end], start)


def _lines(text: str, start: int, end: int) -> Iterator[tuple[int, str]]:
    """The lines of ``text[start:end]`` that are not blank, each with its position."""
    for line in text[start:end].splitlines(keepends=True):
        if line.strip():
            yield start, line.rstrip("\r\n")
        start += len(line)
