"""Brings labels and sums over texts together: how right the judge is, and the corrected rates."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass, replace
from functools import reduce
from operator import add
from typing import Any

import pandas as pd

from recipegen.config import Summarise
from recipegen.evaluation.labelled.judge_quality import (
    LABELLED,
    PRECISION,
    TEMPERATURE,
    Judged,
    Key,
    Labels,
    Wish,
    best_basis,
    key_of,
    quality_table,
    rates_table,
    texts_of,
)
from recipegen.evaluation.labelled.strata import UNITS, Unit
from recipegen.evaluation.metrics import LABEL_METRICS, METRICS, Group, Measured
from recipegen.evaluation.per_group.references import CONTROL
from recipegen.evaluation.statistics.estimates import Estimate
from recipegen.evaluation.statistics.sums import ALL, Cell


@dataclass(frozen=True)
class Checked:
    """What labels say about the judge and the rates of a run."""

    quality: pd.DataFrame
    """The table ``judge_quality``."""
    rates: pd.DataFrame
    """The table ``corrected_rates``."""
    metrics: tuple[str, ...]
    """The metrics that can be measured: those that rest on labels only if there are labels."""
    by_labels: Mapping[Key, Mapping[str, Measured]]
    """The metrics that rest on labels, for each group and temperature."""

    def known_of(self, cell: Cell, group: Group) -> Group:
        """A group with its metrics that rest on labels; they are about all kinds of prompts."""
        own = self.by_labels.get((cell.group, cell.temperature), {})
        return replace(group, by_labels=own) if cell.prompts == ALL else group


def check_judge(groups: Mapping[Cell, Group], labels: Labels, settings: Summarise) -> Checked:
    """How right the judge is on the texts of a run, and the rates that follow from it.

    Args:
        groups: what is known of the texts, by cell.
        labels: what people said about items of the run.
        settings: of the statistics.
    """
    wish = Wish(settings.confidence, settings.wanted_half_width, seed=0)
    units = UNITS if labels.any else {}
    whole = {
        (cell.group, cell.temperature): group
        for cell, group in groups.items()
        if cell.prompts == ALL
    }
    texts = {
        name: texts_of(
            labels.strata[name],
            {key: _judged(unit, group) for key, group in whole.items()},
            {
                group: _judged(unit, pooled)
                for group, pooled in _pooled(whole, set(labels.strata[name]["group"])).items()
            },
        )
        for name, unit in units.items()
    }
    quality = quality_table(texts, wish.confidence)
    rates = rates_table(texts, labels.shipped, wish)
    by_labels = _by_labels(quality, best_basis(rates))
    known = {metric for own in by_labels.values() for metric in own}
    metrics = tuple(name for name in METRICS if name in known or name not in LABEL_METRICS)
    return Checked(quality, rates, metrics, by_labels)


def _pooled(whole: Mapping[Key, Group], labelled: Set[str]) -> dict[str | None, Group]:
    """The texts of each group at all temperatures, and under None all that labels are about."""
    parts: dict[str | None, list[Group]] = {}
    for (name, _), group in whole.items():
        parts.setdefault(name, []).append(group)
        if name in labelled and name != CONTROL:
            parts.setdefault(None, []).append(group)
    return {
        name: replace(own[0], sums=reduce(add, (group.sums for group in own)))
        for name, own in parts.items()
    }


def _judged(unit: Unit, group: Group) -> Judged:
    implausible, judged = group.sums[unit.implausible].value, group.sums[unit.judged].value
    raw, _ = METRICS[unit.metric].measure(group)
    return Judged(implausible, judged - implausible, raw)


def _by_labels(quality: pd.DataFrame, rates: pd.DataFrame) -> dict[Key, dict[str, Measured]]:
    """The metrics of each group and temperature, each with the number of its labels."""
    found: dict[Key, dict[str, Measured]] = {}
    for row in _at_temperatures(quality[quality["unit"] == "pair"]):
        used = LABELLED[:1] if row["metric"] == PRECISION else LABELLED[::2]
        own = found.setdefault(key_of(row["group"], row["temperature"]), {})
        own[row["metric"]] = _estimate_of(row), sum(int(row[name]) for name in used)
    for row in _at_temperatures(rates):
        own = found.setdefault(key_of(row["group"], row["temperature"]), {})
        own[f"corrected_{UNITS[row['unit']].metric}"] = _estimate_of(row), int(row["labels"])
    return found


Row = Mapping[Any, Any]


def _at_temperatures(table: pd.DataFrame) -> list[Row]:
    return [*table[table["over"] == TEMPERATURE].to_dict("records")]


def _estimate_of(row: Row) -> Estimate:
    return float(row["estimate"]), float(row["low"]), float(row["high"])
