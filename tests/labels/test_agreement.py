"""Cohen's kappa is that of the formula, and its error that of the delta method."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recipegen.labels.agreement import Kappa, cohens_kappa, label_agreement


def test_kappa_of_two_labellers_by_hand() -> None:
    """They agree on 35 of 50 items, 0.7; by chance it would be 0.5 * 0.6 + 0.5 * 0.4 = 0.5."""
    found = cohens_kappa([[20, 5], [10, 15]])
    assert found[:3] == (50, pytest.approx(0.7), pytest.approx(0.4))
    # The three terms of the formula, over (1 - 0.5)**2 and 50 items.
    same = 0.4 * (1 - 1.1 * 0.6) ** 2 + 0.3 * (1 - 0.9 * 0.6) ** 2
    other = 0.6**2 * (0.1 * (0.6 + 0.5) ** 2 + 0.2 * (0.4 + 0.5) ** 2)
    variance = (same + other - (0.4 - 0.5 * 0.6) ** 2) / 0.25
    error = np.sqrt(variance / 50)
    assert found.low == pytest.approx(0.4 - 1.959964 * error)
    assert found.high == pytest.approx(0.4 + 1.959964 * error)


TABLES = st.lists(st.integers(1, 40), min_size=9, max_size=9)


def kappa(shares: np.ndarray) -> float:
    chance = shares.sum(axis=1) @ shares.sum(axis=0)
    return float((np.trace(shares) - chance) / (1 - chance))


@given(TABLES)
def test_the_error_is_that_of_the_delta_method(counts: list[int]) -> None:
    table = np.array(counts, dtype=float).reshape(3, 3)
    shares, step = table / table.sum(), 1e-6
    slopes = np.zeros((3, 3))
    for at in np.ndindex(3, 3):
        moved = np.zeros((3, 3))
        moved[at] = step
        slopes[at] = (kappa(shares + moved) - kappa(shares - moved)) / (2 * step)
    variance = ((shares * slopes**2).sum() - (shares * slopes).sum() ** 2) / table.sum()
    # Of so many items that no end of the interval is cut off at -1 or 1.
    found = cohens_kappa(1000 * table)
    assert found.kappa == pytest.approx(kappa(shares))
    width = 2 * 1.959964 * np.sqrt(variance / 1000)
    assert found.high - found.low == pytest.approx(width, rel=1e-3)


def test_labellers_who_always_agree_still_have_an_interval() -> None:
    """Of 10 items, Wilson's interval of the agreement begins at 0.7225; chance is 0.5."""
    found = cohens_kappa([[5, 0], [0, 5]])
    assert found == Kappa(10, 1.0, 1.0, pytest.approx(0.4449, abs=1e-4), 1.0)


def test_kappa_is_unknown_if_all_labels_are_the_same_or_there_is_none() -> None:
    assert cohens_kappa([[9, 0], [0, 0]])[:2] == (9, 1.0)
    assert np.isnan(cohens_kappa([[9, 0], [0, 0]])[2:]).all()
    assert np.isnan(cohens_kappa(np.zeros((4, 4)))[1:]).all()


def test_items_that_one_cannot_tell_do_not_count_as_absurd_or_not() -> None:
    said = {
        "Ada": ["absurd", "absurd", "ordinary", "unusual", "unclear", "ordinary"],
        "Bob": ["absurd", "unusual", "ordinary", "ordinary", "absurd", None],
    }
    labels = pd.DataFrame(
        [(f"item {at}", name, label) for name, own in said.items() for at, label in enumerate(own)],
        columns=["item_id", "labeller", "label"],
    ).dropna()
    units = pd.Series("pair", index=labels["item_id"].unique())
    found = label_agreement(labels, units).set_index("categories")
    assert found.loc["all", ["items", "agreement"]].tolist() == [5, 0.4]
    # Of four items: both absurd, one absurd, and two that neither finds absurd.
    assert found.loc["absurd", ["items", "agreement", "kappa"]].tolist() == [4, 0.75, 0.5]
    assert found["labeller_a"].tolist() == ["Ada", "Ada"]


def test_one_labeller_agrees_with_nobody() -> None:
    labels = pd.DataFrame({"item_id": ["a"], "labeller": ["Ada"], "label": ["absurd"]})
    assert label_agreement(labels, pd.Series({"a": "pair"})).empty
    assert label_agreement(labels.head(0), pd.Series({"a": "pair"})).empty
