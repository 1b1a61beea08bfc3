"""Labels go where they narrow the interval most, and enough of them make it as narrow as asked."""

import pytest

from recipegen.evaluation.labelled.more_labels import more_labels
from recipegen.evaluation.statistics.score_intervals import Strata, weighted_share
from tests.evaluation.strata import strata


def test_neymans_allocation_by_hand() -> None:
    # (9.5 + 0.5) / (19 + 1) = 0.5 in both strata: the same deviation of 0.5, so by weight.
    known = strata([0.25, 0.75], [9.5, 9.5], [19, 19])
    more = more_labels(known, 0.1, 0.0, 0.95)
    # (1.96 / 0.1) ** 2 * 0.5 ** 2 = 96.04 labels in all.
    assert more is not None
    assert [*more] == [24.01 // 1 + 1 - 19, 72.03 // 1 + 1 - 19]


def test_enough_labels_make_the_interval_as_narrow_as_asked() -> None:
    known = strata([0.1, 0.9], [20, 4], [50, 100])
    more = more_labels(known, 0.02, 0.0, 0.95)
    assert more is not None
    count = known.count + more
    _, low, high = weighted_share(Strata(known.weight, known.shares * count, count), 0.95)
    assert (high - low) / 2 == pytest.approx(0.02, rel=0.1)


def test_nothing_more_is_needed_for_an_interval_that_is_narrow_already() -> None:
    assert more_labels(strata([0.5, 0.5], [5, 5], [500, 500]), 0.2, 0.0, 0.95) == pytest.approx(0)


def test_an_error_of_the_texts_needs_more_labels_and_may_forbid_it() -> None:
    known = strata([0.1, 0.9], [20, 4], [50, 100])
    one, other = (more_labels(known, 0.02, error, 0.95) for error in (0.0, 0.015))
    assert one is not None
    assert other is not None
    assert other.sum() > one.sum()
    assert more_labels(known, 0.02, 0.02, 0.95) is None
    assert more_labels(known, 0.02, float("nan"), 0.95) is None
