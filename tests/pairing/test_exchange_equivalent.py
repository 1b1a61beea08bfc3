"""The exchanged share is computed from the support that pairs still have."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recipegen.pairing.exchange_equivalent import (
    BOUND,
    WAYS,
    ExchangeCurve,
    Support,
    centred_support,
    fit_curve,
    learn_curve,
    log_lift_of,
    relative_support,
    support_of,
)
from recipegen.pairing.ingredient_sets import Sets
from recipegen.pairing.negative_sampling import exchange_share, splice

KINDS, SIZE = 8, 6
"""The number of dishes, and of the ingredients that only one dish has."""


def dishes(count: int, seed: int) -> Sets:
    """Recipes, each with four of the six ingredients of one dish."""
    random = np.random.default_rng(seed)
    return Sets.of(
        [
            np.sort(random.choice(SIZE, 4, replace=False)) + SIZE * random.integers(KINDS)
            for _ in range(count)
        ]
    )


def kitchen() -> tuple[Support, np.ndarray]:
    """The support of pairs; those of one dish meet eight times as often as by chance."""
    kind = np.arange(KINDS * SIZE) // SIZE
    same = kind[:, None] == kind[None, :]
    log_lift = np.where(same, np.log(8), np.log(0.05)).astype(np.float32)
    shares = np.full(KINDS * SIZE, 1 / (KINDS * SIZE))
    return Support.of(log_lift, shares, same.astype(float)), shares


def test_the_support_of_a_pair_by_hand() -> None:
    found = support_of(np.log([1.0, 8.0, 0.5]))
    assert found == pytest.approx([0.0, 7 / (0.95 + 0.4), -0.5 / 0.975])


@given(st.floats(-8, 8))
def test_support_is_bounded_and_turns_back(log_lift: float) -> None:
    support = float(support_of(np.array(log_lift)))
    assert -1 / (1 - BOUND) <= support <= 1 / BOUND
    assert log_lift_of(support) == pytest.approx(log_lift, abs=1e-6)


def test_strangers_support_each_other_neither_way() -> None:
    support, shares = kitchen()
    assert float(shares @ support.pairs @ shares) == pytest.approx(0, abs=0.1)
    assert (np.diag(centred_support(np.zeros((3, 3), dtype=np.float32), np.ones(3))) == 0).all()


@pytest.mark.parametrize("way", WAYS)
def test_a_known_dose_is_read_back(way: str) -> None:
    support, shares = kitchen()
    curve = learn_curve(dishes(1500, 1), support, shares, np.random.default_rng(2))
    random, found = np.random.default_rng(3), []
    for dose in (0.0, 0.2, 0.4, 0.6, 0.8, 1.0):
        spoilt = exchange_share(dishes(2000, 4), dose, way, shares, random)  # type: ignore[arg-type]
        found.append(float(curve.share(relative_support(spoilt, support))))
    assert found == sorted(found)
    assert found[:4] == pytest.approx([0.0, 0.2, 0.4, 0.6], abs=0.05)
    # Above four fifths it can hardly be told.
    assert min(found[4:]) > 0.75


def test_a_few_recipes_take_the_shape_of_a_known_curve() -> None:
    support, shares = kitchen()
    known = ExchangeCurve(real=2.0, random=0.1, power=2.5)
    curve = learn_curve(dishes(50, 1), support, shares, np.random.default_rng(0), known)
    assert (curve.power, curve.random / curve.real) == (2.5, pytest.approx(0.05))
    assert curve.real == pytest.approx(relative_support(dishes(50, 1), support))


def test_the_curve_is_found_again_in_its_points() -> None:
    curve = ExchangeCurve(real=0.9, random=0.02, power=2.3)
    doses = np.array([0.0, 0.2, 0.5, 0.8, 1.0])
    points = [(dose, 0.02 + 0.88 * (1 - dose) ** 2.3) for dose in doses]
    assert fit_curve(points).share(np.array([each for _, each in points])) == pytest.approx(
        curve.share(np.array([each for _, each in points])), abs=0.02
    )


@given(st.floats(0, 1), st.sampled_from(WAYS), st.integers(0, 99))
def test_an_exchanged_recipe_keeps_its_size_and_holds_nothing_twice(
    share: float, way: str, seed: int
) -> None:
    real = dishes(20, seed)
    shares = np.full(KINDS * SIZE, 1.0)
    found = exchange_share(real, share, way, shares, np.random.default_rng(seed))  # type: ignore[arg-type]
    assert (found.sizes == real.sizes).all()
    assert all(len(set(each.tolist())) == len(each) for each in found)


def test_a_spliced_recipe_has_halves_of_two() -> None:
    (one, other) = splice(Sets.of([[0, 1, 2, 3], [10, 11, 12]]))
    assert (one.tolist(), other.tolist()) == ([0, 2, 11], [1, 3, 10, 12])
