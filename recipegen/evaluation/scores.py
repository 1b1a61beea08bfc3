"""Pairs and scores of samples, from the ingredients found in them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set

import pandas as pd
from spacy.language import Language

from recipegen.ingredients.component import alternatives, find_mentions, in_the_dish
from recipegen.language.vocabulary import SEPARATOR
from recipegen.pairing.plausibility import Pair, Plausibility
from recipegen.tables import TABLES


def score_texts(
    texts: pd.DataFrame, nlp: Language, plausibility: Plausibility
) -> dict[str, pd.DataFrame]:
    """The tables ``mentions``, ``sample_pairs`` and ``sample_scores`` of texts.

    Args:
        texts: columns sample_id, text, group, temperature.
        nlp: what finds ingredients.
        plausibility: what judges them.
    """
    ids = texts["sample_id"].tolist()
    mentions = list(find_mentions(nlp, texts["text"]))
    rows = [
        {"sample_id": sample_id, **found._asdict(), "section": section_of(text, found.start)}
        for sample_id, text, each in zip(ids, texts["text"], mentions, strict=True)
        for found in each
    ]
    pairs, scores = score_samples(
        ids, list(map(in_the_dish, mentions)), plausibility, list(map(alternatives, mentions))
    )
    return {
        "mentions": pd.DataFrame(rows, columns=TABLES["mentions"].column_names),
        "sample_pairs": pairs,
        "sample_scores": scores.assign(
            group=texts["group"].tolist(), temperature=texts["temperature"].tolist()
        ),
    }


def section_of(text: str, offset: int) -> str:
    """``title`` before the separator of a text that has one, else ``directions``."""
    return "title" if offset < text.find(f" {SEPARATOR} ") else "directions"


def score_samples(
    sample_ids: Sequence[str],
    ingredients: Sequence[Iterable[str]],
    plausibility: Plausibility,
    alternatives: Sequence[Set[Pair]] | None = None,
    origin: str = "directions",
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The tables ``sample_pairs`` and ``sample_scores``, group and temperature left to the caller.

    Args:
        sample_ids: the samples.
        ingredients: the canonical ingredients found in each of them.
        plausibility: what judges them.
        alternatives: pairs of each sample that do not meet, since a cook takes one of the two.
        origin: where the ingredients were found, ``lines`` or ``directions``.
    """
    judged = plausibility.judge_all(ingredients, origin, alternatives)
    pairs = [
        (sample_id, pair.a, pair.b, pair.verdict, pair.implausible, pair.log_lift)
        for sample_id, score in zip(sample_ids, judged, strict=True)
        for pair in score.pairs
    ]
    scores = pd.DataFrame(
        {
            "sample_id": list(sample_ids),
            "ingredient_count": [len(score.ingredients) for score in judged],
            "pair_count": [len(score.pairs) for score in judged],
            "judged_pair_count": [sum(p.judged for p in score.pairs) for score in judged],
            "implausible_pair_count": [sum(p.implausible for p in score.pairs) for score in judged],
            "unusual_pair_count": [
                sum(p.verdict == "unusual" for p in score.pairs) for score in judged
            ],
            "pair_support": [score.support for score in judged],
            "typical_support": [score.typical_support for score in judged],
            "implausibility": pd.array([score.implausibility for score in judged], dtype="Float64"),
            "p_value": pd.array([score.p_value for score in judged], dtype="Float64"),
            "flagged": pd.array([score.flagged for score in judged], dtype="bool"),
            "worst_ingredient": [score.worst_ingredient for score in judged],
        }
    )
    columns = ["sample_id", "ingredient_a", "ingredient_b", "verdict", "implausible", "log_lift"]
    types = {"implausible": "bool", "log_lift": "float64"}
    return pd.DataFrame(pairs, columns=columns).astype(types), scores
