"""Pairs and scores of samples, from the ingredients found in them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pandas as pd

from recipegen.pairing.plausibility import Plausibility


def score_samples(
    sample_ids: Sequence[str], ingredients: Sequence[Iterable[str]], plausibility: Plausibility
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The tables ``sample_pairs`` and ``sample_scores``, group and temperature left to the caller.

    Args:
        sample_ids: the samples.
        ingredients: the canonical ingredients found in each of them.
        plausibility: what judges them.
    """
    judged = [plausibility.judge(each) for each in ingredients]
    pairs = [
        (sample_id, pair.a, pair.b, pair.implausible, pair.log_lift)
        for sample_id, score in zip(sample_ids, judged, strict=True)
        for pair in score.pairs
    ]
    scores = pd.DataFrame(
        {
            "sample_id": list(sample_ids),
            "ingredient_count": [len(score.ingredients) for score in judged],
            "pair_count": [len(score.pairs) for score in judged],
            "implausible_pair_count": [
                sum(pair.implausible for pair in score.pairs) for score in judged
            ],
            "implausibility": pd.array([score.implausibility for score in judged], dtype="Float64"),
            "worst_ingredient": [score.worst_ingredient for score in judged],
        }
    )
    columns = ["sample_id", "ingredient_a", "ingredient_b", "implausible", "log_lift"]
    types = {"implausible": "bool", "log_lift": "float64"}
    return pd.DataFrame(pairs, columns=columns).astype(types), scores
