"""The numbers of a text that metrics are made of, a name for each.

A quantity is summed over the texts of a group. It is NaN for a text in which it is not known. Most
quantities are columns of the tables about texts, under the same name. The others are in
``COMPUTED``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np
import pandas as pd

from recipegen.language.vocabulary import prompt_length
from recipegen.tables import TABLES
from recipegen.tables.schema import BOOLEAN, INTEGER, REAL

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
        {name: quantity(name)(texts, normal_copy).astype("float64") for name in names},
        index=texts.index,
    )


def quantity(name: str) -> Quantity:
    """How a quantity is computed: as ``COMPUTED`` says, else it is the column of that name."""
    return COMPUTED.get(name) or _column(name)


def check_quantities(metric: str, names: Iterable[str]) -> None:
    """Check that a metric is made of quantities that exist.

    Raises:
        ValueError: one of the names is neither in ``COMPUTED`` nor in ``COLUMNS``.
    """
    if unknown := [name for name in names if name not in COMPUTED and name not in COLUMNS]:
        raise ValueError(
            f"the metric {metric} needs {' and '.join(unknown)}, which no table about texts has as "
            "a column of numbers. Correct the name, or add the column to "
            "recipegen/tables/measure.py, or a computation to COMPUTED in "
            "recipegen/evaluation/per_text/quantities.py. "
            f"Columns: {', '.join(COLUMNS)}. Computed: {', '.join(COMPUTED)}"
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


COMPUTED: dict[str, Quantity] = {
    "texts": lambda texts, _: pd.Series(np.ones(len(texts)), texts.index),
    "titled": lambda texts, _: matched(texts).notna(),
    "has_judged_pair": lambda texts, _: texts["judged_pair_count"] > 0,
    "is_judged": _is_known("implausibility"),
    "tells_entropy": _is_known("entropy"),
    "tells_end": _is_known("stopped"),
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
"""The quantities that are not simply a column."""

COLUMNS = tuple(
    dict.fromkeys(
        column.name
        for table in ("references", "sample_scores", "text_measures")
        for column in TABLES[table].columns
        if column.type in (INTEGER, REAL, BOOLEAN)
    )
)
"""The columns that can be quantities: numbers and flags that there are for every text."""
