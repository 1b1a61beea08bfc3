"""How much more or less often than by chance two ingredients meet, and how sure that is.

The lift of a pair is its observed over its expected co-occurrences. It is shrunk by a gamma-Poisson
model (DuMouchel 1999): C ~ Poisson(lambda E), lambda ~ Gamma(k L, k), so that lambda given C is
Gamma(C + k L, E + k), with mean (C + k L) / (E + k). If a pair is hardly expected to meet, its lift
stays near the prior lift L, even if the pair was never seen: its absence proves nothing.

The prior lift is estimated from what else the two ingredients go with. The matrix of log lifts,
shrunk towards 0, is reduced to its leading eigenvectors (Eckart & Young 1936). So a pair that was
never seen gets the lift of similar pairs. The number of eigenvectors and the strength k of the
prior are those that make the co-occurrences of held-out recipes most likely.

The recipes of the built-in judge count too. C and E are then sums over both collections, with the
judge's k and number of eigenvectors. One recipe of the corpus counts as several of the judge's (a
power prior; Ibrahim & Chen 2000). Held-out recipes choose how many. So a small corpus relies on
what the judge knows, and a corpus with habits of its own overrules it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.special import gammaincinv, gammaln

from recipegen.pairing.counts import Counts, Floats, Meetings

STRENGTHS = (0.5, 1.0, 2.0, 4.0, 8.0)
"""Candidates for k, the strength of the prior, in co-occurrences expected by chance."""

RANKS = (0, 8, 16, 32, 64)
"""Candidates for the number of eigenvectors of the prior; 0 is a prior lift of 1."""

SMALLEST_LIFT = 1e-4
"""Lifts below it are not told apart, because no corpus is large enough."""

FIRST_STRENGTH = 2.0
"""The k that shrinks the log lifts before their leading eigenvectors are taken as the prior."""

WORTHS = (1.0, 3.0, 10.0, 30.0, 100.0)
"""Candidates for the number of other recipes that one of the corpus counts as."""


class Others(NamedTuple):
    """Recipes that are no part of the corpus."""

    met: Meetings
    """How often the same N ingredients met in them."""
    strength: float
    """The k of the lifts that were fitted to them."""
    rank: int
    """The number of eigenvectors in their prior."""


@dataclass(frozen=True)
class Lifts:
    """The posterior of every pair's lift; all matrices are N x N and symmetric."""

    together: Floats
    """Recipes with both: if others count, ``worth`` times those of the corpus plus those of others.
    The diagonal has recipes with the one ingredient."""
    expected: Floats
    """Recipes with both if ingredients were independent, summed in the same way."""
    log_prior: Floats
    """ln L, estimated from what else the two ingredients go with."""
    strength: float
    """k, the strength of the prior in co-occurrences expected by chance."""
    rank: int
    """The number of eigenvectors in the prior."""
    worth: float = 1.0
    """How many other recipes one of the corpus counts as."""

    @cached_property
    def log_lift(self) -> Floats:
        """Ln of the posterior mean, (C + k L) / (E + k); 0 on the diagonal."""
        k = self.strength
        logs = np.log((self.together + k * np.exp(self.log_prior)) / (self.expected + k))
        np.fill_diagonal(logs, 0.0)
        return np.asarray(logs, dtype=np.float64)

    def log_quantile(self, share: float, at: tuple[npt.NDArray[np.intp], ...]) -> Floats:
        """Logarithm of a quantile of the posterior of the pairs at these places."""
        k = self.strength
        shape = self.together[at] + k * np.exp(self.log_prior[at])
        quantile = gammaincinv(shape, share) / (self.expected[at] + k)
        return np.asarray(np.log(np.maximum(quantile, SMALLEST_LIFT)), dtype=np.float64)

    def log_interval(
        self, mass: float, at: tuple[npt.NDArray[np.intp], ...]
    ) -> tuple[Floats, Floats]:
        """Logarithms of both ends of the interval with this mass of the pairs at these places."""
        return self.log_quantile((1 - mass) / 2, at), self.log_quantile((1 + mass) / 2, at)


