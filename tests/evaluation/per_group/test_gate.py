"""A gate lets recipes through by the bounds of an interval, worked by hand."""

import math

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recipegen.config import Summarise
from recipegen.errors import UsageError
from recipegen.evaluation.per_group.gate import (
    Check,
    Limit,
    Outcome,
    Verdict,
    allowed_rises,
    check_limits,
    limit_of,
)
from recipegen.evaluation.per_group.outside_groups import GROUP_METRICS, group_summary
from recipegen.pairing.exchange_equivalent import ExchangeCurve

CURVES = {"lines": ExchangeCurve(1.0, 0.0, 2.0), "directions": ExchangeCurve(2.0, 0.0, 2.0)}


def scores(flagged: int, recipes: int, group: str = "all") -> pd.DataFrame:
    """Recipes of which some are flagged."""
    return pd.DataFrame(
        {
            "sample_id": [f"{group}-{n}" for n in range(recipes)],
            "group": group,
            "judged_pair_count": 10,
            "implausible_pair_count": 0,
            "implausibility": 1.0,
            "flagged": [n < flagged for n in range(recipes)],
            "pair_support": 1.0,
            "typical_support": 4.0,
            "origin": "lines",
        }
    )


def flagged_rate(flagged: int, recipes: int, most: float) -> Check:
    groups = group_summary(scores(flagged, recipes), CURVES, Summarise(resamples=100), 1)
    (check,) = check_limits(groups, [Limit("flagged_recipe_rate", most)])
    return check


@pytest.mark.parametrize(
    ("most", "outcome", "lenient", "strict"),
    [
        (0.7, Outcome.GOOD, True, True),
        (0.5, Outcome.UNSURE, True, False),
        (0.04, Outcome.WORSE, False, False),
    ],
)
def test_one_of_four_flagged_by_hand(
    most: float, outcome: Outcome, lenient: bool, strict: bool
) -> None:
    check = flagged_rate(1, 4, most)
    # Wilson's interval: z = 1.959964, z^2 / n = 0.960365. Its middle is (0.25 + 0.480182) /
    # 1.960365 = 0.372472, and half its width sqrt(0.960365 * 0.1875 + 0.230575) / 1.960365
    # = 0.326886.
    assert check.low == pytest.approx(0.045587, abs=2e-6)
    assert check.high == pytest.approx(0.699358, abs=2e-6)
    assert check.outcome is outcome
    assert (check.passes(strict=False), check.passes(strict=True)) == (lenient, strict)


def test_the_limit_itself_is_good_enough() -> None:
    at = Check("all", Limit("implausibility", 2.0), 1.0, 0.0, 2.0, 9)
    assert at.outcome is Outcome.GOOD
    above = Check("all", Limit("implausibility", 2.0), 3.0, 2.0, 4.0, 9)
    assert above.outcome is Outcome.UNSURE


def test_what_cannot_be_measured_is_never_let_through() -> None:
    check = Check("all", Limit("implausible_pair_rate", 1.0), 0.0, math.nan, math.nan, 1)
    assert not check.passes(strict=False)
    assert "too few recipes" in check.sentence


INTERVALS = st.tuples(*[st.floats(0, 1)] * 3).map(sorted)


@given(INTERVALS, st.floats(0, 1), st.floats(0, 1))
def test_strictness_and_lower_limits_never_let_more_through(
    interval: list[float], most: float, less: float
) -> None:
    low, estimate, high = interval
    check = Check("all", Limit("flagged_recipe_rate", most), estimate, low, high, 9)
    tighter = Check("all", Limit("flagged_recipe_rate", most * less), estimate, low, high, 9)
    assert check.passes(strict=False) or not check.passes(strict=True)
    for strict in (False, True):
        assert check.passes(strict) or not tighter.passes(strict)


def test_every_group_must_pass_and_the_verdict_names_the_one_that_fails() -> None:
    both = pd.concat([scores(9, 10, "bad"), scores(0, 100, "good")], ignore_index=True)
    groups = group_summary(both, CURVES, Summarise(resamples=100), 1)
    checks = check_limits(groups, [Limit("flagged_recipe_rate", 0.1)])
    verdict = Verdict("f.jsonl", checks, strict=False, judged=110, rejected=0)
    assert not verdict.passed
    assert [check.group for check in verdict.failed] == ["bad"]
    assert verdict.sentence == (
        "failed: 1 of 2 checks; flagged_recipe_rate of bad is 90 % (59.6 % to 98.2 %), at most "
        "10 % is allowed: sure to be worse"
    )


def test_a_verdict_that_is_passed_says_what_is_not_sure() -> None:
    sure, unsure = flagged_rate(0, 100, 0.5), flagged_rate(1, 4, 0.5)
    one = Verdict("f.jsonl", [sure], strict=True, judged=100, rejected=0)
    assert one.sentence == (
        "passed: 1 check; flagged_recipe_rate of all is 0 % (0 % to 3.7 %), at most 50 % is "
        "allowed: sure to be good enough"
    )
    several = Verdict("f.jsonl", [sure, sure], strict=True, judged=100, rejected=0)
    assert several.sentence == "passed: 2 checks; all are sure to be good enough"
    some = Verdict("f.jsonl", [sure, unsure], strict=False, judged=100, rejected=0)
    assert some.sentence == (
        "passed: 2 checks; flagged_recipe_rate of all is 25 % (4.56 % to 69.9 %), at most 50 % is "
        "allowed: not sure"
    )


def test_limits_are_read_as_they_are_written() -> None:
    assert limit_of("implausible_pair_rate=0.03") == Limit("implausible_pair_rate", 0.03)
    assert limit_of("implausibility=-0.5") == Limit("implausibility", -0.5)


@pytest.mark.parametrize(
    ("written", "says"),
    [
        ("tastiness=1", f"there are {', '.join(GROUP_METRICS)}"),
        ("0.03", "no metric is called '0.03'"),
        ("implausible_pair_rate", "a number is needed"),
        ("implausible_pair_rate=3 %", "a number is needed"),
        ("implausible_pair_rate=nan", "a number is needed"),
        ("implausibility=inf", "a number is needed"),
        ("implausible_pair_rate=3", "a share from 0 to 1"),
        ("implausible_pair_rate=-0.1", "a share from 0 to 1"),
    ],
)
def test_limits_that_mean_nothing_are_refused(written: str, says: str) -> None:
    with pytest.raises(UsageError, match="--fail-over") as error:
        limit_of(written)
    assert says in str(error.value)


def test_no_metric_may_rise_over_the_baseline_unless_a_margin_allows_it() -> None:
    limits = [Limit("flagged_recipe_rate", 0.2), Limit("implausibility", 1.0)]
    assert allowed_rises(limits, [Limit("implausibility", 0.1)]) == [
        Limit("flagged_recipe_rate", 0.0),
        Limit("implausibility", 0.1),
    ]
    assert allowed_rises([], []) == [Limit("implausible_pair_rate", 0.0)]
