"""Faults are caused on purpose. The user sees why; nothing is lost; the run can go on.

`make faults` runs all these tests. Each must end with the tables of an undisturbed run.
"""

from __future__ import annotations

import json
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from prefect.client.schemas.objects import TaskRun
from prefect.states import Failed

from recipegen.errors import CorruptFile, SettingError
from recipegen.flows import faults
from recipegen.flows.pipeline import work
from recipegen.running.resuming import do_block, do_stage, fingerprint, open_blocks
from recipegen.running.stage import Blocks, Stage
from recipegen.stages import STAGES, stage_named
from recipegen.storage.run_folder import Run
from tests.conftest import SMALL, small_run
from tests.flows.conftest import Served
from tests.stages.test_stages import assert_same_tables

LIMIT = 280
KILLS = 20
KILLS_OF_A_RUN = 3


def until(stage: str, folder: Path, corpus: Path, others: Path) -> Run:
    """A run that has done every stage before this one."""
    run = small_run(folder, corpus, others)
    for each in STAGES[: [each.name for each in STAGES].index(stage)]:
        do_stage(run, each)
    return run


@pytest.fixture
def command(corpus: Path, others: Path, tmp_path: Path) -> list[str]:
    config = tmp_path / "small.json"
    config.write_text(json.dumps(SMALL))
    options = ["--config", str(config), "--corpus", str(corpus)]
    options += ["--set", f'generate.others=["{others}"]', "--run", str(tmp_path / "run")]
    return [sys.executable, "-m", "recipegen.cli", "run", *options]


@pytest.fixture(scope="module")
def environment(
    without_prefect: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> dict[str, str]:
    return {**without_prefect, "PREFECT_HOME": str(tmp_path_factory.mktemp("prefect"))}


Given = dict[str, Any]


def do(command: list[str], environment: dict[str, str], **given: Any) -> tuple[int, str]:
    """The exit code of a command, and what it printed to stderr."""
    done = subprocess.run(
        command, env=environment, capture_output=True, text=True, timeout=LIMIT, **given
    )
    return done.returncode, done.stderr


# What is tried again ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("error", "again"),
    [
        (OSError(28, "No space left on device"), True),
        (OSError(5, "Input/output error"), True),
        (FileNotFoundError(2, "No such file or directory"), False),
        (PermissionError(13, "Permission denied"), False),
        (SettingError("setting train.epochs: too small"), False),
        (CorruptFile("not a readable table"), False),
        (ValueError("no"), False),
    ],
)
def test_only_what_may_pass_is_tried_again(error: Exception, again: bool) -> None:
    task_run = TaskRun(task_key="work", dynamic_key="0", flow_run_id=None)
    assert faults.may_pass(work, task_run, Failed(data=error)) is again


def test_a_read_that_failed_for_the_disk_is_tried_again() -> None:
    error = CorruptFile("not a readable table")
    error.__cause__ = OSError(5, "Input/output error")
    task_run = TaskRun(task_key="work", dynamic_key="0", flow_run_id=None)
    assert faults.may_pass(work, task_run, Failed(data=error))


def test_an_error_says_which_block_it_happened_in() -> None:
    with pytest.raises(OSError, match="disk") as caught, faults.in_block("generate", "samples-2"):
        raise OSError("disk full")
    assert faults.describe(caught.value) == "generate samples-2: disk full"
    assert faults.describe(KeyboardInterrupt()) == "interrupted"


# A shard that cannot be read ----------------------------------------------------------------------


def _only_step(stage: Stage) -> Blocks:
    (step,) = stage.steps
    assert isinstance(step, Blocks)
    return step


def test_a_block_that_is_damaged_or_gone_is_done_again_alone(
    finished: Run, corpus: Path, others: Path, tmp_path: Path
) -> None:
    run, stage = until("generate", tmp_path / "run", corpus, others), stage_named("generate")
    key, step = fingerprint(run, stage), _only_step(stage)
    blocks = open_blocks(run, stage, key, step)
    for block in blocks:
        do_block(run.folder, stage.name, key, step.work, block)
    damaged = run.shard("generate", key, blocks[1], "samples")
    damaged.write_bytes(damaged.read_bytes()[:-200])
    run.shard("generate", key, blocks[2], "samples").unlink()
    assert open_blocks(run, stage, key, step) == [*blocks[1:3]]
    for each in STAGES[[each.name for each in STAGES].index("generate") :]:
        do_stage(run, each)
    assert_same_tables(finished, run)


# Whole runs ---------------------------------------------------------------------------------------


def _files_of_at_most(size: int) -> Callable[[], None]:
    """Make writes beyond a size fail, as they do on a full disk."""

    def limit() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))

    return limit


