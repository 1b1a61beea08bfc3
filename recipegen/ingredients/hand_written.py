"""What is known about ingredients before any recipe is read: ``data/ingredients.toml``.

The file lists names by category. docs/decisions/0005 says when two names are one ingredient. Add a
missing name to the file, not to this module.
"""

from __future__ import annotations

import hashlib
import tomllib
from dataclasses import dataclass
from functools import cache

from recipegen.ingredients.context_words import WORDS_FILE
from recipegen.resources import DATA
from recipegen.texts.section_words import SECTION_WORDS_FILE, phrases_in

KNOWLEDGE_FILE = DATA / "ingredients.toml"

PREPARED = "prepared"
"""Category of a food that is no ingredient by itself: "dough", "meat", "sauce"."""

NOT_FOOD = "not food"
"""Category of phrases that name a food and mean something else: "cookie sheet", "rice cooker"."""


@dataclass(frozen=True)
class Knowledge:
    """Names of foods, in the singular.

    Attributes:
        names: from each name of an ingredient, its canonical name included, to the canonical name.
        categories: from each canonical name to its category.
        basics: canonical names of ingredients that nearly every kitchen and recipe has.
        within_part: canonical names of ingredients that work within a part of a dish: yeast.
        prepared: foods that are no ingredient by themselves.
        not_food: phrases that name a food and mean something else.
    """

    names: dict[str, str]
    categories: dict[str, str]
    basics: frozenset[str]
    within_part: frozenset[str]
    prepared: frozenset[str]
    not_food: frozenset[str]


@cache
def known_ingredients() -> Knowledge:
    """The content of ``data/ingredients.toml``, which is read once.

    Raises:
        ValueError: one name is listed for two ingredients.
    """
    lists = tomllib.loads(KNOWLEDGE_FILE.read_text(encoding="utf-8"))
    basics, within_part, prepared, not_food = (
        frozenset(phrases_in(lists.pop(part, "")))
        for part in ("basic", "within_part", "prepared", "not_food")
    )
    names: dict[str, str] = {}
    categories: dict[str, str] = {}
    for category, lines in lists.items():
        for line in lines.strip().splitlines():
            canonical, _, others = line.partition("=")
            canonical = canonical.strip()
            categories[canonical] = category
            for name in (canonical, *phrases_in(others)):
                if names.setdefault(name, canonical) != canonical:
                    raise ValueError(f"{name!r} is both {names[name]!r} and {canonical!r}")
    return Knowledge(names, categories, basics, within_part, prepared, not_food)


@cache
def hash_words() -> str:
    """The SHA-256 of all word lists, in hexadecimal."""
    files = (KNOWLEDGE_FILE, WORDS_FILE, SECTION_WORDS_FILE)
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()
