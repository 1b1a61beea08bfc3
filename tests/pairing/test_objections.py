"""Whether a cook objects to a pair is learned from pairs that people have judged."""

import numpy as np
import pytest

from recipegen.judge.built_in import load_judge
from recipegen.pairing.human_judgements import OBJECTS, places_of, read_judgements
from recipegen.pairing.lifts import Lifts
from recipegen.pairing.objections import (
    MASS,
    TRAITS,
    Kitchen,
    Objections,
    fit_objections,
    meeting_companions,
    pair_traits,
)
from recipegen.pairing.verdicts import IMPLAUSIBLE


def test_how_one_meets_the_companions_of_another_by_hand() -> None:
    log_lift = np.array([[0.0, 1.0, -2.0], [1.0, 0.0, -1.0], [-2.0, -1.0, 0.0]])
    found = meeting_companions(log_lift)
    # The first goes with the second alone, and the other way round; the third goes with nothing.
    assert found[0].tolist() == [1.0, 0.0, 0.0]
    assert found[2].tolist() == [-1.0, -2.0, 0.0]


def test_the_sides_of_the_kitchen() -> None:
    names = ("cumin", "garlic", "peach", "vanilla")
    log_lift = np.zeros((4, 4))
    log_lift[2, 3] = log_lift[3, 2] = 1.0
    kitchen = Kitchen.of(log_lift, names)
    assert kitchen.side[2] > 0 == kitchen.side[0]
    assert not Kitchen.of(log_lift, ("a", "b", "c", "d")).side.any()


def test_every_trait_of_a_pair_has_its_place() -> None:
    lifts = Lifts(np.ones((3, 3)), np.full((3, 3), 40.0), np.zeros((3, 3)), 1.0, 0)
    kitchen = Kitchen.of(lifts.log_lift, ("baking powder", "egg", "garlic"))
    at = np.array([0, 1]), np.array([2, 2])
    traits = pair_traits(lifts, at, kitchen, lifts.log_interval(MASS, at))
    assert traits.shape == (2, len(TRAITS))
    assert traits[0, 0] == pytest.approx(np.log(2 / 41))
    assert traits[:, TRAITS.index("leavens")].tolist() == [1, 0]
    assert traits[:, TRAITS.index("carries")].tolist() == [0, 1]


def test_what_people_said_is_learned_and_survives_the_table() -> None:
    random = np.random.default_rng(0)
    traits = random.normal(size=(800, len(TRAITS)))
    objects = random.random(800) < 1 / (1 + np.exp(2 + 3 * traits[:, 0]))
    found = fit_objections(traits, objects)
    assert found.weights[1] < -1
    assert abs(found.weights[2:]).max() < 0.7
    again = Objections.from_arrays(found.arrays())
    assert (again.log_odds(traits) == found.log_odds(traits)).all()


def test_the_judgements_are_whole() -> None:
    judged = read_judgements()
    assert len(judged) >= 600
    assert (judged["ingredient_a"] < judged["ingredient_b"]).all()
    assert not judged.duplicated(["ingredient_a", "ingredient_b"]).any()
    assert set(judged["judgement"]) == {"objects", "unusual", "ordinary"}
    assert judged["half"].value_counts(normalize=True)["measure"] == pytest.approx(0.5, abs=0.05)


def test_the_judge_agrees_with_pairs_that_it_did_not_learn_from() -> None:
    """The limits are the measured values, less a margin for chance."""
    judge, judged = load_judge(), read_judgements("measure")
    (a, b), known = places_of(judged, tuple(judge.names))
    judged = judged[known]
    called = judge.plausibility.pairs.verdict[a, b] == IMPLAUSIBLE
    objects = (judged["judgement"] == OBJECTS).to_numpy()
    rare = judged["draw"].eq("rare, by expected count").to_numpy()
    fine = judged["draw"].eq("written down as rare but fine").to_numpy()
    assert objects[called].mean() > 0.65
    assert called[rare & objects].mean() > 0.8
    assert called[fine].mean() <= 0.04
