"""What blocks of a stage share is forgotten, and threads share heaps."""

import os
import platform
import subprocess
import sys
from pathlib import Path

import pytest

from recipegen.machine import memory
from recipegen.running.resuming import do_stage
from recipegen.stages import score, stage_named
from recipegen.storage.run_folder import Run
from tests.conftest import copied


def test_a_result_is_kept_until_memory_is_given_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "_KEPT", [])
    calls = []

    @memory.kept
    def made(name: str) -> str:
        calls.append(name)
        return name

    assert [made("a"), made("a"), made("b"), made("a")] == ["a", "a", "b", "a"]
    assert calls == ["a", "b", "a"], "only the last result is kept"
    memory.give_back()
    made("a")
    assert calls == ["a", "b", "a", "a"]


def test_a_finished_stage_keeps_nothing(finished: Run, tmp_path: Path) -> None:
    run = copied(finished, tmp_path)
    run.forget("score")
    do_stage(run, stage_named("score"))
    assert score._knowledge.cache_info().currsize == 0  # type: ignore[attr-defined]


HEAPS = """
import ctypes, os, sys, tempfile, threading
from recipegen.machine.memory import few_arenas
if sys.argv[1] == "few":
    few_arenas()
gate = threading.Barrier(6)
def work():
    gate.wait()
    held = [ctypes.create_string_buffer(2000) for _ in range(2000)]
    gate.wait()
threads = [threading.Thread(target=work) for _ in range(6)]
[each.start() for each in threads], [each.join() for each in threads]
libc = ctypes.CDLL("libc.so.6")
libc.fopen.restype = ctypes.c_void_p
with tempfile.NamedTemporaryFile() as told:
    file = ctypes.c_void_p(libc.fopen(told.name.encode(), b"w"))
    libc.malloc_info(0, file)
    libc.fclose(file)
    print(open(told.name).read().count("<heap nr="))
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="other C libraries have no arenas")
def test_threads_share_a_few_heaps() -> None:
    heaps = {}
    for way in ("few", "many"):
        environment = {k: v for k, v in os.environ.items() if k != "MALLOC_ARENA_MAX"}
        command = [sys.executable, "-c", HEAPS, way]
        heaps[way] = int(subprocess.check_output(command, env=environment, text=True))
    assert heaps["few"] <= 2 < heaps["many"]
