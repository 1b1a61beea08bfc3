"""The Prefect server that a run reports to: the one that is configured, or one of its own.

Without a configured server Prefect starts an ephemeral one, which prints its shutdown on the
user's terminal and forgets what it has not yet recorded. We start it ourselves instead: its output
goes to a file of the run, it is stopped only when it has recorded every task run, and it stops by
itself when our process is killed, because it watches a pipe that closes with us.
"""

from __future__ import annotations

import logging
import os
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

SETTINGS = {
    # Nobody is told what is run here: neither by the server nor by the client.
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    # Lines of the library that are logged outside a flow run belong to the terminal alone.
    "PREFECT_LOGGING_TO_API_WHEN_MISSING_FLOW": "ignore",
}
"""Environment of every run; what the user has set goes first."""

SERVER_SETTINGS = {
    "PREFECT__SERVER_EPHEMERAL": "1",
    "PREFECT__SERVER_FINAL": "1",
    "PREFECT_UI_ENABLED": "0",
    "PREFECT_SERVER_LOGGING_LEVEL": "WARNING",
}
"""Environment of a server of our own: no pages, no services that outlive a run."""

for _name, _value in SETTINGS.items():
    os.environ.setdefault(_name, _value)

# Prefect reads its environment when it is imported.
from prefect import get_client, tags  # noqa: E402
from prefect.client.schemas.filters import TaskRunFilter  # noqa: E402
from prefect.client.schemas.objects import StateType  # noqa: E402
from prefect.events.worker import EventsWorker  # noqa: E402
from prefect.logging.handlers import APILogHandler, APILogWorker  # noqa: E402
from prefect.settings import (  # noqa: E402
    PREFECT_API_URL,
    PREFECT_FLOWS_HEARTBEAT_FREQUENCY,
    get_current_settings,
    temporary_settings,
)

from recipegen.errors import RunError  # noqa: E402

START_LIMIT = 120.0
"""Seconds that a server of our own may take to start: the first one creates its database."""

RECORD_LIMIT = 30.0
"""Seconds to wait until a server of our own has recorded the task runs."""

STOP_LIMIT = 15.0
"""Seconds that a server of our own may take to stop."""

logger = logging.getLogger("recipegen.flows")


@contextmanager
def prefect_server(log_file: Path, tag: str) -> Iterator[str]:
    """The address of the Prefect API that runs report to while the block lasts.

    Args:
        log_file: where a server of our own writes what it has to say.
        tag: given to all that runs in the block, so that it is found again in the UI.

    Raises:
        RunError: a server of our own does not start, or the configured one does not answer.
    """
    if configured := PREFECT_API_URL.value():
        _check(configured)
        with tags(tag), _library_lines_in_the_ui():
            yield configured
        return
    began = datetime.now(UTC)
    with log_file.open("wb") as log:
        server = _start(log)
        try:
            address = _address(server, log_file)
            # A flow waits a second for its heartbeat to end, and nobody would miss it here: when
            # this process dies its server dies with it.
            settings = {PREFECT_API_URL: address, PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None}
            with temporary_settings(settings), tags(tag), _library_lines_in_the_ui():
                try:
                    yield address
                finally:
                    _send_what_is_queued()
                    _wait_until_recorded(tag, began)
        finally:
            _stop(server)


def _check(address: str) -> None:
    with get_client(sync_client=True) as client:
        problem = client.api_healthcheck()
    if problem is not None:
        raise RunError(
            f"the Prefect API at {address} does not answer ({problem}); start it, or unset "
            "PREFECT_API_URL to run without a server"
        )


def _start(log: IO[bytes]) -> subprocess.Popen[bytes]:
    settings = get_current_settings().to_environment_variables(exclude_unset=True)
    return subprocess.Popen(
        [sys.executable, "-m", "flows.server"],
        env={**os.environ, **settings, **SERVER_SETTINGS},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=log,
        cwd=Path(__file__).parents[1],
        # A Ctrl-C in the terminal is for us: the server is still needed to record it.
        start_new_session=True,
    )


def _address(server: subprocess.Popen[bytes], log_file: Path) -> str:
    """The address of a server of our own once it answers."""
    assert server.stdout is not None
    port = server.stdout.readline().strip().decode()
    address, limit = f"http://127.0.0.1:{port}", time.monotonic() + START_LIMIT
    while port and server.poll() is None and time.monotonic() < limit:
        try:
            with urllib.request.urlopen(f"{address}/api/health", timeout=5):  # noqa: S310
                return f"{address}/api"
        except OSError:
            time.sleep(0.1)
    raise RunError(f"the local Prefect server did not start; {log_file} says why")


def _stop(server: subprocess.Popen[bytes]) -> None:
    assert server.stdin is not None
    server.stdin.close()
    try:
        server.wait(STOP_LIMIT)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()
    finally:
        if server.stdout is not None:
            server.stdout.close()


def _send_what_is_queued() -> None:
    APILogHandler.flush(APILogHandler())
    APILogWorker.drain_all(at_exit=False)
    EventsWorker.drain_all(at_exit=False)


def _wait_until_recorded(tag: str, began: datetime) -> None:
    """Wait until the server has written the last event of each task run with the tag."""
    running = TaskRunFilter.model_validate(
        {
            "tags": {"all_": [tag]},
            "start_time": {"after_": began},
            "state": {"type": {"any_": [StateType.PENDING, StateType.RUNNING]}},
        }
    )
    limit = time.monotonic() + RECORD_LIMIT
    with get_client(sync_client=True) as client:
        while time.monotonic() < limit:
            if not client.read_task_runs(task_run_filter=running, limit=1):
                return
            time.sleep(0.2)
    logger.warning("the Prefect server has not recorded all task runs; its history has gaps")


@contextmanager
def _library_lines_in_the_ui() -> Iterator[None]:
    """Send the library's log lines to the flow run they belong to, and quieten Prefect's own.

    What Prefect prints about a task that failed is in the UI; here the command says it in a line.
    """
    library, ui = logging.getLogger("recipegen"), APILogHandler()
    level = library.level
    library.addHandler(ui)
    library.setLevel(min(level or logging.INFO, logging.INFO))
    terminal = logging.getLogger().handlers
    for handler in terminal:
        handler.addFilter(_not_about_runs)
    try:
        yield
    finally:
        for handler in terminal:
            handler.removeFilter(_not_about_runs)
        library.removeHandler(ui)
        library.setLevel(level)


def _not_about_runs(record: logging.LogRecord) -> bool:
    return not record.name.startswith(("prefect.flow_runs", "prefect.task_runs"))


def _serve() -> None:
    """Serve the Prefect API on a free port until standard input ends; its port is printed first."""
    import uvicorn

    config = uvicorn.Config(
        "prefect.server.api.server:create_app", factory=True, log_level="warning", lifespan="on"
    )
    server = uvicorn.Server(config)
    listener = socket.create_server(("127.0.0.1", 0))
    print(listener.getsockname()[1], flush=True)  # noqa: T201

    def stop_with_parent() -> None:
        sys.stdin.read()
        server.should_exit = True

    threading.Thread(target=stop_with_parent, daemon=True).start()
    server.run(sockets=[listener])


if __name__ == "__main__":
    _serve()
