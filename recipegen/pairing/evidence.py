"""What speaks against a recipe as a whole.

One ingredient that is out of place, two dishes in one text and pairs that make a cook shudder are
different faults, and each has a measure of its own:

- *surprise*: the log-odds that at least one ingredient is out of place;
- *company*: the mean over ingredients of ln P(i | others) / P(i) where it is above 0. It is low
  where ingredients do not call for each other, as in two dishes that were spliced, though every
  single one has some company;
- *objection*: the mean log-odds over pairs that a cook objects.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from recipegen.pairing.counts import Floats
from recipegen.pairing.objections import LEAST, MOST
from recipegen.pairing.sets import Sets

EVIDENCE = ("one", "surprise", "company", "objection", "ln n", "ln n squared")
"""Columns of the evidence."""

SIGNS = (0, 1, -1, 1, 0, 0)
"""Which way each column may speak: what is against a recipe is never for it; 0 either way."""


@dataclass(frozen=True)
class PairMatrices:
    """What is known of every pair of N ingredients, N x N and symmetric."""

    log_lift: npt.NDArray[np.float32]
    objection: npt.NDArray[np.float32]
    """Log-odds that a cook objects; ``LEAST`` for pairs with a basic such as salt."""
    verdict: npt.NDArray[np.uint8]
    """Places in ``verdicts.VERDICTS``."""


def evidence(sets: Sets, surprise: Floats, company: Floats, pairs: PairMatrices) -> Floats:
    """What speaks against each set, B x 6, in the order of ``EVIDENCE``.

    Args:
        sets: of two members and more.
        surprise: log-odds that at least one member is out of place, B.
        company: ln P(i | others) / P(i) of each member, T.
        pairs: of the ingredients.
    """
    liked = np.bincount(sets.owners, np.maximum(company, 0.0), minlength=len(sets))
    objection = np.array(
        [np.clip(_objections(each, pairs), LEAST, MOST).mean() for each in sets], dtype=np.float64
    )
    logs, ones = np.log(sets.sizes), np.ones(len(sets))
    return np.column_stack([ones, surprise, liked / sets.sizes, objection, logs, logs**2])


def worst_objection(sets: Sets, pairs: PairMatrices) -> Floats:
    """The log-odds that a cook objects to the worst pair of each set, B."""
    return np.array([_objections(each, pairs).max() for each in sets], dtype=np.float64)


def _objections(members: npt.NDArray[np.int64], pairs: PairMatrices) -> Floats:
    square = pairs.objection[np.ix_(members, members)]
    return np.asarray(square[np.triu_indices(len(members), 1)], dtype=np.float64)
