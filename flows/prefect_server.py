"""The Prefect server that a run reports to: the configured one, or one of its own.

Without a configured server, Prefect starts an ephemeral one. That server prints its shutdown on the
user's terminal and forgets what it has not yet recorded. So we start a server ourselves. Its output
goes to a file of the run, and it stops only when it has recorded everything that it was told.

The server also stops if our process is killed, because it reads a pipe that ends with us. A death
signal of Linux would not do: it would stop the server before it has recorded what it knows, and it
depends on the thread that started the server.
"""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.request import getproxies, proxy_bypass

from filelock import FileLock, Timeout
from prefect import get_client, tags
from prefect.events.worker import EventsWorker
from prefect.logging.handlers import APILogHandler, APILogWorker
from prefect.settings import (
    PREFECT_API_URL,
    PREFECT_FLOWS_HEARTBEAT_FREQUENCY,
    PREFECT_HOME,
    get_current_settings,
    temporary_settings,
)

import recipegen
from recipegen.errors import RunError
from recipegen.flows.local_server import HOST, RECORD_LIMIT

SERVER_SETTINGS = {
    "PREFECT_SERVER_LOGGING_LEVEL": "WARNING",
    "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
    # With a transaction for each state of each task run, flows wait for the database. Nine flows
    # of seven tasks took 30 s with one event per transaction, and take 4 s with these settings.
    "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_BATCH_SIZE": "100",
    "PREFECT_SERVER_SERVICES_EVENT_PERSISTER_BATCH_SIZE": "100",
}
"""Environment of a server of our own; the user's own settings take precedence."""

PASSING = {
    # Automations are for a permanent server. Heartbeats are off here, so the automation that
    # waits for them would take this run for dead.
    "PREFECT_SERVER_SERVICES_TRIGGERS_ENABLED": "false",
}
"""Environment of a server that lives only as long as a run."""

START_LIMIT = 120.0
"""Most seconds that a server of our own may take to start; the first one creates its database."""

SEND_LIMIT = 30.0
"""Most seconds to wait until what is still in our queues has been sent to the server."""

STOP_LIMIT = RECORD_LIMIT + 15.0
"""Most seconds that a server of our own may take to stop."""

NOT_FOR_THE_TERMINAL = ("prefect.flow_runs", "prefect.task_runs", "EventsWorker", "APILogWorker")
"""Loggers whose lines are in the UI, or only say that something we wait for takes time."""

logger = logging.getLogger("recipegen.flows")


@contextmanager
def prefect_server(log_file: Path, tag: str) -> Iterator[str]:
    """The address of the Prefect API that runs report to inside the ``with`` block.

    Args:
        log_file: the file that a server of our own appends its output to.
        tag: a tag for all flow runs in the block, by which they are found in the UI.

    Raises:
        RunError: a server of our own does not start, or the configured one does not answer.
    """
    if configured := PREFECT_API_URL.value():
        check(configured)
        with tags(tag), _quiet_terminal():
            yield configured
        return
    with server_of_our_own(log_file, PASSING) as address:
        # A flow waits a second for its heartbeat to end. Heartbeats are of no use here: if this
        # process dies, its server dies with it.
        settings = {PREFECT_API_URL: address, PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None}
        with temporary_settings(settings), tags(tag), _quiet_terminal():
            try:
                yield address
            finally:
                send_what_is_queued()


def check(address: str) -> None:
    """Send a request to a Prefect API, so that an unusable one is noticed at once.

    Raises:
        RunError: the API does not answer.
    """
    try:
        with get_client(sync_client=True) as client:
            # Only the API answers this request. If another page is at the address, or the key is
            # refused, we notice it here and not in the middle of a run.
            client.read_flow_runs(limit=1)
    except Exception as problem:
        raise RunError(
            f"the Prefect API at {address} does not answer ({problem}); start it, or unset "
            "PREFECT_API_URL to run without a server"
        ) from problem


@contextmanager
def server_of_our_own(
    log_file: Path, environment: Mapping[str, str], *options: str
) -> Iterator[str]:
    """The address of the API of a Prefect server that stops when the ``with`` block ends.

    Args:
        log_file: the file that the server appends its output to.
        environment: settings of the server, besides those of all our servers.
        options: options of the command ``python -m recipegen.flows.local_server``.

    Raises:
        RunError: the server does not start.
    """
    with _starting_alone():
        server, address = _start(log_file, environment, options)
    try:
        yield address
    finally:
        if _stop(server) != 0:
            logger.warning("the history in Prefect may have gaps; %s says why", log_file)


