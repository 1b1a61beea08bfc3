"""How much oftener, or rarer, than by chance two ingredients meet, and how sure that is.

The lift of a pair, observed over expected co-occurrences, is shrunk by a gamma-Poisson model
(DuMouchel 1999): C ~ Poisson(lambda E), lambda ~ Gamma(k L, k), so that lambda given C is
Gamma(C + k L, E + k), with mean (C + k L) / (E + k). A pair that chance would hardly ever make
stays near its prior lift L, however seldom it was seen: its absence proves nothing.

The prior lift is what the company of the two says: the matrix of log lifts, shrunk towards 0, is
cut to its leading eigenvectors (Eckart & Young 1936), so that a pair that was never seen gets
the lift of pairs of its like. How many eigenvectors, and how much the prior is worth, is what
makes the co-occurrences of held-out recipes likeliest.

Other recipes, those of the built-in judge, count too: C and E are sums over both, a recipe of the
corpus counting as several of the others (a power prior; Ibrahim & Chen 2000). How many is chosen
likewise, so that a small corpus leans on what the judge knows and one with habits of its own
overrules it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.sparse.linalg import eigsh
from scipy.special import gammaln
from scipy.stats import gamma

from recipegen.pairing.counts import Counts, Floats, Meetings

STRENGTHS = (0.5, 1.0, 2.0, 4.0, 8.0)
"""Worth of the prior, in co-occurrences expected by chance, among which k is chosen."""

RANKS = (0, 8, 16, 32, 64)
"""Eigenvectors of the prior among which their number is chosen; 0 is a prior lift of 1."""

SMALLEST_LIFT = 1e-4
"""Lifts under it are not told apart: no corpus is large enough."""

FIRST_STRENGTH = 2.0
"""The k of the log lifts whose leading eigenvectors make the prior."""

WORTHS = (1.0, 3.0, 10.0, 30.0, 100.0)
"""How many recipes of others one of the corpus may count as."""


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
    """Recipes with both, in recipes of others if any count; on the diagonal those with the one."""
    expected: Floats
    """Recipes with both, if ingredients were independent; likewise."""
    log_prior: Floats
    """ln L, what the company of the two says."""
    strength: float
    """k, what the prior is worth in co-occurrences expected by chance."""
    rank: int
    """Eigenvectors in the prior."""
    worth: float = 1.0
    """How many recipes of others one of the corpus counts as."""

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
        quantile = gamma.ppf(share, shape, scale=1 / (self.expected[at] + k))
        return np.asarray(np.log(np.maximum(quantile, SMALLEST_LIFT)), dtype=np.float64)


def fit_lifts(
    counts: Counts, held_out: Counts, strength: float | None = None, others: Others | None = None
) -> Lifts:
    """The lifts of the pairs of ``counts``.

    Args:
        counts: recipes to learn from.
        held_out: other recipes, that choose the rank of the prior, its strength, and what a recipe
            of the corpus counts beside one of others.
        strength: k, if it is not to be chosen.
        others: recipes beside those of the corpus.
    """
    places, observed, chance = _pairs_of(held_out, counts.names)

    def best(candidates: Iterator[tuple[Lifts, float]]) -> Lifts:
        # One after the other: a matrix of thousands of ingredients is not held for each.
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
    """The eigenvalues of a symmetric matrix that are largest in size, and their vectors.

    Returns:
        Values, r, the largest in size first, and vectors, N x r, r the smaller of ``rank`` and N.
    """
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
    """Places in the matrix of ``names``, co-occurrences and expectations of held-out pairs."""
    place = {name: index for index, name in enumerate(names)}
    known = [index for index, name in enumerate(held_out.names) if name in place]
    where = np.array([place[held_out.names[index]] for index in known], dtype=np.intp)
    a, b = np.triu_indices(len(known), k=1)
    # Of the known ones alone: held-out recipes name thousands that are not.
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
    """Of co-occurrences in other recipes: negative binomial, the lift integrated out.

    What was counted ``worth`` times is taken for as much as it is.
    """
    k = lifts.strength
    shape = (lifts.together[places] + k * np.exp(lifts.log_prior[places])) / worth
    rate = (lifts.expected[places] + k) / worth
    total = gammaln(shape + observed) - gammaln(shape) + shape * np.log(rate)
    total -= (shape + observed) * np.log(rate + chance)
    return float(total.sum())
