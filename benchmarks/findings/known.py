"""What all runs say together, and rows that are made of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from benchmarks.findings.combine import Interval
from benchmarks.findings.measures import RATE, VALUES


class Known:
    """What all runs say: by network, over networks, of real recipes, of drawn words, of labels."""

    def __init__(
        self,
        networks: pd.DataFrame,
        means: pd.DataFrame,
        references: pd.DataFrame,
        words: pd.DataFrame,
        labels: pd.DataFrame,
    ) -> None:
        self.networks, self.means, self.references = networks, means, references
        self.words, self.labels = words, labels

    def mean(self, *metrics: str, cut: bool = False) -> pd.DataFrame:
        """Rows over networks of some metrics, drawn whole, or with cut-offs."""
        rows = self.means[self.means["metric"].isin(metrics)]
        return rows[(rows["cut_off"] != "") == cut]

    def reference(self, *metrics: str) -> pd.DataFrame:
        """Rows of real recipes and the control."""
        return self.references[self.references["metric"].isin(metrics)]

    def real(self, corpus: str, metric: str) -> Interval:
        """The value of real recipes."""
        rows = self.reference(metric)
        return interval_of(rows[(rows["corpus"] == corpus) & (rows["generator"] == "real")].iloc[0])

    def curves(self) -> Iterator[tuple[str, str, pd.DataFrame]]:
        """Corpus and preset with the rows of the rate over temperatures, from the lowest on."""
        for (corpus, preset), rows in self.mean(RATE).groupby(["corpus", "generator"], sort=False):
            yield corpus, preset, rows.sort_values("temperature")

    def along(self, corpus: str, preset: str, metric: str) -> pd.DataFrame:
        """The rows of a metric over temperatures, from the lowest on, drawn whole."""
        rows = self.mean(metric)
        own = rows[(rows["corpus"] == corpus) & (rows["generator"] == preset)]
        return own.sort_values("temperature")


def interval_of(row: pd.Series) -> Interval:
    """The estimate of a row with its interval."""
    estimate, low, high = (float(row[name]) for name in VALUES)
    return estimate, low, high


def row_of(metric: str, found: Interval, about: pd.Series | Mapping[str, Any]) -> dict[str, Any]:
    """A row with a derived metric about what another row is about."""
    kept = {name: about.get(name) for name in ("corpus", "generator", "temperature", "cut_off")}
    return {**kept, "metric": metric, **dict(zip(VALUES, found, strict=True))}
