"""Estimates are checked by hand, intervals against scipy, and the headline against the table."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binomtest, bootstrap

from recipegen.config import Summarise
from recipegen.evaluation.metrics import LABEL_METRICS, METRICS, Yardsticks
from recipegen.evaluation.per_group.run_differences import compare_summaries
from recipegen.evaluation.per_group.temperature import Summary, headline, onset, summarise
from recipegen.evaluation.statistics.multiple_tests import holm
from recipegen.pairing.exchange_equivalent import ExchangeCurve
from recipegen.tables import TABLES

SETTINGS = Summarise(resamples=500)
UNMEASURED = {
    column.name: column.type.to_pandas_dtype()() for column in TABLES["text_measures"].columns
}
"""A zero for each column of the table, so that only those that a test is about need a value."""


def tables(rates: dict[float, float], texts: int = 400) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Texts whose pairs are implausible with a given chance; real 2 %, control 30 %."""
    random = np.random.default_rng(5)
    groups = [("generated", temperature, rate) for temperature, rate in rates.items()]
    rows = []
    for group, temperature, rate in [*groups, ("real", np.nan, 0.02), ("control", np.nan, 0.3)]:
        for number in range(texts):
            pairs = int(random.integers(0, 12))
            rows.append(
                {
                    "sample_id": f"{group}-{temperature}-{number}",
                    "group": group,
                    "temperature": temperature,
                    "ingredient_count": pairs + 1,
                    "pair_count": pairs,
                    "judged_pair_count": pairs,
                    "implausible_pair_count": int(random.binomial(pairs, rate)),
                    "unusual_pair_count": 0,
                    "pair_support": 0.25 * pairs,
                    "typical_support": float(pairs),
                    "implausibility": random.normal() if pairs else None,
                    "flagged": bool(pairs) and random.random() < 0.1,
                    "copied_words": int(random.integers(5, 25)),
                }
            )
    described = pd.DataFrame({**UNMEASURED, **pd.DataFrame(rows)}).assign(
        text="recipe for soup | boil [UNK] .",
        prompt="recipe for",
        prompt_group="open",
        recipe_id=None,
        word_count=7,
        stopped=True,
        log_probability=-6 * np.log(3.0),
        ngram_log_probability=-6 * np.log(5.0),
        entropy=1.25,
        origin="directions",
        unknown_words=1,
        new_4grams=1,
        all_4grams=4,
        title_ingredients=2,
        used_title_ingredients=1,
    )
    flagged = [("generated-1.0-1", True), ("generated-1.0-2", True), ("real-nan-3", True)]
    pairs = pd.DataFrame(
        [(sample_id, "cod", "jam", bad) for sample_id, bad in [*flagged, ("real-nan-4", False)]],
        columns=["sample_id", "ingredient_a", "ingredient_b", "implausible"],
    )
    return described, pairs


CURVE = ExchangeCurve(real=1.0, random=0.0, power=2.0)
YARDSTICKS = Yardsticks(20.0, [], {"directions": CURVE, "lines": CURVE})


def summarised(texts: pd.DataFrame, pairs: pd.DataFrame) -> Summary:
    return summarise(texts, pairs, YARDSTICKS, SETTINGS, seed=1)


def summary(rates: dict[float, float], texts: int = 400) -> pd.DataFrame:
    return summarised(*tables(rates, texts)).temperature_summary


def row(frame: pd.DataFrame, metric: str, group: str = "generated") -> pd.Series:
    return frame[(frame["metric"] == metric) & (frame["group"] == group)].iloc[0]


def test_every_metric_is_there_and_explained() -> None:
    frame = summary({0.5: 0.1, 1.0: 0.2})
    generated = frame[frame["group"] == "generated"]
    measured = set(METRICS) - set(LABEL_METRICS)
    assert set(generated["metric"]) == measured
    assert set(frame[frame["group"] == "real"]["metric"]) == measured
    assert set(generated["temperature"]) == {0.5, 1.0}
    assert frame[frame["group"] != "generated"]["temperature"].isna().all()


