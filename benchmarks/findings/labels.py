"""How often the judge is right on the recipes of a run, by labels of some of their pairs.

The networks of a run are taken together: they differ less from each other than the labels can tell.
Pairs that the judge calls implausible are absurd more often at one temperature than at another, so
that share is taken at each temperature. The others are hardly ever absurd, so that share is taken
over all temperatures. Then the corrected rate is

    rate * share of the implausible that are absurd + (1 - rate) * share of the others.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from benchmarks.findings.known import Interval, interval_of
from benchmarks.findings.measures import COLUMNS, CORRECTED, RATE
from benchmarks.findings.plan import Planned
from recipegen.evaluation.statistics.estimates import wilson
from recipegen.language.sampling import GENERATED
from recipegen.storage.run_folder import Run

RIGHT, MISSED = "implausible_absurd_share", "others_absurd_share"
"""Of the labelled pairs that the judge calls implausible, and of the others: the absurd share."""

DRAWS, SEED = 20_000, 0
Z = 1.959964


def labelled(planned: Planned, run: Run) -> pd.DataFrame:
    """The shares ``RIGHT`` by temperature and ``MISSED``, with the columns ``COLUMNS``."""
    quality = run.read("judge_quality")
    own = quality[(quality["unit"] == "pair") & (quality["over"] == "temperature")]
    own = own[own["group"].str.startswith(GENERATED)]
    own = own.drop_duplicates(["group", "temperature"])
    by_temperature = own.groupby("temperature")[
        ["absurd_implausible", "labelled_implausible"]
    ].sum()
    rows = [
        (temperature, RIGHT, *_share(found, count), count)
        for temperature, found, count in by_temperature.itertuples()
        if count
    ]
    found, count = own["absurd_others"].sum(), own["labelled_others"].sum()
    if count:
        rows.append((np.nan, MISSED, *_share(found, count), count))
    frame = pd.DataFrame(
        rows, columns=["temperature", "metric", "estimate", "low", "high", "count"]
    )
    about = {"corpus": planned.corpus.name, "generator": planned.preset, "cut_off": ""}
    return frame.assign(**about).reindex(columns=COLUMNS)


def _share(found: float, count: float) -> Interval:
    return wilson(found / count, count, Z)


def with_corrected(means: pd.DataFrame, labels: pd.DataFrame) -> pd.DataFrame:
    """The rates of implausible pairs with the corrected ones beside them, where pairs are labelled.

    Args:
        means: rows over networks.
        labels: see :func:`labelled`.
    """
    found = means.assign(**dict.fromkeys(CORRECTED, np.nan))
    for place, row in found[found["metric"] == RATE].iterrows():
        same = [row[name] for name in ("corpus", "generator", "cut_off")]
        own = labels[(labels[["corpus", "generator", "cut_off"]] == same).all(axis=1)]
        right = own[(own["metric"] == RIGHT) & (own["temperature"] == row["temperature"])]
        missed = own[own["metric"] == MISSED]
        if len(right) and len(missed):
            found.loc[place, CORRECTED] = corrected(
                interval_of(row), _counts(right.iloc[0]), _counts(missed.iloc[0])
            )
    return found


def _counts(row: pd.Series) -> tuple[float, float]:
    return row["estimate"] * row["count"], row["count"]


def corrected(rate: Interval, right: tuple[float, float], missed: tuple[float, float]) -> Interval:
    """The share of absurd pairs, with its interval, by simulation.

    The shares are drawn from beta distributions (Jeffreys' prior), the rate from a normal one with
    a width of its own on each side.

    Args:
        rate: of the pairs that the judge calls implausible.
        right: absurd pairs, and all labelled pairs, among those.
        missed: the same among the others.
    """
    random = np.random.default_rng(SEED)
    estimate, low, high = rate
    z = random.standard_normal(DRAWS)
    rates = np.clip(estimate + z / Z * np.where(z > 0, high - estimate, estimate - low), 0, 1)
    shares = [
        random.beta(found + 0.5, count - found + 0.5, DRAWS) for found, count in (right, missed)
    ]
    known = [found / count for found, count in (right, missed)]
    ends = np.quantile(_absurd(rates, *shares), [0.025, 0.975])
    point = float(_absurd(np.array(estimate), *known))
    return point, min(point, float(ends[0])), max(point, float(ends[1]))


def _absurd(rate: np.ndarray, right: np.ndarray | float, missed: np.ndarray | float) -> np.ndarray:
    return rate * right + (1 - rate) * missed