def fit_lifts(
    counts: Counts, held_out: Counts, strength: float | None = None, others: Others | None = None
) -> Lifts:
    """The lifts of the pairs of ``counts``.

    Args:
        counts: recipes to learn from.
        held_out: held-out recipes. They choose the rank and the strength of the prior; with
            ``others`` they choose how many of these one recipe of the corpus counts as.
        strength: k, if it is not to be chosen. With ``others`` it has no effect.
        others: recipes that count in addition to those of the corpus.
    """
    places, observed, chance = _pairs_of(held_out, counts.names)

    def best(candidates: Iterator[tuple[Lifts, float]]) -> Lifts:
        # One after the other, so that few matrices of thousands of ingredients are held at once.
        return max(
            (
                (_log_likelihood(lifts, places, observed, chance, worth), lifts)
                for lifts, worth in candidates
            ),
            key=lambda pair: pair[0],
        )[1]

    met = counts.meetings
    if others is None:
        strengths = (strength,) if strength else STRENGTHS
        return best((lifts, 1.0) for lifts in _candidates(met, RANKS, strengths))
    return best((_joined(met, others, worth), worth) for worth in WORTHS)


def _joined(met: Meetings, others: Others, worth: float) -> Lifts:
    """Lifts of the recipes of the corpus, each counted ``worth`` times, and of others."""
    together = worth * met.together + others.met.together
    expected = worth * met.expected + others.met.expected
    sums = Meetings(met.names, met.single, together, expected)
    (lifts,) = _candidates(sums, (others.rank,), (others.strength,))
    return replace(lifts, worth=worth)


def _candidates(met: Meetings, ranks: Sequence[int], strengths: Sequence[float]) -> Iterator[Lifts]:
    logs = np.log((met.together + FIRST_STRENGTH) / (met.expected + FIRST_STRENGTH))
    np.fill_diagonal(logs, 0.0)
    values, vectors = leading_eigenvectors(logs, max(ranks))
    for rank in ranks:
        chosen = vectors[:, :rank]
        log_prior = (chosen * values[:rank]) @ chosen.T
        for k in strengths:
            yield Lifts(met.together, met.expected, log_prior, k, rank)


def leading_eigenvectors(matrix: Floats, rank: int) -> tuple[Floats, Floats]:
    """The eigenvalues of a symmetric matrix that are largest in absolute value, and their vectors.

    Returns:
        Values, r, the largest first, and vectors, N x r; r is the smaller of ``rank`` and N.
    """
    from scipy.sparse.linalg import eigsh  # slow to import, and only learning needs it

    size = len(matrix)
    if size <= rank + 1:
        values, vectors = np.linalg.eigh(matrix)
    else:
        values, vectors = eigsh(matrix, k=rank, which="LM", v0=np.ones(size))
    order = np.argsort(-np.abs(values), kind="stable")[:rank]
    return np.asarray(values[order]), np.asarray(vectors[:, order])


def _pairs_of(
    held_out: Counts, names: tuple[str, ...]
) -> tuple[tuple[npt.NDArray[np.intp], ...], Floats, Floats]:
    """Held-out pairs: their places in the matrix of ``names``, co-occurrences and expectations."""
    place = {name: index for index, name in enumerate(names)}
    known = [index for index, name in enumerate(held_out.names) if name in place]
    where = np.array([place[held_out.names[index]] for index in known], dtype=np.intp)
    a, b = np.triu_indices(len(known), k=1)
    # Only known ingredients: held-out recipes name thousands of unknown ones.
    of_known = Counts(tuple(held_out.names[index] for index in known), held_out.uses[:, known])
    single = of_known.single
    return (where[a], where[b]), of_known.together()[a, b], single[a] * single[b] * held_out.chance


def _log_likelihood(
    lifts: Lifts,
    places: tuple[npt.NDArray[np.intp], ...],
    observed: Floats,
    chance: Floats,
    worth: float,
) -> float:
    """Log-likelihood of co-occurrences in other recipes: negative binomial, lift integrated out.

    Counts that were multiplied by ``worth`` are divided by it again, so that they do not look more
    certain than they are.
    """
    k = lifts.strength
    shape = (lifts.together[places] + k * np.exp(lifts.log_prior[places])) / worth
    rate = (lifts.expected[places] + k) / worth
    total = gammaln(shape + observed) - gammaln(shape) + shape * np.log(rate)
    total -= (shape + observed) * np.log(rate + chance)
    return float(total.sum())
