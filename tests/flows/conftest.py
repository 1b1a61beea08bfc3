"""In tests, Prefect writes to a folder of its own, and one server serves the deployments."""

from __future__ import annotations

import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml  # type: ignore[import-untyped]

from recipegen.storage.run_folder import Run
from tests.conftest import SMALL

START_LIMIT = 120
RUN_LIMIT = 240
ENDED = ("COMPLETED", "FAILED", "CRASHED", "CANCELLED")


@pytest.fixture(scope="session")
def prefect_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("prefect")


@pytest.fixture(scope="session")
def without_prefect(quiet: dict[str, str]) -> dict[str, str]:
    """The environment of commands, without the user's settings for Prefect."""
    return {name: value for name, value in quiet.items() if not name.startswith("PREFECT_")}


class Patient(httpx.HTTPTransport):
    """Asks again if the answer is 503 (SQLite is busy), as Prefect's own client does."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        for _ in range(20):
            answer = super().handle_request(request)
            if answer.status_code != httpx.codes.SERVICE_UNAVAILABLE:
                break
            answer.close()
            time.sleep(0.5)
        return answer


@dataclass(frozen=True)
class Served:
    """Deployments that are being served, and the API that tells about their runs."""

    process: subprocess.Popen[str]
    api: httpx.Client
    home: Path
    runs: Path

    def deployment(self, name: str) -> dict[str, Any]:
        found = self.api.post("deployments/filter", json={}).json()
        (one,) = (each for each in found if each["name"] == name)
        return dict(one)

    def trigger(self, name: str, parameters: dict[str, Any] | None = None) -> httpx.Response:
        body: dict[str, Any] = {"state": {"type": "SCHEDULED"}}
        if parameters is not None:
            body["parameters"] = {**self.deployment(name)["parameters"], **parameters}
        return self.api.post(
            f"deployments/{self.deployment(name)['id']}/create_flow_run", json=body
        )

    def set_state(self, flow_run: str, state: str) -> None:
        body = {"state": {"type": state}}
        answer = self.api.post(f"flow_runs/{flow_run}/set_state", json=body).json()
        assert answer["status"] == "ACCEPT", answer

    def flow_run(self, flow_run: str) -> dict[str, Any]:
        return dict(self.api.get(f"flow_runs/{flow_run}").json())

    def ended(self, flow_run: str) -> dict[str, Any]:
        """Wait until a flow run has ended, and return it."""
        limit = time.monotonic() + RUN_LIMIT
        while (found := self.flow_run(flow_run))["state"]["type"] not in ENDED:
            assert time.monotonic() < limit, f"{found['state']}\n{self.log()}"
            time.sleep(0.2)
        return found

    def flow_runs(self, **of: Any) -> list[dict[str, Any]]:
        return list(self.api.post("flow_runs/filter", json=of).json())

    def artifacts(self, flow_run: str) -> dict[str, dict[str, Any]]:
        of = {"artifacts": {"flow_run_id": {"any_": [flow_run]}}}
        return {each["key"]: each for each in self.api.post("artifacts/filter", json=of).json()}

    def folder(self, flow_run: str) -> Path:
        """Wait until a flow run has a folder, and return the folder."""
        limit = time.monotonic() + RUN_LIMIT
        while not (found := list(self.runs.glob(f"*-{flow_run[-6:]}"))):
            assert time.monotonic() < limit, self.log()
            time.sleep(0.05)
        return found[0]

    def sign_of_work(self, flow_run: str, pattern: str) -> None:
        """Wait until a file appears in the folder of a flow run."""
        folder, limit = self.folder(flow_run), time.monotonic() + RUN_LIMIT
        while not list(folder.glob(pattern)):
            assert time.monotonic() < limit, self.log()
            time.sleep(0.02)

    def log(self) -> str:
        return (self.home / "recipegen-serve.log").read_text(encoding="utf-8")[-3000:]


@pytest.fixture(scope="session")
def served(
    corpus: Path,
    others: Path,
    finished: Run,
    tmp_path_factory: pytest.TempPathFactory,
    without_prefect: dict[str, str],
) -> Iterator[Served]:
    """Small deployments on a server of their own."""
    folder = tmp_path_factory.mktemp("served")
    shutil.copytree(finished.folder, folder / "finished")
    declared = folder / "prefect.yaml"
    declared.write_text(yaml.safe_dump({"deployments": deployments_of(folder, corpus, others)}))
    with serving(folder, declared, without_prefect) as found:
        yield found


def deployments_of(folder: Path, corpus: Path, others: Path) -> list[dict[str, Any]]:
    """A small run; a finished run that a schedule can start again and again; the drop folder."""
    configuration = {
        **SMALL,
        "ingest": {"corpus": str(corpus)},
        "generate": {**SMALL["generate"], "others": [str(others)]},
    }
    pipeline = {"entrypoint": "recipegen.flows.pipeline.run_pipeline"}
    one = {"limit": 1, "collision_strategy": "ENQUEUE"}
    return [
        {
            **pipeline,
            "name": "small",
            "tags": ["small"],
            "parameters": {"configuration": configuration, "runs": str(folder / "runs")},
            "schedules": [{"cron": "0 3 * * *", "timezone": "Europe/Berlin"}],
            "concurrency_limit": one,
        },
        {
            **pipeline,
            "name": "ticking",
            "parameters": {"folder": str(folder / "finished"), "configuration": {}},
            "schedules": [{"interval": 2, "active": False}],
            "concurrency_limit": {**one, "collision_strategy": "CANCEL_NEW"},
        },
        {
            "entrypoint": "recipegen.flows.drop_folder.score_drop_folder",
            "name": "drop",
            "parameters": {
                "settings": {
                    "folder": str(folder / "drop"),
                    "scores": str(folder / "scores"),
                    "runs": str(folder),
                }
            },
            "concurrency_limit": one,
        },
    ]


class serving:  # noqa: N801 - a context manager
    """Deployments that a process of their own serves, on a server that it starts."""

    def __init__(self, folder: Path, declared: Path, environment: dict[str, str]) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = str(free.getsockname()[1])
        home = folder / "prefect"
        self.process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "recipegen.flows.serving",
                "--port",
                port,
                "--file",
                str(declared),
            ],
            env={
                **environment,
                "PREFECT_HOME": str(home),
                "PREFECT_RUNNER_POLL_FREQUENCY": "1",
                "PREFECT_SERVER_SERVICES_SCHEDULER_LOOP_SECONDS": "2",
                "NO_PROXY": "127.0.0.1",
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        address = f"http://127.0.0.1:{port}/api/"
        api = httpx.Client(base_url=address, timeout=60, trust_env=False, transport=Patient())
        self.served = Served(self.process, api, home, folder / "runs")
        self.said: list[str] = []

    def __enter__(self) -> Served:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.said.append(line)
            if line.startswith("Ctrl-C"):
                return self.served
        raise AssertionError("".join(self.said))

    def __exit__(self, *_: object) -> None:
        self.served.api.close()
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        rest, _ = self.process.communicate(timeout=START_LIMIT)
        self.said.append(rest)
