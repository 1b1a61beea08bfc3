"""Every runner makes the same tables, even if a worker dies."""

from __future__ import annotations

import importlib.util
import json
import logging
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pandas as pd
import pytest
from distributed import LocalCluster

from recipegen.config import configure
from recipegen.errors import RunError, UsageError
from recipegen.flows.task_runners import choosing
from recipegen.flows.task_runners.dask_cluster import OnDask, check
from recipegen.running.stage import Blocks, Stage, Step
from recipegen.stages import STAGES
from recipegen.storage.files import write_json
from recipegen.storage.run_folder import Run
from recipegen.storage.table_files import part_of_table, write_table
from recipegen.tables import SCHEMAS, TABLES
from tests.conftest import SMALL, small_run
from tests.flows.test_pipeline import children
from tests.stages.test_stages import assert_same_tables

LIMIT = 280
needs_ray = pytest.mark.skipif(not importlib.util.find_spec("ray"), reason="needs recipegen[ray]")
RUNNERS = ["processes", "dask", pytest.param("ray", marks=needs_ray)]


def prepared(folder: Path, corpus: Path, others: Path, **execution: str) -> Run:
    small_run(folder, corpus, others)
    return Run.prepare(folder, {"execution": execution})


# What can be said before anything is done ---------------------------------------------------------


