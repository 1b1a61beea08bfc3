"""``make serve``: starts a Prefect server, and serves the deployments of ``prefect.yaml``."""

from __future__ import annotations

import argparse
import asyncio
import logging
import os
import signal
import socket
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, redirect_stderr, redirect_stdout, suppress
from pathlib import Path
from typing import Any

import yaml  # type: ignore[import-untyped]
from prefect.client.schemas.actions import DeploymentScheduleCreate
from prefect.client.schemas.objects import ConcurrencyLimitConfig
from prefect.deployments.runner import RunnerDeployment
from prefect.runner import Runner
from prefect.settings import PREFECT_API_URL, PREFECT_HOME, temporary_settings

from recipegen.config import Report
from recipegen.errors import RecipegenError, UsageError, one_line
from recipegen.flows.artifacts import REPORTS_URL
from recipegen.flows.heartbeat import HEARTBEAT, install
from recipegen.flows.local_server import HOST, REPORTS
from recipegen.flows.prefect_server import check, send_what_is_queued, server_of_our_own

DEPLOYMENTS = Path(__file__).with_name("prefect.yaml")
PORT = 4200


def read_deployments(path: Path = DEPLOYMENTS) -> list[RunnerDeployment]:
    """The deployments that ``prefect.yaml`` declares."""
    declared = yaml.safe_load(path.read_text(encoding="utf-8"))["deployments"]
    return [_deployment(each) for each in declared]


def _deployment(declared: Mapping[str, Any]) -> RunnerDeployment:
    return RunnerDeployment.from_entrypoint(
        **{
            **declared,
            "schedules": [_schedule(at) for at in declared.get("schedules", ())],
            "concurrency_limit": ConcurrencyLimitConfig(**declared["concurrency_limit"]),
            "enforce_parameter_schema": True,
        }
    )


def _schedule(declared: Mapping[str, Any]) -> DeploymentScheduleCreate:
    time = {name: value for name, value in declared.items() if name != "active"}
    return DeploymentScheduleCreate(schedule=time, active=declared.get("active", True))


@contextmanager
def prefect_api(port: int, log_file: Path) -> Iterator[str]:
    """The address of the configured Prefect API, or of a server that lives as long as the block."""
    if configured := PREFECT_API_URL.value():
        check(configured)
        yield configured
        return
    _check_port(port)
    reports = Path(str(Report().folder)).absolute()
    os.environ.setdefault(REPORTS_URL, f"http://{HOST}:{port}{REPORTS}")
    own = {"PREFECT_SERVER_API_HOST": HOST, "PREFECT_SERVER_API_PORT": str(port)}
    options = ("--port", str(port), "--reports", str(reports))
    with (
        server_of_our_own(log_file, own, *options) as address,
        temporary_settings({PREFECT_API_URL: address}),
    ):
        try:
            yield address
        finally:
            send_what_is_queued()


def _check_port(port: int) -> None:
    with socket.socket() as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((HOST, port))
        except OSError as problem:
            raise UsageError(
                f"port {port} is taken ({problem.strerror}); name another: make serve PORT=4300"
            ) from problem


def serve(port: int = PORT, file: Path = DEPLOYMENTS) -> None:
    """Serve deployments until somebody stops the process. Their folders are relative to its own.

    Args:
        port: port of the server that is started, unless an API is configured.
        file: the file that declares the deployments.

    Raises:
        UsageError: the port is taken.
    """
    log_file = PREFECT_HOME.value() / "recipegen-serve.log"
    log_file.parent.mkdir(parents=True, exist_ok=True)
    with suppress(KeyboardInterrupt), prefect_api(port, log_file) as address:
        _serve(address, log_file, read_deployments(file))


def main() -> int:
    """Serve the deployments until somebody stops the process."""
    parser = argparse.ArgumentParser(
        prog="python -m recipegen.flows.serving", description=main.__doc__
    )
    parser.add_argument("--port", type=int, default=PORT, help="port of the server that is started")
    parser.add_argument("--file", type=Path, default=DEPLOYMENTS, help="file of the deployments")
    options = parser.parse_args()
    try:
        serve(options.port, options.file)
    except RecipegenError as error:
        print(f"recipegen: error: {error}", file=sys.stderr)  # noqa: T201
        return error.exit_code
    return 0


class _Runner(Runner):
    """Starts runs when they are due, each in a process. Pauses the schedules when it stops."""

    def handle_sigterm(self, *_: Any) -> None:
        """Stop in the same way as after Ctrl-C."""
        signal.raise_signal(signal.SIGINT)


def _serve(address: str, log_file: Path, deployments: list[RunnerDeployment]) -> None:
    install()
    os.environ.update({**HEARTBEAT, **os.environ})
    runner = _Runner(name="recipegen", limit=None)
    for each in deployments:
        runner.add_deployment(each)
    reports = os.environ.get(REPORTS_URL)
    print(f"Prefect    {one_line(address.removesuffix('/api'))}")  # noqa: T201
    if reports:
        print(f"reports    {reports}/index.html")  # noqa: T201
    for each in deployments:
        print(f"serving    {each.flow_name}/{each.name}{_when(each)}")  # noqa: T201
    print(f"log        {log_file}\nCtrl-C stops it", flush=True)  # noqa: T201
    with _output_in(log_file):
        asyncio.run(_until_stopped(runner))


async def _until_stopped(runner: _Runner) -> None:
    """Start runs until Ctrl-C; then cancel the active ones, which can be resumed later."""
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGINT, stop.set)
    working = asyncio.create_task(runner.start())
    stopping = asyncio.create_task(stop.wait())
    await asyncio.wait({working, stopping}, return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    loop.remove_signal_handler(signal.SIGINT)  # a second Ctrl-C does not wait
    if runner.started:
        await runner.astop()
    await working


def _when(deployment: RunnerDeployment) -> str:
    return "".join(f", {_time(each.schedule)}" for each in deployment.schedules or ())


def _time(schedule: Any) -> str:
    cron = getattr(schedule, "cron", None)
    return f"at {cron} in {schedule.timezone}" if cron else f"every {schedule.interval}"


@contextmanager
def _output_in(path: Path) -> Iterator[None]:
    """Write the output of runs and of Prefect to a file instead of the terminal."""
    with path.open("a", encoding="utf-8") as file, redirect_stdout(file), redirect_stderr(file):
        own = logging.StreamHandler(file)
        own.setFormatter(logging.Formatter("%(asctime)s | %(name)s - %(message)s"))
        logging.getLogger().handlers = [own]
        yield


if __name__ == "__main__":
    sys.exit(main())