@pytest.mark.slow
def test_a_disk_that_is_full(
    command: list[str], environment: dict[str, str], finished: Run, served: Served
) -> None:
    """No file may grow beyond 60 kB, so the tables of recipes do not fit."""
    told = {**environment, "PREFECT_API_URL": str(served.api.base_url).rstrip("/")}
    code, said = do(command, told, preexec_fn=_files_of_at_most(60_000))
    assert code == 1
    assert "File too large" in said.splitlines()[-1]
    run = Run.open(Path(command[-1]))
    failure = run.manifest["failure"]
    assert "File too large" in failure["error"]
    of = {"artifacts": {"key": {"any_": ["failure"]}}}
    shown = [each["data"] for each in served.api.post("artifacts/filter", json=of).json()]
    assert any("File too large" in each for each in shown)
    assert not list(run.folder.rglob("*.partial"))
    code, said = do(command, told)
    assert code == 0, said
    assert_same_tables(finished, run)


@pytest.fixture(scope="module")
def small_disk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A file system of 64 MB in memory."""
    folder = tmp_path_factory.mktemp("disk")
    mount = ["mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", str(folder)]
    if os.geteuid() != 0:
        pytest.skip("only root may mount a small disk")
    done = subprocess.run(mount, capture_output=True, text=True)
    if done.returncode != 0:
        pytest.skip(f"a small disk cannot be mounted: {done.stderr}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


@pytest.mark.slow
@pytest.mark.parametrize("room", [60_000, 900_000])
def test_a_disk_that_has_no_room_left(
    command: list[str],
    environment: dict[str, str],
    finished: Run,
    served: Served,
    small_disk: Path,
    room: int,
) -> None:
    """The disk is nearly full: there is no space for the tables of recipes, or for a model."""
    told = {**environment, "PREFECT_API_URL": str(served.api.base_url).rstrip("/")}
    run = Run(small_disk / f"run-{room}")
    command[-1] = str(run.folder)
    ballast = small_disk / "ballast"
    ballast.write_bytes(bytes(shutil.disk_usage(small_disk).free - room))
    code, said = do(command, told)
    assert code == 1
    assert "No space left on device" in said.splitlines()[-1]
    assert not list(run.folder.rglob("*.partial"))
    for table in run.folder.rglob("*.parquet"):
        pq.read_table(table)
    ballast.unlink()
    code, said = do(command, told)
    assert code == 0, said
    assert "failure" not in run.manifest
    assert_same_tables(finished, run)
    shutil.rmtree(run.folder)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("state", "sign_of_work"),
    [("CANCELLING", "unfinished/train/*/last*"), ("CANCELLED", "unfinished/generate/*/*.done")],
)
def test_a_command_that_is_cancelled_in_prefect(
    command: list[str],
    environment: dict[str, str],
    finished: Run,
    served: Served,
    state: str,
    sign_of_work: str,
) -> None:
    """No runner of Prefect watches a command, so the command itself notices the cancellation."""
    told = {**environment, "PREFECT_API_URL": str(served.api.base_url).rstrip("/")}
    process, run = _begun(command, told), Run(Path(command[-1]))
    while process.poll() is None and not list(run.folder.glob(sign_of_work)):
        time.sleep(0.02)
    found = served.flow_runs(
        flows={"name": {"any_": ["recipegen"]}},
        flow_runs={"state": {"type": {"any_": ["RUNNING"]}}},
    )
    (flow_run,) = (each["id"] for each in found)
    served.set_state(flow_run, state)
    _, said = process.communicate(timeout=LIMIT)
    assert process.returncode == 1
    assert "cancelled in Prefect; the same command goes on" in said.splitlines()[-1]
    assert served.flow_run(flow_run)["state"]["type"] == "CANCELLED"
    below = served.flow_runs(flow_runs={"parent_flow_run_id": {"any_": [flow_run]}})
    assert {each["state"]["type"] for each in below} == {"COMPLETED", "CANCELLED"}
    assert "To resume, run" in served.artifacts(flow_run)["failure"]["data"]
    assert run.manifest["failure"]["error"] == "cancelled"
    code, said = do(command, told)
    assert code == 0, said
    assert_same_tables(finished, run)


@pytest.mark.slow
def test_a_block_that_fails_stops_none_of_the_others(
    command: list[str], environment: dict[str, str], others: Path, tmp_path: Path
) -> None:
    """The file of another generator has no usable line, so its block fails."""
    bad = tmp_path / "bad.jsonl"
    bad.write_text('{"id": "nothing else"}\n')
    chosen = f'generate.others=["{others}", "{bad}"]'
    code, said = do(
        [chosen if each.startswith("generate.others") else each for each in command], environment
    )
    assert code == 2
    (line,) = [line for line in said.splitlines() if "error" in line]
    assert "bad.jsonl: no line" in line
    run = Run.open(Path(command[-1]))
    assert run.manifest["failure"]["error"].startswith("generate others-bad: ")
    stage = stage_named("generate")
    key = fingerprint(run, stage)
    assert open_blocks(run, stage, key, _only_step(stage)) == ["others-bad"]


@pytest.mark.slow
def test_a_worker_that_is_killed(served: Served, finished: Run) -> None:
    """The process of a served run gets SIGKILL in the middle of generation."""
    flow_run = served.trigger("small").json()["id"]
    served.sign_of_work(flow_run, "unfinished/generate/*/*.done")
    os.kill(process_of(flow_run), signal.SIGKILL)
    assert served.ended(flow_run)["state"]["type"] == "CRASHED"
    limit = time.monotonic() + 60
    while "failure" not in served.artifacts(flow_run) and time.monotonic() < limit:
        time.sleep(0.2)
    shown = served.artifacts(flow_run)["failure"]["data"]
    assert "The stage generate stopped" in shown
    run = Run(served.folder(flow_run))
    assert run.manifest["failure"]["stage"] == "generate"
    below = served.flow_runs(flow_runs={"parent_flow_run_id": {"any_": [flow_run]}})
    assert {each["state"]["type"] for each in below} == {"COMPLETED", "CRASHED"}
    served.set_state(flow_run, "SCHEDULED")
    assert served.ended(flow_run)["state"]["type"] == "COMPLETED", served.log()
    assert_same_tables(finished, run)


def process_of(flow_run: str) -> int:
    """The number of the process that does a flow run, on Linux."""
    for path in Path("/proc").glob("[0-9]*/environ"):
        try:
            told = path.read_bytes()
            command = path.with_name("cmdline").read_bytes()
        except OSError:
            continue
        if f"PREFECT__FLOW_RUN_ID={flow_run}".encode() in told and b"prefect" in command:
            return int(path.parent.name)
    pytest.skip("needs /proc")


@pytest.mark.slow
def test_a_server_that_is_gone_for_a_while(
    command: list[str], environment: dict[str, str], finished: Run, tmp_path: Path
) -> None:
    """The server is killed in the middle of a run, and is back 20 s later."""
    server = Server(tmp_path / "home", environment)
    server.start()
    told = {**environment, "PREFECT_API_URL": server.address}
    process = subprocess.Popen(command, env=told, stderr=subprocess.PIPE, text=True)
    folder = Path(command[-1])
    while process.poll() is None and not list(folder.glob("unfinished/train/*/last*")):
        time.sleep(0.02)
    server.kill()
    time.sleep(20)
    server.start()
    try:
        _, said = process.communicate(timeout=LIMIT)
        assert process.returncode == 0, said
        assert_same_tables(finished, Run(folder))
    finally:
        server.kill()


class Server:
    """A Prefect server that can be killed and started again."""

    def __init__(self, home: Path, environment: dict[str, str]) -> None:
        import socket

        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = str(free.getsockname()[1])
        self.address = f"http://127.0.0.1:{self.port}/api"
        self._environment = {**environment, "PREFECT_HOME": str(home), "NO_PROXY": "127.0.0.1"}
        self._log = home.with_name("server.log")
        self._process: subprocess.Popen[bytes]

    def start(self) -> None:
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "recipegen.flows.local_server", "--port", self.port],
                env=self._environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
            )
        assert self._process.stdout is not None
        assert self._process.stdout.readline(), self._log.read_text()

    def kill(self) -> None:
        self._process.kill()
        self._process.communicate()


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_killed_at_random_moments(
    command: list[str], environment: dict[str, str], finished: Run, served: Served
) -> None:
    """SIGKILL at 20 random moments, up to 3 in a run; the same command then finishes the run."""
    told = {**environment, "PREFECT_API_URL": str(served.api.base_url).rstrip("/")}
    folder, numbers, kills, runs = Path(command[-1]), random.Random(7), 0, 0
    longest = _undisturbed(command, told)
    while kills < KILLS:
        run = Run(folder.with_name(f"run-{runs}"))
        runs += 1
        command[-1] = str(run.folder)
        for _ in range(min(KILLS_OF_A_RUN, KILLS - kills)):
            process = _begun(command, told)
            try:
                process.communicate(timeout=numbers.uniform(0, longest))
            except subprocess.TimeoutExpired:
                process.kill()
                process.communicate()
                kills += 1
                sys.stdout.write(f"{run.name}: killed with {len(run.manifest['stages'])} stages\n")
        code, said = do(command, told)
        assert code == 0, said
        assert_same_tables(finished, run)


def _undisturbed(command: list[str], environment: dict[str, str]) -> float:
    """The seconds that an undisturbed run takes, once it has begun."""
    process, began = _begun(command, environment), time.monotonic()
    _, said = process.communicate(timeout=LIMIT)
    assert process.returncode == 0, said
    return time.monotonic() - began


def _begun(command: list[str], environment: dict[str, str]) -> subprocess.Popen[str]:
    """A process that has written the configuration. Before that, imports take seconds."""
    kept, since = Path(command[-1]) / "configuration.json", time.time()
    process = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True)
    while process.poll() is None and not (kept.exists() and kept.stat().st_mtime > since):
        time.sleep(0.01)
    return process
