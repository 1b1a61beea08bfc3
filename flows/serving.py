"""``make serve``: a Prefect server, and the deployments of ``prefect.yaml`` in one process."""

from __future__ import annotations

import argparse
import asyncio
import logging
import os
import signal
import socket
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import yaml  # type: ignore[import-untyped]
from prefect.client.schemas.actions import DeploymentScheduleCreate
from prefect.client.schemas.objects import ConcurrencyLimitConfig
from prefect.deployments.runner import RunnerDeployment
from prefect.runner import Runner
from prefect.settings import PREFECT_API_URL, PREFECT_HOME, temporary_settings

from flows.artifacts import REPORTS_URL
from flows.heartbeat import HEARTBEAT, install
from flows.local_server import HOST, REPORTS
from flows.server import check, server_of_our_own
from recipegen.config import Report
from recipegen.errors import RecipegenError, UsageError

ROOT = Path(__file__).parents[1]
DEPLOYMENTS = ROOT / "prefect.yaml"
PORT = 4200

ENVIRONMENT = {
    # A server that comes back within four minutes finds a run as it left it.
    "PREFECT_CLIENT_MAX_RETRIES": "7",
    # What a run says is in the UI; what is left is for the log file.
    "PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL": "CRITICAL",
}
"""Of the processes that runs are done in."""


def read_deployments(path: Path = DEPLOYMENTS) -> list[RunnerDeployment]:
    """The deployments that ``prefect.yaml`` declares."""
    declared = yaml.safe_load(path.read_text(encoding="utf-8"))["deployments"]
    return [_deployment(each) for each in declared]


def _deployment(declared: Mapping[str, Any]) -> RunnerDeployment:
    return RunnerDeployment.from_entrypoint(
        **{
            **declared,
            "schedules": [
                DeploymentScheduleCreate(schedule=at) for at in declared.get("schedules", ())
            ],
            "concurrency_limit": ConcurrencyLimitConfig(**declared["concurrency_limit"]),
            "enforce_parameter_schema": True,
        }
    )


@contextmanager
def prefect_api(port: int, log_file: Path) -> Iterator[str]:
    """The address of the configured Prefect API, or of a server that lasts as long as the block."""
    if configured := PREFECT_API_URL.value():
        check(configured)
        yield configured
        return
    _check_port(port)
    reports = ROOT / str(Report().folder)
    os.environ.setdefault(REPORTS_URL, f"http://{HOST}:{port}{REPORTS}")
    own = {"PREFECT_SERVER_API_HOST": HOST, "PREFECT_SERVER_API_PORT": str(port)}
    options = ("--port", str(port), "--reports", str(reports))
    with (
        server_of_our_own(log_file, own, *options) as address,
        temporary_settings({PREFECT_API_URL: address}),
    ):
        yield address


def _check_port(port: int) -> None:
    with socket.socket() as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((HOST, port))
        except OSError as problem:
            raise UsageError(
                f"port {port} is taken ({problem.strerror}); name another: make serve PORT=4300"
            ) from problem


def main() -> int:
    """Serve the deployments until somebody stops it; the exit code."""
    parser = argparse.ArgumentParser(prog="python -m flows.serving", description=main.__doc__)
    parser.add_argument("--port", type=int, default=PORT, help="of the server that is started")
    parser.add_argument("--file", type=Path, default=DEPLOYMENTS, help="declares the deployments")
    options = parser.parse_args()
    os.chdir(ROOT)  # what deployments name is found from here
    log_file = PREFECT_HOME.value() / "recipegen-serve.log"
    try:
        log_file.parent.mkdir(parents=True, exist_ok=True)
        with prefect_api(options.port, log_file) as address:
            _serve(address, log_file, read_deployments(options.file))
    except RecipegenError as error:
        print(f"recipegen: error: {error}", file=sys.stderr)  # noqa: T201
        return error.exit_code
    except KeyboardInterrupt:
        pass
    return 0


class _Runner(Runner):
    """Starts runs when they are due, each in a process; pauses the schedules when it stops."""

    def handle_sigterm(self, *_: Any) -> None:
        """Stop as at Ctrl-C."""
        signal.raise_signal(signal.SIGINT)


def _serve(address: str, log_file: Path, deployments: list[RunnerDeployment]) -> None:
    install()
    os.environ.update({**ENVIRONMENT, **HEARTBEAT, **os.environ})
    _log_to(log_file)
    runner = _Runner(name="recipegen", limit=None)
    for each in deployments:
        runner.add_deployment(each)
    reports = os.environ.get(REPORTS_URL)
    print(f"Prefect    {address.removesuffix('/api')}")  # noqa: T201
    if reports:
        print(f"reports    {reports}/index.html")  # noqa: T201
    for each in deployments:
        print(f"serving    {each.flow_name}/{each.name}{_when(each)}")  # noqa: T201
    print(f"log        {log_file}\nCtrl-C stops it", flush=True)  # noqa: T201
    asyncio.run(runner.start())


def _when(deployment: RunnerDeployment) -> str:
    return "".join(f", {_time(each.schedule)}" for each in deployment.schedules or ())


def _time(schedule: Any) -> str:
    cron = getattr(schedule, "cron", None)
    return f"at {cron} in {schedule.timezone}" if cron else f"every {schedule.interval}"


def _log_to(path: Path) -> None:
    """Keep what Prefect says about its work, for those who look for it, from the terminal."""
    handler = logging.FileHandler(path, encoding="utf-8")
    handler.setFormatter(logging.Formatter("%(asctime)s %(name)s: %(message)s"))
    logging.getLogger().handlers = [handler]


if __name__ == "__main__":
    sys.exit(main())