def test_estimates_by_hand() -> None:
    frame = summary({1.0: 0.2})
    assert row(frame, "word_count")["estimate"] == 7
    assert row(frame, "stopped_rate")["estimate"] == 1
    assert row(frame, "unknown_word_rate")["estimate"] == pytest.approx(1 / 7)
    # Two words of prompt, five drawn and the stop token: six words of -log 3 each.
    assert row(frame, "word_perplexity")["estimate"] == pytest.approx(3)
    assert row(frame, "ngram_perplexity")["estimate"] == pytest.approx(5)
    assert row(frame, "entropy")["estimate"] == 1.25
    # A quarter of the support of real recipes is left, (1 - d) squared.
    assert row(frame, "exchanged_share")["estimate"] == pytest.approx(0.5)
    assert row(frame, "unusual_pair_rate")["estimate"] == 0
    assert row(frame, "unjudged_pair_rate")["estimate"] == 0
    assert row(frame, "new_4gram_rate")["estimate"] == 0.25
    assert row(frame, "title_ingredient_rate")["estimate"] == 0.5
    assert np.isnan(row(frame, "unusual_quantity_rate")["estimate"])
    described = tables({1.0: 0.2})[0].query("group == 'generated'")
    copied = described["copied_words"] > 20
    assert row(frame, "memorised_rate")["estimate"] == pytest.approx(copied.mean())
    own = described[~copied]
    rate = own["implausible_pair_count"].sum() / own["pair_count"].sum()
    assert row(frame, "original_implausible_pair_rate")["estimate"] == pytest.approx(rate)


def test_the_pair_rate_is_a_ratio_of_sums_with_a_bootstrap_interval_over_texts() -> None:
    scores, pairs = tables({1.0: 0.2})
    found = row(summarised(scores, pairs).temperature_summary, "implausible_pair_rate")
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
    scores, _ = tables({1.0: 0.2})
    found = row(summary({1.0: 0.2}), "implausible_sample_rate")
    drawn = scores[(scores["group"] == "generated") & (scores["pair_count"] > 0)]
    flagged = int((drawn["implausible_pair_count"] > 0).sum())
    wilson = binomtest(flagged, len(drawn)).proportion_ci(method="wilson")
    assert (found["low"], found["high"]) == pytest.approx((wilson.low, wilson.high))


def test_a_single_text_has_no_interval_and_none_no_estimate() -> None:
    frame = summary({0.0: 0.2}, texts=1)
    assert np.isnan(row(frame, "word_count")["low"])
    texts, pairs = tables({1.0: 0.0}, texts=3)
    frame = summarised(texts.assign(pair_count=0, judged_pair_count=0), pairs).temperature_summary
    assert np.isnan(row(frame, "implausible_pair_rate")["estimate"])
    assert headline(frame).startswith("No generated text")


def test_another_temperature_changes_no_estimate() -> None:
    texts, pairs = tables({0.5: 0.1, 1.0: 0.2})
    both = summarised(texts, pairs).temperature_summary
    alone = summarised(texts[texts["temperature"] != 0.5], pairs).temperature_summary
    kept = both[both["temperature"] != 0.5].reset_index(drop=True)
    pd.testing.assert_frame_equal(kept, alone)


def test_implausible_pairs_are_counted_by_group_and_temperature() -> None:
    pairs = summarised(*tables({1.0: 0.2})).pair_summary
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
    rate = f"{100 * found['estimate']:.1f} %"
    assert said.startswith(f"At T = 1, cooks would object to {rate} of ingredient pairs (95 % ")
    assert "It is as if 50 % (50-50 %) of the ingredients of real recipes had been" in said
    assert f"{100 * (found['estimate'] - real['estimate']):.1f} points above real recipes" in said
    assert f"{100 * (control['estimate'] - found['estimate']):.1f} points below the control" in said
    assert said.endswith("from T = 1 on.")


def test_the_headline_admits_that_nothing_was_found() -> None:
    assert headline(summary({0.5: 0.02, 1.0: 0.02})).endswith(
        "At no temperature does the rate lie above that of real recipes."
    )


def test_the_difference_of_two_runs_has_an_interval() -> None:
    a, b = summary({1.0: 0.1}), summary({1.0: 0.2})
    found = compare_summaries(a, b)
    rates = found[found["metric"] == "implausible_pair_rate"].set_index("group")
    assert rates.index.tolist() == ["generated", "real", "control"]
    one, other = (row(each, "implausible_pair_rate") for each in (a, b))
    change = rates.loc["generated"]
    assert change["difference"] == pytest.approx(other["estimate"] - one["estimate"])
    above = np.hypot(other["high"] - other["estimate"], one["estimate"] - one["low"])
    assert change["high"] - change["difference"] == pytest.approx(above)
    assert rates["changed"].to_dict() == {"generated": True, "real": False, "control": False}
    assert rates.loc["real", "difference"] == 0


