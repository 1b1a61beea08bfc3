"""Estimates by hand, intervals against scipy, and a headline that says what the table says."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binomtest, bootstrap

from recipegen.config import Summarise
from recipegen.evaluation.comparison import difference
from recipegen.evaluation.temperature import METRICS, headline, summarise

SETTINGS = Summarise(resamples=500)


def tables(rates: dict[float, float], texts: int = 400) -> tuple[pd.DataFrame, ...]:
    """Samples at temperatures with a chance that a pair is flagged; real 2 %, control 30 %."""
    random = np.random.default_rng(5)
    groups = [("generated", temperature, rate) for temperature, rate in rates.items()]
    scores = []
    for group, temperature, rate in [*groups, ("real", np.nan, 0.02), ("control", np.nan, 0.3)]:
        for number in range(texts):
            pairs = int(random.integers(0, 12))
            scores.append(
                {
                    "sample_id": f"{group}-{temperature}-{number}",
                    "ingredient_count": pairs + 1,
                    "pair_count": pairs,
                    "implausible_pair_count": int(random.binomial(pairs, rate)),
                    "implausibility": random.normal() if pairs else None,
                    "flagged": bool(pairs) and random.random() < 0.1,
                    "group": group,
                    "temperature": temperature,
                }
            )
    sample_scores = pd.DataFrame(scores)
    samples = sample_scores[sample_scores["group"] == "generated"][["sample_id", "temperature"]]
    samples = samples.assign(
        text="recipe for soup | boil [UNK] .",
        prompt="recipe for",
        word_count=7,
        stopped=True,
        log_probability=-6 * np.log(3.0),
    )
    references = sample_scores[sample_scores["group"] != "generated"][["sample_id", "group"]]
    references = references.assign(text="recipe for soup | boil it .", word_count=7, stopped=False)
    flagged = [("generated-1.0-1", True), ("generated-1.0-2", True), ("real-nan-3", True)]
    pairs = pd.DataFrame(
        [(sample_id, "cod", "jam", bad) for sample_id, bad in [*flagged, ("real-nan-4", False)]],
        columns=["sample_id", "ingredient_a", "ingredient_b", "implausible"],
    )
    return samples, references, sample_scores, pairs


def summary(rates: dict[float, float], texts: int = 400) -> pd.DataFrame:
    return summarise(*tables(rates, texts), SETTINGS, seed=1)[0]


def row(frame: pd.DataFrame, metric: str, group: str = "generated") -> pd.Series:
    return frame[(frame["metric"] == metric) & (frame["group"] == group)].iloc[0]


def test_every_metric_is_there_and_explained() -> None:
    frame = summary({0.5: 0.1, 1.0: 0.2})
    generated = frame[frame["group"] == "generated"]
    assert set(generated["metric"]) == set(METRICS)
    assert set(frame[frame["group"] == "real"]["metric"]) == set(METRICS) - {"word_perplexity"}
    assert set(generated["temperature"]) == {0.5, 1.0}
    assert frame[frame["group"] != "generated"]["temperature"].isna().all()


def test_estimates_by_hand() -> None:
    frame = summary({1.0: 0.2})
    assert row(frame, "word_count")["estimate"] == 7
    assert row(frame, "stopped_rate")["estimate"] == 1
    assert row(frame, "unknown_word_rate")["estimate"] == pytest.approx(1 / 7)
    # Two words of prompt, five drawn and the stop token: six words of -log 3 each.
    assert row(frame, "word_perplexity")["estimate"] == pytest.approx(3)


def test_the_pair_rate_is_a_ratio_of_sums_with_a_bootstrap_interval_over_texts() -> None:
    samples, references, scores, pairs = tables({1.0: 0.2})
    frame = summarise(samples, references, scores, pairs, SETTINGS, seed=1)[0]
    found = row(frame, "implausible_pair_rate")
    drawn = scores[(scores["group"] == "generated") & (scores["pair_count"] > 0)]
    flags, counts = (
        drawn[name].to_numpy(float) for name in ("implausible_pair_count", "pair_count")
    )
    assert found["estimate"] == pytest.approx(flags.sum() / counts.sum())
    assert found["count"] == len(drawn)
    reference = bootstrap(
        (flags, counts),
        lambda top, bottom: top.sum() / bottom.sum(),
        paired=True,
        vectorized=False,
        method="percentile",
        n_resamples=2000,
        rng=np.random.default_rng(0),
    ).confidence_interval
    assert found["low"] == pytest.approx(reference.low, abs=0.005)
    assert found["high"] == pytest.approx(reference.high, abs=0.005)


def test_a_share_of_texts_has_the_wilson_interval() -> None:
    _, _, scores, _ = tables({1.0: 0.2})
    found = row(summary({1.0: 0.2}), "implausible_sample_rate")
    drawn = scores[(scores["group"] == "generated") & (scores["pair_count"] > 0)]
    flagged = int((drawn["implausible_pair_count"] > 0).sum())
    wilson = binomtest(flagged, len(drawn)).proportion_ci(method="wilson")
    assert (found["low"], found["high"]) == pytest.approx((wilson.low, wilson.high))


def test_a_single_text_has_no_interval_and_none_no_estimate() -> None:
    frame = summary({0.0: 0.2}, texts=1)
    assert np.isnan(row(frame, "word_count")["low"])
    samples, references, scores, pairs = tables({1.0: 0.0}, texts=3)
    scores["pair_count"] = 0
    frame = summarise(samples, references, scores, pairs, SETTINGS, seed=1)[0]
    assert np.isnan(row(frame, "implausible_pair_rate")["estimate"])
    assert headline(frame).startswith("No generated text")


def test_another_temperature_changes_no_estimate() -> None:
    samples, references, scores, pairs = tables({0.5: 0.1, 1.0: 0.2})
    both = summarise(samples, references, scores, pairs, SETTINGS, seed=1)[0]
    only = samples[samples["temperature"] == 1.0]
    alone = summarise(only, references, scores, pairs, SETTINGS, seed=1)[0]
    kept = both[both["temperature"] != 0.5].reset_index(drop=True)
    pd.testing.assert_frame_equal(kept, alone)


def test_implausible_pairs_are_counted_by_group_and_temperature() -> None:
    _, pairs = summarise(*tables({1.0: 0.2}), SETTINGS, seed=1)
    assert pairs["sample_count"].tolist() == [2, 1]
    assert pairs["group"].tolist() == ["generated", "real"]
    assert pairs.loc[0, "temperature"] == 1.0


def test_the_headline_names_rate_interval_distance_and_onset() -> None:
    frame = summary({0.2: 0.02, 1.0: 0.1, 1.5: 0.2})
    said = headline(frame)
    found, real, control = (
        row(frame[frame["temperature"].isin([1.0]) | frame["temperature"].isna()], metric, group)
        for metric, group in [
            ("implausible_pair_rate", name) for name in ("generated", "real", "control")
        ]
    )
    assert said.startswith(f"At T = 1, {100 * found['estimate']:.1f} % of ingredient pairs (95 % ")
    assert f"{100 * (found['estimate'] - real['estimate']):.1f} points above real recipes" in said
    assert f"{100 * (control['estimate'] - found['estimate']):.1f} points below the control" in said
    assert said.endswith("from T = 1 on.")


def test_the_headline_admits_that_nothing_was_found() -> None:
    assert headline(summary({0.5: 0.02, 1.0: 0.02})).endswith(
        "At no temperature does the rate lie above that of real recipes."
    )


def test_the_difference_of_two_runs_has_an_interval() -> None:
    a, b = summary({1.0: 0.1}), summary({1.0: 0.2})
    rows = list(difference(a, b, "implausible_pair_rate"))
    assert [name for name, *_ in rows] == ["T = 1", "real", "control"]
    change = 100 * (
        row(b, "implausible_pair_rate")["estimate"] - row(a, "implausible_pair_rate")["estimate"]
    )
    assert rows[0][3].startswith(f"{change:+.2f} (")
    assert rows[1][3].startswith("+0.00 (")
