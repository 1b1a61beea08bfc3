"""How many test cases of "what is in the dish" are read exactly right, by kind.

There are three kinds of cases: texts with the ingredients that are in the dish, groups of names
of one thing, and names with what they must not be taken for. The project's own cases are in
``tests/ingredients/gold``; others are read from ``cases/`` in ``../shared`` or
``$RECIPEGEN_SHARED``. The extractor uses only the names that come with recipegen, and no corpus.

    python -m benchmarks.cases [--wrong]
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from spacy.language import Language

from benchmarks.gold import LABELS, compare_sets
from benchmarks.shared import find_shared
from recipegen.config import LearnIngredients
from recipegen.ingredients.component import (
    build_extractor,
    find_mentions,
    in_the_dish,
    ingredients_in_lines,
)
from recipegen.ingredients.lexicon import mine_lexicon


class Outcome(NamedTuple):
    """What was wanted of a case, and what was found."""

    case: str
    wanted: set[str]
    found: set[str]


@cache
def extractor() -> Language:
    """The extractor of what is known beforehand."""
    return build_extractor(mine_lexicon([], LearnIngredients()))


def in_text(text: str) -> set[str]:
    """The ingredients in the dish of a text."""
    return set(in_the_dish(next(find_mentions(extractor(), [text]))))


def in_line(line: str) -> set[str]:
    """The ingredients of an ingredient line."""
    return set(next(ingredients_in_lines(extractor(), [[line]])))


def canonical(name: str) -> str:
    """The canonical name of a name, or the name itself where the lexicon lacks it."""
    found = in_line(name)
    return found.pop() if len(found) == 1 else name


def main() -> None:
    """Print the shares of cases that are right, and the wrong ones where asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--wrong", action="store_true", help="show the cases that are wrong")
    options = parser.parse_args()
    print("| cases | count | right |\n|---|---|---|")
    wrong: list[tuple[str, Outcome]] = []
    for name, outcomes in _all_cases():
        bad = [each for each in outcomes if each.wanted != each.found]
        wrong += [(name, each) for each in bad]
        score = ""
        if name == "world.jsonl":
            parts = compare_sets((o.wanted for o in outcomes), (o.found for o in outcomes))
            score = f" (P {parts.precision:.3f}, R {parts.recall:.3f}, F1 {parts.f1:.3f})"
        share = 1 - len(bad) / len(outcomes)
        print(f"| {name} | {len(outcomes)} | {share:.1%}{score} |")
    if options.wrong:
        for name, (case, wanted, found) in wrong:
            missed, extra = sorted(wanted - found), sorted(found - wanted)
            print(f"{name}: {case}\n    missed {missed} extra {extra}")


def _all_cases() -> Iterator[tuple[str, list[Outcome]]]:
    for folder in _folders():
        for path in sorted(folder.glob("*.tsv")):
            yield from _tables(path)
        for path in sorted(folder.glob("*.jsonl")):
            if path.name not in {"feeds.jsonl", "samples.jsonl"} and "corpus" not in _head(path):
                yield f"{path.name}", list(_dishes(path))
        for path in sorted(folder.glob("*.txt")):
            yield from _names(path)


def _folders() -> Iterator[Path]:
    yield LABELS
    if (shared := find_shared("cases")) is not None:
        yield shared / "ingredients"
        yield shared / "texts"


def _head(path: Path) -> str:
    return path.read_text(encoding="utf-8").partition("\n")[0]


def _rows(path: Path) -> list[str]:
    return [line for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def _set(names: str) -> set[str]:
    return set() if names == "(none)" else {canonical(name) for name in names.split(", ")}


def _tables(path: Path) -> Iterator[tuple[str, list[Outcome]]]:
    rows = [line.split("\t") for line in _rows(path)]
    if not path.stem.startswith(("directions", "extract", "senses")):
        yield f"{path.name}, lines", [Outcome(a, _set(b), in_line(a)) for a, b in rows]
    if not path.stem.startswith("lines"):
        yield f"{path.name}, text", [Outcome(a, _set(b), in_text(a)) for a, b in rows]


def _dishes(path: Path) -> Iterator[Outcome]:
    for row in map(json.loads, _rows(path)):
        wanted = {canonical(name) for name in row["ingredients"]}
        yield Outcome(f"{row['id']}: {row['text']}", wanted, in_text(row["text"]))


def _names(path: Path) -> Iterator[tuple[str, list[Outcome]]]:
    groups = [line.split("|") for line in _rows(path)]
    for where, find in (("lines", in_line), ("text", lambda name: in_text(f"Add the {name}."))):
        if path.stem == "false_friends":
            outcomes = [
                Outcome(name, set(), find(name) & set(bad.split(","))) for name, bad in groups
            ]
        else:
            outcomes = [
                _one_name(group, [frozenset(find(name)) for name in group]) for group in groups
            ]
        yield f"{path.name}, {where}", outcomes


def _one_name(group: list[str], found: list[frozenset[str]]) -> Outcome:
    same = len(set(found)) == 1 and len(found[0]) == 1
    return Outcome(
        " | ".join(group), set(found[0]), set(found[0]) if same else set().union(*found) | {"?"}
    )


if __name__ == "__main__":
    main()
