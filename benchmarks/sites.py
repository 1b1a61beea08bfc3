"""Whether real recipes that are given as another generator are told apart from real recipes.

``python -m benchmarks.sites RUN SAME OTHER... [--seeds 20] [--texts 150]``. RUN has learned from a
part of a site. SAME is a file with further recipes of that site, and each OTHER a file with recipes
from elsewhere, in any form that ``score --texts`` reads. In each seed these are compared with 400
recipes that are drawn from SAME:

- the same site: other recipes of SAME, as long as the recipes that they are compared with;
- the same site, longer: others, drawn with a probability that rises with the square of the number
  of their ingredients;
- each other site.

The benchmark prints in how many seeds they are told apart: by the tests at the 5 % level that the
report uses, at equal numbers of ingredients; by intervals of the raw difference, which do not
account for sizes; and what the mean differences are. A distance is told apart if its interval does
not begin at 0. No title is shared, and nothing counts as memorised.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import pandas as pd

from recipegen.config import Summarise
from recipegen.evaluation.metrics import Curves, Yardsticks
from recipegen.evaluation.per_group.generators import BEST, REAL_RECIPES, judge_texts
from recipegen.evaluation.per_group.references import WITH_LISTS
from recipegen.evaluation.per_text.scores import score_texts
from recipegen.judging.scoring import texts_frame
from recipegen.language.vocabulary import words_of
from recipegen.stages.score import open_knowledge
from recipegen.storage.run_folder import Run
from recipegen.texts.feed import read_texts

REFERENCES = 400
"""Recipes of the same site that the others are compared with."""

SAME, LONGER = "the same site", "the same site, longer"


def scored(run: Run, file: Path) -> pd.DataFrame:
    """The recipes of a file with all that is known of each."""
    texts, _ = read_texts(file)
    frame = texts_frame(texts).assign(recipe_id=None, copied_words=0)
    frame["word_count"] = [len(words_of(text)) for text in frame["text"]]
    scores = score_texts(frame, *open_knowledge(run))["sample_scores"]
    known = frame.merge(scores.drop(columns=["group", "temperature"]), on="sample_id")
    return known.assign(sample_id=f"{file.stem}-" + known["sample_id"])


def compared(
    same: pd.DataFrame, others: dict[str, pd.DataFrame], count: int, curves: Curves, seed: int
) -> pd.DataFrame:
    """The rows of ``generator_tests`` about real recipes, of one draw."""
    random = np.random.default_rng(seed)
    order = same.iloc[random.permutation(len(same))]
    real, left = order.iloc[:REFERENCES], order.iloc[REFERENCES:]
    alike, rest = left.iloc[:count], left.iloc[count:]
    weights = rest["ingredient_count"].to_numpy(dtype=np.float64) ** 2
    longer = random.choice(len(rest), size=count, replace=False, p=weights / weights.sum())
    groups = {WITH_LISTS: real, SAME: alike, LONGER: rest.iloc[longer]}
    for name, other in others.items():
        groups[name] = other.iloc[random.permutation(len(other))[:count]]
    texts = [own.assign(group=name, temperature=np.nan) for name, own in groups.items()]
    found = judge_texts(
        pd.concat(texts, ignore_index=True),
        Yardsticks(np.inf, (), curves),
        Summarise(resamples=1000),
        seed,
    )
    tests = found.generator_tests
    tests = tests[tests["generator_b"].eq(REAL_RECIPES) & tests["at"].eq(BEST)]
    return pd.concat([tests, distances(found.operating_points)], ignore_index=True)


def distances(points: pd.DataFrame) -> pd.DataFrame:
    """The distances in the same form. They are told from 0 if their intervals do not begin there.

    There is no p-value of a distance, and no interval of the raw one.
    """
    return pd.DataFrame(
        {
            "generator_a": points["generator"],
            "metric": "distance",
            "difference": points["distance"],
            "p_value": (points["low"] <= 0).astype("float64"),
            "p_adjusted": np.nan,
            "raw_difference": points["raw_distance"],
            "raw_low": np.nan,
            "raw_high": np.nan,
        }
    )


def told_apart(rows: pd.DataFrame) -> tuple[int, int, int]:
    """In how many rows two groups differ: by the p-value, adjusted, and by the raw interval."""
    raw = (rows["raw_low"] > 0) | (rows["raw_high"] < 0)
    levels = [(rows[name] <= 0.05).sum() for name in ("p_value", "p_adjusted")]
    return int(levels[0]), int(levels[1]), int(raw.sum())


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("run", type=Path)
    parser.add_argument("same", type=Path)
    parser.add_argument("others", type=Path, nargs="*")
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--texts", type=int, default=150)
    options = parser.parse_args()
    run = Run.open(options.run)
    same, curves = scored(run, options.same), open_knowledge(run)[1].curves
    others = {file.stem: scored(run, file) for file in options.others}
    found = pd.concat(
        compared(same, others, options.texts, curves, seed) for seed in range(options.seeds)
    )
    print("| texts | metric | difference | p <= .05 | Holm | raw difference | raw interval |")
    print("|---|---|---|---|---|---|---|")
    for (name, metric), rows in found.groupby(["generator_a", "metric"], sort=False):
        level, holm, raw = told_apart(rows)
        print(
            f"| {name} | {metric} | {rows['difference'].mean():+.4f} | {level} of {len(rows)} "
            f"| {holm} | {rows['raw_difference'].mean():+.4f} | {raw} |"
        )


if __name__ == "__main__":
    main()
