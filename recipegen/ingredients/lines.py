"""From an ingredient line to the names of the foods in it.

A line reads quantity, unit, qualities, name, preparation ("2 cups finely chopped fresh basil, or
to taste"). The name is what is left between the words that stand before it and the words that end
it; which words those are is data, in ``data/ingredient_words.toml``.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from spacy.lookups import Table, load_lookups

WORDS_FILE = Path(__file__).parents[2] / "data" / "ingredient_words.toml"

_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|\([^()]*$")
_LETTER = r"[^\W\d_¼-¾⅐-⅞]"
_TOKEN = re.compile(rf"{_LETTER}(?:[\w'’-]*{_LETTER})?")
_END = re.compile(r"[,;:*]| - |--|\bor\b|/(?=[^\d])")


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
    kept: frozenset[tuple[str, ...]]
    irregular: dict[str, str]
    synonyms: dict[str, str]


@cache
def ingredient_words() -> Words:
    """The word lists, read once."""
    lists = tomllib.loads(WORDS_FILE.read_text(encoding="utf-8"))
    plain = ("units", "numbers", "qualities", "stops", "not_food", "never_last", "always_plural")
    return Words(
        **{name: frozenset(lists[name].split()) for name in plain},
        verbs=frozenset(lists["verbs"]),
        kept=frozenset(tuple(name.split()) for name in lists["kept"]),
        irregular=lists["irregular"],
        synonyms={name: names[0] for names in lists["synonyms"] for name in names},
    )


@cache
def _lemmas() -> Table:
    """The official lookup table of lemmas, by word."""
    return load_lookups("en", ["lemma_lookup"]).get_table("lemma_lookup")


@cache
def singular(word: str) -> str:
    """The singular of a noun, by spaCy's lookup table and the regular endings.

    Only what ends as a plural does is changed; words such as "molasses" are left as they are.
    """
    if len(word) < 4 or word in ingredient_words().always_plural or word.endswith(("ss", "us")):
        return word
    if not word.endswith("s"):
        return word
    if word in ingredient_words().irregular:
        return ingredient_words().irregular[word]
    lemma = str(_lemmas().get(word, word))
    return lemma if lemma != word else _without_ending(word)


def _without_ending(word: str) -> str:
    for ending, instead in (
        ("ies", "y"),
        ("oes", "o"),
        ("ches", "ch"),
        ("shes", "sh"),
        ("xes", "x"),
    ):
        if word.endswith(ending):
            return word.removesuffix(ending) + instead
    return word[:-1]


@cache
def plural(word: str) -> str:
    """The regular plural of a noun."""
    if word.endswith("y") and word[-2:-1] not in "aeiou":
        return word[:-1] + "ies"
    if word.endswith("f") and not word.endswith("ff"):
        return word[:-1] + "ves"
    return word + ("es" if word.endswith(("s", "x", "z", "ch", "sh", "o")) else "s")


def food_names(line: str) -> list[str]:
    """The foods in an ingredient line, in the singular; several only where "and" joins them.

    "1/2 cup (1 stick) unsalted butter, melted" is butter; of alternatives the first counts.
    """
    if line.rstrip().endswith(":"):
        return []  # the heading of a part of the list
    text = _BRACKETS.sub(" ", line.lower())
    text = _END.split(text, maxsplit=1)[0]
    names = (_name(_TOKEN.findall(part)) for part in re.split(r"\band\b|&|\+", text))
    return [name for name in names if name]


def _name(tokens: list[str]) -> str | None:
    words = ingredient_words()
    tokens = [token.replace("’", "'") for token in tokens]
    while tokens and _is_before_name(tokens, words):
        tokens = tokens[1:]
    for place, token in enumerate(tokens):
        if place and token in words.stops:
            tokens = tokens[:place]
            break
    while len(tokens) > 1 and (tokens[-1] in words.qualities or tokens[-1] in words.units):
        tokens = tokens[:-1]
    if (
        not tokens
        or tokens[-1] in words.never_last
        or (len(tokens) == 1 and tokens[0] in words.not_food)
    ):
        return None
    return " ".join([*tokens[:-1], singular(tokens[-1])])


def _is_before_name(tokens: list[str], words: Words) -> bool:
    if any(
        (*tokens[: size - 1], singular(tokens[size - 1])) in words.kept
        for size in range(1, min(4, len(tokens)) + 1)
        if size > 1 or len(tokens) == 1
    ):
        return False
    first = tokens[0]
    return first in words.units or first in words.numbers or first in words.qualities
