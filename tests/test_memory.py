"""What blocks of a stage share is forgotten when the stage is done."""

from pathlib import Path

import pytest

from recipegen import memory
from recipegen.pipeline import do_stage
from recipegen.stages import score, stage_named
from recipegen.store import Run
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
