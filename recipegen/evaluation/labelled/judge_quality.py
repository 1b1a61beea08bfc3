"""How often the judge is right on the texts of a run, and the rates that follow from it.

Each question is asked of the texts of a group at a temperature, of a group at all its temperatures
together, and about the judge also of all groups that have labels but for the control.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from recipegen.evaluation.labelled.corrected_rates import (
    Errors,
    corrected_by_errors,
    corrected_by_labels,
    share_within,
)
from recipegen.evaluation.labelled.more_labels import more_labels
from recipegen.evaluation.labelled.strata import no_strata
from recipegen.evaluation.per_group.references import CONTROL
from recipegen.evaluation.statistics.estimates import NONE, Estimate
from recipegen.evaluation.statistics.score_intervals import Strata, part_of_sum, weighted_share

OWN, RUN, SHIPPED = "labels of these texts", "labels of the run", "labels of other texts"
"""On which labels a corrected rate rests."""

TEMPERATURE, GROUP, WHOLE = "temperature", "group", "run"
"""What texts a row is about: a group at a temperature, a group, or all groups that have labels."""

PRECISION, SENSITIVITY, SPECIFICITY = "judge_precision", "judge_sensitivity", "judge_specificity"

Key = tuple[str, float | None]
"""Group and temperature."""


class Judged(NamedTuple):
    """What the judge says about the items of some texts."""

    implausible: float
    """Number of items that it calls implausible."""
    others: float
    """Number of the other items that it has judged."""
    raw: Estimate
    """The share of implausible items, with its interval over texts."""


@dataclass(frozen=True)
class Labels:
    """All labels that the rates of a run can be corrected by."""

    strata: Mapping[str, pd.DataFrame] = field(default_factory=no_strata)
    """For each unit: see :func:`~recipegen.evaluation.labelled.strata.strata_of`."""
    shipped: Errors | None = None
    """How often the judge was right on other texts, by the labels that came with it."""

    @property
    def any(self) -> bool:
        """Whether there are any."""
        return self.shipped is not None or any(len(each) for each in self.strata.values())


class Wish(NamedTuple):
    """How the intervals are to be."""

    confidence: float
    half_width: float
    """Half the width that corrected intervals are to have, to say how many more labels it takes."""
    seed: int


@dataclass(frozen=True)
class Texts:
    """Some texts of a run: their items by verdict, and which of them are labelled."""

    over: str
    group: str | None
    temperature: float | None
    judged: Judged
    rows: pd.DataFrame
    """Rows of the strata that have labels, with ``size``, the number of items that each is for."""

    def part(self, *verdicts: bool) -> tuple[Strata, npt.NDArray[np.bool_]] | None:
        """The strata with some verdicts, each weighted by its share of the items, and its verdict.

        Strata without labels count as the others with the same verdict. None if a verdict has items
        but no labels, or if there are no items.
        """
        wanted = {verdict: self._count(verdict) for verdict in verdicts}
        wanted = {verdict: count for verdict, count in wanted.items() if count > 0}
        own = self.rows[self.rows["implausible"].isin(list(wanted))]
        if not wanted or set(own["implausible"]) != set(wanted):
            return None
        labelled = own.groupby("implausible")["size"].transform("sum")
        missing = own["implausible"].map(wanted) / labelled / sum(wanted.values())
        numbers = (own["size"] * missing, own["found"], own["count"])
        strata = Strata(*(each.to_numpy(dtype=np.float64) for each in numbers))
        return strata, own["implausible"].to_numpy(dtype=np.bool_)

    def _count(self, verdict: bool) -> float:
        return self.judged.implausible if verdict else self.judged.others

    @property
    def labelled(self) -> dict[str, float]:
        """How many items are labelled, and how many of them are absurd, by verdict."""
        bad, good = (self.rows[self.rows["implausible"] == each] for each in (True, False))
        return {
            "labelled_implausible": int(bad["labelled"].sum()),
            "absurd_implausible": float(bad["absurd"].sum()),
            "labelled_others": int(good["labelled"].sum()),
            "absurd_others": float(good["absurd"].sum()),
        }

    @property
    def errors(self) -> Errors | None:
        """How often the judge is right on these texts; None if it cannot be said."""
        parts = [self.part(verdict) for verdict in (True, False)]
        if None in parts:
            return None
        whole = self.judged.implausible + self.judged.others
        bad, good = (_pooled(part[0]) for part in parts if part)
        return Errors(bad, good, self.judged.implausible / whole)


def _pooled(strata: Strata) -> tuple[float, float]:
    """Absurd and all items of one sample that says as much as samples of several strata."""
    share = float((strata.weight * strata.shares).sum())
    count = 1 / float((strata.weight**2 / strata.count).sum())
    return share * count, count


def texts_of(
    strata: pd.DataFrame, judged: Mapping[Key, Judged], groups: Mapping[str | None, Judged]
) -> list[Texts]:
    """The texts that questions are asked of.

    Args:
        strata: of one unit.
        judged: what the judge says about each group at each temperature.
        groups: the same about each group, and under None about all groups that have labels but
            for the control.
    """
    found = [
        Texts(TEMPERATURE, *key, own, _rows(strata, judged, [key])) for key, own in judged.items()
    ]
    for group, whole in groups.items():
        keys = [key for key in judged if key[0] == group or (group is None and key[0] != CONTROL)]
        if group is None or len(keys) > 1:
            over = WHOLE if group is None else GROUP
            found.append(Texts(over, group, None, whole, _rows(strata, judged, keys)))
    return found


def _rows(strata: pd.DataFrame, judged: Mapping[Key, Judged], keys: Sequence[Key]) -> pd.DataFrame:
    at = [key_of(*each) for each in zip(strata["group"], strata["temperature"], strict=True)]
    own = strata.assign(implausible=strata["implausible"].astype(bool))
    sizes = [
        (judged[key].implausible if bad else judged[key].others) if key in keys else 0.0
        for key, bad in zip(at, own["implausible"], strict=True)
    ]
    sized = own.assign(size=np.array(sizes, dtype=np.float64))
    return sized[sized["size"] > 0]


def key_of(group: object, temperature: float) -> Key:
    """The key of texts: their group and temperature; a temperature that is not known is None."""
    return str(group), None if pd.isna(temperature) else float(temperature)


# The tables --------------------------------------------------------------------------------------


def quality_table(texts: Mapping[str, Iterable[Texts]], confidence: float) -> pd.DataFrame:
    """The table ``judge_quality``.

    Args:
        texts: for each unit.
        confidence: level of the intervals.
    """
    rows = [
        (unit, own.over, own.group, own.temperature, metric, *estimate, *own.labelled.values())
        for unit, every in texts.items()
        for own in every
        if len(own.rows)
        for metric, estimate in quality_of(own, confidence).items()
    ]
    return pd.DataFrame(rows, columns=QUALITY).astype({"temperature": "float64"})


TEXTS = ["unit", "over", "group", "temperature"]
ENDS = ["estimate", "low", "high"]
LABELLED = ["labelled_implausible", "absurd_implausible", "labelled_others", "absurd_others"]
QUALITY = [*TEXTS, "metric", *ENDS, *LABELLED]
RATES = [
    *TEXTS,
    "basis",
    *("raw", "raw_low", "raw_high"),
    *ENDS,
    "labels",
    *("half_width", "more_implausible", "more_others"),
]


def quality_of(texts: Texts, confidence: float) -> dict[str, Estimate]:
    """The judge's precision, sensitivity and specificity on some texts."""
    found = {PRECISION: NONE, SENSITIVITY: NONE, SPECIFICITY: NONE}
    if implausible := texts.part(True):
        estimate, low, high = map(float, weighted_share(implausible[0], confidence))
        found[PRECISION] = estimate, low, high
    if implausible and (both := texts.part(True, False)):
        strata, bad = both
        found[SENSITIVITY] = part_of_sum(strata, bad, confidence)
        fine = Strata(strata.weight, strata.count - strata.found, strata.count)
        found[SPECIFICITY] = part_of_sum(fine, ~bad, confidence)
    return found


