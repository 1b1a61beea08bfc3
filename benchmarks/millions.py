"""Time and memory of the stages that grow with the corpus, on one machine, at RecipeNLG's size.

The benchmark writes a file with as many invented recipes as RecipeNLG has, in its layout. Names of
foods follow Zipf's law: those of the project, and up to 20,000 invented ones. There are fifty kinds
of dishes, each with its own favourite foods. One recipe in a hundred repeats an earlier one, and 9
in a hundred are an earlier one with a sentence changed.

The stages that read the recipes then run one after the other, each as a command. Memory is that of
all processes of a command together (proportional set size: shared pages count once; Linux only).

    python -m benchmarks.millions [--recipes 2231142] [--workers 2] [--folder DIR]
"""

from __future__ import annotations

import argparse
import csv
import json
import random
import sys
import tempfile
from bisect import bisect
from collections.abc import Iterator
from itertools import accumulate
from pathlib import Path

from benchmarks.commands import measured
from recipegen.ingredients.hand_written import known_ingredients
from recipegen.storage.run_folder import Run

RECIPENLG = 2_231_142
INVENTED = 20_000
DISHES = 50
STAGES = ("ingest", "tokenise", "learn-ingredients", "learn-pairings")
HEADER = ["", "title", "ingredients", "directions", "link", "source", "NER"]

UNITS = "cup,cups,tablespoon,teaspoon,ounces,pound,clove,can,package,pinch of".split(",")
QUALITIES = "chopped,fresh,large,dried,minced,grated,melted,ground,sliced,warm".split(",")
STEPS = (
    "Preheat the oven to {n} degrees and grease a large baking dish.",
    "In a bowl, combine the {a} and the {b} until they are well mixed.",
    "Add the {a} and cook for {n} minutes, stirring now and then.",
    "Stir in the {a}, {b} and {c}, then bring it slowly to a boil.",
    "Bake for {n} minutes or until the {a} is golden brown.",
    "Melt the {a} in a saucepan over medium heat.",
    "Sprinkle with {a} and serve with {b}.",
    "Cover and let the {a} rest for {n} minutes before you cut it.",
    "Whisk the {a} with the {b}, pour over the {c} and toss.",
    "Refrigerate overnight.",
)
Row = list[str]


class Pantry:
    """Draws names of foods: the first ones often, the last ones hardly ever."""

    def __init__(self, chance: random.Random) -> None:
        """Fifty kinds of dishes, each of which has its own favourites."""
        self._chance = chance
        syllables = [a + b for a in "bdfgklmnprstvz" for b in ("a", "e", "i", "o", "u", "an", "or")]
        words = [first + second for first in syllables for second in syllables]
        kinds = ("root", "bean", "leaf", "cheese", "fish", "berry", "nut", "oil", "sauce", "grain")
        invented = {f"{chance.choice(words)} {chance.choice(kinds)}" for _ in range(INVENTED)}
        known = sorted(known_ingredients().names)
        chance.shuffle(known)
        self._names = [*known, *sorted(invented)]
        self._share = list(accumulate(1 / (rank + 5) for rank in range(len(self._names))))
        self._moved = [chance.sample(range(300), 300) for _ in range(DISHES)]

    def draw(self, dish: int, count: int) -> list[str]:
        """Different names of foods for a recipe of a kind of dish."""
        places: dict[int, None] = {}
        while len(places) < count:
            place = bisect(self._share, self._chance.random() * self._share[-1])
            moved = self._moved[dish]
            places[moved[place] if place < len(moved) else place] = None
        return [self._names[place] for place in places]


def recipes(count: int) -> Iterator[Row]:
    """Rows in the layout of RecipeNLG; the same ones every time."""
    chance = random.Random(1)
    pantry, earlier = Pantry(chance), list[Row]()
    for number in range(count):
        kind = chance.random()
        if earlier and kind < 0.01:
            row = chance.choice(earlier)
        elif earlier and kind < 0.1:
            row = _changed(chance.choice(earlier), chance)
        else:
            row = _recipe(pantry, chance, number)
        if len(earlier) < 10_000:
            earlier.append(row)
        else:
            earlier[chance.randrange(len(earlier))] = row
        link = f"www.example.org/recipes/{number}"
        yield [str(number), *row[:3], link, "Gathered", row[3]]


def _recipe(pantry: Pantry, chance: random.Random, number: int) -> Row:
    foods = pantry.draw(number % DISHES, chance.randint(3, 14))
    lines = [
        f"{chance.randint(1, 9)} {chance.choice(UNITS)} {chance.choice(QUALITIES)} {food}"
        for food in foods
    ]
    steps = [
        chance.choice(STEPS).format(
            a=chance.choice(foods), b=chance.choice(foods), c=foods[-1], n=5 * chance.randint(1, 90)
        )
        for _ in range(chance.randint(3, 9))
    ]
    title = f"{foods[0].title()} With {foods[1].title()}"
    return [title, json.dumps(lines), json.dumps(steps), json.dumps(foods)]


def _changed(row: Row, chance: random.Random) -> Row:
    steps = json.loads(row[2])
    steps[chance.randrange(len(steps))] = f"Let it stand for {chance.randint(1, 999)} minutes."
    return [f"My {row[0]}", row[1], json.dumps(steps), row[3]]


def write_corpus(path: Path, count: int) -> None:
    """A file in the layout of RecipeNLG."""
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(HEADER)
        rows.writerows(recipes(count))


def main() -> None:
    """Write the corpus, run the stages, print a table."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--recipes", type=int, default=RECIPENLG)
    arguments.add_argument("--workers", type=int, default=2)
    arguments.add_argument("--folder", type=Path)
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory(dir=given.folder) as place:
        corpus, folder = Path(place) / "full_dataset.csv", Path(place) / "run"
        write_corpus(corpus, given.recipes)
        print(f"{given.recipes:,} recipes, {corpus.stat().st_size / 1e6:,.0f} MB\n")
        settings = {
            "ingest.corpus": corpus,
            "execution.runner": "processes",
            "execution.workers": given.workers,
        }
        chosen = [word for name, value in settings.items() for word in ("--set", f"{name}={value}")]
        print(
            "| stage | wall, s | processor, s | peak memory, MiB | wrote |\n|---|---|---|---|---|"
        )
        for stage in STAGES:
            command = [sys.executable, "-m", "recipegen.cli", stage, "--run", str(folder), *chosen]
            wall, used, peak = measured(command)
            rows = Run(folder).outputs(stage).items()
            wrote = ", ".join(f"{facts['rows']:,} {name}" for name, facts in rows)
            print(f"| {stage} | {wall:,.0f} | {used:,.0f} | {peak:,} | {wrote} |", flush=True)


if __name__ == "__main__":
    main()
