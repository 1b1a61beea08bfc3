"""How well the judge agrees with cooks, and whether it finds recipes that were spoilt on purpose.

``python -m benchmarks.judging RUN [--judge]`` uses the verdicts of a run that has learned pairings,
or with ``--judge`` those of the built-in judge on the run's recipes. It prints three tables: the
verdicts on the pairs that people judged; the share of spliced recipes that are found at 5 % false
alarms; and, for each collection of the run, how recipes of its test split are judged at known
doses of exchanged ingredients.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd

from recipegen.judge.built_in import load_judge
from recipegen.pairing.exchange_equivalent import WAYS, relative_support
from recipegen.pairing.human_judgements import OBJECTS, places_of, read_judgements
from recipegen.pairing.ingredient_sets import Sets
from recipegen.pairing.negative_sampling import exchange_share, splice
from recipegen.pairing.plausibility import Plausibility
from recipegen.pairing.set_encoder import ORIGINS
from recipegen.pairing.validation import TESTED_DOSES, auc, found_at
from recipegen.pairing.verdicts import IMPLAUSIBLE, UNKNOWN, VERDICTS
from recipegen.storage.run_folder import Run

SEED = 11
TESTED = 3000
RARE, BAD, FINE = (
    "rare, by expected count",
    "written down as bad",
    "written down as rare but fine",
)


def judged_pairs(judge: Plausibility) -> Iterator[str]:
    """What the pairs that people judged are called."""
    judged = read_judgements()
    (a, b), known = places_of(judged, tuple(judge.names))
    verdict = np.full(len(judged), VERDICTS[UNKNOWN], dtype=object)
    verdict[known] = np.array(VERDICTS, dtype=object)[judge.pairs.verdict[a, b]]
    judged = judged.assign(called=verdict == VERDICTS[IMPLAUSIBLE])
    objects = judged["judgement"] == OBJECTS
    yield "| pairs | half | judged | called implausible | precision | recall |"
    yield "|---|---|---|---|---|---|"
    for name, chosen in (
        ("all that were drawn", ~judged["draw"].isin([BAD, FINE])),
        (RARE, judged["draw"] == RARE),
        (BAD, judged["draw"] == BAD),
        (FINE, judged["draw"] == FINE),
    ):
        for half in ("learn", "measure"):
            rows = chosen & (judged["half"] == half)
            called = rows & judged["called"]
            right = (called & objects).sum()
            yield (
                f"| {name} | {half} | {rows.sum()} | {called.sum()} "
                f"| {_share(right, called.sum())} | {_share(right, (rows & objects).sum())} |"
            )


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.0%}" if whole else ""


def spliced(judge: Plausibility, tested: dict[str, Sets]) -> Iterator[str]:
    """Two dishes in one recipe, by the p-value and by the flag."""
    yield "| found in | recipes | AUC | found at 5 % | flagged | real ones flagged |"
    yield "|---|---|---|---|---|---|"
    for origin, sets in tested.items():
        scores = [_relative(judge, each, origin) for each in (sets, splice(sets))]
        flags = [_flagged(judge, each, origin) for each in (splice(sets), sets)]
        yield (
            f"| {origin} | {len(sets):,} | {auc(*scores):.3f} | {found_at(0.05)(*scores):.1%} "
            f"| {flags[0]:.1%} | {flags[1]:.1%} |"
        )


def _relative(judge: Plausibility, sets: Sets, origin: str) -> np.ndarray:
    return judge.calibrations[origin].relative(judge.measure(sets, origin)[1], sets.sizes)


def _flagged(judge: Plausibility, sets: Sets, origin: str) -> float:
    recipes = [[judge.names[member] for member in members] for members in sets]
    return float(np.mean([score.flagged for score in judge.judge_all(recipes, origin)]))


def doses(judge: Plausibility, tested: dict[str, Sets], name: str) -> Iterator[str]:
    """What recipes look like whose ingredients were exchanged at a known dose."""
    for origin, sets in tested.items():
        for way in WAYS:
            shares = judge.model.shares(origin)
            for dose in TESTED_DOSES:
                random = np.random.default_rng(SEED)
                spoilt = exchange_share(sets, dose, way, shares, random)
                recipes = [[judge.names[member] for member in each] for each in spoilt]
                scores = judge.judge_all(recipes, origin)
                pairs = [pair for score in scores for pair in score.pairs if pair.judged]
                known = [s.implausibility for s in scores if s.implausibility is not None]
                curve, support = judge.curves[origin], judge.supports[origin]
                share = float(curve.share(relative_support(spoilt, support)))
                yield (
                    f"| {name}, {origin} | {way} | {dose:.0%} "
                    f"| {np.mean([pair.implausible for pair in pairs]):.2%} | {np.mean(known):.2f} "
                    f"| {np.mean([score.flagged for score in scores]):.1%} | {share:.3f} |"
                )


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("run", type=Path)
    parser.add_argument("--judge", action="store_true", help="the built-in judge's verdicts")
    options = parser.parse_args()
    run = Run.open(options.run)
    if options.judge:
        judge = load_judge().plausibility
    else:
        tables = (run.read(name) for name in ("ingredients", "pairings", "ingredient_model"))
        judge = Plausibility.from_tables(*tables)
    rows = run.read("recipe_ingredients")
    rows = rows[rows["split"] == "test"]
    recipes = run.read("recipes", ["recipe_id", "source"]).set_index("recipe_id")["source"]
    sources = rows["recipe_id"].map(recipes)

    def tested(chosen: pd.DataFrame) -> dict[str, Sets]:
        found = {}
        for origin in ORIGINS:
            sets = Sets.of_rows(chosen[chosen["origin"] == origin], judge.names).several()
            order = np.random.default_rng(SEED).permutation(len(sets))
            found[origin] = sets.take(order[:TESTED])
        return found

    print("\n### Pairs that people judged\n", *judged_pairs(judge), sep="\n")
    print("\n### Two recipes spliced\n", *spliced(judge, tested(rows)), sep="\n")
    print("\n### Recipes spoilt at known doses\n")
    print("| recipes | drawn | exchanged | implausible pairs | implausibility | flagged | share |")
    print("|---|---|---|---|---|---|---|")
    for source in sorted(sources.dropna().unique()):
        print(*doses(judge, tested(rows[sources == source]), source), sep="\n")


if __name__ == "__main__":
    main()
