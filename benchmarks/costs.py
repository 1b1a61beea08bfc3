"""What samples cost: processor time, memory and storage of the stages that grow with them.

A run that has learned everything is continued twice: with the given number of samples, and with
four times as many. Each stage is a command of its own. The cost of one more sample is the
difference in cost divided by the difference in samples. The rest is what a stage takes in any
case. The cost of ten million samples is computed from these two.

    python -m benchmarks.costs --run RUN [--samples 900] [--project 10000000]
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

from benchmarks.commands import measured
from recipegen.stages import stage_named
from recipegen.store import Run

STAGES = ("generate", "score", "measure", "summarise", "report")
TIMES = 4


class Cost(NamedTuple):
    """What a stage took: seconds of processor time, MiB of memory, MB of tables."""

    samples: int
    seconds: float
    memory: float
    storage: float


def cost_of(run: Run, stage: str, chosen: list[str]) -> Cost:
    """Do a stage as a command, even if it was done before."""
    run.forget(stage)
    command = [sys.executable, "-m", "recipegen.cli", stage, "--run", str(run.folder), *chosen]
    _, seconds, memory = measured(command)
    size = sum(facts["bytes"] for facts in run.outputs(stage).values()) / 1e6
    return Cost(run.outputs("generate")["samples"]["rows"], seconds, memory, size)


def more(few: Cost, many: Cost, what: str) -> tuple[float, float]:
    """What one sample more takes, and what none would."""
    slope = (getattr(many, what) - getattr(few, what)) / (many.samples - few.samples)
    return slope, getattr(few, what) - slope * few.samples


def main() -> None:
    """Do the stages with few and with many samples, and print what follows."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--run", type=Path, required=True)
    arguments.add_argument("--samples", type=int, default=900, help="at each temperature")
    arguments.add_argument("--project", type=int, default=10_000_000)
    given = arguments.parse_args()
    costs: list[list[Cost]] = []
    with tempfile.TemporaryDirectory() as place:
        for samples in (given.samples, TIMES * given.samples):
            folder = Path(place) / str(samples)
            shutil.copytree(given.run, folder)
            settings = (f"generate.samples={samples}", "report.folder=none", "execution.workers=1")
            chosen = [word for setting in settings for word in ("--set", setting)]
            costs.append([cost_of(Run(folder), stage, chosen) for stage in STAGES])
    print(f"samples: {costs[0][0].samples:,} and {costs[1][0].samples:,}\n")
    print("| stage | processor, s | memory, MiB | tables, MB |", end="")
    print(f" 1,000 more: s, MiB, MB | {given.project:,}: core hours, GiB, GB |")
    print("|---|---|---|---|---|---|")
    for stage, few, many in zip(STAGES, *costs, strict=True):
        seconds, memory, storage = (more(few, many, what) for what in Cost._fields[1:])
        thousand = f"{1000 * seconds[0]:.2f}, {1000 * memory[0]:.1f}, {1000 * storage[0]:.2f}"
        all_of_it = [slope * given.project + rest for slope, rest in (seconds, memory, storage)]
        hours, gb = all_of_it[0] / 3600, all_of_it[2] / 1000
        # What a block needs does not grow with their number.
        gib = "as a block" if stage_named(stage).steps else f"{all_of_it[1] / 1024:,.0f}"
        print(
            f"| {stage} | {few.seconds:.1f}, {many.seconds:.1f} | {few.memory:,}, {many.memory:,} "
            f"| {few.storage:.1f}, {many.storage:.1f} | {thousand} "
            f"| {hours:,.1f}, {gib}, {gb:,.1f} |"
        )


if __name__ == "__main__":
    main()
