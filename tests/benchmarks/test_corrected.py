"""``benchmarks.corrected`` simulates what it says, and its tables have a row for each case."""

import numpy as np
import pytest

from benchmarks import corrected
from benchmarks.corrected import Judge


def test_a_judge_by_hand() -> None:
    judge = Judge(0.1, 0.5, 0.8)
    # Of 1,000 pairs 100 are absurd. It calls 160 implausible: 80 of those and 80 others.
    assert judge.raw == pytest.approx(0.16)
    assert judge.missed == pytest.approx(20 / 840)
    assert judge.false_alarms == pytest.approx(80 / 900)


def test_the_simulated_texts_have_the_rates_of_the_judge() -> None:
    judge = Judge(0.2, 0.75)
    cells = corrected.texts_of(judge, judge.rate, 20, np.random.default_rng(1))
    pairs, absurd = cells.pairs.sum(0), cells.absurd.sum(0)
    assert pairs[0] / pairs.sum() == pytest.approx(judge.raw, rel=0.02)
    assert absurd[0] / pairs[0] == pytest.approx(judge.precision, rel=0.02)
    assert absurd[1] / pairs[1] == pytest.approx(judge.missed, rel=0.03)
    assert cells.raw[:, 0] == pytest.approx(cells.pairs[0, 0] / cells.pairs[0].sum(), abs=0.02)


def test_coverage_and_width_by_hand() -> None:
    ends = np.array([[0.1] * 4, [0.0, 0.2, np.nan, 0.1], [0.5, 0.3, np.nan, 0.2]])
    assert corrected.held(ends, 0.15) == pytest.approx(2 / 3)
    assert corrected.width(ends) == pytest.approx((0.5 + 0.1 + 0.1) / 3)


@pytest.mark.parametrize("precision", corrected.PRECISIONS)
@pytest.mark.parametrize("rate", corrected.RATES)
def test_the_corrected_interval_holds_what_it_promises(rate: float, precision: float) -> None:
    # Over all outcomes, so this is no estimate: chance has no part in it.
    held = corrected.exact_coverage(Judge(rate, precision), 200, 1 / 3)
    assert 0.93 <= held <= 0.97


def test_the_tables_have_a_row_for_each_case() -> None:
    random = np.random.default_rng(1)
    found = corrected.of_one_group(Judge(0.05, 0.75), 100, 1 / 3, 3, random)
    assert {name: each.shape for name, each in found.items()} == dict.fromkeys(
        ("corrected", "plug-in", "labels alone", "normal", "raw"), (3, 3)
    )
    lines = [*corrected.table(1 / 3, 2, 1, counts=(100,))]
    assert len(lines) == len(corrected.RATES) * len(corrected.PRECISIONS) + 2
    assert len({line.count("|") for line in lines}) == 1
