"""Corrected rates are those of PPI++ and of Rogan and Gladen; intervals count both errors."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recipegen.evaluation.labelled.corrected_rates import (
    Errors,
    corrected_by_errors,
    corrected_by_labels,
)
from recipegen.evaluation.statistics.score_intervals import weighted_share
from tests.evaluation.strata import strata

FLAGGED = np.array([True, False])
RAW = np.array([0.1, 0.08, 0.13])


def test_the_estimate_is_that_of_ppi_plus_plus_with_the_tuned_weight() -> None:
    random = np.random.default_rng(3)
    verdict, absurd = random.random(60) < 0.4, random.random(60) < 0.3
    raw = 0.37
    # PPI++ for a mean, with many unlabelled items: the weight is the slope of label on verdict.
    slope = np.cov(absurd, verdict)[0, 1] / np.var(verdict, ddof=1)
    wanted = absurd.mean() + slope * (raw - verdict.mean())
    found = [float(absurd[verdict].sum()), float(absurd[~verdict].sum())]
    known = strata([raw, 1 - raw], found, [verdict.sum(), (~verdict).sum()])
    estimate, _, _ = corrected_by_labels(known, FLAGGED, np.array([raw, raw, raw]), 0.95)
    assert estimate == pytest.approx(wanted)


def test_without_an_error_of_the_raw_rate_the_interval_is_that_of_the_labels() -> None:
    known = strata([0.1, 0.9], [12, 1], [50, 100])
    found = corrected_by_labels(known, FLAGGED, np.array([0.1, 0.1, 0.1]), 0.95)
    assert found == pytest.approx(weighted_share(known, 0.95))


def test_the_error_of_the_raw_rate_is_added_by_its_effect_on_the_corrected_one() -> None:
    known = strata([0.1, 0.9], [20, 0], [50, 100])
    estimate, low, high = weighted_share(known, 0.95)
    found = corrected_by_labels(known, FLAGGED, RAW, 0.95)
    # An implausible item adds 0.4 to the absurd ones, another item adds 0.
    assert found[1] == pytest.approx(estimate - np.hypot(estimate - low, 0.4 * 0.02))
    assert found[2] == pytest.approx(estimate + np.hypot(high - estimate, 0.4 * 0.03))


def test_a_raw_rate_without_an_interval_leaves_an_estimate_without_one() -> None:
    known = strata([0.1, 0.9], [20, 0], [50, 100])
    estimate, low, high = corrected_by_labels(known, FLAGGED, np.array([0.1, np.nan, np.nan]), 0.95)
    assert estimate == pytest.approx(0.04)
    assert np.isnan([low, high]).all()


def rogan_gladen(raw: float, sensitivity: float, specificity: float) -> float:
    return (raw + specificity - 1) / (sensitivity + specificity - 1)


def test_the_plug_in_is_that_of_rogan_and_gladen() -> None:
    # Of 1,000 items 100 are called implausible: 50 of them are absurd, and 18 of the others.
    errors = Errors((50, 100), (20, 1000), 0.1)
    sensitivity, specificity = 50 / 68, 1 - 50 / 932
    estimate, low, high = corrected_by_errors(errors, (0.2, 0.19, 0.21), 0.95, 1)
    assert estimate == pytest.approx(rogan_gladen(0.2, sensitivity, specificity))
    assert low < estimate < high


def test_on_the_labelled_texts_themselves_the_plug_in_is_the_estimate_by_labels() -> None:
    estimate, _, _ = corrected_by_errors(Errors((50, 100), (20, 1000), 0.1), tuple(RAW), 0.95, 1)
    assert estimate == pytest.approx(0.1 * 0.5 + 0.9 * 0.02)


def test_more_labels_and_more_texts_narrow_the_plug_in() -> None:
    def width(times: float, half: float) -> float:
        errors = Errors((24 * times, 100 * times), (2 * times, 200 * times), 0.1)
        _, low, high = corrected_by_errors(errors, (0.1, 0.1 - half, 0.1 + half), 0.95, 1)
        return high - low

    assert width(10, 0.01) < width(1, 0.01)
    assert width(10, 0.002) < width(10, 0.03)


@pytest.mark.parametrize(
    "errors",
    [
        Errors((1, 10), (50, 100), 0.1),  # worse than chance
        Errors((0, 0), (5, 100), 0.1),  # one verdict was not labelled
        Errors((5, 10), (5, 100), 0.0),  # nothing was called implausible there
    ],
)
def test_a_judge_that_tells_nothing_corrects_nothing(errors: Errors) -> None:
    assert np.isnan(corrected_by_errors(errors, tuple(RAW), 0.95, 1)).all()


def test_a_raw_rate_below_that_of_false_alarms_contradicts_the_errors() -> None:
    errors = Errors((240, 1000), (0, 1000), 0.1)  # 7.8 % of what is fine is called implausible
    assert np.isnan(corrected_by_errors(errors, (0.001, 0.0005, 0.002), 0.95, 1)).all()


@settings(max_examples=25)
@given(st.integers(0, 40), st.integers(0, 40), st.floats(0.01, 0.5), st.floats(0.0, 0.95))
def test_the_plug_in_is_possible_and_repeatable(
    bad: int, good: int, other_raw: float, raw: float
) -> None:
    errors = Errors((bad, 40), (good, 80), other_raw)
    found = [corrected_by_errors(errors, (raw, raw * 0.9, raw + 0.04), 0.95, 7) for _ in range(2)]
    assert found[0] == pytest.approx(found[1], nan_ok=True)
    estimate, low, high = found[0]
    assert np.isnan(estimate) or 0 <= low <= estimate <= high <= 1
