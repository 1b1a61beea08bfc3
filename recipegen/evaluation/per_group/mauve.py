"""How much a set of texts resembles a set of real ones: MAUVE, computed on their words."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.cluster.vq import kmeans2
from scipy.sparse import csr_array
from scipy.sparse.linalg import svds

Floats = npt.NDArray[np.float64]

TEXTS = 500
"""Texts on each side of a comparison: always the same, since MAUVE falls with their number."""
DIMENSIONS = 50
CLUSTERS = 50
SCALE = 5.0
"""The c of the paper: how strongly a divergence lowers MAUVE."""


def mauve(ours: Sequence[str], real: Sequence[str]) -> float:
    """How alike two sets of texts are, 0 to 1 (Pillutla et al. 2021).

    The paper takes features from a large language model, which would have to be downloaded. Here a
    text is represented by the log-counts of its words times inverse document frequency. They are
    reduced to ``DIMENSIONS`` dimensions by a singular value decomposition (latent semantic
    analysis, Deerwester et al. 1990). So the measure sees which words go together in a recipe, but
    not their order.

    Args:
        ours: texts, their words separated by blanks.
        real: as many real texts, in the same form.
    """
    features = _features([*ours, *real])
    clusters = min(CLUSTERS, len(features) // 2)
    _, labels = kmeans2(features, clusters, minit="++", rng=np.random.default_rng(0))
    p, q = (
        np.bincount(part, minlength=clusters) + 0.5
        for part in (labels[len(ours) :], labels[: len(ours)])
    )
    return divergence_frontier(p / p.sum(), q / q.sum())


def divergence_frontier(p: Floats, q: Floats) -> float:
    """The area under the divergence curve of P and Q, 0 to 1.

    Each point of the curve is the scaled divergences of P and of Q from one of their mixtures.

    Args:
        p: probability of each cluster, above 0.
        q: the same for the other set of texts.
    """
    shares = np.linspace(1e-6, 1 - 1e-6, 99)[:, None]
    mixed = shares * p + (1 - shares) * q
    x, y = (np.exp(-SCALE * (each * np.log(each / mixed)).sum(axis=1)) for each in (q, p))
    x, y = np.concatenate([[1.0], x, [0.0]]), np.concatenate([[0.0], y, [1.0]])
    return float(np.abs(np.trapezoid(y, x)))


def _features(texts: Sequence[str]) -> Floats:
    words = [text.split() for text in texts]
    owners = np.repeat(np.arange(len(texts)), list(map(len, words)))
    columns, known = pd.factorize(np.array(list(chain.from_iterable(words)), dtype=object))
    counts = csr_array((np.ones(len(owners)), (owners, columns)), shape=(len(texts), len(known)))
    counts.sum_duplicates()
    occur = np.bincount(counts.indices, minlength=len(known))
    counts.data = np.log1p(counts.data) * np.log(len(texts) / occur)[counts.indices]
    length = np.sqrt(np.asarray((counts * counts).sum(axis=1)).ravel())
    rows = csr_array(counts.multiply(1 / np.maximum(length, 1e-12)[:, None]))
    left, values, _ = svds(
        rows, k=min(DIMENSIONS, min(rows.shape) - 1), rng=np.random.default_rng(0)
    )
    return np.asarray(left * values)
