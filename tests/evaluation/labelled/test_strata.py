"""Labels are counted by stratum, whatever the judge now says and however many people labelled."""

import pandas as pd
import pytest

from recipegen.evaluation.labelled.strata import absurd_items, strata_of, verdicts_now


def drawn(*rows: tuple[str, str, bool, int]) -> pd.DataFrame:
    """A sample of pairs: for each its text, stratum, verdict then, and the stratum's size."""
    return pd.DataFrame(
        [
            {
                "item_id": f"i{at}",
                "unit": "pair",
                "sample_id": sample_id,
                "group": "generated",
                "temperature": 1.0,
                "ingredient_a": "cod",
                "ingredient_b": "jam",
                "implausible": implausible,
                "stratum": stratum,
                "stratum_size": size,
            }
            for at, (sample_id, stratum, implausible, size) in enumerate(rows)
        ]
    )


def said(*rows: tuple[str, str, str], date: str = "2026-12-01") -> pd.DataFrame:
    columns = ["item_id", "labeller", "label"]
    return pd.DataFrame(rows, columns=columns).assign(date=date, note="")


def test_an_item_is_absurd_by_the_share_of_its_labellers() -> None:
    labels = said(
        ("i0", "A", "absurd"),
        ("i0", "B", "unusual"),
        ("i1", "A", "unclear"),
        ("i2", "A", "unclear"),
        ("i2", "B", "absurd"),
        ("i3", "A", "ordinary"),
    )
    assert absurd_items(labels).to_dict() == {"i0": 0.5, "i2": 1.0, "i3": 0.0}


def test_the_last_label_of_a_labeller_counts() -> None:
    first, later = said(("i0", "A", "absurd")), said(("i0", "A", "ordinary"), date="2026-12-02")
    assert absurd_items(pd.concat([later, first])).to_dict() == {"i0": 0.0}


def test_items_that_are_gone_or_no_longer_judged_have_no_verdict() -> None:
    sample = drawn(("a", "s", True, 9), ("b", "s", True, 9), ("c", "s", True, 9))
    pairs = pd.DataFrame(
        [("a", "implausible", True), ("b", "unknown", False)],
        columns=["sample_id", "verdict", "implausible"],
    ).assign(ingredient_a="cod", ingredient_b="jam")
    scores = pd.DataFrame({"sample_id": ["a"], "implausibility": [3.0], "flagged": [True]})
    assert verdicts_now(sample, pairs, scores).to_dict() == {"i0": True}


def test_a_text_is_implausible_if_it_is_flagged() -> None:
    sample = drawn(("a", "s", False, 9), ("b", "s", True, 9)).assign(unit="text")
    pairs = pd.DataFrame(columns=["sample_id", "verdict", "implausible"]).assign(
        ingredient_a="", ingredient_b=""
    )
    scores = pd.DataFrame(
        {"sample_id": ["a", "b"], "implausibility": [3.0, None], "flagged": [True, False]}
    )
    assert verdicts_now(sample, pairs, scores).to_dict() == {"i0": True}


def test_labels_are_counted_by_stratum() -> None:
    sample = drawn(*[("a", "bad", True, 10)] * 3, *[("a", "good", False, 90)] * 3)
    now = sample.set_index("item_id")["implausible"]
    labels = said(
        *[("i0", "A", "absurd"), ("i1", "A", "absurd"), ("i2", "A", "ordinary")],
        *[("i3", "A", "ordinary"), ("i4", "A", "unclear"), ("i5", "A", "unusual")],
    )
    (other, bad) = strata_of(sample, labels, now)["pair"].to_dict("records")
    assert (bad["labelled"], bad["absurd"], bad["count"], bad["found"]) == (3, 2, 3, 2)
    assert (other["labelled"], other["absurd"], other["count"], other["found"]) == (2, 0, 2, 0)
    assert strata_of(sample, labels, now)["text"].empty


def test_items_of_strata_that_another_judge_mixes_are_weighted() -> None:
    # One item stands for 10 and another for 30; the new judge calls both implausible.
    sample = drawn(("a", "bad", True, 10), ("b", "good", False, 30))
    now = pd.Series({"i0": True, "i1": True})
    (row,) = strata_of(sample, said(("i0", "A", "absurd"), ("i1", "A", "ordinary")), now)[
        "pair"
    ].to_dict("records")
    assert row["found"] / row["count"] == pytest.approx(10 / 40)
    assert row["count"] == pytest.approx(40**2 / (10**2 + 30**2))
    assert row["labelled"] == 2


def test_a_label_of_an_item_that_is_gone_does_not_count() -> None:
    sample = drawn(("a", "bad", True, 10), ("b", "bad", True, 10))
    labels = said(("i0", "A", "absurd"), ("i1", "A", "ordinary"))
    (row,) = strata_of(sample, labels, pd.Series({"i0": True}))["pair"].to_dict("records")
    assert (row["labelled"], row["found"]) == (1, 1)
