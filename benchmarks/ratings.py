"""How the score of a recipe goes with how people rate it, and what a better agreement costs.

``python -m benchmarks.ratings RATED RUN`` scores rated recipes with the built-in judge. RATED is a
JSON Lines file; each line has a ``text`` and in ``harmony`` the ratings of people. RUN has found
the ingredients of recipes; its lists are spoilt on purpose. It prints two tables: the rank
correlation of the mean rating with each measure; and for several shapes and weights of the lift,
how well the score goes with the ratings, and how well it finds spoilt lists.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.stats import spearmanr

from recipegen.ingredients.dish import dish_of
from recipegen.ingredients.recipe_reader import read_recipes
from recipegen.judge.opening import open_judge
from recipegen.pairing.calibration import fit_recipe_weights
from recipegen.pairing.counts import Floats
from recipegen.pairing.ingredient_sets import Sets
from recipegen.pairing.learning import Spoiling, chooses_parameters
from recipegen.pairing.negative_sampling import Intruders, splice
from recipegen.pairing.plausibility import Plausibility, evidence_of
from recipegen.pairing.recipe_evidence import EVIDENCE
from recipegen.pairing.validation import auc, found_at
from recipegen.storage.run_folder import Run

SEED, TESTED = 7, 3000
LIFT = EVIDENCE.index("lift")
WEIGHTS = (0.0, -2.0, -3.0, -4.0, -6.0, -8.0)
CAP = 0.3
"""Mean lifts above it count as this."""

Shape = Callable[[Plausibility, Sets], Floats]


def _of_members(judge: Plausibility, sets: Sets, statistic: Callable[[Floats], Floats]) -> Floats:
    """A statistic, for each set, of the mean log lifts of its members with the others."""
    found = np.empty(len(sets))
    for places, members in sets.by_size():
        lifts = judge.pairs.log_lift[members[:, :, None], members[:, None, :]].astype(np.float64)
        size = members.shape[1]
        lifts[:, np.arange(size), np.arange(size)] = 0.0
        found[places] = statistic(lifts.sum(axis=2) / (size - 1))
    return found


def _mean(judge: Plausibility, sets: Sets) -> Floats:
    return _of_members(judge, sets, lambda own: own.mean(axis=1))


SHAPES: dict[str, Shape] = {
    "mean": _mean,
    f"mean, at most {CAP}": lambda judge, sets: np.minimum(_mean(judge, sets), CAP),
    "median member": lambda judge, sets: _of_members(
        judge, sets, lambda own: np.median(own, axis=1)
    ),
}
"""Ways to sum up the lifts of a recipe."""


@dataclass(frozen=True)
class Rated:
    """Recipes that people rated."""

    sets: Sets
    ratings: Floats
    """Recipes x people."""

    @property
    def mean(self) -> Floats:
        """The mean rating of each recipe."""
        return np.asarray(np.nanmean(self.ratings, axis=1))

    def goes_with(self, values: Floats) -> float:
        """The rank correlation of values with the mean rating."""
        return float(spearmanr(values, self.mean).statistic)

    def people(self) -> Floats:
        """The rank correlation of each person with the mean of the others."""
        numbers = range(self.ratings.shape[1])
        rest = (np.nanmean(np.delete(self.ratings, each, axis=1), axis=1) for each in numbers)
        return np.array(
            [
                spearmanr(self.ratings[:, each], others, nan_policy="omit").statistic
                for each, others in zip(numbers, rest, strict=True)
            ]
        )


def read_rated(file: Path) -> tuple[Plausibility, Rated]:
    """The built-in judge, and the rated recipes as it reads them; those of two ingredients on."""
    lines = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    nlp, judge = open_judge()
    places = {name: place for place, name in enumerate(judge.names)}
    read = read_recipes(nlp, [line["text"] for line in lines])
    scores = judge.judge_all([dish_of(each.foods) for each in read], "lines")
    known = [[places[name] for name in score.ingredients if name in places] for score in scores]
    several = [number for number, each in enumerate(known) if len(each) > 1]
    ratings = np.array([line["harmony"] for line in lines], dtype=np.float64)
    return judge, Rated(Sets.of([known[number] for number in several]), ratings[several])


def measures(judge: Plausibility, rated: Rated) -> Iterator[str]:
    """The rank correlation of each measure with the mean rating."""
    weights = judge.calibrations["lines"].weights
    evidence = evidence_of(judge.model, judge.pairs, weights, rated.sets, "lines")[1]
    yield f"| measure of {len(rated.sets)} recipes | rank correlation with the mean rating |"
    yield "|---|---|"
    yield f"| implausibility | {rated.goes_with(judge.measure(rated.sets, 'lines')[1]):+.3f} |"
    for name in ("surprise", "company", "objection", "lift"):
        yield f"| {name} | {rated.goes_with(evidence[:, EVIDENCE.index(name)]):+.3f} |"
    told = ", ".join(f"{each:.2f}" for each in sorted(rated.people()))
    yield f"| each person, with the mean of the others | {told} |"
    yield f"| sampling error | {1 / np.sqrt(len(rated.sets) - 1):.2f} |"


class Trial:
    """Weighs the evidence as the judge does, with another lift."""

    def __init__(self, judge: Plausibility, run: Run) -> None:
        """Spoil lists of the run: some to weigh the evidence, others to test."""
        self._judge = judge
        rows = run.read("recipe_ingredients")
        rows = rows[rows["origin"] == "lines"]
        valid = rows[rows["split"] == "valid"]
        chosen = Sets.of_rows(valid[chooses_parameters(valid["recipe_id"])], judge.names).several()
        test = Sets.of_rows(rows[rows["split"] == "test"], judge.names).several()
        random = np.random.default_rng(SEED)
        test = test.take(random.permutation(len(test))[:TESTED])
        shares = judge.model.shares("lines")
        kinds = run.read("lexicon").drop_duplicates("ingredient").set_index("ingredient")
        intruders = Intruders(shares, [kinds["category"].get(name, "") for name in judge.names])
        spoilt = Spoiling(intruders, shares, SEED).kinds(chosen)
        one = intruders.spoil(test, 1, "frequency", random)
        self._places = one.places
        self._sets = {"chosen": chosen, "real": test, "one": one.exchanged, "two": splice(test)}
        self._sets |= {f"spoilt {number}": sets for number, (sets, _) in enumerate(spoilt)}
        self._worth = [worth for _, worth in spoilt]
        self._known = {name: self._evidence(sets) for name, sets in self._sets.items()}

    def _evidence(self, sets: Sets) -> Floats:
        judge, weights = self._judge, self._judge.calibrations["lines"].weights
        return evidence_of(judge.model, judge.pairs, weights, sets, "lines")[1]

    def rows(self, name: str, shape: Shape, rated: Rated) -> Iterator[str]:
        """A row of the table for each weight of a lift of this shape."""
        known = self._sets | {"rated": rated.sets}
        evidence = self._known | {"rated": self._evidence(rated.sets)}
        for each, sets in known.items():
            evidence[each] = evidence[each].copy()
            evidence[each][:, LIFT] = shape(self._judge, sets)
        spoilt = [(evidence[f"spoilt {number}"], worth) for number, worth in enumerate(self._worth)]
        for weight in WEIGHTS:
            fitted = fit_recipe_weights(evidence["chosen"], spoilt, lift=weight)
            score = {each: found @ fitted for each, found in evidence.items()}
            real = score["real"][self._places]
            found, both = (
                found_at(0.05)(real, score["one"]),
                found_at(0.05)(score["real"], score["two"]),
            )
            yield (
                f"| {name} | {fitted[LIFT]:.1f} | {rated.goes_with(score['rated']):+.3f} "
                f"| {auc(real, score['one']):.3f} | {found:.3f} | {both:.3f} |"
            )


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("rated", type=Path)
    parser.add_argument("run", type=Path)
    options = parser.parse_args()
    judge, rated = read_rated(options.rated)
    print(*measures(judge, rated), sep="\n")
    print("\n| lift | weight | ratings | one exchanged: AUC | found | spliced: found |")
    print("|---|---|---|---|---|---|")
    trial = Trial(judge, Run.open(options.run))
    for name, shape in SHAPES.items():
        print(*trial.rows(name, shape, rated), sep="\n")


if __name__ == "__main__":
    main()
