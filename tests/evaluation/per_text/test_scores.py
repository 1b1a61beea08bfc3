"""Rows of pairs and scores for samples, also for samples without a pair."""

import pandas as pd

from recipegen.evaluation.per_text.scores import score_samples
from tests.pairing.test_plausibility import MODEL


def test_pairs_and_scores_of_samples() -> None:
    found = [{"garlic", "egg"}, {"egg"}, set(), {"egg", "flour", "garlic"}]
    pairs, scores = score_samples(["a", "b", "c", "d"], found, MODEL)
    assert pairs["sample_id"].tolist() == ["a", "d", "d", "d"]
    assert pairs["implausible"].tolist() == [True, False, True, False]
    assert scores["ingredient_count"].tolist() == [2, 1, 0, 3]
    assert scores["pair_count"].tolist() == [1, 0, 0, 3]
    assert pairs["verdict"].tolist() == ["implausible", "plausible", "implausible", "unusual"]
    assert scores["judged_pair_count"].tolist() == [1, 0, 0, 3]
    assert scores["implausible_pair_count"].tolist() == [1, 0, 0, 1]
    assert scores["unusual_pair_count"].tolist() == [0, 0, 0, 1]
    assert scores["typical_support"].tolist() == [0.75, 0, 0, 2.5]
    assert scores["implausibility"].isna().tolist() == [False, True, True, False]
    assert scores["p_value"].isna().tolist() == [False, True, True, False]
    assert scores["worst_ingredient"].tolist()[0] == "garlic"
    assert pd.isna(scores["worst_ingredient"][1])


def test_no_samples_give_empty_tables() -> None:
    pairs, scores = score_samples([], [], MODEL)
    assert (len(pairs), len(scores)) == (0, 0)
