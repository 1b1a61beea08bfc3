"""Work in processes: errors keep their cause, work of dead processes is repeated, none is left."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

import pytest

from recipegen.config import configure, read_configuration
from recipegen.errors import RunError, UsageError
from recipegen.machine.worker_processes import Processes, refuse_cluster


@pytest.fixture
def processes() -> Iterator[Processes]:
    with Processes() as processes:
        yield processes


def test_a_call_is_done_by_another_process_which_is_kept(processes: Processes) -> None:
    first, second = processes.do(os.getpid), processes.do(os.getpid)
    assert first == second != os.getpid()


def test_numpy_has_one_thread_in_each(
    processes: Processes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    assert processes.do(os.getenv, "OMP_NUM_THREADS") == "1"


def test_an_error_of_ours_keeps_its_cause(processes: Processes) -> None:
    with pytest.raises(UsageError, match="cannot be read") as caught:
        processes.do(read_configuration, Path("missing.toml"))
    assert isinstance(caught.value.__cause__, FileNotFoundError)


def test_any_other_error_comes_back_and_the_process_stays(processes: Processes) -> None:
    before = processes.do(os.getpid)
    with pytest.raises(ZeroDivisionError):
        processes.do(divmod, 1, 0)
    assert processes.do(os.getpid) == before


def once(mark: Path) -> str:
    """A call that never ends the first time, and ends at once the second time."""
    if mark.exists():
        return "done"
    mark.touch()
    time.sleep(3600)
    return "never"


def test_what_a_killed_process_did_is_done_again(processes: Processes, tmp_path: Path) -> None:
    victim, mark = processes.do(os.getpid), tmp_path / "begun"
    with ThreadPoolExecutor(1) as thread:
        answer = thread.submit(processes.do, once, mark)
        while not mark.exists():
            time.sleep(0.01)
        os.kill(victim, signal.SIGKILL)
        assert answer.result() == "done"
    assert processes.do(os.getpid) != victim


def test_a_process_that_was_killed_while_idle_is_replaced(processes: Processes) -> None:
    victim = processes.do(os.getpid)
    os.kill(victim, signal.SIGKILL)
    assert processes.do(os.getpid) != victim


def test_what_kills_every_process_is_given_up(processes: Processes) -> None:
    with pytest.raises(RunError, match="4 worker processes, one after the other, died"):
        processes.do(os.abort)
    assert processes.do(divmod, 7, 2) == (3, 1)


def test_killed_processes_leave_nobody_waiting(processes: Processes, tmp_path: Path) -> None:
    with ThreadPoolExecutor(1) as thread:
        answer = thread.submit(processes.do, once, tmp_path / "begun")
        while not (tmp_path / "begun").exists():
            time.sleep(0.01)
        processes.drop_work()
        with pytest.raises(BrokenProcessPool):
            answer.result()
    with pytest.raises(BrokenProcessPool, match="ended"):
        processes.do(os.getpid)


PARENT = """
import os, signal, time
signal.signal(signal.SIGINT, signal.default_int_handler)  # ignored where a shell is in background
from recipegen.machine.worker_processes import Processes
with Processes() as processes:
    print(processes.do(os.getpid), flush=True)
    processes.do(time.sleep, 3600)
"""


@pytest.fixture
def parent() -> Iterator[subprocess.Popen[str]]:
    """A process that waits for its own worker process, whose number it has printed."""
    with subprocess.Popen(
        [sys.executable, "-c", PARENT],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        yield process
        process.kill()


def worker_of(parent: subprocess.Popen[str]) -> Path:
    assert parent.stdout is not None
    worker = Path(f"/proc/{parent.stdout.readline().strip()}")
    if not worker.exists():
        pytest.skip("needs /proc")
    return worker


def test_a_parent_that_is_killed_leaves_no_process(parent: subprocess.Popen[str]) -> None:
    worker = worker_of(parent)
    parent.kill()
    limit = time.monotonic() + 30
    while worker.exists() and time.monotonic() < limit:
        time.sleep(0.02)
    assert not worker.exists()


def test_ctrl_c_ends_the_processes_in_silence(parent: subprocess.Popen[str]) -> None:
    worker = worker_of(parent)
    os.killpg(parent.pid, signal.SIGINT)
    _, said = parent.communicate(timeout=30)
    assert said.count("Traceback") == 1
    assert said.endswith("KeyboardInterrupt\n")
    assert not worker.exists()


@pytest.mark.parametrize("runner", ["dask", "ray"])
def test_a_stage_alone_refuses_a_cluster(runner: str) -> None:
    with pytest.raises(UsageError, match=f"execution.runner is {runner}.*recipegen run"):
        refuse_cluster(configure({"execution": {"runner": runner}}).execution)
