"""Says what was drawn and what labellers said.

The lines about labels do not say what the judge thinks of the items. So somebody who is not done
labelling can read them and stays blind.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from recipegen.evaluation.statistics.sums import cells_of
from recipegen.labels.categories import CATEGORIES
from recipegen.labels.reading import Change

STRATA = ("group", "temperature", "implausible", "of", "others", "of")
"""The columns of :func:`strata_rows`."""


def strata_rows(rows: pd.DataFrame) -> Iterator[tuple[str, ...]]:
    """For each group and temperature, how many items were drawn, of how many."""
    for at, places in cells_of(rows[["group", "temperature"]]).items():
        cell = rows.loc[places]
        heat = "" if at.temperature is None else f"{at.temperature:g}"
        bad = cell["implausible"]
        yield at.group, heat, *_of(cell[bad]), *_of(cell[~bad])


def _of(rows: pd.DataFrame) -> tuple[str, str]:
    """How many items were drawn from a stratum, and how many it has; empty if none was drawn."""
    return ("", "") if rows.empty else (f"{len(rows):,}", f"{rows['stratum_size'].iloc[0]:,}")


def change_lines(changes: Mapping[str, Change]) -> Iterator[str]:
    """A line for each file that was read."""
    for name, change in changes.items():
        yield (
            f"{name}: {change.new:,} new labels, {change.replaced:,} in the place of older ones, "
            f"{change.same:,} that change nothing"
        )


def label_lines(labels: pd.DataFrame, sample: pd.DataFrame) -> Iterator[str]:
    """What each labeller said, and how much of each draw is labelled."""
    for labeller, own in labels.groupby("labeller"):
        said = own["label"].value_counts()
        counts = [f"{said.get(each.label, 0):,} {each.words.lower()}" for each in CATEGORIES]
        yield f"{labeller}: {len(own):,} labels; {', '.join(counts)}"
    labelled = sample["item_id"].isin(labels["item_id"])
    for draw, rows in labelled.groupby(sample["draw"]):
        yield f"draw {draw}: {rows.sum():,} of {len(rows):,} items are labelled"


def agreement_lines(agreement: pd.DataFrame) -> Iterator[str]:
    """How far each two labellers agree."""
    for row in agreement.to_dict("records"):
        what = "on all four labels" if row["categories"] == "all" else "on “no cook would do this”"
        who = f"{row['labeller_a']} and {row['labeller_b']}"
        if not row["items"]:
            yield f"{who}: no {row['unit']}s that both could judge"
            continue
        yield (
            f"{who} agree {what} in {row['agreement']:.0%} of {row['items']:,} {row['unit']}s; "
            f"{_kappa(row)}"
        )


def _kappa(row: Mapping[Any, Any]) -> str:
    if not math.isfinite(row["kappa"]):
        return "Cohen's kappa cannot be computed, since all labels are the same"
    return f"Cohen's kappa {row['kappa']:.2f} ({row['low']:.2f} to {row['high']:.2f})"
