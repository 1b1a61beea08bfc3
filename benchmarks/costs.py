"""What samples cost: processor time, memory and storage of the stages that grow with them.

A run that has learned everything is continued with several numbers of samples. Each stage is a
command of its own. A line through the measurements, by least squares, gives the cost of one more
sample and what a stage takes in any case. The cost of ten million samples is read off that line,
with its standard error.

    python -m benchmarks.costs --run RUN [--samples 30000 100000 300000] [--project 10000000]
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from scipy.stats import linregress

from benchmarks.commands import measured
from recipegen.storage.run_folder import Run

STAGES = ("generate", "score", "measure", "summarise", "report")


class Cost(NamedTuple):
    """What a stage took: wall and processor seconds, MiB of memory at its peak, MB of tables."""

    samples: int
    wall: float
    seconds: float
    memory: float
    storage: float


def cost_of(run: Run, stage: str, chosen: list[str]) -> Cost:
    """Do a stage as a command, even if it was done before."""
    run.forget(stage)
    command = [sys.executable, "-m", "recipegen.cli", stage, "--run", str(run.folder), *chosen]
    wall, seconds, memory = measured(command)
    size = sum(facts["bytes"] for facts in run.outputs(stage).values()) / 1e6
    return Cost(run.outputs("generate")["samples"]["rows"], wall, seconds, memory, size)


def projected(costs: Sequence[Cost], what: str, samples: int) -> tuple[float, float]:
    """A cost of many samples, and its standard error, from a line through measurements."""
    x = np.array([cost.samples for cost in costs], dtype=float)
    y = np.array([getattr(cost, what) for cost in costs])
    line = linregress(x, y)
    if len(x) < 3:
        return float(line.slope * samples + line.intercept), float("nan")
    left = y - line.slope * x - line.intercept
    spread = np.sqrt((left**2).sum() / (len(x) - 2))
    far = 1 / len(x) + (samples - x.mean()) ** 2 / ((x - x.mean()) ** 2).sum()
    return float(line.slope * samples + line.intercept), float(spread * np.sqrt(far))


def costs_of(
    run: Path, sizes: Sequence[int], settings: Sequence[str], folder: str | None
) -> list[list[Cost]]:
    """For each size, the costs of all stages; prints them as they come."""
    found = []
    with tempfile.TemporaryDirectory(dir=folder) as place:
        for size in sizes:
            copy = Path(place) / "run"
            shutil.copytree(run, copy)
            temperatures = len(Run(copy).configuration.generate.temperatures)
            own = [f"generate.samples={size // temperatures}", "report.folder=none", *settings]
            chosen = [word for setting in own for word in ("--set", setting)]
            rows = [cost_of(Run(copy), stage, chosen) for stage in STAGES]
            for stage, cost in zip(STAGES, rows, strict=True):
                print(
                    f"| {cost.samples:,} | {stage} | {cost.wall:.1f} | {cost.seconds:.1f} "
                    f"| {cost.memory:,} | {cost.storage:.1f} |",
                    flush=True,
                )
            found.append(rows)
            shutil.rmtree(copy)
    return found


def main() -> None:
    """Do the stages with several numbers of samples, and print what follows."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--run", type=Path, required=True)
    arguments.add_argument("--samples", type=int, nargs="+", default=[30_000, 100_000, 300_000])
    arguments.add_argument("--project", type=int, default=10_000_000)
    arguments.add_argument("--set", nargs="*", default=[], help="further settings of the run")
    arguments.add_argument("--folder", help="where the copies of the run are")
    given = arguments.parse_args()
    print("| samples | stage | wall, s | processor, s | peak memory, MiB | tables, MB |")
    print("|---|---|---|---|---|---|")
    costs = costs_of(given.run, given.samples, given.set, given.folder)
    many = f"{given.project:,} samples"
    print(
        f"\n| stage | 1,000 samples more, s of a core | {many}, hours of a core "
        "| largest by smallest peak | tables, GB |\n|---|---|---|---|---|"
    )
    for at, stage in enumerate(STAGES):
        own = [rows[at] for rows in costs]
        seconds, error = projected(own, "seconds", given.project)
        storage, _ = projected(own, "storage", given.project)
        peaks = [cost.memory for cost in own]
        print(
            f"| {stage} | {1000 * seconds / given.project:.2f} "
            f"| {seconds / 3600:.1f} ± {error / 3600:.1f} | {max(peaks) / min(peaks):.2f} "
            f"| {storage / 1000:.1f} |"
        )


if __name__ == "__main__":
    main()
