"""The numbers of a text that metrics are made of, a name for each.

A quantity is summed over the texts of a group. It is NaN for a text in which it is not known.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np
import pandas as pd

from recipegen.language.vocabulary import prompt_length
from recipegen.tables import NEW_NGRAMS

Quantity = Callable[[pd.DataFrame, float], pd.Series]
"""From texts and the length of a normal copy, in words, the number of each text."""


def quantities_of(texts: pd.DataFrame, normal_copy: float, names: Iterable[str]) -> pd.DataFrame:
    """The quantities of texts, a column for each, as floats.

    Args:
        texts: a row for each text, with all that is known of it: see
            :func:`~recipegen.evaluation.per_group.temperature.describe_texts`.
        normal_copy: words of the longest copied span that still counts as normal.
        names: which quantities.
    """
    return pd.DataFrame(
        {name: QUANTITIES[name](texts, normal_copy).astype("float64") for name in names},
        index=texts.index,
    )


def _drawn_words(texts: pd.DataFrame, _: float) -> pd.Series:
    """The words of each text after its prompt, the stop token included."""
    prompts = [*map(prompt_length, texts["prompt"], texts["text"])]
    return (texts["word_count"] - prompts).clip(lower=0) + texts["stopped"].fillna(False)


def _column(name: str) -> Quantity:
    return lambda texts, _: texts[name]


def _loss(column: str) -> Quantity:
    return lambda texts, _: -texts[column]


def _is_known(column: str) -> Quantity:
    return lambda texts, _: texts[column].notna()


def optional(texts: pd.DataFrame, column: str) -> pd.Series:
    """A column of texts, all null if there is no such column."""
    none = pd.Series(None, index=texts.index, dtype="object")
    return texts[column].astype("object") if column in texts else none


def matched(texts: pd.DataFrame) -> pd.Series:
    """What texts are drawn together by: the recipe with their title, else their prompt, else null.

    Args:
        texts: columns recipe_id and match_id, which may be missing.
    """
    recipes = optional(texts, "recipe_id")
    return recipes.where(recipes.notna(), optional(texts, "match_id"))


def _memorised(texts: pd.DataFrame, normal_copy: float) -> pd.Series:
    return texts["copied_words"] > normal_copy


def _where_original(name: str) -> Quantity:
    return lambda texts, normal: texts[name].where(~_memorised(texts, normal), 0)


def _where_known(known: str, quantity: Quantity) -> Quantity:
    def found(texts: pd.DataFrame, normal_copy: float) -> pd.Series:
        return quantity(texts, normal_copy).astype("float64").where(texts[known].notna())

    return found


def _has_implausible(texts: pd.DataFrame, _: float) -> pd.Series:
    found = (texts["implausible_pair_count"] > 0).astype("float64")
    return found.where(texts["judged_pair_count"] > 0)


COLUMNS = (
    *("judged_pair_count", "implausible_pair_count", "unusual_pair_count", "pair_count"),
    *("pair_support", "typical_support", "implausibility", "ingredient_count"),
    *("entropy", "word_count", "stopped", "repeated_4grams", "unknown_words"),
    *(f"{kind}_{n}grams" for n in NEW_NGRAMS for kind in ("new", "all")),
    *("copied_words", "nearest_similarity", "title_ingredients", "used_title_ingredients"),
    *("listed_ingredients", "used_listed_ingredients", "used_ingredients"),
    *("quantities", "unusual_quantities", "one_title"),
)
"""Quantities that are columns of the tables about texts."""

QUANTITIES: dict[str, Quantity] = {
    "texts": lambda texts, _: pd.Series(np.ones(len(texts)), texts.index),
    "titled": lambda texts, _: matched(texts).notna(),
    "has_judged_pair": lambda texts, _: texts["judged_pair_count"] > 0,
    "is_judged": _is_known("implausibility"),
    "tells_entropy": _is_known("entropy"),
    "tells_end": _is_known("stopped"),
    **{name: _column(name) for name in COLUMNS},
    "unjudged_pair_count": lambda texts, _: texts["pair_count"] - texts["judged_pair_count"],
    "has_implausible_pair": _has_implausible,
    "flagged": _where_known("implausibility", _column("flagged")),
    "original_implausible_pair_count": _where_original("implausible_pair_count"),
    "original_judged_pair_count": _where_original("judged_pair_count"),
    "memorised": _memorised,
    "has_loop": lambda texts, _: texts["loop_words"] > 0,
    "read_from_lines": lambda texts, _: texts["origin"] == "lines",
    "loss": _loss("log_probability"),
    "loss_words": _where_known("log_probability", _drawn_words),
    "ngram_loss": _loss("ngram_log_probability"),
    "ngram_loss_words": _where_known("ngram_log_probability", _drawn_words),
}
