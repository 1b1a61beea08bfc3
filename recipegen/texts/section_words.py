"""The words by which sections of a recipe are known: ``data/section_words.toml``."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache

from recipegen.resources import DATA

SECTION_WORDS_FILE = DATA / "section_words.toml"


@dataclass(frozen=True)
class SectionWords:
    """Patterns of the word lists of ``data/section_words.toml``; the file says what each one is.

    All are for lower-case text.
    """

    notes: re.Pattern[str]
    """Finds a word of notes at the start or the end of a heading."""
    serving: re.Pattern[str]
    """Finds a word of a serving suggestion at the start or the end of a heading."""
    facts: re.Pattern[str]
    """Matches the start of a line of facts, such as "serves"."""
    closing: re.Pattern[str]
    """Matches the start of a closing paragraph."""
    around_parts: frozenset[str]
    """Words that are not part of the name of a part."""
    optional: re.Pattern[str]
    """Finds a word of a heading of ingredients that may be left out."""
    choice: re.Pattern[str]
    """Finds a word of a heading of ingredients of which a cook takes one."""
    no_parts: frozenset[str]
    """Names of groups of ingredients that are no part of the dish by themselves."""


@cache
def section_words() -> SectionWords:
    """The words, read once."""
    lists = tomllib.loads(SECTION_WORDS_FILE.read_text(encoding="utf-8"))
    words = {name: phrases_in(text) for name, text in lists.items()}
    any_of = {name: _any_of(phrases) for name, phrases in words.items()}
    return SectionWords(
        notes=_at_an_end(any_of["notes"]),
        serving=_at_an_end(any_of["serving"]),
        facts=re.compile(rf"(?:{any_of['facts']})\b"),
        closing=re.compile(rf"(?:{any_of['closing']})\b"),
        optional=re.compile(rf"\b(?:{any_of['optional']})\b"),
        choice=re.compile(rf"\b(?:{any_of['choice']})\b"),
        around_parts=frozenset(words["around_parts"]),
        no_parts=frozenset(words["no_parts"]),
    )


def phrases_in(text: str) -> list[str]:
    """The phrases of a word list, which has commas and line breaks between them."""
    return [each for each in map(str.strip, re.split(r"[,\n]", text)) if each]


def _any_of(phrases: list[str]) -> str:
    # The longest first, since the first alternative that matches counts.
    return "|".join(map(re.escape, sorted(phrases, key=len, reverse=True)))


def _at_an_end(words: str) -> re.Pattern[str]:
    return re.compile(rf"\A(?:{words})(?![\w-])|(?<![\w-])(?:{words})\Z")
