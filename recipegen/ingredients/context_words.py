"""The words around the names of foods: ``data/ingredient_words.toml``."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache

from recipegen.resources import DATA
from recipegen.texts.section_words import phrases_in

WORDS_FILE = DATA / "ingredient_words.toml"


@dataclass(frozen=True)
class Words:
    """The word lists of ``data/ingredient_words.toml``; the file says what each one is."""

    units: frozenset[str]
    numbers: frozenset[str]
    qualities: frozenset[str]
    stops: frozenset[str]
    not_food: frozenset[str]
    never_last: frozenset[str]
    always_plural: frozenset[str]
    verbs: frozenset[str]
    mostly_verbs: frozenset[str]
    before_noun: frozenset[str]
    before_verb: frozenset[str]
    after_noun: frozenset[str]
    determiners: frozenset[str]
    not_in_phrase: frozenset[str]
    kinds: frozenset[str]
    parts: frozenset[str]
    only_part: frozenset[str]
    not_misspelled: frozenset[str]
    never_general: frozenset[str]
    before_general: frozenset[str]
    own_without_list: frozenset[str]
    irregular: dict[str, str]
    context: dict[str, tuple[str, ...]]
    """Phrases around foods that are not in the dish, by kind of phrase."""
    sharing: dict[str, tuple[str, ...]]
    """Words that several foods share."""
    senses: dict[str, dict[str, tuple[str, ...]]]
    """From each word with two senses to its senses, and the foods that go with each sense."""
    general: dict[str, tuple[str, ...]]
    """From each general word to ingredients that it can stand for."""
    made: dict[str, tuple[str, ...]]
    """From each food that recipes make themselves to what it is made of."""


@cache
def ingredient_words() -> Words:
    """The word lists, read once."""
    lists = tomllib.loads(WORDS_FILE.read_text(encoding="utf-8"))
    irregular = lists.pop("irregular")
    context, sharing = _phrases(lists.pop("context")), _phrases(lists.pop("sharing"))
    senses = {word: _phrases(each) for word, each in lists.pop("senses").items()}
    general, made = _phrases(lists.pop("general")), _phrases(lists.pop("made"))
    return Words(
        **{name: frozenset(words.split()) for name, words in lists.items()},
        irregular=irregular,
        context=context,
        sharing=sharing,
        senses=senses,
        general=general,
        made=made,
    )


def _phrases(lists: dict[str, str]) -> dict[str, tuple[str, ...]]:
    return {name: tuple(phrases_in(phrases)) for name, phrases in lists.items()}