@contextmanager
def _starting_alone() -> Iterator[None]:
    """Keep other runs from starting a server: if two create the database at once, both fail."""
    home = PREFECT_HOME.value()
    lock = FileLock(home / "recipegen-start.lock", timeout=START_LIMIT)
    try:
        lock.acquire()
    except Timeout as problem:
        raise RunError(f"another run keeps {lock.lock_file} locked; stop it") from problem
    except OSError as problem:
        raise RunError(
            f"Prefect cannot write to its folder {home} ({problem.strerror}); "
            "set PREFECT_HOME to a folder that it can write to"
        ) from problem
    try:
        yield
    finally:
        lock.release()


def _start(
    log_file: Path, environment: Mapping[str, str], options: Sequence[str]
) -> tuple[subprocess.Popen[bytes], str]:
    """Start a server of our own; returns it when it is ready, with its address."""
    server = _spawn(log_file, environment, options)
    too_late = threading.Timer(START_LIMIT, server.kill)
    too_late.start()
    try:
        assert server.stdout is not None
        if port := server.stdout.readline().strip().decode():
            return server, f"http://{HOST}:{port}/api"
        raise RunError(f"the local Prefect server did not start; {log_file} says why")
    except BaseException:
        _stop(server)
        raise
    finally:
        too_late.cancel()


def _spawn(
    log_file: Path, given: Mapping[str, str], options: Sequence[str]
) -> subprocess.Popen[bytes]:
    _reach_without_proxy(HOST)
    settings = get_current_settings().to_environment_variables(exclude_unset=True)
    environment = {**SERVER_SETTINGS, **given, **os.environ, **settings}
    here = str(Path(recipegen.__file__).parents[1])
    environment["PYTHONPATH"] = os.pathsep.join(filter(None, [here, os.getenv("PYTHONPATH")]))
    with log_file.open("ab") as log:
        return subprocess.Popen(  # noqa: S603 - the options are ours
            # -P: do not import from the current folder, which may have a folder `flows` of its own.
            [sys.executable, "-P", "-m", "recipegen.flows.local_server", *options],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            # A Ctrl-C in the terminal must not stop the server, which still has to record it.
            start_new_session=True,
        )


def _reach_without_proxy(host: str) -> None:
    """Let this process and its children reach a server on this machine without a proxy."""
    if not proxy_bypass(host):
        direct = getproxies().get("no")
        os.environ["no_proxy"] = os.environ["NO_PROXY"] = ",".join(filter(None, [direct, host]))


def _stop(server: subprocess.Popen[bytes]) -> int:
    """Stop a server; returns its exit code, which is 0 if it recorded everything."""
    assert server.stdin is not None
    assert server.stdout is not None
    server.stdin.close()
    try:
        server.wait(STOP_LIMIT)
    except subprocess.TimeoutExpired:
        server.kill()
    finally:
        server.stdout.close()
    return server.wait()


def send_what_is_queued() -> None:
    """Wait until all log lines and events of this process have been sent to the Prefect server."""
    # `at_exit` is about logging only; without it Prefect logs that it stops.
    APILogWorker.drain_all(timeout=SEND_LIMIT)
    EventsWorker.drain_all(timeout=SEND_LIMIT)


@contextmanager
def library_lines_in_the_ui() -> Iterator[None]:
    """Send the library's log lines to the flow run that they belong to."""
    library, ui = logging.getLogger("recipegen"), APILogHandler()
    level = library.level
    library.addHandler(ui)
    library.setLevel(min(level or logging.INFO, logging.INFO))
    try:
        yield
    finally:
        library.removeHandler(ui)
        library.setLevel(level)


@contextmanager
def _quiet_terminal() -> Iterator[None]:
    """Keep Prefect's own log lines off the terminal."""
    terminal = list(logging.getLogger().handlers)
    for handler in terminal:
        handler.addFilter(_is_for_the_terminal)
    try:
        yield
    finally:
        for handler in terminal:
            handler.removeFilter(_is_for_the_terminal)


def _is_for_the_terminal(record: logging.LogRecord) -> bool:
    """Whether a person at the terminal needs a log line. Of Prefect's own lines only warnings pass.

    What Prefect says about a failed run, with the traceback, is in the UI. At the terminal the
    command itself says it in one line. Warnings that queues are not empty yet are left out, because
    we wait for the queues anyway.
    """
    if record.name.startswith(NOT_FOR_THE_TERMINAL):
        return False
    return record.levelno >= logging.WARNING or not record.name.startswith("prefect.")
