"""How well recipes are judged on a run's test split, compared with published co-occurrence scores.

``python -m benchmarks.pairing RUN``, after ``recipegen learn-pairings``. All scorers learn from the
same training split and judge the same spoilt recipes (ingredient lines). With a score of pairs, an
ingredient gets its mean score with the others of its recipe, and a recipe that of its worst
ingredient. With ``--sites``, models learn from one collection at a time and judge each collection;
this takes minutes.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.stats import poisson

from recipegen.config import LearnPairings
from recipegen.judge.built_in import load_judge
from recipegen.pairing.calibration import BY_THEORY, at_least_one, log_odds
from recipegen.pairing.counts import Counts, Floats
from recipegen.pairing.ingredient_sets import Sets
from recipegen.pairing.learning import chooses_parameters
from recipegen.pairing.lifts import Lifts, fit_lifts, leading_eigenvectors
from recipegen.pairing.negative_sampling import Intruders, Kind
from recipegen.pairing.plausibility import Plausibility
from recipegen.pairing.set_encoder import ORIGINS
from recipegen.pairing.set_encoder_training import fit_ingredient_model
from recipegen.pairing.validation import (
    SIZES,
    Measure,
    Row,
    auc,
    completion_test,
    intruder_test,
    take_one_out,
)
from recipegen.pairing.verdicts import IMPLAUSIBLE, UNUSUAL, VERDICTS, Pairs
from recipegen.progress import silent
from recipegen.storage.run_folder import Run

SEED = 11
TESTED = 3000
SAMPLES = 15_000
RESAMPLES = 300
RIDGE = 100.0
SVD_RANK = 50
HIDDEN = 0.05
RATES = (0.005, 0.01, 0.02, 0.05)
KINDS: tuple[Kind, ...] = ("frequency", "drawn", "category")


@dataclass(frozen=True)
class Data:
    """What the tests share."""

    rows: pd.DataFrame
    counts: Counts
    lifts: Lifts
    plausibility: Plausibility
    intruders: dict[str, Intruders]
    """By origin: how common an ingredient is in recipes that were found there."""
    sources: pd.Series
    """The collection of each row of ``rows``."""
    basic: npt.NDArray[np.bool_]

    @classmethod
    def of(cls, run: Run) -> Data:
        """From the tables of a run."""
        rows = run.read("recipe_ingredients")
        train = rows[rows["split"] == "train"]
        counts = Counts.of(train["recipe_id"], train["ingredient"])
        chooses = rows[(rows["split"] == "valid") & chooses_parameters(rows["recipe_id"])]
        tables = [run.read(name) for name in ("ingredients", "pairings", "ingredient_model")]
        # The judge knows ingredients that no recipe of the corpus holds.
        counts = counts.joined_by(set(tables[0]["ingredient"]) - set(counts.names))
        lifts = fit_lifts(counts, Counts.of(chooses["recipe_id"], chooses["ingredient"]))
        recipes = run.read("recipes", ["recipe_id", "source"]).set_index("recipe_id")["source"]
        sources = rows["recipe_id"].map(recipes)
        plausibility = Plausibility.from_tables(*tables)
        basic = tables[0]["basic"].to_numpy(dtype=bool)
        categories, model = tables[0]["category"].tolist(), plausibility.model
        intruders = {origin: Intruders(model.shares(origin), categories) for origin in ORIGINS}
        return cls(rows, counts, lifts, plausibility, intruders, sources, basic)

    def sets(self, split: str, origin: str, source: str | None = None) -> Sets:
        """Recipes of two ingredients and more, of one collection or of all."""
        kept = (self.rows["split"] == split) & (self.rows["origin"] == origin)
        chosen = self.rows[kept & (self.sources == source) if source else kept]
        return Sets.of_rows(chosen, list(self.counts.names)).several()

    def tested(self, origin: str = "lines") -> Sets:
        """Recipes of the test split, drawn at random."""
        sets = self.sets("test", origin)
        order = np.random.default_rng(SEED).permutation(len(sets))
        return sets.take(order[:TESTED])


def pair_scores(data: Data) -> dict[str, Floats]:
    """Published scores of pairs, N x N, higher for pairs that go together."""
    together, expected = data.lifts.together, data.lifts.expected
    recipes, single = data.counts.uses.shape[0], data.counts.single
    chance = np.outer(single, single) / recipes
    logs = np.log(np.maximum(together, 1e-9) / chance)
    npmi = np.where(together > 0, logs / -np.log(np.maximum(together, 1) / recipes), -1.0)
    values, vectors = leading_eigenvectors(np.maximum(logs, 0.0) * off_diagonal(logs), SVD_RANK)
    vectors = vectors * np.sqrt(np.abs(values))
    vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
    ease_weights = ease(data)
    return {
        "raw count, ln(C + 1)": np.log1p(together),
        "Poisson lower tail": np.maximum(np.asarray(poisson.logcdf(together, chance)), -1e6),
        "signed root G2": signed_root(together, single, recipes),
        "EASE": (ease_weights + ease_weights.T) / 2,
        "NPMI": npmi,
        "PPMI-SVD cosine": vectors @ vectors.T,
        "log-lift, 1/2 added": np.log((together + 0.5) / (chance + 0.5)),
        "log-lift, low-rank prior": np.log(
            (together + data.lifts.strength * np.exp(data.lifts.log_prior))
            / (expected + data.lifts.strength)
        ),
    }


def off_diagonal(matrix: Floats) -> Floats:
    """1 off the diagonal, 0 on it."""
    return 1.0 - np.eye(len(matrix))


def signed_root(together: Floats, single: Floats, recipes: int) -> Floats:
    """Square root of the log-likelihood ratio of the two-by-two table, its sign that of C - E."""
    a, b = single[:, None], single[None, :]
    cells = (together, a - together, b - together, recipes - a - b + together)
    means = (a * b, a * (recipes - b), (recipes - a) * b, (recipes - a) * (recipes - b))
    total = np.zeros_like(together)
    for seen, mean in zip(cells, means, strict=True):
        known = np.maximum(seen, 1e-9)
        total += np.where(seen > 0, seen * np.log(known * recipes / np.maximum(mean, 1e-9)), 0.0)
    return np.asarray(np.sign(together - a * b / recipes) * np.sqrt(2 * np.maximum(total, 0.0)))


def ease(data: Data) -> Floats:
    """Weights of EASE (Steck 2019), N x N: column j says what speaks for j."""
    gram = data.lifts.together + RIDGE * np.eye(len(data.counts.names))
    inverse = np.linalg.inv(gram)
    weights = -inverse / np.diag(inverse)
    np.fill_diagonal(weights, 0.0)
    return np.asarray(weights)


def worst_mean(scores: Floats, sets: Sets) -> tuple[Floats, Floats]:
    """Minus the mean score of each member with the others of its set, T, and the largest, B."""
    misfits = []
    for members in sets:
        block = scores[np.ix_(members, members)]
        total = block.sum(axis=1) - np.diag(block)
        misfits.append(-total / max(1, len(members) - 1))
    return np.concatenate(misfits), np.array([each.max() for each in misfits])


def compare(data: Data) -> Iterator[Row]:
    """All scorers on the same recipes, and what recipegen gains."""
    spoilt = data.intruders["lines"].spoil(
        data.tested(), 1, "frequency", np.random.default_rng(SEED)
    )
    judges: dict[str, Measure] = {
        name: partial(worst_mean, scores) for name, scores in pair_scores(data).items()
    }
    judges["**recipegen**"] = partial(data.plausibility.measure, origin="lines")
    found = {}
    for name, measure in judges.items():
        yield from intruder_test(name, measure, spoilt)
        found[name] = measure(spoilt.real)[1], measure(spoilt.exchanged)[1]
    for other in ("NPMI", "log-lift, 1/2 added"):
        yield gain(found["**recipegen**"], found[other], f"recipegen above {other}")


def gain(ours: tuple[Floats, Floats], theirs: tuple[Floats, Floats], test: str) -> Row:
    """The difference of two AUC, its interval from recipes drawn again with both scores."""
    random, count = np.random.default_rng(SEED), len(ours[0])
    draws = (random.integers(count, size=count) for _ in range(RESAMPLES))
    differences = [
        auc(ours[0][each], ours[1][each]) - auc(theirs[0][each], theirs[1][each]) for each in draws
    ]
    low, high = np.quantile(differences, [0.025, 0.975])
    return test, "auc", auc(*ours) - auc(*theirs), float(low), float(high), count


def deeper(data: Data) -> Iterator[Row]:
    """Recipegen by kind and number of exchanges, by size and from directions."""
    lines = partial(data.plausibility.measure, origin="lines")
    tested = data.tested()
    for kind in KINDS:
        for number in (1, 2, 3):
            spoilt = data.intruders["lines"].spoil(
                tested, number, kind, np.random.default_rng(SEED)
            )
            yield from intruder_test(f"lines, {number}, {kind}", lines, spoilt)
    for low, high in zip(SIZES, (*SIZES[1:], 100), strict=True):
        chosen = tested.take(np.flatnonzero((tested.sizes >= low) & (tested.sizes < high)))
        spoilt = data.intruders["lines"].spoil(chosen, 1, "frequency", np.random.default_rng(SEED))
        yield from intruder_test(f"lines, {low} to {high - 1} ingredients", lines, spoilt)
    written = data.tested("directions")
    spoilt = data.intruders["directions"].spoil(
        written, 1, "frequency", np.random.default_rng(SEED)
    )
    measure = partial(data.plausibility.measure, origin="directions")
    yield from intruder_test("directions, 1, frequency", measure, spoilt)


def sites(data: Data) -> Iterator[Row]:
    """Recipes of each collection, by a model of all, of that collection and of each other one."""
    judges: dict[str, Measure] = {"all": partial(data.plausibility.measure, origin="lines")}
    found = sorted(data.sources.unique())
    for source in found:
        judges[source] = learned_from(data, source)
    for tested in found:
        sets = data.sets("test", "lines", tested)
        chosen = sets.take(np.random.default_rng(SEED).permutation(len(sets))[:TESTED])
        spoilt = data.intruders["lines"].spoil(chosen, 1, "frequency", np.random.default_rng(SEED))
        for name, measure in judges.items():
            yield from intruder_test(f"recipes of {tested}, learned from {name}", measure, spoilt)


def learned_from(data: Data, source: str) -> Measure:
    """A model of one collection alone, its odds by theory."""
    rows = data.rows[data.sources == source]
    chooses = rows[(rows["split"] == "valid") & chooses_parameters(rows["recipe_id"])]
    train = rows[rows["split"] == "train"]
    counts = Counts.of(train["recipe_id"], train["ingredient"])
    lifts = fit_lifts(counts, Counts.of(chooses["recipe_id"], chooses["ingredient"]))
    # In the order of all names, that of the sets; what the collection lacks has no say.
    size, known = len(data.counts.names), np.isin(data.counts.names, counts.names)
    log_lift = np.zeros((size, size))
    log_lift[np.ix_(known, known)] = lifts.log_lift
    settings = LearnPairings()
    recipes = {origin: data.sets("train", origin, source) for origin in ORIGINS}
    seen = np.bincount(recipes["lines"].members, minlength=size) > 0
    model = fit_ingredient_model(
        log_lift,
        recipes,
        settings.examples,
        settings.epochs,
        SEED,
        silent,
    )

    def measure(sets: Sets) -> tuple[Floats, Floats]:
        odds = log_odds(BY_THEORY, model.fits(sets, "lines")[0], sets)
        odds = np.where(seen[sets.members], odds, -np.inf)
        return odds, at_least_one(odds, sets)

    return measure


def complete(data: Data) -> Iterator[Row]:
    """Which ingredient was taken out of a recipe."""
    rest, missing = take_one_out(data.tested(), np.random.default_rng(SEED))
    norms = np.sqrt(np.maximum(data.counts.single, 1))
    cosine = data.lifts.together / np.outer(norms, norms)
    models: dict[str, Callable[[], Floats]] = {
        "popularity": lambda: np.tile(data.counts.single, (len(rest), 1)),
        "item collaborative filtering": lambda: summed(cosine, rest),
        "EASE": lambda: summed(ease(data), rest),
    }
    for name, scores in models.items():
        logs = scores()
        logs[rest.owners, rest.members] = -np.inf
        yield from completion_test(name, logs, missing)
    logs = data.plausibility.model.completions(rest, "lines")
    yield from completion_test("**recipegen**", logs, missing)


def summed(weights: Floats, sets: Sets) -> Floats:
    """The sum of the rows of the members of each set, B x N."""
    return np.array([weights[members].sum(axis=0) for members in sets])


def alarms(data: Data) -> Iterator[str]:
    """The share of pairs with each verdict, set on valid recipes, measured on test recipes."""
    names = list(data.counts.names)
    rows = data.rows[(data.rows["split"] == "valid") & (data.rows["origin"] == "directions")]
    real, test = Sets.of_rows(rows, names).several(), data.sets("test", "directions")
    judge = load_judge().prior
    yield "| verdict | set | valid | test | pairs |\n|---|---|---|---|---|"
    for rate in RATES:
        settings = LearnPairings(false_alarm_rate=rate / 10, unusual_rate=rate)
        pairs = Pairs.of(data.lifts, names, data.basic, judge.objections, settings)
        codes = pairs.verdicts(pairs.limits(real, judge.limits))
        for code, set_to in ((IMPLAUSIBLE, rate / 10), (UNUSUAL, rate)):
            bad = np.zeros((len(names), len(names)), dtype=bool)
            bad[pairs.at] = codes == code
            yield (
                f"| {VERDICTS[code]} | {set_to:.2%} | {flagged_share(bad, real):.3%} "
                f"| {flagged_share(bad, test):.3%} | {(codes == code).sum():,} |"
            )


def flagged_share(bad: npt.NDArray[np.bool_], sets: Sets) -> float:
    """The share of the pairs of all sets that are in ``bad``, its upper triangle."""
    flags = sum(int(bad[np.ix_(members, members)].sum()) for members in sets)
    return flags / float((sets.sizes * (sets.sizes - 1) // 2).sum())


def unseen(data: Data) -> Iterator[str]:
    """Whether the prior tells pairs that were hidden from it from pairs that never meet."""
    together, expected = data.lifts.together.copy(), data.lifts.expected
    a, b = np.nonzero(np.triu(together > 0, 1))
    hidden = np.random.default_rng(SEED).random(len(a)) < HIDDEN
    a, b = a[hidden], b[hidden]
    never = np.nonzero(np.triu(together == 0, 1))
    together[a, b] = together[b, a] = 0.0
    logs = np.log((together + 2.0) / (expected + 2.0))
    np.fill_diagonal(logs, 0.0)
    values, vectors = leading_eigenvectors(logs, data.lifts.rank)
    prior = (vectors * values) @ vectors.T
    yield "| expected by chance | hidden pairs | never seen | AUC |\n|---|---|---|---|"
    for low, high in ((0.3, 1.0), (1.0, 3.0), (3.0, 10.0), (10.0, np.inf)):
        inside = (expected[a, b] >= low) & (expected[a, b] < high)
        outside = (expected[never] >= low) & (expected[never] < high)
        found = auc(prior[never][outside], prior[a, b][inside])
        yield f"| {low:g} to {high:g} | {inside.sum():,} | {outside.sum():,} | {found:.3f} |"


def speed(data: Data) -> str:
    """Seconds to judge as many recipes as a run has samples."""
    sets = data.sets("test", "directions")
    chosen = np.random.default_rng(SEED).integers(len(sets), size=SAMPLES)
    names = data.counts.names
    recipes = [[names[member] for member in members] for members in sets.take(chosen)]
    began = time.perf_counter()
    data.plausibility.judge_all(recipes)
    return f"{SAMPLES:,} recipes judged in {time.perf_counter() - began:.1f} s"


def show(title: str, rows: Iterator[Row]) -> None:
    """A table with a row for each test and a column for each metric."""
    print(f"\n### {title}\n")
    found: dict[str, dict[str, str]] = {}
    counts = {}
    for test, metric, estimate, low, high, count in rows:
        text = f"{estimate:.3f} ({low:.3f}-{high:.3f})"
        found.setdefault(test, {})[metric] = text
        counts[test] = count
    metrics = list(dict.fromkeys(name for each in found.values() for name in each))
    print("| | recipes |", " | ".join(metrics), "|")
    print("|---" * (len(metrics) + 2) + "|")
    for test, each in found.items():
        cells = [each.get(metric, "") for metric in metrics]
        print(f"| {test} | {counts[test]:,} |", " | ".join(cells), "|")


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("run", type=Path)
    parser.add_argument("--sites", action="store_true")
    options = parser.parse_args()
    data = Data.of(Run.open(options.run))
    if options.sites:
        show("Learned from one collection", sites(data))
        return
    show("One ingredient exchanged for another of like frequency", compare(data))
    show("Other exchanges", deeper(data))
    show("The ingredient that was taken out", complete(data))
    for title, lines in (
        ("Flagged pairs of real recipes", alarms(data)),
        ("Pairs hidden from the counts", unseen(data)),
    ):
        print(f"\n### {title}\n", *lines, sep="\n")
    print(f"\n{speed(data)}")


if __name__ == "__main__":
    main()
