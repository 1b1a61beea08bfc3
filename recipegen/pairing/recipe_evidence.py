"""What speaks against a recipe as a whole.

A recipe can have different faults: one ingredient that is out of place, two dishes in one text, and
pairs that make a cook shudder. Each has a measure of its own:

- *surprise*: the log-odds that at least one ingredient is out of place;
- *company*: the mean over ingredients of ln P(i | others) / P(i), with negative values counted as
  0. It is low if the ingredients do not call for each other. This is so when two dishes were
  spliced, even though every ingredient still goes with some of the others;
- *objection*: the mean log-odds over pairs that a cook objects;
- *lift*: the mean log lift over pairs. It is low if many ingredients seldom meet, even though none
  of them stands out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from recipegen.pairing.counts import Floats
from recipegen.pairing.ingredient_sets import Sets
from recipegen.pairing.objections import LEAST, MOST

EVIDENCE = ("one", "surprise", "company", "objection", "lift", "ln n", "ln n squared")
"""Columns of the evidence."""

SIGNS = (0, 1, -1, 1, -1, 0, 0)
"""The sign that the weight of each column may have; 0 allows both. So evidence against a recipe
never counts in its favour."""


@dataclass(frozen=True)
class PairMatrices:
    """What is known of every pair of N ingredients, N x N and symmetric."""

    log_lift: npt.NDArray[np.float32]
    objection: npt.NDArray[np.float32]
    """Log-odds that a cook objects; ``LEAST`` for pairs with a basic such as salt."""
    verdict: npt.NDArray[np.uint8]
    """Codes: places in ``verdicts.VERDICTS``."""


def evidence(sets: Sets, surprise: Floats, company: Floats, pairs: PairMatrices) -> Floats:
    """What speaks against each set, B x 7, in the order of ``EVIDENCE``.

    Args:
        sets: each of at least two members.
        surprise: log-odds that at least one member is out of place, B.
        company: ln P(i | others) / P(i) of each member, T.
        pairs: what is known of the pairs.
    """
    liked = np.bincount(sets.owners, np.maximum(company, 0.0), minlength=len(sets))
    objection, lift = np.empty((2, len(sets)))
    for places, odds in _of_pairs(sets, pairs.objection, LEAST):
        objection[places] = np.nanmean(np.clip(odds, LEAST, MOST), axis=1)
    for places, lifts in _of_pairs(sets, pairs.log_lift, 0.0):
        lift[places] = np.nanmean(lifts, axis=1)
    logs, ones = np.log(sets.sizes), np.ones(len(sets))
    return np.column_stack([ones, surprise, liked / sets.sizes, objection, lift, logs, logs**2])


def worst_objection(sets: Sets, pairs: PairMatrices) -> Floats:
    """The log-odds that a cook objects to the worst pair of each set, B."""
    worst = np.empty(len(sets))
    for places, odds in _of_pairs(sets, pairs.objection, LEAST):
        worst[places] = np.nanmax(odds, axis=1)
    return worst


def _of_pairs(
    sets: Sets, matrix: npt.NDArray[np.float32], without: float
) -> Iterator[tuple[npt.NDArray[np.intp], Floats]]:
    """The sets of each size: their places, and the values of their pairs, sets x pairs.

    Args:
        sets: each of at least two members.
        matrix: the value of every pair, N x N. A pair that does not meet in its set has NaN.
        without: the value of all pairs of a set in which no pair meets.
    """
    for places, members in sets.by_size():
        a, b = np.triu_indices(members.shape[1], 1)
        values = matrix[members[:, a], members[:, b]].astype(np.float64)
        if len(sets.apart):
            rows, one, other = sets.apart_at(places)
            size = members.shape[1]
            of_pair = np.zeros((size, size), dtype=np.int64)
            of_pair[a, b] = of_pair[b, a] = np.arange(len(a))
            values[rows, of_pair[one, other]] = np.nan
            values[np.isnan(values).all(axis=1)] = without
        yield places, values