def rates_table(
    texts: Mapping[str, Sequence[Texts]], shipped: Errors | None, wish: Wish
) -> pd.DataFrame:
    """The table ``corrected_rates``.

    Args:
        texts: for each unit.
        shipped: how often the judge was right on other texts; of pairs alone.
        wish: how the intervals are to be.
    """
    rows = [
        row
        for unit, every in texts.items()
        for row in _rates(unit, every, shipped if unit == "pair" else None, wish)
    ]
    types = {"temperature": "float64", "more_implausible": "Int64", "more_others": "Int64"}
    return pd.DataFrame(rows, columns=RATES).astype(types)


def _rates(
    unit: str, every: Sequence[Texts], shipped: Errors | None, wish: Wish
) -> Iterator[tuple[object, ...]]:
    known = [
        (RUN, own.errors, int(own.rows["labelled"].sum())) for own in every if own.over == WHOLE
    ]
    if shipped:
        known.append((SHIPPED, shipped, round(shipped.implausible[1] + shipped.others[1])))
    for own in every:
        if own.over == WHOLE:
            continue
        at = (unit, own.over, own.group, own.temperature)
        if both := own.part(True, False):
            estimate = _by_labels(own, both, wish.confidence)
            labels = int(own.rows["labelled"].sum())
            yield *at, OWN, *own.judged.raw, *estimate, labels, *_more(own, both, wish)
        for basis, errors, labels in known:
            if errors:
                estimate = corrected_by_errors(errors, own.judged.raw, wish.confidence, wish.seed)
                yield *at, basis, *own.judged.raw, *estimate, labels, wish.half_width, None, None


def _by_labels(
    texts: Texts, both: tuple[Strata, npt.NDArray[np.bool_]], confidence: float
) -> Estimate:
    found = corrected_by_labels(*both, np.array(texts.judged.raw), confidence)
    estimate, low, high = map(float, found)
    return estimate, low, high


def _more(
    texts: Texts, both: tuple[Strata, npt.NDArray[np.bool_]], wish: Wish
) -> tuple[float, int | None, int | None]:
    """The half width that is wanted, and how many more labels of each verdict it takes."""
    strata, bad = both
    gain = abs(float(share_within(strata, bad) - share_within(strata, ~bad)))
    by_texts = gain * (texts.judged.raw[2] - texts.judged.raw[1]) / 2
    more = more_labels(strata, wish.half_width, by_texts, wish.confidence)
    if more is None:
        return wish.half_width, None, None
    return wish.half_width, int(more[bad].sum()), int(more[~bad].sum())


def best_basis(rates: pd.DataFrame) -> pd.DataFrame:
    """For each unit and texts, the row whose basis assumes least among those with an estimate."""
    order = {OWN: 0, RUN: 1, SHIPPED: 2}
    known = rates[rates["estimate"].notna()]
    ranked = known.assign(rank=known["basis"].map(order)).sort_values("rank", kind="stable")
    return ranked.drop_duplicates(TEXTS).drop(columns="rank").sort_index()