def test_prompts_of_several_kinds_are_told_apart() -> None:
    texts, pairs = tables({1.0: 0.2}, texts=40)
    kinds = np.where(np.arange(len(texts)) % 4 == 0, "title", "open")
    texts["prompt_group"] = pd.Series(kinds).where(texts["group"] == "generated")
    found = summarised(texts, pairs)
    assert set(found.temperature_summary.query("metric == 'word_count'")["count"]) == {40}
    kinds = found.prompt_summary.query("metric == 'word_count'").set_index("prompts")["count"]
    assert kinds.to_dict() == {"open": 30, "title": 10}


def test_texts_of_one_title_are_drawn_together() -> None:
    texts, pairs = tables({1.0: 0.2}, texts=200)
    alone = summarised(texts, pairs).temperature_summary
    doubled = pd.concat([texts, texts]).assign(
        recipe_id=lambda frame: frame["sample_id"],
        sample_id=lambda frame: [f"twin-{at}" for at in range(len(frame))],
    )
    twice = summarised(doubled, pairs).temperature_summary
    widths = [
        found["high"] - found["low"]
        for found in (row(frame, "implausible_pair_rate") for frame in (alone, twice))
    ]
    assert widths[1] == pytest.approx(widths[0], rel=0.15), "a text said twice says nothing new"


def test_each_group_is_tested_against_real_recipes() -> None:
    found = summarised(*tables({0.2: 0.02, 1.0: 0.1, 1.5: 0.2}))
    tests = found.temperature_tests.query("metric == 'implausible_pair_rate'")
    by_temperature = tests.set_index("temperature")
    assert by_temperature.loc[0.2, "p_adjusted"] > 0.05
    assert by_temperature.loc[1.5, "p_adjusted"] < 0.001
    assert (tests["p_adjusted"] >= tests["p_value"]).all()
    assert tests["low"].lt(tests["difference"]).all()
    # 80 % power at 5 % takes 2.8 standard errors, where half an interval is 1.96.
    half = (tests["high"] - tests["low"]) / 2
    assert (tests["detectable"] / half).to_numpy() == pytest.approx(2.8016 / 1.9600, rel=1e-3)
    same = found.temperature_tests.query("metric == 'word_count'")
    assert same.empty or (same["p_value"] == 1).all()


def test_holm_by_hand() -> None:
    assert holm([0.01, 0.04, 0.03]).tolist() == pytest.approx([0.03, 0.06, 0.06])
    assert holm([0.6, 0.5]).tolist() == [1.0, 1.0]


def test_the_onset_is_read_off_between_temperatures() -> None:
    temperatures = np.array([0.5, 1.0, 1.5])
    rates = np.array([[0.0, 0.3, 0.0, 0.3, np.nan], [0.1, 0.1, 0.0, 0.4, 0.1], [0.3] * 5])
    rates[2, 2] = 0.1
    found = onset(temperatures, rates, np.full(5, 0.2))
    assert found.tolist() == pytest.approx([1.25, 1.25, np.inf, 0.5, 1.25])


def test_the_trend_of_the_rate_is_tested() -> None:
    found = summarised(*tables({0.2: 0.02, 1.0: 0.1, 1.5: 0.2})).trends.set_index("statistic")
    rates = summary({0.2: 0.02, 1.0: 0.1, 1.5: 0.2})
    chosen = rates[(rates["metric"] == "implausible_pair_rate") & (rates["group"] == "generated")]
    slope = np.polyfit(chosen["temperature"], chosen["estimate"], 1)[0]
    assert found.loc["slope", "estimate"] == pytest.approx(slope)
    assert found.loc["slope", "p_value"] < 0.001
    assert found.loc["slope", "low"] < slope < found.loc["slope", "high"]
    assert 0.2 < found.loc["onset_temperature", "estimate"] < 0.6
    flat = summarised(*tables({0.5: 0.02, 1.0: 0.02})).trends.set_index("statistic")
    assert flat.loc["slope", "p_value"] > 0.01
    assert np.isnan(flat.loc["onset_temperature", "estimate"])
