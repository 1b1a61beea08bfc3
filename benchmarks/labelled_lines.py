"""How well the food of an ingredient line is found, on lines that people have labelled.

Reads tables with the columns ``input`` (the line) and ``name`` (its food), as published with the
ingredient parser of T. Strange. The tables are not part of this project. A line counts as found if
an ingredient is named in it. It counts as right if that name shares a word with the label.

    python -m benchmarks.labelled_lines FOLDER [--show N]
"""

from __future__ import annotations

import argparse
import random
import re
from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from benchmarks.cases import extractor
from recipegen.ingredients.component import foods_of_line
from recipegen.ingredients.spelling import singular

SEED = 0


def main() -> None:
    """Print a row for each table of the folder, and some lines that went wrong where asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--show", type=int, default=0, help="lines to show of each kind")
    options = parser.parse_args()
    print("| lines of | distinct | found | right of these |\n|---|---|---|---|")
    shown: dict[str, list[str]] = {"not found": [], "wrong": [], "read": []}
    for path in sorted(options.folder.glob("*.csv")):
        lines = list(_lines(path))
        found = right = 0
        for line, name in lines:
            foods = foods_of_line(extractor(), line)
            found += bool(foods)
            is_right = bool(_words(name) & _words(" ".join(food.surface for food in foods)))
            right += is_right
            kind = "read" if is_right else "wrong" if foods else "not found"
            names = ", ".join(food.ingredient for food in foods)
            shown[kind].append(f"{line}  [{name}]  -> {names}")
        count = len(lines)
        print(f"| {path.stem} | {count:,} | {found / count:.2%} | {right / max(1, found):.2%} |")
    for kind, examples in shown.items():
        for example in random.Random(SEED).sample(examples, min(options.show, len(examples))):
            print(f"{kind}: {example}")


def _lines(path: Path) -> Iterator[tuple[str, str]]:
    table = pd.read_csv(path, usecols=["input", "name"], dtype=str).dropna().drop_duplicates()
    for line, name in table.itertuples(index=False):
        if _words(name):
            yield line, name


def _words(text: str) -> set[str]:
    return {singular(word) for word in re.findall(r"[^\W\d_]{3,}", text.lower())}


if __name__ == "__main__":
    main()
