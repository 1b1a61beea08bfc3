"""Sums over blocks of texts are those over all texts, exactly, and are right by hand."""

from itertools import pairwise

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from recipegen.evaluation.statistics.bootstrap import poisson_weights
from recipegen.evaluation.statistics.sums import (
    ALL,
    SCALE,
    Cell,
    Resampling,
    Sums,
    add_up,
    by_cell,
    sums_from,
    sums_of,
    sums_table,
    titles_table,
)

HOW = Resampling(resamples=50, seed=3)
NAMES = ("texts", "judged_pair_count", "implausible_pair_count", "entropy")
OF_SIZES = ("texts", "implausible_pair_count")


def texts(count: int, seed: int = 0) -> pd.DataFrame:
    random = np.random.default_rng(seed)
    titles = random.integers(0, 4, count)
    return pd.DataFrame(
        {
            "sample_id": [f"s{at}" for at in range(count)],
            "recipe_id": [f"r{title}" if title else None for title in titles],
            "group": random.choice(["generated", "real"], count),
            "temperature": random.choice([0.5, 1.0, np.nan], count),
            "prompt_group": random.choice(["open", "title", None], count),
            "ingredient_count": random.integers(0, 30, count),
            "judged_pair_count": random.integers(0, 9, count),
            "implausible_pair_count": random.integers(0, 3, count),
            "entropy": random.normal(size=count),
        }
    )


def assert_same(one: dict[Cell, Sums], other: dict[Cell, Sums]) -> None:
    pd.testing.assert_frame_equal(sums_table(one), sums_table(other))
    pd.testing.assert_frame_equal(titles_table(one), titles_table(other))


def in_order(sums: dict[Cell, Sums]) -> dict[Cell, Sums]:
    return dict(sorted(sums.items(), key=str))


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 60), st.lists(st.integers(0, 60), max_size=5))
def test_blocks_add_up_to_the_whole(count: int, cuts: list[int]) -> None:
    frame = texts(count)
    shuffled = frame.sample(frac=1, random_state=len(cuts))
    ends = [0, *sorted(min(cut, count) for cut in cuts), count]
    blocks = [shuffled.iloc[a:b] for a, b in pairwise(ends)]
    parts = add_up(sums_of(block, 1.0, HOW, NAMES, OF_SIZES) for block in blocks)
    assert_same(in_order(parts), in_order(sums_of(frame, 1.0, HOW, NAMES, OF_SIZES)))


def test_sums_by_hand() -> None:
    frame = pd.DataFrame(
        {
            "sample_id": ["a", "b", "c"],
            "group": "generated",
            "temperature": 1.0,
            "judged_pair_count": [3, 0, np.nan],
            "entropy": [0.5, -1.5, np.nan],
        }
    )
    (sums,) = sums_of(frame, 1.0, HOW, ("texts", "judged_pair_count", "entropy")).values()
    counts, entropy = sums["judged_pair_count"], sums["entropy"]
    assert (counts.known, counts.positive, counts.value) == (2, 1, 3)
    assert (entropy.known, entropy.positive, entropy.value) == (2, 1, -1)
    assert entropy.squares == (0.25 + 2.25) * SCALE**2
    assert sums["texts"].value == 3
    weights = poisson_weights(["a", "b", "c"], HOW.resamples, HOW.seed)
    assert (counts.resampled == 3 * SCALE * weights[0].astype(int)).all()
    assert (sums["texts"].resampled == SCALE * weights.sum(axis=0)).all()


def test_a_table_holds_sums_exactly() -> None:
    found = sums_of(texts(40), 1.0, HOW, NAMES, OF_SIZES)
    assert_same(sums_from(sums_table(found), titles_table(found)), found)


def test_classes_by_size_add_up_to_the_whole() -> None:
    frame = texts(60)
    found = by_cell(sums_of(frame, 1.0, HOW, NAMES, OF_SIZES))
    without = by_cell(sums_of(frame, 1.0, HOW, NAMES))
    assert_same({cell: own for cell, own in found.items() if cell.size is None}, without)
    for cell, sums in found.items():
        sizes = [own for each, own in found.items() if each == cell._replace(size=each.size)]
        if cell.is_whole:
            for name in OF_SIZES:
                assert sum(own[name].total for own in sizes) == 2 * sums[name].total
                together = sum(own[name].resampled for own in sizes)
                assert (together == 2 * sums[name].resampled).all()
    assert {tuple(own.of) for cell, own in found.items() if cell.size is not None} == {OF_SIZES}


def test_kinds_of_prompts_add_up_to_all() -> None:
    frame = texts(60).assign(group="generated", temperature=1.0)
    found = by_cell(sums_of(frame, 1.0, HOW, NAMES))
    assert [cell.prompts for cell in found] == [ALL, "open", "title"]
    kinds = frame["prompt_group"].value_counts()
    assert [sums["texts"].known for sums in found.values()] == [60, kinds["open"], kinds["title"]]
    alone = by_cell(sums_of(frame.assign(prompt_group="open"), 1.0, HOW, NAMES))
    assert [cell.prompts for cell in alone] == [ALL]


def test_weights_follow_the_poisson_distribution() -> None:
    weights = poisson_weights([f"text {at}" for at in range(3000)], 999, 1)
    assert weights.shape == (3000, 999)
    counts = np.bincount(weights.ravel(), minlength=9)[:9] / weights.size
    expected = [0.3679, 0.3679, 0.1839, 0.0613, 0.0153, 0.0031, 0.0005, 0.0001, 0.0]
    assert np.abs(counts - expected).max() < 0.0008
    # Neither texts nor resamples depend on each other.
    for table in (weights[:300].astype(float), weights[:, :300].T.astype(float)):
        correlations = np.corrcoef(table) - np.eye(300)
        assert np.abs(correlations).mean() < 1.1 * np.sqrt(2 / np.pi / table.shape[1])


def test_weights_depend_on_seed_and_cluster_alone() -> None:
    one = poisson_weights(["a", "b", "a"], 100, 1)
    assert (one[0] == one[2]).all()
    assert (one[0] != one[1]).any()
    assert (one[1] == poisson_weights(["b"], 100, 1)[0]).all()
    assert (one[1, :30] == poisson_weights(["b"], 30, 1)[0]).all()
    assert (one[1] != poisson_weights(["b"], 100, 2)[0]).any()


def test_texts_of_one_prompt_are_drawn_together_unless_they_have_a_title() -> None:
    frame = pd.DataFrame(
        {
            "sample_id": ["a", "b", "c", "d"],
            "recipe_id": [None, None, "r", None],
            "match_id": ["p", "p", "p", None],
            "group": "all",
            "temperature": 1.0,
        }
    )
    (sums,) = sums_of(frame, np.nan, HOW, ["texts", "titled"]).values()
    weights = poisson_weights(["p", "p", "r", "d"], HOW.resamples, HOW.seed).astype(int)
    assert (sums["texts"].resampled == SCALE * weights.sum(axis=0)).all()
    assert sums.titles == {"p", "r"}
    assert sums["titled"].positive == 3
    assert sums.clustered
