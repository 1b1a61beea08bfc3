from typing import get_args

import pandas as pd
import pytest

from recipegen.ingredients.scope import Role
from recipegen.report.excerpts import ROLES, chosen, number, segments, title_span

TEXT = "recipe for lamb pie | brown the lamb ."


def mention(start: int, end: int, ingredient: str) -> dict[str, object]:
    return {"start": start, "end": end, "ingredient": ingredient, "role": "used"}


def test_the_title_stands_between_the_start_and_the_bar() -> None:
    start, end = title_span(TEXT)
    assert TEXT[start:end] == "lamb pie"


@pytest.mark.parametrize("text", ["recipe for lamb", "", "|", "recipe for"])
def test_a_text_without_a_bar_has_no_title(text: str) -> None:
    assert title_span(text) == (0, 0)


def test_segments_put_together_are_the_text() -> None:
    mentions = [mention(32, 36, "lamb"), mention(11, 15, "lamb")]
    cut = segments(TEXT, mentions, {"lamb"}, 22, len(TEXT))
    used = ROLES["used"]._asdict()
    assert cut == [
        {"text": "brown the ", "ingredient": None, "role": None, "implausible": False},
        {"text": "lamb", "ingredient": "lamb", "role": used, "implausible": True},
        {"text": " .", "ingredient": None, "role": None, "implausible": False},
    ]


def test_an_ingredient_that_is_not_in_the_dish_is_not_in_its_pairs() -> None:
    rows = [mention(22, 27, "lamb") | {"role": role} for role in ROLES]
    found = {row["role"]: segments(TEXT, [row], {"lamb"}, 22, 27)[0] for row in rows}
    assert {role: found[role]["implausible"] for role in ROLES} == {
        "used": True,
        "optional": True,
        "alternative": True,
        "absent": False,
        "aside": False,
    }
    assert all(segment["role"]["name"] == role for role, segment in found.items())


def test_every_role_is_shown() -> None:
    assert set(ROLES) == set(get_args(Role))


def test_a_mention_that_crosses_another_or_the_border_is_left_as_text() -> None:
    mentions = [mention(0, 4, "a"), mention(2, 6, "b"), mention(8, 12, "c"), mention(5, 5, "d")]
    cut = segments("0123456789", mentions, set(), 0, 10)
    assert [(s["text"], s["ingredient"]) for s in cut] == [("0123", "a"), ("456789", None)]


def scores(*values: float | None) -> pd.DataFrame:
    ids = [f"s{at}" for at in range(len(values))]
    return pd.DataFrame({"sample_id": ids, "implausibility": pd.Series(values, dtype="float64")})


def test_the_median_the_worst_and_the_best_are_chosen_before_samples_at_random() -> None:
    picks = chosen(scores(0.1, 0.9, 0.5, None, 0.3), 5)
    assert picks[:3] == [("s4", "median"), ("s1", "worst"), ("s0", "best")]
    assert [why for _, why in picks[3:]] == ["random", "random"]
    assert len({sample_id for sample_id, _ in picks}) == 5


def test_a_sample_that_is_chosen_for_two_reasons_stands_once() -> None:
    assert chosen(scores(0.1, 0.9), 4) == [("s0", "median"), ("s1", "worst")]
    assert chosen(scores(0.5), 4) == [("s0", "median")]


def test_the_choice_does_not_depend_on_the_order_of_the_rows() -> None:
    frame = scores(0.1, 0.9, 0.5, None, 0.3, 0.5)
    assert chosen(frame, 5) == chosen(frame.iloc[::-1], 5)


def test_samples_without_a_score_are_chosen_at_random_alone() -> None:
    assert {why for _, why in chosen(scores(None, None), 4)} == {"random"}


def test_a_value_that_is_not_there_is_none() -> None:
    assert [number(value) for value in (None, float("nan"), float("inf"), pd.NA)] == [None] * 4
    assert number(3) == 3
    assert number(0.0) == 0.0
