"""Singular and plural of nouns, and the ways to spell a name."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import cache, lru_cache

from spacy.lookups import Table, load_lookups

from recipegen.ingredients.context_words import ingredient_words

_REGULAR = (("ies", "y"), ("oes", "o"), ("ches", "ch"), ("shes", "sh"), ("xes", "x"))
_NO_PLURAL = ("ss", "us")

REMEMBERED = 50_000
"""Words that a cache keeps: most words of recipes, however many recipes there are."""


@cache
def english_lemmas() -> Table:
    """The official lookup table of spaCy, from words to their lemmas."""
    return load_lookups("en", ["lemma_lookup"]).get_table("lemma_lookup")


@lru_cache(REMEMBERED)
def singular(word: str) -> str:
    """The singular of a noun, by spaCy's lookup table and the regular endings.

    Only words that end like a plural are changed. Words such as "molasses" stay as they are.
    """
    words = ingredient_words()
    if len(word) < 4 or not word.endswith("s") or word.endswith(_NO_PLURAL):
        return word
    if word in words.always_plural:
        return word
    if word in words.irregular:
        return words.irregular[word]
    lemma = str(english_lemmas().get(word, word))
    return lemma if lemma != word else _without_ending(word)


def _without_ending(word: str) -> str:
    for ending, instead in _REGULAR:
        if word.endswith(ending):
            return word.removesuffix(ending) + instead
    return word[:-1]


@lru_cache(REMEMBERED)
def plural(word: str) -> str:
    """The plural of a noun."""
    for many, one in ingredient_words().irregular.items():
        if word == one:
            return many
    if word.endswith("y") and word[-2:-1] not in "aeiou":
        return word[:-1] + "ies"
    return word + ("es" if word.endswith(("s", "x", "z", "ch", "sh")) else "s")


def in_plural(name: str) -> str:
    """A name with its last word in the plural."""
    *front, last = name.split()
    return " ".join([*front, plural(last)])


def in_singular(words: Sequence[str]) -> str:
    """The words as one name, with the last word in the singular."""
    return " ".join([*words[:-1], singular(words[-1])])


def spellings(name: str) -> dict[str, str]:
    """All ways to write a name, each with what was changed: "" (nothing), "plural" or "spelling".

    Accents may be left out. Hyphens may be blanks. Apostrophes may be curled, left out, or between
    blanks, as in the text of samples.
    """
    numbers = {name: "", in_plural(name): "plural"}
    if name.endswith("o"):
        numbers[name + "es"] = "plural"
    found = dict(numbers)
    for form in numbers:
        for plain in {form, form.replace("-", " ")}:
            for ascii_only in {plain, _without_accents(plain)}:
                for written in _apostrophes(ascii_only):
                    found.setdefault(written, "spelling")
    return found


def _without_accents(text: str) -> str:
    if text.isascii():
        return text
    parts = unicodedata.normalize("NFKD", text)
    return "".join(part for part in parts if not unicodedata.combining(part))


def _apostrophes(text: str) -> set[str]:
    if "'" not in text:
        return {text}
    apart = re.sub(r"\s*'\s*", " ' ", text)
    return {text, text.replace("'", "’"), text.replace("'", ""), apart, apart.replace("'", "’")}
