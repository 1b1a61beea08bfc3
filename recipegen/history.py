"""Runs side by side: what each of them found, and how two of them differ."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from recipegen.evaluation.comparison import difference
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


def compare(run_a: Run, run_b: Run) -> tuple[list[str], list[tuple[str, ...]]]:
    """Column names and rows: the implausible-pair rate of two runs at each temperature.

    Raises:
        MissingTable: a run has not been summarised.
    """
    a, b = (run.read("temperature_summary") for run in (run_a, run_b))
    columns = ["texts", run_a.name, run_b.name, "difference in points"]
    return columns, [tuple(row) for row in difference(a, b, COMPARED)]
