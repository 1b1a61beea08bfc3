"""How well the ingredients in the dish are read in recipes by language models.

``python -m benchmarks.in_the_dish TEXTS.jsonl [--reader second] [--show]`` compares what is found
with ``dish_labels.jsonl``: thirty recipes by many models, labelled by one reader before any output
was seen, ten of them by a second reader too. The labels are positions in the texts. The texts
belong to others, so they are not part of the project. Each line of TEXTS is ``{"id", "text"}``. A
text that is not the labelled one, by its SHA-256, is left out.

A food that was found and a labelled one are the same if their positions overlap; each counts once.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from scipy.optimize import linear_sum_assignment
from spacy.language import Language

from recipegen.ingredients.recipe_reader import read_recipes
from recipegen.ingredients.scope import IN_THE_DISH
from recipegen.judge.opening import open_judge

LABELS = Path(__file__).with_name("dish_labels.jsonl")

Spans = list[tuple[int, int]]


class Compared(NamedTuple):
    """The foods of a text: how many are the same, and the names of the others."""

    same: int
    extra: list[str]
    missed: list[str]


def overlap(one: Spans, other: Spans) -> bool:
    """Whether a span of one list shares a character with a span of the other."""
    return any(a < d and c < b for a, b in one for c, d in other)


def compared(found: dict[str, Spans], labelled: dict[str, Spans]) -> Compared:
    """What was found beside what was labelled, matched one to one (the Hungarian method)."""
    names, wanted = list(found), list(labelled)
    fits = np.array([[overlap(found[a], labelled[b]) for b in wanted] for a in names], dtype=float)
    pairs = []
    if fits.size:
        rows, columns = linear_sum_assignment(fits, maximize=True)
        pairs = [(a, b) for a, b in zip(rows, columns, strict=True) if fits[a, b]]
    own, theirs = {a for a, _ in pairs}, {b for _, b in pairs}
    return Compared(
        len(pairs),
        [name for at, name in enumerate(names) if at not in own],
        [name for at, name in enumerate(wanted) if at not in theirs],
    )


def in_the_dish(nlp: Language, text: str) -> dict[str, Spans]:
    """The places of each ingredient that the text puts into the dish."""
    found: dict[str, Spans] = {}
    (recipe,) = read_recipes(nlp, [text])
    for placed in recipe.foods:
        food = placed.mention
        if food.ingredient and food.role in IN_THE_DISH:
            found.setdefault(food.ingredient, []).append((food.start, food.end))
    return found


def labels_of(reader: str) -> list[dict[str, Any]]:
    """The labels of a reader, one text each."""
    lines = LABELS.read_text(encoding="utf-8").splitlines()
    return [label for label in map(json.loads, lines) if label["reader"] == reader]


def main() -> None:
    """Print the figures as one line of JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("texts", type=Path)
    parser.add_argument("--reader", choices=("first", "second"), default="first")
    parser.add_argument("--show", action="store_true", help="what is too much and what is missing")
    options = parser.parse_args()
    records = map(json.loads, options.texts.read_text(encoding="utf-8").splitlines())
    texts = {record["id"]: record["text"] for record in records}
    nlp, _ = open_judge()
    same = extra = missed = exact = count = 0
    for label in labels_of(options.reader):
        text = texts.get(label["id"], "")
        if hashlib.sha256(text.encode()).hexdigest() != label["sha256"]:
            continue
        labelled = {
            f"{at} {food['name']}": food["spans"] for at, food in enumerate(label["ingredients"])
        }
        result = compared(in_the_dish(nlp, text), labelled)
        same, count = same + result.same, count + 1
        extra, missed = extra + len(result.extra), missed + len(result.missed)
        exact += not (result.extra or result.missed)
        if options.show:
            print(label["id"], "extra:", result.extra, "missed:", result.missed)
    print(
        json.dumps(
            {
                "texts": count,
                "precision": round(same / max(1, same + extra), 4),
                "recall": round(same / max(1, same + missed), 4),
                "exactly right": exact,
            }
        )
    )


if __name__ == "__main__":
    main()
