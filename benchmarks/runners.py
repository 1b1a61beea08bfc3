"""How long blocks take on each runner, with one and two workers, and whether tables are the same.

``python -m benchmarks.runners --run DIR [--runners NAME ...] [--stages NAME ...]``. For each runner
and number of workers, the stages with blocks are done again in a copy of a finished run, by
``recipegen run --force``. The seconds of the stages are those in the manifest.

The cost of the runner itself is measured with blocks that do nothing: how long it takes until every
worker has imported what blocks need, and how long a block takes after that, including Prefect's
part. Prefect's own pool of processes is measured for comparison; runs do not use it.

Other work on the machine slows everything down, so compare figures within one table only.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from prefect import flow, task
from prefect.task_runners import ProcessPoolTaskRunner, TaskRunner

from recipegen.console import print_table
from recipegen.flows.prefect_server import prefect_server
from recipegen.flows.task_runners import choosing
from recipegen.stages import STAGES
from recipegen.storage.run_folder import Run
from recipegen.tables import written_by

STAGES_WITH_BLOCKS = [stage.name for stage in STAGES if stage.steps]
WORKERS = (1, 2)
TRIVIAL = 60
"""Blocks that do nothing."""

Row = tuple[str, ...]

PREFECTS_OWN = "Prefect's processes"


@dataclass(frozen=True)
class Cost:
    """What a runner costs beside the work."""

    start: float
    """Seconds until every worker has done its first block."""
    each: float
    """Seconds of a trivial block, side by side with others."""


IMPORTS, HOLD = "import recipegen.stages, time; time.sleep(1)", 1.0
"""What a first block does that has each worker import what blocks need, and its last seconds."""


@task(persist_result=False)
def block(code: str) -> None:
    """A task that has Python code done where the runner has blocks done."""
    choosing.do(exec, code)


@flow(persist_result=False)
def do_nothing(workers: int) -> Cost:
    """The cost of the task runner that the flow has."""
    began = time.perf_counter()
    for future in [block.submit(IMPORTS) for _ in range(workers)]:
        future.result()
    start = time.perf_counter() - began - HOLD
    began = time.perf_counter()
    for future in [block.submit("") for _ in range(TRIVIAL)]:
        future.result()
    return Cost(start, (time.perf_counter() - began) / TRIVIAL)


@contextmanager
def runner_of(run: Run, name: str, workers: int) -> Iterator[TaskRunner[Any]]:
    """The task runner of that name."""
    if name == PREFECTS_OWN:
        yield ProcessPoolTaskRunner(max_workers=workers)
        return
    with choosing.task_runner(run) as runner:
        yield runner


def tell_cost(folder: str, name: str, workers: int) -> None:
    """Print what a runner costs beside the work."""
    run = Run(Path(folder))
    with (
        prefect_server(run.folder / "trivial.log", tag="trivial"),
        runner_of(run, name, workers) as runner,
    ):
        found = do_nothing.with_options(task_runner=runner)(workers)
    print(json.dumps(asdict(found)))


def cost(run: Run, name: str, workers: int) -> Cost:
    """What a runner costs, in a process with as few imports of its own as the command has.

    A process that is spawned imports what the main module of its parent imports.
    """
    call = f"tell_cost({str(run.folder)!r}, {name!r}, {workers})"
    code = f"from benchmarks.runners import tell_cost; {call}"
    done = subprocess.run(
        [sys.executable, "-c", code], check=True, stdout=subprocess.PIPE, text=True
    )
    return Cost(**json.loads(done.stdout.splitlines()[-1]))


def copied(run: Run, folder: Path, name: str, workers: int) -> Run:
    """A copy of a run that will use that runner."""
    shutil.copytree(run.folder, folder)
    execution: dict[str, Any] = {"workers": workers, "cluster": None}
    if name != PREFECTS_OWN:
        execution["runner"] = name
    return Run.prepare(folder, {"execution": execution})


def do_blocks(run: Run, names: list[str]) -> dict[str, float]:
    """Seconds of each of the stages, done again, and of the whole command."""
    command = [sys.executable, "-m", "recipegen.cli", "run", "--run", str(run.folder)]
    began = time.perf_counter()
    subprocess.run([*command, "--force", *names], check=True, capture_output=True)
    stages = {name: run.manifest["stages"][name]["seconds"] for name in names}
    return {**stages, "command": time.perf_counter() - began}


def is_same(one: Run, other: Run, names: list[str]) -> bool:
    """Whether two runs have the same tables of some stages, by the hashes of their files."""
    return all(
        one.outputs(stage)[table]["sha256"] == other.outputs(stage)[table]["sha256"]
        for stage in names
        for table in written_by(stage)
    )


def measure(run: Run, name: str, workers: int, stages: list[str]) -> tuple[Row, Row]:
    """A row of each table: the work, and what the runner costs beside it."""
    with tempfile.TemporaryDirectory() as folder:
        copy = copied(run, Path(folder) / "run", name, workers)
        found = cost(copy, name, workers)
        beside = (f"{found.start:.1f}", f"{1000 * found.each:.0f}", f"{os.getloadavg()[0]:.1f}")
        if name == PREFECTS_OWN:
            return (), (name, str(workers), *beside)
        seconds = [f"{each:.1f}" for each in do_blocks(copy, stages).values()]
        same = "yes" if is_same(run, copy, stages) else "NO"
    work = (*seconds, same, f"{os.getloadavg()[0]:.1f}")
    return (name, str(workers), *work), (name, str(workers), *beside)


def main() -> None:
    """Print the tables, and each row as soon as it is there."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--run", type=Path, required=True)
    parser.add_argument("--runners", nargs="+", default=["threads", "processes", "dask"])
    parser.add_argument("--stages", nargs="+", default=STAGES_WITH_BLOCKS)
    options = parser.parse_args()
    works, costs = [], []
    for workers in WORKERS:
        for name in [*options.runners, PREFECTS_OWN]:
            work, beside = measure(Run.open(options.run), name, workers, options.stages)
            print(*work, "|", *beside, file=sys.stderr)
            costs.append(beside)
            works += [work] if work else []
    columns = ("runner", "workers", *options.stages, "command", "same tables", "load")
    print_table(columns, works)
    print_table(("runner", "workers", "s to start", "ms a trivial block", "load"), costs)


if __name__ == "__main__":
    main()
