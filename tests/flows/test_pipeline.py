"""`recipegen run` is a Prefect flow: only our lines are printed, and Prefect records what ran."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from recipegen.stages import STAGES
from recipegen.storage.run_folder import Run
from tests.conftest import SMALL
from tests.stages.test_stages import assert_same_tables


@pytest.fixture(scope="module")
def command(corpus: Path, others: Path, tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    folder = tmp_path_factory.mktemp("flow")
    config = folder / "small.json"
    config.write_text(json.dumps(SMALL))
    options = ["--config", str(config), "--corpus", str(corpus)]
    options += ["--set", f'generate.others=["{others}"]', "--run", str(folder / "run")]
    return [sys.executable, "-m", "recipegen.cli", "run", *options]


@pytest.fixture(scope="module")
def environment(quiet: dict[str, str], prefect_home: Path) -> dict[str, str]:
    kept = {name: value for name, value in quiet.items() if not name.startswith("PREFECT_")}
    return {**kept, "PREFECT_HOME": str(prefect_home)}


@pytest.fixture(scope="module")
def run(command: list[str]) -> Run:
    return Run(Path(command[-1]))


@pytest.fixture(scope="module")
def done(command: list[str], environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=280)


def recorded(home: Path, query: str) -> list[tuple[object, ...]]:
    with sqlite3.connect(f"file:{home / 'prefect.db'}?mode=ro", uri=True) as database:
        return database.execute(query).fetchall()


def test_it_ends_well_and_names_the_report(
    done: subprocess.CompletedProcess[str], run: Run
) -> None:
    assert done.returncode == 0, done.stderr
    assert done.stdout == f"report: {run.folder / 'report.html'}\n"
    assert (run.folder / "report.html").is_file()


def test_the_terminal_shows_our_lines_alone(done: subprocess.CompletedProcess[str]) -> None:
    lines = done.stderr.splitlines()
    ours = [f"  {stage.name}: " for stage in STAGES] + ["  epoch "]
    assert [line for line in lines if not any(start in line for start in ours)] == []


def test_its_tables_are_those_of_the_stages_alone(
    done: subprocess.CompletedProcess[str], run: Run, finished: Run
) -> None:
    assert done.returncode == 0
    assert_same_tables(finished, run)


def test_prefect_knows_every_flow_and_task_run(
    done: subprocess.CompletedProcess[str], prefect_home: Path
) -> None:
    assert done.returncode == 0
    flows = recorded(prefect_home, "select name, state_type from flow_run")
    assert {name for name, _ in flows} >= {stage.name for stage in STAGES}
    assert any(str(name).startswith("composed, LSTM 1x128, ") for name, _ in flows)
    assert {state for _, state in flows} == {"COMPLETED"}
    tasks = recorded(prefect_home, "select name, state_type from task_run")
    assert {"generate samples-00000011-00000022", "score references-00000000-00000025"} <= {
        name for name, _ in tasks
    }
    assert {state for _, state in tasks} == {"COMPLETED"}


def test_the_ui_has_our_log_lines_and_artifacts(
    done: subprocess.CompletedProcess[str], prefect_home: Path
) -> None:
    assert done.returncode == 0
    messages = [str(row[0]) for row in recorded(prefect_home, "select message from log")]
    assert any(message.startswith("epoch 1, T = 1: recipe for") for message in messages)
    keys = {row[0] for row in recorded(prefect_home, "select key from artifact")}
    assert {"finding", "worst-pairs", "train-progress"} <= keys


def test_done_again_it_does_nothing(
    done: subprocess.CompletedProcess[str],
    command: list[str],
    environment: dict[str, str],
    run: Run,
) -> None:
    assert done.returncode == 0
    before = {path: path.stat().st_mtime_ns for path in run.folder.glob("*.parquet")}
    again = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=280)
    assert (again.returncode, again.stdout) == (0, done.stdout)
    assert {path: path.stat().st_mtime_ns for path in before} == before


def test_a_killed_run_takes_its_server_along_and_goes_on(
    done: subprocess.CompletedProcess[str],
    command: list[str],
    environment: dict[str, str],
    finished: Run,
    tmp_path: Path,
) -> None:
    assert done.returncode == 0
    folder = tmp_path / "killed"
    command = [*command[:-1], str(folder)]
    process = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True)
    while process.poll() is None and not list(folder.glob("unfinished/generate/*/*.done")):
        time.sleep(0.01)
    servers = children(process.pid)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert servers
    limit = time.monotonic() + 60
    while any(Path(f"/proc/{pid}").exists() for pid in servers) and time.monotonic() < limit:
        time.sleep(0.1)
    assert not [pid for pid in servers if Path(f"/proc/{pid}").exists()]
    again = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=280)
    assert again.returncode == 0, again.stderr
    assert_same_tables(finished, Run(folder))


def children(pid: int) -> list[int]:
    """The numbers of the processes that a process started, on Linux."""
    tasks = Path(f"/proc/{pid}/task")
    if not tasks.exists():
        pytest.skip("needs /proc")
    return [
        int(child) for task in tasks.iterdir() for child in (task / "children").read_text().split()
    ]


def test_a_stage_that_fails_is_one_line_and_stands_in_the_manifest(
    environment: dict[str, str], tmp_path: Path
) -> None:
    corpus, folder = tmp_path / "broken.json", tmp_path / "run"
    corpus.write_text('[{"title": oops}]')
    command = [sys.executable, "-m", "recipegen.cli", "run"]
    command += ["--run", str(folder), "--corpus", str(corpus), "--set", "report.folder=none"]
    failed = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=280)
    assert failed.returncode == 1
    (line,) = failed.stderr.splitlines()
    assert line.startswith("recipegen: error: broken.json: not valid JSON after 0 records")
    failure = Run.open(folder).manifest["failure"]
    assert failure["stage"] == "ingest"
    assert failure["resume"] == f"recipegen run --run {folder}"


def test_a_configured_server_that_does_not_answer_is_named(
    environment: dict[str, str], command: list[str], tmp_path: Path
) -> None:
    address = "http://127.0.0.1:9/api"
    told = {**environment, "PREFECT_API_URL": address}
    command = [*command[:-1], str(tmp_path / "run")]
    failed = subprocess.run(command, env=told, capture_output=True, text=True, timeout=280)
    assert failed.returncode == 1
    (line,) = failed.stderr.splitlines()
    assert address in line
    assert "unset PREFECT_API_URL" in line


def test_nobody_is_told(environment: dict[str, str]) -> None:
    code = (
        "import recipegen.flows.prefect_server, prefect._internal.analytics as analytics; "
        "print(analytics.is_telemetry_enabled())"
    )
    plain = {name: value for name, value in environment.items() if name != "CI"}
    told = subprocess.run(
        [sys.executable, "-c", code], env=plain, capture_output=True, text=True, check=True
    )
    assert told.stdout == "False\n"
    assert os.environ.get("DO_NOT_TRACK", "1") == "1"
