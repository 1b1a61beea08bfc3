"""Groups of texts are weighted to the same numbers of ingredients."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recipegen.evaluation.statistics.equal_sizes import (
    Totals,
    as_they_are,
    at_equal_sizes,
    by_size,
    shared,
)
from recipegen.evaluation.statistics.size_classes import FIRSTS, size_of
from recipegen.evaluation.statistics.sums import Resampling, sums_of

HOW = Resampling(resamples=60, seed=5)
NAMES = ("texts", "judged_pair_count", "implausible_pair_count")

Texts = list[tuple[int, int]]
"""The number of ingredients of each text, and its implausible pairs."""


def weighted(groups: Mapping[str, Texts]) -> list[Totals]:
    return at_equal_sizes([classes(name, texts) for name, texts in groups.items()])


def classes(name: str, texts: Texts) -> Mapping[int, object]:
    found = by_size(sums_of(frame_of(name, texts), 1.0, HOW, NAMES, NAMES))
    return next(iter(found.values()))


def frame_of(name: str, texts: Texts) -> pd.DataFrame:
    counts = [count for count, _ in texts]
    return pd.DataFrame(
        {
            "sample_id": [f"{name}-{at}" for at in range(len(texts))],
            "group": name,
            "temperature": np.nan,
            "ingredient_count": counts,
            "judged_pair_count": [count * (count - 1) // 2 for count in counts],
            "implausible_pair_count": [bad for _, bad in texts],
        }
    )


def rate(totals: Totals) -> float:
    return totals["implausible_pair_count"].over(totals["judged_pair_count"]).estimate


def test_each_number_up_to_twelve_is_a_class_and_larger_ones_share_one() -> None:
    counts = pd.Series([0, 1, 12, 13, 14, 15, 18, 19, 30, 31, 400], index=range(5, 16))
    found = size_of(counts)
    assert found.tolist() == [0, 1, 12, 13, 13, 15, 17, 19, 26, 31, 31]
    assert found.index.tolist() == counts.index.tolist()
    assert list(FIRSTS) == sorted(set(FIRSTS))


def test_weights_by_hand() -> None:
    # Class 2: one text of a, three of b. Class 3: two of a, two of b. Class 4: only b has texts.
    a = [(2, 1), (3, 0), (3, 2)]
    b = [(2, 0), (2, 0), (2, 1), (3, 3), (3, 0), (4, 6)]
    one, other = weighted({"a": a, "b": b})
    # A text weighs n_b / (n_a + n_b) in a and n_a / (n_a + n_b) in b: 3/4 and 1/4 in class 2,
    # 1/2 and 1/2 in class 3. So both have the weights 3/4 and 1 in the two classes.
    assert one["texts"].estimate == pytest.approx(3 / 4 + 1)
    assert other["texts"].estimate == pytest.approx(3 / 4 + 1)
    assert rate(one) == pytest.approx((3 / 4 * 1 + 1 / 2 * 2) / (3 / 4 * 1 + 1 / 2 * 6))
    assert rate(other) == pytest.approx((1 / 4 * 1 + 1 / 2 * 3) / (1 / 4 * 3 + 1 / 2 * 6))
    assert shared(classes("a", a), [classes("b", b)]) == 1
    assert shared(classes("b", b), [classes("a", a)]) == pytest.approx(5 / 6)


def test_three_groups_have_the_same_weight_in_each_class() -> None:
    groups = {"a": [(5, 0)], "b": [(5, 1)] * 2, "c": [(5, 0), (5, 2), (5, 4), (9, 1)]}
    found = weighted(groups)
    # 1 / (1/1 + 1/2 + 1/3)
    assert [each["texts"].estimate for each in found] == pytest.approx([6 / 11] * 3)
    assert [rate(each) for each in found] == pytest.approx([0.0, 0.1, 0.2])


def test_groups_without_a_common_class_cannot_be_compared() -> None:
    one, other = weighted({"a": [(2, 1)], "b": [(5, 1)]})
    assert (one["texts"].estimate, other["texts"].estimate) == (0, 0)
    assert np.isnan(rate(one))
    assert np.isnan(one["implausible_pair_count"].over(one["judged_pair_count"]).values).all()


TEXTS = st.lists(st.tuples(st.integers(2, 40), st.integers(0, 3)), min_size=1, max_size=12)


@settings(max_examples=20)
@given(TEXTS, TEXTS)
def test_both_have_the_same_number_of_texts_in_every_resample(a: Texts, b: Texts) -> None:
    one, other = (totals["texts"] for totals in weighted({"a": a, "b": b}))
    assert one.estimate == pytest.approx(other.estimate)
    assert one.values == pytest.approx(other.values)


@settings(max_examples=20)
@given(TEXTS, st.integers(1, 5))
def test_a_group_beside_itself_has_its_own_rate(texts: Texts, times: int) -> None:
    one, other = weighted({"a": texts, "b": texts * times})
    sums = sums_of(frame_of("a", texts), 1.0, HOW, NAMES)
    raw = as_they_are(next(iter(sums.values())))
    assert rate(one) == pytest.approx(rate(raw))
    assert rate(other) == pytest.approx(rate(raw))
