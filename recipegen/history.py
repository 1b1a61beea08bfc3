"""Runs side by side: what each of them found, and how two of them differ."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from recipegen.errors import UsageError
from recipegen.evaluation.comparison import compare_summaries
from recipegen.evaluation.temperature import headline
from recipegen.stages import STAGES
from recipegen.store import Run

COMPARED = "implausible_pair_rate"


def describe_runs(folder: Path) -> Iterator[tuple[str, str, str]]:
    """Name, state and finding of each run in a folder, by name."""
    for path in sorted(folder.glob("*/configuration.json")):
        run = Run(path.parent)
        yield run.name, state(run), finding(run)


def state(run: Run) -> str:
    """``finished``, ``failed``, or how many stages are done."""
    manifest = run.manifest
    if "failure" in manifest:
        return f"failed in {manifest['failure']['stage']}"
    done = sum(stage.name in manifest["stages"] for stage in STAGES)
    return "finished" if done == len(STAGES) else f"{done} of {len(STAGES)} stages"


def finding(run: Run) -> str:
    """The headline of a run's report, or why it stopped, or nothing yet."""
    if "failure" in (manifest := run.manifest):
        return str(manifest["failure"]["error"])
    summarised = "summarise" in manifest["stages"]
    return headline(run.read("temperature_summary")) if summarised else ""


def compare(runs: Sequence[Run]) -> pd.DataFrame:
    """Each later run against the first one: the rows of ``compare_summaries``, with their names.

    Raises:
        MissingTable: a run has not been summarised.
        UsageError: the runs have no temperature in common.
    """
    first, *others = runs
    base = first.read("temperature_summary")
    parts = [
        compare_summaries(base, run.read("temperature_summary")).assign(
            run_a=first.name, run_b=run.name
        )
        for run in others
    ]
    found = pd.concat(parts, ignore_index=True)
    if found["temperature"].notna().sum() == 0:
        raise UsageError("the runs have no temperature in common: there is nothing to compare")
    return found


def comparison_rows(found: pd.DataFrame) -> Iterator[tuple[str, ...]]:
    """Texts, run, both rates and their difference in points with its interval, of the rate."""
    for row in found[found["metric"] == COMPARED].to_dict("records"):
        name = str(row["group"])
        if not pd.isna(row["temperature"]):
            name = f"T = {row['temperature']:g}{name.removeprefix('generated')}"
        yield (
            name,
            str(row["run_b"]),
            *map(_rate, (row["estimate_a"], row["estimate_b"])),
            _change(row),
        )


def _change(row: Mapping[Any, Any]) -> str:
    if not math.isfinite(row["difference"]):
        return "not measured"
    shown = f"{100 * row['difference']:+.2f}"
    if math.isfinite(row["low"]):
        shown += f" ({100 * row['low']:+.2f} to {100 * row['high']:+.2f})"
    return f"{shown} *" if row["changed"] else shown


def _rate(value: float) -> str:
    return f"{value:.2%}" if math.isfinite(value) else "not measured"
