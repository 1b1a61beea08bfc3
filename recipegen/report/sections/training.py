"""How the network learned, with samples at the ends of epochs."""

from __future__ import annotations

import pandas as pd

from recipegen.report.chart_titles import training_finding
from recipegen.report.excerpts import number
from recipegen.report.facts import RunFacts
from recipegen.report.sections.samples import LONGEST_TEXT
from recipegen.report.sections.section import Section, Tables, spread, why_missing

MOST_EPOCHS = 60
MOST_EPOCH_SAMPLES = 12


def training_section(tables: Tables, _: RunFacts) -> Section:
    """The training curve, the best epoch, and what the network wrote during training."""
    log = _of_first_network(tables["training_log"]).sort_values("epoch")
    epochs = [
        {str(name): number(value) for name, value in row.items()} for row in log.to_dict("records")
    ]
    measured = [row for row in epochs if row["valid_perplexity"] is not None]
    best = min(measured, key=lambda row: row["valid_perplexity"] or 0.0, default=None)
    return {
        "epochs": spread(epochs, MOST_EPOCHS),
        "epoch_count": len(epochs),
        "networks": int(tables["training_log"]["network"].nunique()) or 1,
        "best": best,
        "finding": training_finding(epochs, best),
        "compared": _compared(tables),
        "samples": _epoch_samples(tables),
    }


def _of_first_network(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows of the first network, whose samples the headline is about."""
    return rows[rows["network"].isna() | (rows["network"] == 1)]


def _compared(tables: Tables) -> list[Section]:
    """The perplexities of the network and of the n-gram model, one row per split."""
    if why_missing(tables, ["perplexities"]):
        return []
    return [
        {"split": split, **dict(zip(rows["model"], map(number, rows["perplexity"]), strict=True))}
        for split, rows in tables["perplexities"].groupby("split", sort=False)
    ]


def _epoch_samples(tables: Tables) -> list[Section]:
    if why_missing(tables, ["epoch_samples"]):
        return []
    rows = (
        _of_first_network(tables["epoch_samples"])
        .sort_values("epoch", kind="stable")
        .to_dict("records")
    )
    return [
        {
            "epoch": int(row["epoch"]),
            "prompt": str(row["prompt"]),
            "temperature": number(row["temperature"]),
            "text": str(row["text"])[:LONGEST_TEXT],
        }
        for row in spread(rows, MOST_EPOCH_SAMPLES)
    ]
