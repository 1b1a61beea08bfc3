"""MAUVE is 1 for equal texts, falls with their distance, and follows its formula."""

import numpy as np
import pytest

from recipegen.evaluation.per_group.mauve import divergence_frontier, mauve


def texts(words: str, seed: int, count: int = 120) -> list[str]:
    random = np.random.default_rng(seed)
    return [" ".join(random.choice(words.split(), 12)) for _ in range(count)]


def test_the_frontier_by_hand() -> None:
    p = np.array([0.5, 0.5])
    assert divergence_frontier(p, p) == pytest.approx(1, abs=1e-3)
    # Far apart, the curve hugs the axes: KL of either from any mixture is large.
    far = divergence_frontier(np.array([1 - 1e-9, 1e-9]), np.array([1e-9, 1 - 1e-9]))
    assert 0 < far < 0.01
    middle = divergence_frontier(np.array([0.8, 0.2]), np.array([0.4, 0.6]))
    assert far < middle < 1
    assert middle == pytest.approx(
        divergence_frontier(np.array([0.4, 0.6]), np.array([0.8, 0.2])), abs=1e-9
    )


def test_likeness_falls_with_distance() -> None:
    real = texts("cake sugar flour butter milk oven tin", 1)
    same = mauve(texts("cake sugar flour butter milk oven tin", 2), real)
    half = texts("cake sugar flour butter milk oven tin", 3, 60)
    mixed = mauve([*half, *texts("stew beef pot carrot thyme", 4, 60)], real)
    other = mauve(texts("stew beef pot carrot thyme", 5), real)
    assert 0 <= other < mixed < same <= 1
    assert same > 0.8
    assert other < 0.1
    assert same == mauve(texts("cake sugar flour butter milk oven tin", 2), real)
