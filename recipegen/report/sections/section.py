"""What all sections of the report are made of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

import pandas as pd

from recipegen.tables import TABLES

Section: TypeAlias = dict[str, Any]
Tables: TypeAlias = Mapping[str, pd.DataFrame]

MAY_BE_EMPTY = {
    *("mentions", "sample_pairs", "pair_summary", "network_summary"),
    *("operating_points", "generator_tests", "judge_quality", "corrected_rates"),
}
"""Tables that may be empty: then nothing was found, or nothing is implausible."""

OF_NETWORKS = {"training_log", "epoch_samples", "word_probabilities", "sample_words"}
"""Tables that have no rows if the LSTM is not among the generators of the run."""


def why_missing(tables: Tables, names: tuple[str, ...] | list[str]) -> str | None:
    """Why a section that needs these tables cannot be computed; None if it can be."""
    for name in names:
        if name not in tables:
            return f"there is no table {name}: the stage {TABLES[name].stage} has not been run"
        if tables[name].empty and name not in MAY_BE_EMPTY:
            only = ": only a run that trains a network fills it" if name in OF_NETWORKS else ""
            return f"the table {name} has no rows{only}"
    return None


def spread(rows: list[Any], most: int) -> list[Any]:
    """At most ``most`` of the rows, evenly spread, with the first and the last."""
    if len(rows) <= most:
        return rows
    step = (len(rows) - 1) / (most - 1)
    return [rows[round(at * step)] for at in range(most)]
