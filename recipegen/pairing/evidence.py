"""What speaks against a recipe as a whole.

A recipe can have three different faults: one ingredient that is out of place, two dishes in one
text, and pairs that make a cook shudder. Each has a measure of its own:

- *surprise*: the log-odds that at least one ingredient is out of place;
- *company*: the mean over ingredients of ln P(i | others) / P(i), with negative values counted as
  0. It is low if the ingredients do not call for each other. This is so when two dishes were
  spliced, even though every ingredient still goes with some of the others;
- *objection*: the mean log-odds over pairs that a cook objects.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from recipegen.pairing.counts import Floats
from recipegen.pairing.objections import LEAST, MOST
from recipegen.pairing.sets import Sets

EVIDENCE = ("one", "surprise", "company", "objection", "ln n", "ln n squared")
"""Columns of the evidence."""

SIGNS = (0, 1, -1, 1, 0, 0)
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
    """What speaks against each set, B x 6, in the order of ``EVIDENCE``.

    Args:
        sets: each of at least two members.
        surprise: log-odds that at least one member is out of place, B.
        company: ln P(i | others) / P(i) of each member, T.
        pairs: what is known of the pairs.
    """
    liked = np.bincount(sets.owners, np.maximum(company, 0.0), minlength=len(sets))
    objection = np.empty(len(sets))
    for places, odds in _objections(sets, pairs):
        objection[places] = np.nanmean(np.clip(odds, LEAST, MOST), axis=1)
    logs, ones = np.log(sets.sizes), np.ones(len(sets))
    return np.column_stack([ones, surprise, liked / sets.sizes, objection, logs, logs**2])


def worst_objection(sets: Sets, pairs: PairMatrices) -> Floats:
    """The log-odds that a cook objects to the worst pair of each set, B."""
    worst = np.empty(len(sets))
    for places, odds in _objections(sets, pairs):
        worst[places] = np.nanmax(odds, axis=1)
    return worst


def _objections(sets: Sets, pairs: PairMatrices) -> Iterator[tuple[npt.NDArray[np.intp], Floats]]:
    """The sets of each size: their places, and the objections to their pairs, sets x pairs.

    A pair that does not meet has NaN. If no pair of a set meets, nobody objects to any of them.
    """
    for places, members in sets.by_size():
        a, b = np.triu_indices(members.shape[1], 1)
        odds = pairs.objection[members[:, a], members[:, b]].astype(np.float64)
        if len(sets.apart):
            rows, one, other = sets.apart_at(places)
            size = members.shape[1]
            of_pair = np.zeros((size, size), dtype=np.int64)
            of_pair[a, b] = of_pair[b, a] = np.arange(len(a))
            odds[rows, of_pair[one, other]] = np.nan
            odds[np.isnan(odds).all(axis=1)] = LEAST
        yield places, odds
