"""What people said about items of a run, counted by strata.

An item is a pair of ingredients in a text, or a whole text. The label *absurd* is the positive
one: no cook would do this. *Unusual* and *ordinary* are negative. *Unclear* counts as no label: we
assume that such items are absurd as often as the others of their stratum. If several people have
labelled an item, it counts as absurd by the share of them who say so.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

ABSURD = {"absurd": 1.0, "unusual": 0.0, "ordinary": 0.0}
"""What each label says; the others say nothing."""

PAIR = ["sample_id", "ingredient_a", "ingredient_b"]
STRATUM = ["group", "temperature", "implausible"]
COUNTS = ["labelled", "absurd", "count", "found"]


class Unit(NamedTuple):
    """What is labelled, and the rate that the labels correct."""

    metric: str
    """The rate that the judge gives."""
    implausible: str
    """The quantity that counts the items that the judge calls implausible."""
    judged: str
    """The quantity that counts the items that it has judged."""


UNITS = {
    "pair": Unit("implausible_pair_rate", "implausible_pair_count", "judged_pair_count"),
    "text": Unit("flagged_recipe_rate", "flagged", "is_judged"),
}


def absurd_items(labels: pd.DataFrame) -> pd.Series[float]:
    """How far each item is absurd, 0 to 1, by ``item_id``, without items that have no clear label.

    Args:
        labels: the table ``labels``. The last label of a labeller counts.
    """
    last = last_labels(labels)
    said = last["label"].map(ABSURD)
    return said.groupby(last["item_id"]).mean().dropna()


def last_labels(labels: pd.DataFrame) -> pd.DataFrame:
    """The rows of the table ``labels`` that count: the last of each labeller about each item."""
    by_date = labels.sort_values("date", kind="stable")
    return by_date.drop_duplicates(["item_id", "labeller"], keep="last")


def verdicts_now(
    label_sample: pd.DataFrame, pairs: pd.DataFrame, scores: pd.DataFrame
) -> pd.Series[bool]:
    """Whether the judge calls each drawn item implausible now, by ``item_id``.

    Items that are no longer there, or no longer judged, are left out.

    Args:
        label_sample: the table of that name.
        pairs: the rows of ``sample_pairs`` about its texts.
        scores: the rows of ``sample_scores`` about its texts.
    """
    judged = pairs.loc[pairs["verdict"] != "unknown", [*PAIR, "implausible"]]
    known = scores.loc[scores["implausibility"].notna(), ["sample_id", "flagged"]]
    drawn = label_sample.drop(columns="implausible")
    found = [
        drawn[drawn["unit"] == "pair"].merge(judged, on=PAIR),
        drawn[drawn["unit"] == "text"]
        .merge(known, on="sample_id")
        .rename(columns={"flagged": "implausible"}),
    ]
    whole = pd.concat(found).drop_duplicates("item_id").set_index("item_id")
    return whole["implausible"].astype(bool)


def strata_of(
    label_sample: pd.DataFrame, labels: pd.DataFrame, now: pd.Series[bool]
) -> dict[str, pd.DataFrame]:
    """For each unit, the labelled items by group, temperature and present verdict.

    An item stands for as many as there are in the stratum from which it was drawn, over those of
    them that have a label. If another judge has scored the run since the draw, items that stand for
    different numbers come together. Then they count as fewer items (Kish 1965, 11.7).

    Args:
        label_sample: the table of that name.
        labels: the table of that name.
        now: see :func:`verdicts_now`.

    Returns:
        Columns group, temperature and implausible; ``labelled`` and ``absurd``, the number of
        labelled items and of absurd ones; ``count`` and ``found``, the same weighted, as
        :class:`~recipegen.evaluation.statistics.score_intervals.Strata` takes them.
    """
    drawn = label_sample.drop(columns="implausible").assign(
        absurd=label_sample["item_id"].map(absurd_items(labels)),
        implausible=label_sample["item_id"].map(now),
    )
    clear = drawn[drawn["absurd"].notna()]
    in_stratum = clear.groupby(["stratum", "stratum_size"])["item_id"].transform("size")
    kept = clear.assign(weight=clear["stratum_size"] / in_stratum)
    kept = kept[kept["implausible"].notna()]
    return {unit: _counted(kept[kept["unit"] == unit]) for unit in UNITS}


def _counted(items: pd.DataFrame) -> pd.DataFrame:
    weight = items["weight"]
    parts = items.assign(
        implausible=items["implausible"].astype(bool),
        temperature=items["temperature"].astype("float64"),
        weighted=weight * items["absurd"],
        squares=weight**2,
    ).groupby(STRATUM, dropna=False)
    sums = parts[["absurd", "weight", "weighted", "squares"]].sum()
    count = sums["weight"] ** 2 / sums["squares"]
    found = sums.assign(
        labelled=parts.size(), count=count, found=count * sums["weighted"] / sums["weight"]
    )
    return found.reset_index()[[*STRATUM, *COUNTS]]


def no_strata() -> dict[str, pd.DataFrame]:
    """The strata of a run without labels."""
    empty = pd.DataFrame({name: np.array([], dtype=np.float64) for name in [*STRATUM, *COUNTS]})
    return dict.fromkeys(UNITS, empty)