@pytest.mark.parametrize(("runner", "package"), [("dask", "distributed"), ("ray", "ray")])
def test_a_package_that_is_missing_is_named(
    runner: str,
    package: str,
    corpus: Path,
    others: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    monkeypatch.delitem(
        sys.modules, f"recipegen.flows.task_runners.{runner}_cluster", raising=False
    )
    run = prepared(tmp_path, corpus, others, runner=runner)
    says = rf"needs the package {package}: pip install 'recipegen\[{runner}\]'"
    with pytest.raises(UsageError, match=says) as caught, choosing.task_runner(run):
        pass
    assert caught.value.exit_code == 2


ELSEWHERE = ["tcp://elsewhere.example:8786", "elsewhere.example:8786", "ray://10.0.0.7:10001"]
HERE = ["tcp://127.0.0.1:8786", "localhost:8786", "auto", None]


@pytest.mark.parametrize("cluster", ELSEWHERE)
def test_workers_elsewhere_need_a_server_that_they_reach(cluster: str) -> None:
    execution = configure({"execution": {"runner": "dask", "cluster": cluster}}).execution
    with pytest.raises(UsageError, match="set PREFECT_API_URL to a server that they reach"):
        choosing.refuse_own_server(execution)


@pytest.mark.parametrize("cluster", HERE)
def test_workers_on_this_machine_reach_our_own_server(cluster: str | None) -> None:
    choosing.refuse_own_server(
        configure({"execution": {"runner": "ray", "cluster": cluster}}).execution
    )


FULL_SCALE = {
    "recipes": 66_000,
    "samples": 15_001,
    "ingredient_lists": 39_774,
    "references": 4_000,
}


def test_full_scale_is_at_most_200_task_runs(tmp_path: Path) -> None:
    """With the default settings, and the numbers of recipes and samples of a full run."""
    run = Run.prepare(tmp_path, {"generate": {"samples": 2143}})
    run.write("recipes", pd.DataFrame(columns=TABLES["recipes"].column_names))
    outputs = {name: {"rows": rows, "sha256": ""} for name, rows in FULL_SCALE.items()}
    stages = {
        "ingest": outputs,
        "train": {"checkpoint": {"sha256": ""}},
        "generate": outputs,
        "score": outputs,
    }
    record = {name: {"outputs": wrote} for name, wrote in stages.items()}
    write_json(tmp_path / "manifest.json", {**run.manifest, "stages": record})
    for first in range(0, FULL_SCALE["recipes"], run.configuration.ingest.block_size):
        path = part_of_table(run.workshop("ingest", ""), f"part-{first:06d}", "read_recipes")
        path.touch()
    references = pd.DataFrame({"sample_id": list(map(str, range(4000)))})
    write_table(
        part_of_table(run.workshop("score", ""), "references", "references"),
        "references",
        references.reindex(columns=TABLES["references"].column_names),
    )
    cells = pd.DataFrame({"group": ["generated"] * 24})
    write_table(
        part_of_table(run.workshop("summarise", ""), "cells", "cells"),
        "cells",
        cells.reindex(columns=SCHEMAS["cells"].column_names),
    )
    counts = {
        stage.name: 1 + sum(len(_tasks(run, stage, step)) for step in stage.steps)
        for stage in STAGES
    }
    assert len(STAGES) < sum(counts.values()) <= 200, counts
    assert min(counts["ingest"], counts["learn-ingredients"]) > 3
    assert min(counts["generate"], counts["score"]) > 7


def _tasks(run: Run, stage: Stage, step: Step) -> list[str]:
    return (
        step.names(run, run.workshop(stage.name, "")) if isinstance(step, Blocks) else [step.name]
    )


@pytest.mark.slow
def test_a_block_that_kills_every_worker_is_given_up(cluster: str, tmp_path: Path) -> None:
    runner = OnDask(tmp_path, address=cluster)
    says = "workers, one after the other, died of the same block"
    with runner, pytest.raises(RunError, match=says), choosing.deaths_in_a_line(runner):
        runner.client.submit(os.abort).result()
    runner.close()


# Whole runs ---------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def cluster() -> Iterator[str]:
    """The address of a Dask cluster with two processes."""
    with LocalCluster(
        n_workers=2,
        threads_per_worker=1,
        host="127.0.0.1",
        dashboard_address="127.0.0.1:0",
        memory_limit=0,
        silence_logs=logging.CRITICAL,
    ) as started:
        yield started.scheduler_address


@pytest.fixture(scope="module")
def environment(
    without_prefect: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> dict[str, str]:
    return {**without_prefect, "PREFECT_HOME": str(tmp_path_factory.mktemp("prefect"))}


@pytest.fixture
def command(corpus: Path, others: Path, tmp_path: Path) -> list[str]:
    config = tmp_path / "small.json"
    config.write_text(json.dumps(SMALL))
    options = ["--config", str(config), "--corpus", str(corpus), "--run", str(tmp_path / "run")]
    options += ["--set", f'generate.others=["{others}"]']
    return [sys.executable, "-m", "recipegen.cli", "run", *options]


def assert_done(run: Path, finished: Run, code: int, said: str) -> None:
    assert code == 0, said
    ours = re.compile(r"\d\d:\d\d:\d\d  \S")
    assert [line for line in said.splitlines() if not ours.match(line)] == []
    assert_same_tables(finished, Run(run))


@pytest.mark.slow
@pytest.mark.parametrize("runner", RUNNERS)
def test_the_tables_are_those_of_threads(
    runner: str, command: list[str], environment: dict[str, str], finished: Run, tmp_path: Path
) -> None:
    command.append(f"execution.runner={runner}")
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=LIMIT)
    assert_done(tmp_path / "run", finished, done.returncode, done.stderr)


@pytest.mark.slow
def test_a_cluster_that_is_there_is_used(
    command: list[str], cluster: str, environment: dict[str, str], finished: Run, tmp_path: Path
) -> None:
    command += ["execution.runner=dask", f"execution.cluster={cluster}"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=LIMIT)
    assert_done(tmp_path / "run", finished, done.returncode, done.stderr)


@pytest.mark.slow
def test_a_cluster_that_is_not_there_is_named(corpus: Path, others: Path, tmp_path: Path) -> None:
    run = prepared(tmp_path, corpus, others, runner="dask", cluster="tcp://127.0.0.1:9")
    says = "no Dask scheduler answers at tcp://127.0.0.1:9"
    with pytest.raises(RunError, match=says), choosing.task_runner(run):
        pass


@pytest.mark.slow
def test_workers_that_do_not_see_the_run_are_named(
    cluster: str, corpus: Path, others: Path, tmp_path: Path
) -> None:
    run = prepared(tmp_path / "run", corpus, others, runner="dask", cluster=cluster)
    (run.folder / "configuration.json").rename(tmp_path / "elsewhere")
    with pytest.raises(RunError, match="does not see the run folder"):
        check(cluster, run.folder)


@pytest.mark.slow
@pytest.mark.parametrize("runner", RUNNERS)
def test_a_worker_that_is_killed_in_the_middle(
    runner: str, command: list[str], environment: dict[str, str], finished: Run, tmp_path: Path
) -> None:
    """A process gets SIGKILL while it scores its first block; another one does that block again."""
    with begun(command, runner, environment) as process:
        workers = at_work_on("score", process, tmp_path / "run")
        os.kill(workers[0], signal.SIGKILL)
        _, said = process.communicate(timeout=LIMIT)
    death = [line for line in said.splitlines() if "a worker process has died" in line]
    assert len(death) == (runner == "processes")
    assert_done(tmp_path / "run", finished, process.returncode, said)


@pytest.mark.slow
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("runner", RUNNERS)
def test_no_worker_outlives_its_run(
    runner: str,
    how: signal.Signals,
    command: list[str],
    environment: dict[str, str],
    tmp_path: Path,
) -> None:
    with begun(command, runner, environment) as process:
        workers = at_work_on("score", process, tmp_path / "run")
        process.send_signal(how)
        process.communicate(timeout=LIMIT)
    assert process.returncode != 0
    limit = time.monotonic() + 60
    while any(map(is_alive, workers)) and time.monotonic() < limit:
        time.sleep(0.1)
    assert not list(filter(is_alive, workers))


@contextmanager
def begun(
    command: list[str], runner: str, environment: dict[str, str]
) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        [*command, f"execution.runner={runner}"],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def at_work_on(stage: str, process: subprocess.Popen[str], run: Path) -> list[int]:
    """The worker processes of a run, once it does the first blocks of a stage."""
    while process.poll() is None and not list(run.glob(f"unfinished/{stage}/*")):
        time.sleep(0.02)
    assert process.poll() is None
    time.sleep(0.5)
    found = list(filter(is_worker, below(process.pid)))
    assert len(found) >= 2
    return found


def below(pid: int) -> list[int]:
    """All descendants of a process: those that it started, those that they started, and so on."""
    return [each for child in children(pid) for each in (child, *below(child))]


def is_worker(pid: int) -> bool:
    command = Path(f"/proc/{pid}/cmdline").read_bytes()
    # Agents of Ray's own name themselves like its workers; a node does not live without them.
    is_of_ray = command.startswith(b"ray::") and b"Agent" not in command
    return b"spawn_main" in command or is_of_ray


def is_alive(pid: int) -> bool:
    return Path(f"/proc/{pid}").exists()
