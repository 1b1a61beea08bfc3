"""The server of another project, `transformers serve`, answers our requests with a tiny model."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from recipegen.generators.requests import Answer
from recipegen.language.sampling import Sampling
from recipegen.running.resuming import do_stage
from recipegen.stages import STAGES
from recipegen.storage.run_folder import Run
from tests.conftest import SMALL
from tests.generators.test_endpoint import ask, model_at, some
from tests.generators.tiny import save_tiny_model

pytestmark = pytest.mark.slow

START_LIMIT = 120


def free_port() -> int:
    with socket.socket() as own:
        own.bind(("127.0.0.1", 0))
        return int(own.getsockname()[1])


@pytest.fixture(scope="module")
def served(
    tmp_path_factory: pytest.TempPathFactory, quiet: dict[str, str]
) -> Iterator[tuple[str, Path]]:
    """The address of the server, and the folder of its model."""
    pytest.importorskip("transformers", reason="the extra [transformers] is not installed")
    pytest.importorskip("accelerate", reason="transformers[serving] is not installed")
    folder = save_tiny_model(tmp_path_factory.mktemp("served"), steps=120)
    port = free_port()
    command = [str(Path(sys.executable).parent / "transformers"), "serve", str(folder)]
    command += ["--host", "127.0.0.1", "--port", str(port), "--device", "cpu"]
    environment = {**quiet, "HF_HUB_OFFLINE": "1", "HF_HUB_DISABLE_TELEMETRY": "1"}
    log = folder / "server.log"
    with log.open("wb") as file:
        process = subprocess.Popen(command, env=environment, stdout=file, stderr=file)
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(START_LIMIT):
            try:
                if httpx.get(f"{address}/health", trust_env=False).is_success:
                    break
            except httpx.TransportError:
                pass
            assert process.poll() is None, log.read_text()
            time.sleep(1)
        yield f"{address}/v1", folder
    finally:
        process.kill()
        process.wait()


@pytest.mark.parametrize("api", ["chat", "completions"])
def test_it_answers_what_is_asked(served: tuple[str, Path], api: str) -> None:
    address, folder = served
    model = model_at(address, model=str(folder), api=api, max_tokens=20)
    cold, hot = (some(model, 4, Sampling(temperature)) for temperature in (0.0, 1.5))
    first, _ = ask(model, cold)
    again, _ = ask(model, cold)
    others, _ = ask(model, hot)
    assert [each.text for each in first] == [each.text for each in again]
    assert [each.text for each in first] != [each.text for each in others]
    for answer in (*first, *others):
        assert isinstance(answer, Answer)
        assert answer.finish_reason in ("stop", "length")
        assert answer.completion_tokens is not None
        assert 1 <= answer.completion_tokens <= 20


def test_a_whole_run_is_drawn_from_it(
    served: tuple[str, Path], corpus: Path, tmp_path: Path
) -> None:
    address, folder = served
    model = {"kind": "openai", "name": "tiny", "address": address, "model": str(folder)}
    grid = {"temperatures": [0.5, 1.0], "samples": 12}
    models = [{**model, "api": "completions", "prompt": "recipe for {title} |", "max_tokens": 40}]
    settings = {
        **SMALL,
        "ingest": {"corpus": str(corpus)},
        "generate": {**grid, "models": [{**models[0], "open_prompt": "recipe for"}]},
    }
    run = Run.prepare(tmp_path / "run", settings)
    for stage in STAGES:
        do_stage(run, stage)
    samples = run.read("samples")
    assert len(samples) == 24
    assert samples["text"].str.startswith("recipe for").all()
    assert samples["seconds"].notna().all()
