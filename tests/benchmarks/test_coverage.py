"""``benchmarks.coverage`` simulates what it says, and counts right."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binomtest

from benchmarks import coverage
from recipegen.evaluation.metrics import METRICS, Group
from recipegen.evaluation.per_group.diversity import NO_VALUES
from recipegen.evaluation.statistics.sums import ALL, Cell, Resampling, by_cell, sums_of


def group_of(population: coverage.Population, texts: int, each: int) -> Group:
    random = np.random.default_rng(5)
    titles = coverage.titles_of(texts, each, random)
    frame = coverage.frame_of([coverage.texts_of(population, titles, "a", np.nan, random)])
    sums = by_cell(sums_of(frame, coverage.NORMAL_COPY, Resampling(100, 1), coverage.NEEDED))
    cell = Cell("a", None, ALL)
    return Group(sums[cell], NO_VALUES, coverage.CURVES, coverage.CONFIDENCE)


@pytest.mark.parametrize("each", [1, 3])
def test_the_metrics_of_many_texts_are_near_the_truth(each: int) -> None:
    group = group_of(coverage.HIGH, 30_000, each)
    for metric, truth in coverage.HIGH.truth.items():
        (estimate, low, high), _ = METRICS[metric].measure(group)
        assert abs(estimate - truth) < high - low, metric


def test_each_kind_has_a_truth_and_an_interval_before_and_now() -> None:
    truth = coverage.truths(120, 2, np.random.default_rng(1))
    ends, mended = coverage.repeated(2, 120, 100, 1, with_mends=True)
    assert set(ends) == set(truth)
    assert all(each.shape == (2, 2) for both in ends.values() for each in both)
    lines = [*coverage.table(ends, truth, 120), *coverage.table_of_mends(mended, truth)]
    assert len(lines) == len(ends) + len(mended) + 4
    assert len({line.count("|") for line in lines[: len(ends) + 2]}) == 1


def test_repetitions_differ_and_can_be_repeated() -> None:
    random = [np.random.default_rng(seed) for seed in (1, 1, 2)]
    kind = "implausible_pair_rate: low"
    found = [
        coverage.of_one_group(60, Resampling(100, seed), each).intervals[kind]
        for seed, each in zip((1, 1, 2), random, strict=True)
    ]
    assert found[0] == found[1]
    assert found[0] != found[2]


def test_coverage_by_hand() -> None:
    ends = np.array([[0.0, 1.0], [2.0, 4.0], [-3.0, 0.5], [0.0, np.nan], [np.nan, np.nan]])
    found = coverage.coverage_of(ends, 1.0)
    assert found.held == pytest.approx(2 / 5)
    assert found.below == pytest.approx(2 / 5)
    assert found.above == pytest.approx(1 / 5)
    assert found.width == pytest.approx((1 + 2 + 3.5) / 3)


def test_the_interval_of_a_share_before() -> None:
    flags = pd.Series([1.0] * 7 + [0.0] * 33 + [np.nan] * 5)
    expected = binomtest(7, 40).proportion_ci(method="wilson")
    assert coverage.wilson(flags) == pytest.approx((expected.low, expected.high))
