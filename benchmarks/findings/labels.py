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
from scipy.special import ndtri

from benchmarks.findings.combine import CONFIDENCE
from benchmarks.findings.known import Interval, interval_of
from benchmarks.findings.measures import COLUMNS, CORRECTED, RATE, VALUES
from benchmarks.findings.plan import Planned
from recipegen.evaluation.labelled.strata import ABSURD, last_labels, verdicts_now
from recipegen.evaluation.statistics.estimates import wilson
from recipegen.labels.labelling import labelled_now
from recipegen.language.sampling import GENERATED
from recipegen.storage.files import is_file
from recipegen.storage.run_folder import Run

RIGHT, MISSED = "implausible_absurd_share", "others_absurd_share"
"""Of the labelled pairs that the judge calls implausible, and of the others: the absurd share."""

DRAWS, SEED = 20_000, 0
Z = float(ndtri((1 + CONFIDENCE) / 2))


def labelled(planned: Planned, run: Run) -> pd.DataFrame:
    """The shares ``RIGHT`` by temperature and ``MISSED``, with the columns ``COLUMNS``.

    ``count`` is the number of labels. The intervals are wider if labellers differ by more than
    chance: then each label counts for less (overdispersion; McCullagh & Nelder 1989, section 4.5).
    """
    found = _labels_of(run) if is_file(run.path("labels")) else pd.DataFrame()
    rows = []
    if len(found):
        found = found[found["group"].str.startswith(GENERATED)]
        bad, others = found[found["implausible"]], found[~found["implausible"]]
        spread = overdispersion(bad)
        rows = [
            (temperature, RIGHT, *_share(own, spread), len(own))
            for temperature, own in bad.groupby("temperature")
        ]
        if len(others):
            rows.append((np.nan, MISSED, *_share(others, overdispersion(others)), len(others)))
    frame = pd.DataFrame(
        rows, columns=["temperature", "metric", "estimate", "low", "high", "count"]
    )
    about = {"corpus": planned.corpus.name, "generator": planned.preset, "cut_off": ""}
    # Without rows, the columns have no type, and then those of all runs together have none.
    typed = frame.astype(dict.fromkeys(["temperature", *VALUES], "float64"))
    return typed.assign(**about).reindex(columns=COLUMNS)


def _labels_of(run: Run) -> pd.DataFrame:
    """Clear labels of pairs: group, temperature, implausible, labeller and absurd."""
    sample = labelled_now(run)
    ids = set(sample["sample_id"])
    now = verdicts_now(
        sample,
        run.matching("sample_pairs", "sample_id", ids),
        run.matching("sample_scores", "sample_id", ids),
    )
    drawn = sample[sample["unit"] == "pair"].set_index("item_id")[["group", "temperature"]]
    labels = last_labels(run.read("labels"))
    labels = labels.assign(
        absurd=labels["label"].map(ABSURD), implausible=labels["item_id"].map(now)
    )
    labels = labels.dropna(subset=["absurd", "implausible"]).astype({"implausible": bool})
    return labels.join(drawn, on="item_id", how="inner")


def overdispersion(labels: pd.DataFrame) -> float:
    """How many times as much labellers differ as chance alone would have it, at least 1."""
    share = labels["absurd"].mean()
    own = labels.groupby("labeller")["absurd"].agg(["mean", "size"])
    if len(own) < 2 or not 0 < share < 1:
        return 1.0
    squares = (own["size"] * (own["mean"] - share) ** 2).sum() / (share * (1 - share))
    return max(1.0, float(squares) / (len(own) - 1))


def _share(labels: pd.DataFrame, spread: float) -> Interval:
    return wilson(labels["absurd"].mean(), len(labels) / spread, Z)


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
            shares = [interval_of(each.iloc[0]) for each in (right, missed)]
            found.loc[place, CORRECTED] = corrected(interval_of(row), *shares)
    return found


def corrected(rate: Interval, right: Interval, missed: Interval) -> Interval:
    """The share of absurd pairs, with its interval, by simulation.

    Each share is drawn from a normal distribution that has its interval; below its mean and above
    it, the distribution has widths of its own.

    Args:
        rate: of the pairs that the judge calls implausible.
        right: the absurd share of those.
        missed: the absurd share of the others.
    """
    random = np.random.default_rng(SEED)
    shares, tail = (rate, right, missed), (1 - CONFIDENCE) / 2
    low, high = np.quantile(_absurd(*(_drawn(each, random) for each in shares)), [tail, 1 - tail])
    point = float(_absurd(*(np.array(each[0]) for each in shares)))
    return point, min(point, float(low)), max(point, float(high))


def _drawn(share: Interval, random: np.random.Generator) -> np.ndarray:
    estimate, low, high = share
    z = random.standard_normal(DRAWS)
    return np.clip(estimate + z / Z * np.where(z > 0, high - estimate, estimate - low), 0, 1)


def _absurd(rate: np.ndarray, right: np.ndarray, missed: np.ndarray) -> np.ndarray:
    return rate * right + (1 - rate) * missed
