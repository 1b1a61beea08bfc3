"""Weights of texts in the resamples of a bootstrap that adds up over blocks of texts.

In each resample a text counts as often as a Poisson variable with mean 1 says (the Poisson
bootstrap; Chamandy et al. 2012, *Estimating uncertainty for massive data streams*). The weights of
a text depend only on the seed and on its cluster. So sums over blocks of texts add up to the sums
over all texts, however the texts are cut into blocks, and texts of one cluster are drawn together
wherever they are.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Weights = npt.NDArray[np.uint8]

_LEVELS = 2**16
_GAMMA = np.uint64(0x9E3779B97F4A7C15)


def poisson_weights(clusters: Sequence[str], resamples: int, seed: int) -> Weights:
    """How often each text counts in each resample, shape (texts, resamples).

    A 64-bit hash of seed and cluster starts a stream of SplitMix64 (Steele et al. 2014). Each of
    its numbers gives four weights. They follow the Poisson distribution up to 16 bits: the mean is
    1, and no weight is above 8.

    Args:
        clusters: the cluster of each text.
        resamples: number of resamples.
        seed: of the resamples.
    """
    starts = np.fromiter((_start(seed, each) for each in clusters), np.uint64, len(clusters))
    steps = np.arange(1, -(-resamples // 4) + 1, dtype=np.uint64)
    with np.errstate(over="ignore"):
        mixed = starts[:, None] + steps * _GAMMA
        mixed ^= mixed >> np.uint64(30)
        mixed *= np.uint64(0xBF58476D1CE4E5B9)
        mixed ^= mixed >> np.uint64(27)
        mixed *= np.uint64(0x94D049BB133111EB)
        mixed ^= mixed >> np.uint64(31)
    levels = mixed.astype("<u8", copy=False).view("<u2")[:, :resamples]
    return np.asarray(_WEIGHTS[levels])


def _start(seed: int, cluster: str) -> int:
    digest = hashlib.blake2b(f"{seed}/{cluster}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "little")


def _poisson_of_levels() -> Weights:
    """The weight for each 16-bit number; their mean is 1 exactly."""
    shares = [math.exp(-1) / math.factorial(weight) for weight in range(9)]
    counts = [round(_LEVELS * share) for share in shares]
    # Rounding is made up for where it shows least, at weights 0 and 1.
    missing = _LEVELS - sum(weight * count for weight, count in enumerate(counts))
    counts[1] += missing
    counts[0] += _LEVELS - sum(counts)
    return np.repeat(np.arange(len(counts), dtype=np.uint8), counts)


_WEIGHTS = _poisson_of_levels()
