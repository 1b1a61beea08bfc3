"""A generator that is known to be better is found; equal ones are not told apart."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from recipegen.config import Summarise
from recipegen.evaluation.metrics import Yardsticks
from recipegen.evaluation.per_group.answer import answer, recommendation, which_is_better
from recipegen.evaluation.per_group.generators import Judged, cuts_of, generator_of, judge_texts
from recipegen.pairing.exchange_equivalent import ExchangeCurve

CURVE = ExchangeCurve(real=1.0, random=0.0, power=2.0)
YARDSTICKS = Yardsticks(20.0, (), {"lines": CURVE, "directions": CURVE})
SETTINGS = Summarise(resamples=400)
WORDS = [f"word{at}" for at in range(400)]


def texts_of(
    group: str,
    temperature: float | None,
    random: np.random.Generator,
    *,
    count: int = 120,
    exchanged: float = 0.0,
    rate: float = 0.01,
    vocabulary: int = 400,
    copied: float = 0.01,
    titles: bool = True,
) -> pd.DataFrame:
    """Texts whose pairs have the support that is left with this share of exchanged ingredients."""
    pairs = random.integers(6, 40, count)
    support = np.clip((1 - exchanged) ** 2 + random.normal(0, 0.1, count), 0, None)
    return pd.DataFrame(
        {
            "sample_id": [f"{group}-{temperature}-{at}" for at in range(count)],
            "recipe_id": [f"r{at}" if titles and at % 2 else None for at in range(count)],
            "group": group,
            "temperature": temperature if temperature is not None else np.nan,
            "origin": "directions",
            "text": [" ".join(random.choice(WORDS[:vocabulary], 30)) for _ in range(count)],
            "word_count": 30,
            "ingredient_count": 8,
            "judged_pair_count": pairs,
            "implausible_pair_count": random.binomial(pairs, rate),
            "pair_support": support * pairs,
            "typical_support": pairs.astype(float),
            "copied_words": np.where(random.random(count) < copied, 30, 5),
        }
    )


def judged(*groups: pd.DataFrame, seed: int = 1) -> Judged:
    real = texts_of("real", None, np.random.default_rng(100 + seed), count=400)
    texts = pd.concat([*groups, real], ignore_index=True)
    return judge_texts(texts, YARDSTICKS, SETTINGS, seed)


def best(found: Judged) -> pd.DataFrame:
    points = found.operating_points
    return points[points["best"]].set_index("generator")


@pytest.mark.parametrize(
    ("group", "generator", "cuts"),
    [
        ("generated", "generated", ""),
        ("generated, top-k 40, top-p 0.9", "generated", "top-k 40, top-p 0.9"),
        ("generated, network 2", "generated", "network 2"),
        ("my, own model, min-p 0.05", "my, own model", "min-p 0.05"),
        ("top-k 5", "top-k 5", ""),
    ],
)
def test_the_generator_of_a_group(group: str, generator: str, cuts: str) -> None:
    assert generator_of(group) == generator
    assert cuts_of(group) == cuts


def test_the_distance_is_the_sum_of_what_is_worse_than_in_real_recipes() -> None:
    random = np.random.default_rng(1)
    found = judged(
        texts_of("a", 0.5, random, vocabulary=40),
        texts_of("a", 1.0, random, exchanged=0.1),
        texts_of("a", 1.5, random, exchanged=0.8),
        texts_of("copies", 1.0, random, copied=0.5),
    )
    points = found.operating_points.set_index(["generator", "temperature"])
    parts = points[["exchanged_share", "lost_diversity", "excess_memorised"]]
    assert (parts.sum(axis=1) - points["distance"]).abs().max() < 1e-9
    assert parts.loc["a", 1.0]["exchanged_share"] == pytest.approx(0.1, abs=0.04)
    assert 0.6 < parts.loc["a", 1.5]["exchanged_share"] < 0.85
    assert parts.loc["a", 0.5]["lost_diversity"] > 0.15
    assert parts.loc["copies", 1.0]["excess_memorised"] == pytest.approx(0.49, abs=0.12)
    assert (points["low"] <= points["distance"]).all()
    assert (points["distance"] <= points["high"]).all()
    chosen = best(found)
    assert chosen.loc["a", "temperature"] == 1.0
    assert chosen.loc["a", "probability_best"] > 0.9


def test_differences_by_hand() -> None:
    random = np.random.default_rng(2)
    a, b = texts_of("a", 1.0, random, rate=0.2), texts_of("b", 1.0, random, rate=0.02)
    tests = judged(a, b).generator_tests.set_index(["generator_a", "generator_b", "at", "metric"])
    row = tests.loc["a", "b", "all", "implausible_pair_rate"]
    rates = [
        each["implausible_pair_count"].sum() / each["judged_pair_count"].sum() for each in (a, b)
    ]
    assert row[["estimate_a", "estimate_b"]].tolist() == pytest.approx(rates)
    assert row["difference"] == pytest.approx(rates[0] - rates[1])
    assert row["low"] > 0
    assert row["p_adjusted"] < 0.001
    assert row["matched"] == 60


def sized(group: str, sizes: list[int], random: np.random.Generator) -> pd.DataFrame:
    """Texts whose pairs go together the worse, the more ingredients there are."""
    texts = texts_of(group, None, random, count=300)
    sizes_drawn = random.choice(sizes, 300)
    pairs = sizes_drawn * (sizes_drawn - 1) // 2
    return texts.assign(
        ingredient_count=sizes_drawn,
        judged_pair_count=pairs,
        implausible_pair_count=random.binomial(pairs, 0.01 * sizes_drawn),
        pair_support=np.clip(1.4 - 0.08 * sizes_drawn + random.normal(0, 0.1, 300), 0, None)
        * pairs,
        typical_support=pairs.astype(float),
    )


def test_longer_recipes_are_not_taken_for_worse_ones() -> None:
    raw, equal = 0, 0
    for seed in range(8):
        random = np.random.default_rng(900 + seed)
        found = judge_texts(
            pd.concat(
                [
                    sized("short", [5, 6, 7, 8, 9], random),
                    sized("long", [7, 8, 9, 10, 14], random),
                    sized("real", [5, 6, 7, 8, 9, 10, 14], random),
                ],
                ignore_index=True,
            ),
            YARDSTICKS,
            Summarise(resamples=100),
            seed,
        )
        tests = found.generator_tests.query("at == 'best' and metric == 'exchanged_share'")
        row = tests.set_index(["generator_a", "generator_b"]).loc["long", "short"]
        raw += row["raw_low"] > 0
        equal += row["low"] > 0 or row["high"] < 0
        # Both have texts with 7, 8 and 9 ingredients, of five numbers each.
        assert row["shared_sizes_a"] == pytest.approx(0.6, abs=0.1)
    assert raw == 8
    assert equal <= 2


def test_generators_are_compared_at_equal_sizes_by_hand() -> None:
    random = np.random.default_rng(13)
    a, b = (texts_of(name, None, random, count=40) for name in "ab")
    # Of ten texts with 4 ingredients and thirty with 9, and the other way round, the rates are
    # 1 % and 10 % in both generators. So they do not differ, though those of all texts do.
    for texts, small in ((a, 10), (b, 30)):
        count = np.where(np.arange(40) < small, 4, 9)
        texts["ingredient_count"] = count
        texts["judged_pair_count"] = 100
        texts["implausible_pair_count"] = np.where(count == 4, 1, 10)
    tests = judged(a, b).generator_tests
    row = tests.query("at == 'all' and metric == 'implausible_pair_rate'").iloc[0]
    # Each class weighs 10 * 30 / 40 in both.
    assert row[["estimate_a", "estimate_b"]].tolist() == pytest.approx([0.055, 0.055])
    assert row["raw_difference"] == pytest.approx((10 + 300 - 30 - 100) / 4000)
    assert row[["shared_sizes_a", "shared_sizes_b"]].tolist() == [1, 1]


def test_matched_titles_narrow_the_interval() -> None:
    random = np.random.default_rng(3)
    hard = np.repeat(random.random(60) * 0.6, 2)
    groups = []
    for name in ("a", "b"):
        own = texts_of(name, 1.0, random)
        own["recipe_id"] = [f"r{at // 2}" for at in range(120)]
        own["implausible_pair_count"] = random.binomial(own["judged_pair_count"], hard)
        groups.append(own)
    matched = judged(*groups).generator_tests
    apart = judged(groups[0], groups[1].assign(recipe_id=None)).generator_tests
    widths = [
        (rows["high"] - rows["low"])[
            rows["metric"].eq("implausible_pair_rate") & rows["generator_b"].eq("b")
        ].iloc[0]
        for rows in (matched, apart)
    ]
    assert widths[0] < 0.8 * widths[1]


def test_two_generators_that_are_alike_are_not_told_apart() -> None:
    false = 0
    for seed in range(20):
        random = np.random.default_rng(500 + seed)
        tests = judged(
            texts_of("a", None, random, exchanged=0.1),
            texts_of("b", None, random, exchanged=0.1),
            seed=seed,
        ).generator_tests
        own = tests[tests["generator_b"].eq("b") & tests["at"].eq("best")]
        false += bool((own["p_adjusted"] <= 0.05).any())
    assert false <= 2


def test_more_spoilt_is_worse() -> None:
    random = np.random.default_rng(7)
    found = judged(
        texts_of("mild", None, random, exchanged=0.1, count=300),
        texts_of("bad", None, random, exchanged=0.3, count=300),
    )
    tests = found.generator_tests.set_index(["generator_a", "generator_b", "at", "metric"])
    assert tests.loc["bad", "mild", "best", "distance"]["low"] > 0
    assert tests.loc["bad", "mild", "best", "distance"]["p_adjusted"] < 0.05
    for name in ("mild", "bad"):
        assert tests.loc[name, "real recipes", "best", "exchanged_share"]["p_adjusted"] < 0.05
    said = which_is_better(found.operating_points, found.generator_tests)
    assert said.startswith("Of two generators, mild comes closest to real cooking: cooks would")
    assert "Further away: bad (" in said


def test_a_handful_of_texts_is_not_the_best_setting() -> None:
    random = np.random.default_rng(8)
    found = judged(texts_of("a", 0.5, random, exchanged=0.4), texts_of("a", 1.0, random, count=3))
    assert best(found).loc["a", "temperature"] == 0.5
    assert best(found).loc["a", "probability_best"] == 1


def test_texts_without_ingredients_are_not_the_best() -> None:
    random = np.random.default_rng(12)
    babble = texts_of("babble", 1.0, random).assign(
        judged_pair_count=0, implausible_pair_count=0, pair_support=0.0, typical_support=0.0
    )
    found = judged(babble, texts_of("a", 1.0, random, exchanged=0.3))
    points = found.operating_points.set_index("generator")
    assert np.isnan(points.loc["babble", "distance"])
    assert points["best"].to_dict() == {"babble": False, "a": True}
    assert points.loc["babble", "probability_best"] == 0
    tests = found.generator_tests
    both = tests[tests["generator_b"].eq("babble") | tests["generator_a"].eq("babble")]
    assert both["p_value"].isna().all()
    columns = ["temperature", "group", "metric", "estimate", "low", "high", "count"]
    said = answer(pd.DataFrame(columns=columns), found.operating_points, tests)
    assert "babble" in said
    assert "nan" not in said


def test_more_networks_and_the_control_are_no_generators() -> None:
    random = np.random.default_rng(9)
    found = judged(
        texts_of("generated", 1.0, random),
        texts_of("generated, network 2", 1.0, random),
        texts_of("control", None, random, exchanged=1.0),
    )
    assert found.operating_points["group"].tolist() == ["generated"]


def test_without_generators_or_real_recipes_there_are_no_rows() -> None:
    nothing = judged(texts_of("control", None, np.random.default_rng(1)))
    assert nothing.operating_points.empty
    alone = texts_of("a", 1.0, np.random.default_rng(1))
    assert judge_texts(alone, YARDSTICKS, SETTINGS, 1).generator_tests.empty


def test_the_setting_to_use_and_how_sure_that_is() -> None:
    random = np.random.default_rng(10)
    clear = judged(
        texts_of("generated", 0.5, random),
        texts_of("generated, top-p 0.9", 1.5, random, exchanged=0.9),
    )
    said = recommendation(clear.operating_points)
    assert said.startswith("To stay closest to real cooking, draw at T = 0.5: in ")
    even = judged(
        texts_of("generated", 0.5, random, exchanged=0.2),
        texts_of("generated", 0.7, random, exchanged=0.2),
    )
    said = recommendation(even.operating_points)
    assert "but that is not sure: it is closest in" in said
    assert recommendation(even.operating_points.head(1)) == ""


def test_one_generator_alone_is_told_by_its_temperatures() -> None:
    random = np.random.default_rng(11)
    found = judged(texts_of("generated", 0.5, random), texts_of("generated", 1.0, random))
    columns = ["temperature", "group", "metric", "estimate", "low", "high", "count"]
    summary = pd.DataFrame(columns=columns)
    said = answer(summary, found.operating_points, found.generator_tests)
    assert said.startswith("No generated text holds two known ingredients")
