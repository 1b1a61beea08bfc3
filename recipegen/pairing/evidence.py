"""What speaks against a recipe as a whole.

One ingredient that is out of place, two dishes in one text and a pair that makes a cook shudder
are different faults, and each has a measure of its own:

- *surprise*: the log-odds that at least one ingredient is out of place;
- *company*: the mean over ingredients of ln P(i | others) / P(i), low where the ingredients do not
  call for each other, as in two dishes that were spliced, though every one has some company;
- *objection*: the mean log-odds over pairs that a cook objects, and *worst*, the log-odds that
  there is at least one such pair;
- *shortfall*: the mean over pairs of the log lift where it is below 0.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from recipegen.pairing.counts import Floats
from recipegen.pairing.objections import LEAST, MOST
from recipegen.pairing.sets import Sets

EVIDENCE = ("one", "surprise", "company", "objection", "worst", "shortfall", "ln n", "ln n squared")
"""Columns of the evidence."""


@dataclass(frozen=True)
class PairMatrices:
    """What is known of every pair of N ingredients, N x N and symmetric."""

    log_lift: npt.NDArray[np.float32]
    objection: npt.NDArray[np.float32]
    """Log-odds that a cook objects; ``LEAST`` for pairs with a basic such as salt."""
    verdict: npt.NDArray[np.uint8]
    """Places in ``verdicts.VERDICTS``."""
    support: npt.NDArray[np.float32]
    """See :mod:`recipegen.pairing.exchanged`."""


def evidence(sets: Sets, surprise: Floats, company: Floats, pairs: PairMatrices) -> Floats:
    """What speaks against each set, B x 8, in the order of ``EVIDENCE``.

    Args:
        sets: of two members and more.
        surprise: log-odds that at least one member is out of place, B.
        company: ln P(i | others) / P(i) of each member, T.
        pairs: of the ingredients.
    """
    means = np.bincount(sets.owners, company, minlength=len(sets)) / np.maximum(sets.sizes, 1)
    of_pairs = np.array([_of_pairs(each, pairs) for each in sets]).reshape(-1, 3)
    logs = np.log(sets.sizes)
    ones = np.ones(len(sets))
    return np.column_stack([ones, surprise, means, of_pairs, logs, logs**2])


def _of_pairs(members: npt.NDArray[np.int64], pairs: PairMatrices) -> tuple[float, float, float]:
    above = np.triu_indices(len(members), 1)
    square = np.ix_(members, members)
    objection = np.clip(pairs.objection[square][above].astype(np.float64), LEAST, MOST)
    log_lift = pairs.log_lift[square][above].astype(np.float64)
    none = np.logaddexp(0.0, objection).sum()
    worst = none + np.log(-np.expm1(-max(none, 1e-12)))
    return float(objection.mean()), float(worst), float(np.minimum(log_lift, 0.0).mean())
