"""The table of findings: every number of the page and of its charts, by question."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from benchmarks.findings.combine import CONFIDENCE, over_networks
from benchmarks.findings.known import Known
from benchmarks.findings.labels import labelled, with_corrected
from benchmarks.findings.measures import (
    ALIKE_SIZES,
    CORRECTED,
    VALUES,
    measured,
    perplexities,
    references,
)
from benchmarks.findings.plan import Plan, Planned
from benchmarks.findings.questions import HEADLINE, QUESTIONS
from benchmarks.findings.words import COMPARED, UNLIKELY, drawn_words
from recipegen.storage.run_folder import Run

TABLE = ["question", "corpus", "generator", "network", "temperature", "cut_off", "metric"]
TABLE += [*VALUES, "count", *CORRECTED]
DIGITS = 5
"""Significant digits in the file."""


def findings_of(plan: Plan, planned: Sequence[Planned], runs: Sequence[Run]) -> pd.DataFrame:
    """The table of findings, with the columns ``TABLE``."""
    both = list(zip(planned, runs, strict=True))
    base = [(each, run) for each, run in both if not each.cut.cut]
    own = pd.concat([measured(each, run) for each, run in both])
    networks = pd.concat([own, *(perplexities(each, run) for each, run in base)])
    firsts = {each.corpus: (each, run) for each, run in reversed(base)}
    labels = pd.concat([labelled(each, run) for each, run in base], ignore_index=True)
    known = Known(
        networks.reset_index(drop=True),
        with_corrected(over_networks(networks), labels),
        pd.concat([references(*first) for first in reversed(firsts.values())], ignore_index=True),
        pd.concat([drawn_words(each, run, CONFIDENCE) for each, run in base], ignore_index=True),
        labels,
    )
    setup = _setup(plan, len(both), base)
    parts = {"setup": setup, **{name: ask(known) for name, ask in QUESTIONS.items()}}
    rows = [part.assign(question=name) for name, part in parts.items()]
    table = pd.concat(rows, ignore_index=True).reindex(columns=TABLE)
    return table.astype({"network": "Int64", "count": "Int64"})


def _setup(plan: Plan, runs: int, base: Sequence[tuple[Planned, Run]]) -> pd.DataFrame:
    rows: list[dict[str, object]] = [
        {"metric": "confidence", "estimate": CONFIDENCE},
        {"metric": "unlikely", "estimate": UNLIKELY},
        {"metric": "compared_texts", "estimate": COMPARED},
        {"metric": "headline_temperature", "estimate": HEADLINE},
        {"metric": "alike_from", "estimate": ALIKE_SIZES[0]},
        {"metric": "alike_to", "estimate": ALIKE_SIZES[1]},
        {"metric": "runs", "estimate": runs},
        {"metric": "runs_of_all", "estimate": plan.runs_of_all or float("nan")},
        {"metric": "samples", "estimate": plan.samples},
        {"metric": "cut_samples", "estimate": plan.cut_samples},
    ]
    for each, run in base:
        about = {"corpus": each.corpus.name, "generator": each.preset, "cut_off": ""}
        facts = {
            "recipes": run.outputs("ingest")["recipes"]["rows"],
            "networks": each.configuration.train.networks,
            "epochs": each.configuration.train.epochs,
            "hidden_size": each.configuration.train.hidden_size,
        }
        rows += [{**about, "metric": name, "estimate": number} for name, number in facts.items()]
    return pd.DataFrame(rows)


def write_findings(table: pd.DataFrame, path: Path) -> None:
    """Write the table as CSV; numbers are rounded, so that a file of a new run can be compared."""
    table.to_csv(path, index=False, float_format=f"%.{DIGITS}g", lineterminator="\n")


def read_findings(path: Path) -> pd.DataFrame:
    """The table that :func:`write_findings` wrote."""
    texts = dict.fromkeys(("question", "corpus", "generator", "cut_off", "metric"), "str")
    table = pd.read_csv(path, dtype=texts)
    return table.fillna(dict.fromkeys(texts, ""))
