"""Which pairs of a dish count, worked by hand with three ingredients."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recipegen.pairing.ingredient_sets import Sets
from recipegen.pairing.pairs_of_dish import Dish, most_plausible, taken
from recipegen.pairing.recipe_evidence import PairMatrices, evidence, worst_objection
from recipegen.pairing.within_parts import fits_within
from tests.pairing.test_plausibility import MODEL, NAMES

OBJECTION = np.array([[0.0, -5.0, 1.0], [-5.0, 0.0, -3.0], [1.0, -3.0, 0.0]])
"""Of egg, flour and garlic: a cook objects to egg with garlic."""


def test_of_a_choice_the_member_counts_that_goes_best_with_the_rest() -> None:
    places = {name: place for place, name in enumerate(NAMES)}
    rest, one, other = NAMES[:3]
    assert most_plausible([one, other], [rest], places, OBJECTION) == one
    assert most_plausible([other, one], [rest], places, OBJECTION) == one
    assert most_plausible([other, one], [], places, OBJECTION) == other  # the first


def test_a_choice_counts_once() -> None:
    score = MODEL.judge(Dish(("egg",), (("garlic", "flour"),)))
    assert score == MODEL.judge(["egg", "flour"])
    assert MODEL.judge(Dish((), (("egg", "garlic"),))).ingredients == ("egg",)


def test_an_unknown_member_is_taken_only_if_no_other_is_known() -> None:
    assert MODEL.judge(Dish(("egg",), (("manna", "flour"),))).ingredients == ("egg", "flour")
    assert MODEL.judge(Dish(("egg",), (("manna", "nectar"),))).ingredients == ("egg", "manna")


def test_pairs_that_do_not_meet_are_not_judged() -> None:
    apart = MODEL.judge(Dish(("egg", "flour", "garlic"), apart=frozenset({("egg", "garlic")})))
    together = MODEL.judge(["egg", "flour", "garlic"])
    assert [(pair.a, pair.b) for pair in apart.pairs] == [("egg", "flour"), ("flour", "garlic")]
    # Support and typical support lose those of the pair.
    pair = MODEL.judge(["egg", "garlic"])
    assert apart.support == pytest.approx(together.support - pair.support)
    assert apart.typical_support == together.typical_support - pair.typical_support
    assert apart.implausibility is not None
    assert together.implausibility is not None
    assert apart.implausibility < together.implausibility


def test_members_that_do_not_meet_are_judged_without_one_another() -> None:
    sets = Sets.of([[0, 1], [0, 1, 2]], [[], [(0, 2)]])
    fits, company = fits_within(MODEL.model, sets, "lines")
    alone = {pair: MODEL.model.fits(Sets.of([pair]), "lines") for pair in ((0, 1), (1, 2))}
    whole = MODEL.model.fits(Sets.of([[0, 1, 2]]), "lines")
    np.testing.assert_allclose(fits[:2], alone[0, 1][0])
    np.testing.assert_allclose(fits[2:], [alone[0, 1][0][0], whole[0][1], alone[1, 2][0][1]])
    np.testing.assert_allclose(company[2:], [alone[0, 1][1][0], whole[1][1], alone[1, 2][1][1]])


def test_objections_to_pairs_that_do_not_meet_do_not_count() -> None:
    pairs = PairMatrices(
        np.zeros((3, 3), np.float32), OBJECTION.astype(np.float32), np.zeros((3, 3), np.uint8)
    )
    sets = Sets.of([[0, 1, 2], [0, 2], [0, 1, 2]], [[(0, 2)], [(0, 1)], []])
    assert worst_objection(sets, pairs).tolist() == [-3.0, -9.0, 1.0]
    means = evidence(sets, np.zeros(3), np.zeros(8), pairs)[:, 3]
    assert means.tolist() == pytest.approx([-4.0, -9.0, -7 / 3])


@given(st.lists(st.sets(st.integers(0, 5), min_size=2), min_size=1, max_size=6), st.randoms())
def test_what_does_not_meet_moves_with_its_set(given_sets: list[set[int]], random: object) -> None:
    sets = Sets.of([sorted(each) for each in given_sets], [[(0, 1)] for _ in given_sets])
    order = np.array(random.sample(range(len(sets)), len(sets)))  # type: ignore[attr-defined]
    moved = sets.take(order)
    for number, place in enumerate(order):
        first = moved.apart[number]
        assert moved.members[first].tolist() == sorted(given_sets[place])[:2]


def test_of_choices_in_rows_the_most_plausible_member_is_left() -> None:
    rows = pd.DataFrame(
        [
            ("a", "egg", 0),
            ("a", "garlic", 1),
            ("a", "flour", 1),
            ("b", "manna", 1),
            ("b", "nectar", 1),
            ("c", "garlic", 0),
        ],
        columns=["recipe_id", "ingredient", "choice"],
    )
    left = taken(rows, NAMES, OBJECTION)
    assert left[["recipe_id", "ingredient"]].to_numpy().tolist() == [
        ["a", "egg"],
        ["a", "flour"],
        ["b", "manna"],
        ["c", "garlic"],
    ]


def test_rows_without_choices_stay() -> None:
    rows = pd.DataFrame({"recipe_id": ["a"], "ingredient": ["egg"]})
    assert taken(rows, NAMES, OBJECTION) is rows


def test_before_anything_is_known_the_first_member_counts() -> None:
    assert Dish(("salt",), (("garlic", "egg"),)).first_taken() == ["garlic", "salt"]
