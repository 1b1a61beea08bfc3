"""Whether generators that were spoilt on purpose are told apart, and equal ones are not.

``python -m benchmarks.generators RUN [--seeds 20] [--texts 300]``, for a run that has learned
pairings. The generators are real recipes of its test split, either whole or only their directions:

- A: recipes as they are,
- A again: the same recipes once more,
- B: other recipes,
- A with 10 % or 30 % of the ingredients of each recipe exchanged for those of other recipes.

Further test recipes serve as the real recipes to compare with. The benchmark prints in how many
seeds each pair is told apart at the 5 % level, by the tests that the report uses.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import pandas as pd
from spacy.language import Language

from recipegen.config import Summarise
from recipegen.evaluation.metrics import Yardsticks
from recipegen.evaluation.per_group.control import rewrite
from recipegen.evaluation.per_group.generators import REAL_RECIPES, judge_texts
from recipegen.evaluation.per_group.references import REAL, WITH_LISTS
from recipegen.evaluation.per_text.scores import score_texts
from recipegen.ingredients.recipe_reader import read_recipes
from recipegen.ingredients.scope import IN_THE_DISH
from recipegen.language.vocabulary import recipe_text, words_of
from recipegen.stages.score import open_knowledge
from recipegen.storage.run_folder import Run
from recipegen.texts.layout import compose

DOSES = (0.1, 0.3)
PAIRS = (
    ("A", "A again"),
    ("A", "B"),
    ("A", "A, 10 % exchanged"),
    ("A", "A, 30 % exchanged"),
    ("A, 10 % exchanged", "A, 30 % exchanged"),
    *((name, REAL_RECIPES) for name in ("A", "B", "A, 10 % exchanged", "A, 30 % exchanged")),
)


def spoilt(nlp: Language, texts: list[str], dose: float, random: np.random.Generator) -> list[str]:
    """Texts with a share of the ingredients of each exchanged for ones of other recipes."""
    found = [
        [
            each.mention
            for each in recipe.foods
            if each.mention.ingredient and each.mention.role in IN_THE_DISH
        ]
        for recipe in read_recipes(nlp, texts)
    ]
    every = [mention.ingredient for mentions in found for mention in mentions]
    changed = []
    for text, mentions in zip(texts, found, strict=True):
        names = sorted({mention.ingredient for mention in mentions})
        become = {name: name for name in names}
        wanted = dose * len(names)
        number = int(wanted) + (random.random() < wanted % 1)
        for name in random.choice(names, size=number, replace=False) if number else ():
            others = [each for each in random.choice(every, size=30) if each not in names]
            become[str(name)] = str(others[0]) if others else str(name)
        changed.append(rewrite(text, mentions, become))
    return changed


def told_apart(run: Run, seed: int, count: int, *, whole: bool) -> pd.DataFrame:
    """The table ``generator_tests`` of one draw of recipes."""
    nlp, judge = open_knowledge(run)
    random = np.random.default_rng(seed)
    recipes = run.read("recipes", ["recipe_id", "title", "ingredients", "directions", "split"])
    held_out = recipes[recipes["split"] == "test"]
    held_out = held_out[held_out["ingredients"].str.len() > 3]
    chosen = held_out.iloc[random.permutation(len(held_out))[: 3 * count + 600]]
    texts = [
        compose(row.title, list(row.ingredients), list(row.directions))
        if whole
        else recipe_text(row.title, row.directions)
        for row in chosen.itertuples()
    ]
    ids = chosen["recipe_id"].tolist()
    ours, others, real = slice(0, count), slice(count, 2 * count), slice(2 * count, None)
    groups = {
        "A": (texts[ours], ids[ours]),
        "A again": (texts[ours], ids[ours]),
        "B": (texts[others], ids[others]),
        (WITH_LISTS if whole else REAL): (texts[real], ids[real]),
    }
    for dose in DOSES:
        name = f"A, {100 * dose:g} % exchanged"
        groups[name] = (spoilt(nlp, texts[ours], dose, random), ids[ours])
    rows = [
        {
            "sample_id": f"{group}-{at}",
            "group": group,
            "temperature": np.nan,
            "text": text,
            "from_fields": whole,
            # As files without titles: nothing but the texts is known of what is compared.
            "recipe_id": None,
            "word_count": len(words_of(text)),
            "copied_words": 0,
        }
        for group, (own, _) in groups.items()
        for at, text in enumerate(own)
    ]
    known = pd.DataFrame(rows)
    scores = score_texts(known, nlp, judge)["sample_scores"]
    described = known.merge(scores.drop(columns=["group", "temperature"]), on="sample_id")
    yardsticks = Yardsticks(np.inf, (), judge.curves)
    found = judge_texts(described, yardsticks, Summarise(resamples=1000), seed)
    return found.generator_tests.assign(seed=seed)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("run", type=Path)
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--texts", type=int, default=300)
    options = parser.parse_args()
    run = Run.open(options.run)
    print("| texts | first | second | metric | mean difference | told apart |")
    print("|---|---|---|---|---|---|")
    for whole, kind in ((True, "whole recipes"), (False, "directions")):
        found = pd.concat(
            told_apart(run, seed, options.texts, whole=whole) for seed in range(options.seeds)
        )
        rows = found[found["at"] == "best"]
        for a, b in PAIRS:
            pair = rows[rows["generator_a"].eq(a) & rows["generator_b"].eq(b)]
            for metric, own in pair.groupby("metric", sort=False):
                told = int((own["p_adjusted"] <= 0.05).sum())
                print(
                    f"| {kind} | {a} | {b} | {metric} | {own['difference'].mean():+.4f} "
                    f"| {told} of {len(own)} |"
                )


if __name__ == "__main__":
    main()
