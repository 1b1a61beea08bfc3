"""How far two labellers agree: Cohen's kappa with an interval."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import ndtri

from recipegen.evaluation.statistics.estimates import wilson
from recipegen.labels.categories import LABELS
from recipegen.tables import LABELS as TABLES

CONFIDENCE = 0.95
"""Of the intervals."""

_Z = float(ndtri((1 + CONFIDENCE) / 2))


class Kappa(NamedTuple):
    """How far two labellers agree on some items."""

    items: int
    agreement: float
    """Share of the items with the same label, 0 to 1."""
    kappa: float
    """1 if they always agree, 0 if not more often than by chance; NaN if chance leaves no room."""
    low: float
    high: float
    """The ends of its interval; NaN if it is not known."""


def cohens_kappa(counts: npt.ArrayLike) -> Kappa:
    """Cohen's kappa (1960) with its large-sample interval (Fleiss, Cohen and Everitt 1969, eq. 13).

    If they always agree, that formula gives an error of 0. Then the interval begins where the lower
    end of Wilson's interval of the agreement would put kappa.

    Args:
        counts: number of items by the label of the first and of the second, shape (L, L).
    """
    table = np.asarray(counts, dtype=np.float64)
    items = int(table.sum())
    if items == 0:
        return Kappa(0, *[np.nan] * 4)
    shares = table / items
    first, second = shares.sum(axis=1), shares.sum(axis=0)
    agreement, chance = float(np.trace(shares)), float(first @ second)
    if np.isclose(chance, 1):
        return Kappa(items, agreement, *[np.nan] * 3)
    kappa = (agreement - chance) / (1 - chance)
    if np.isclose(agreement, 1):
        low = (wilson(1.0, items, _Z)[1] - chance) / (1 - chance)
        return Kappa(items, agreement, kappa, low, 1.0)
    error = _spread(shares, kappa, chance) / np.sqrt(items)
    return Kappa(
        items, agreement, kappa, max(-1.0, kappa - _Z * error), min(1.0, kappa + _Z * error)
    )


def _spread(shares: npt.NDArray[np.float64], kappa: float, chance: float) -> float:
    """The standard error of kappa, times the square root of the number of items."""
    first, second = shares.sum(axis=1), shares.sum(axis=0)
    same = np.diag(shares) @ (1 - (first + second) * (1 - kappa)) ** 2
    # Row i, column j: an item with label i by the first and j by the second.
    crossed = (second[:, None] + first[None, :]) ** 2
    other = (shares * crossed).sum() - np.diag(shares * crossed).sum()
    variance = same + (1 - kappa) ** 2 * other - (kappa - chance * (1 - kappa)) ** 2
    return float(np.sqrt(max(0.0, variance)) / (1 - chance))


def label_agreement(labels: pd.DataFrame, units: pd.Series[str]) -> pd.DataFrame:
    """The rows of ``label_agreement``: a row for each two labellers who share items.

    Args:
        labels: rows of the table ``labels``.
        units: pair or text, by ``item_id``.
    """
    known = labels.assign(unit=labels["item_id"].map(units))
    rows = [row for unit, part in known.groupby("unit") for row in _rows(str(unit), part)]
    return pd.DataFrame(rows, columns=TABLES["label_agreement"].column_names)


def _rows(unit: str, labels: pd.DataFrame) -> Iterator[tuple[object, ...]]:
    wide = labels.pivot(index="item_id", columns="labeller", values="label")
    for a, b in combinations(sorted(wide.columns), 2):
        both = wide[[a, b]].dropna()
        if both.empty:
            continue
        yield a, b, unit, "all", *_kappa_of(both, LABELS)
        told = both[(both != "unclear").all(axis=1)]
        yield a, b, unit, "absurd", *_kappa_of(told == "absurd", (True, False))


def _kappa_of(both: pd.DataFrame, categories: tuple[object, ...]) -> Kappa:
    first, second = (both.iloc[:, at].to_numpy() for at in (0, 1))
    counts = [[np.sum((first == i) & (second == j)) for j in categories] for i in categories]
    return cohens_kappa(counts)
