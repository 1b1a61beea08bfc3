"""The true rate behind the rate that a judge gives, from labels that people gave to some items.

*Labels of the same texts.* They were drawn at random by strata, so the rate is estimated without
any assumption about the judge: the share of absurd items among those that the judge calls
implausible and among the others, weighted by how many there are of each. This is
prediction-powered inference (PPI++; Angelopoulos, Duchi & Zrnic 2023) with the tuned weight: for a
verdict of two values, the weight with the smallest variance is the difference of the two shares,
and the estimator is the weighted sum. Their normal interval fails for rare rates, so the labels
have a score interval, and the error of the raw rate is added to it (MOVER; Zou & Donner 2008).

*Labels of other texts.* The judge's sensitivity and specificity there are taken for those here
(Rogan & Gladen 1978). The interval counts the labels there and the texts here, as in Lang &
Reiczigel (2014) and Lee et al. (2025). Those take labels drawn by truth; here they are drawn by
verdict, so the errors of both are simulated instead.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import betaincinv, ndtri

from recipegen.evaluation.statistics.estimates import NONE, Estimate
from recipegen.evaluation.statistics.score_intervals import Floats, Strata, weighted_share

DRAWS = 2_000
"""Simulated draws of the plug-in estimate, in a Latin square: evenly spread over each share."""


def corrected_by_labels(
    strata: Strata, implausible: npt.NDArray[np.bool_], raw: Floats, confidence: float
) -> Floats:
    """The rate of absurd items, from labels that were drawn from these items by strata.

    Args:
        strata: how many of the labelled items of each stratum are absurd, shape (..., H). The
            weight is the stratum's share of all items.
        implausible: the judge's verdict on the items of each stratum, shape (H,).
        raw: the share of implausible items with its interval over texts, shape (3, ...).
        confidence: level of the interval, 0 to 1.

    Returns:
        The rate with its interval, shape (3, ...). The interval is NaN if the raw rate has none.
    """
    estimate, low, high = weighted_share(strata, confidence)
    gain = share_within(strata, implausible) - share_within(strata, ~implausible)
    shifts = gain * (raw[1:] - raw[0])
    down, up = np.sort(shifts, axis=0)
    ends = estimate - np.hypot(estimate - low, down), estimate + np.hypot(high - estimate, up)
    return np.stack([estimate, *np.clip(ends, 0.0, 1.0)])


def share_within(strata: Strata, part: npt.NDArray[np.bool_]) -> Floats:
    """The share of absurd items in some strata; 0 if no item is in them. Shape (...)."""
    weight = strata.weight[..., part]
    whole = weight.sum(axis=-1)
    found = (weight * strata.shares[..., part]).sum(axis=-1)
    share: Floats = np.divide(found, whole, out=np.zeros_like(whole * found), where=whole > 0)
    return share


@dataclass(frozen=True)
class Errors:
    """How often a judge was right on texts that people have labelled."""

    implausible: tuple[float, float]
    """Absurd items, and all labelled items, among those that the judge called implausible."""
    others: tuple[float, float]
    """The same among the other items."""
    raw: float
    """The share of implausible items in those texts, 0 to 1."""


def corrected_by_errors(errors: Errors, raw: Estimate, confidence: float, seed: int) -> Estimate:
    """The rate of absurd items, if the judge errs on these items as it did on others.

    The estimate is (r + p - 1) / (s + p - 1) with the raw rate r, the sensitivity s and the
    specificity p of the judge on the labelled texts, cut at 0 and 1. For the interval, the shares
    of absurd items and the raw rate are drawn from beta distributions (Jeffreys' prior).

    Args:
        errors: of the judge on other texts.
        raw: the share of implausible items here, with its interval over texts.
        confidence: level of the interval, 0 to 1.
        seed: of the draws.

    Returns:
        NaN if the labelled texts do not show that the judge is better than chance, if one of the
        two verdicts was not labelled, or if the raw rate is not known. NaN also if no rate from 0
        to 1 explains the raw rate: fewer items are called implausible here than false alarms alone
        would give, so the judge does not err here as it did there.
    """
    counts = (*errors.implausible, *errors.others)
    if not (counts[1] and counts[3] and 0 < errors.raw < 1) or np.isnan(raw).any():
        return NONE
    precision, missed = counts[0] / counts[1], counts[2] / counts[3]
    if precision <= missed:
        return NONE
    one, two, three = (np.array([each]) for each in (raw[0], precision, missed))
    (estimate,) = _plug_in(one, two, three, errors.raw).tolist()
    evenly = np.tile((np.arange(DRAWS) + 0.5) / DRAWS, (3, 1))
    uniform = np.random.default_rng(seed).permuted(evenly, axis=1)
    drawn = _plug_in(
        _beta(uniform[0], raw[0], _effective_count(raw, confidence)),
        _beta(uniform[1], precision, counts[1]),
        _beta(uniform[2], missed, counts[3]),
        errors.raw,
    )
    tail = (1 - confidence) / 2
    low, high = np.quantile(drawn, [tail, 1 - tail], method="inverted_cdf").tolist()
    if high <= 0 or low >= 1:
        return NONE
    low, estimate, high = np.clip([min(low, estimate), estimate, max(high, estimate)], 0.0, 1.0)
    return float(estimate), float(low), float(high)


def _plug_in(raw: Floats, precision: Floats, missed: Floats, other_raw: float) -> Floats:
    """The estimate of Rogan and Gladen, not cut.

    A judge that is no better than chance tells nothing. Such draws are below and above all others
    in turn.
    """
    absurd = other_raw * precision + (1 - other_raw) * missed
    top = absurd * (raw * (1 - absurd) - other_raw * (1 - precision))
    bottom = other_raw * (1 - other_raw) * (precision - missed)
    nothing = np.where(np.arange(top.size) % 2, np.inf, -np.inf)
    found: Floats = np.divide(top, bottom, out=nothing, where=bottom > 0)
    return found


def _beta(uniform: Floats, share: float, count: float) -> Floats:
    found = share * count
    drawn: Floats = betaincinv(found + 0.5, count - found + 0.5, uniform)
    return drawn


def _effective_count(rate: Estimate, confidence: float) -> float:
    """As many independent things as would give a score interval of this width."""
    share, low, high = rate
    z = float(ndtri((1 + confidence) / 2))
    if 0 < share < 1:
        return share * (1 - share) * (2 * z / (high - low)) ** 2
    # At 0 and at 1, the interval of n things has the width z^2 / (n + z^2).
    return z**2 * (1 / (high - low) - 1)
