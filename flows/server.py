"""The Prefect server that a run reports to: the one that is configured, or one of its own.

Without a configured server Prefect starts an ephemeral one, which prints its shutdown on the
user's terminal and forgets what it has not yet recorded. We start it ourselves instead: its output
goes to a file of the run, and it stops when it has recorded everything that it was told. It stops
by itself when our process is killed: it reads a pipe that ends with us. (A death signal of Linux
would cut it off before it has recorded what it knows, and follows the thread that started it.)
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
    # A transaction for each state of each task run keeps flows waiting for the database: nine
    # flows of seven tasks took 30 s with one event a transaction, and take 4 s with this.
    "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_BATCH_SIZE": "100",
    "PREFECT_SERVER_SERVICES_EVENT_PERSISTER_BATCH_SIZE": "100",
}
"""Environment of a server of our own; what the user has set for servers goes first."""

PASSING = {
    # Automations are for the server that stays. One that misses the heartbeats, which are off
    # here, would take this run for dead.
    "PREFECT_SERVER_SERVICES_TRIGGERS_ENABLED": "false",
}
"""Environment of a server that lasts as long as a run."""

START_LIMIT = 120.0
"""Seconds that a server of our own may take to start: the first one creates its database."""

SEND_LIMIT = 30.0
"""Seconds to wait until a server of our own has been told what is still in our queues."""

STOP_LIMIT = RECORD_LIMIT + 15.0
"""Seconds that a server of our own may take to stop."""

NOT_FOR_THE_TERMINAL = ("prefect.flow_runs", "prefect.task_runs", "EventsWorker", "APILogWorker")
"""Loggers whose lines are in the UI, or only say that what we wait for takes its time."""

logger = logging.getLogger("recipegen.flows")


@contextmanager
def prefect_server(log_file: Path, tag: str) -> Iterator[str]:
    """The address of the Prefect API that runs report to while the block lasts.

    Args:
        log_file: where a server of our own adds what it has to say.
        tag: given to all that runs in the block, so that it is found again in the UI.

    Raises:
        RunError: a server of our own does not start, or the configured one does not answer.
    """
    if configured := PREFECT_API_URL.value():
        check(configured)
        with tags(tag), _quiet_terminal():
            yield configured
        return
    with server_of_our_own(log_file, PASSING) as address:
        # A flow waits a second for its heartbeat to end, and nobody would miss it here: when
        # this process dies its server dies with it.
        settings = {PREFECT_API_URL: address, PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None}
        with temporary_settings(settings), tags(tag), _quiet_terminal():
            try:
                yield address
            finally:
                send_what_is_queued()


def check(address: str) -> None:
    """Ask a Prefect API something, so that one that cannot be used is found out at once.

    Raises:
        RunError: it does not answer.
    """
    try:
        with get_client(sync_client=True) as client:
            # A question that only the API answers: a page in its place, or a key that is refused,
            # is found here and not in the middle of a run.
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
    """The address of the API of a Prefect server that stops when the block ends.

    Args:
        log_file: where it adds what it has to say.
        environment: its settings, beside those of every server of ours.
        options: of the command ``python -m recipegen.flows.local_server``.

    Raises:
        RunError: it does not start.
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
    """Keep other runs from starting a server: two that create the database at once both fail."""
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
    """A server of our own that is ready, and its address."""
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
            # -P: a folder `flows` where the user happens to stand is not ours.
            [sys.executable, "-P", "-m", "recipegen.flows.local_server", *options],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            # A Ctrl-C in the terminal is for us: the server is still needed to record it.
            start_new_session=True,
        )


def _reach_without_proxy(host: str) -> None:
    """Keep this process, and those it starts, from asking a proxy for a server on this machine."""
    if not proxy_bypass(host):
        direct = getproxies().get("no")
        os.environ["no_proxy"] = os.environ["NO_PROXY"] = ",".join(filter(None, [direct, host]))


def _stop(server: subprocess.Popen[bytes]) -> int:
    """The exit code of a server that has been told to stop: 0 where it recorded everything."""
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
    """Wait until the Prefect server has been told all that this process has to say."""
    # `at_exit` is about logging only; without it Prefect logs that it stops.
    APILogWorker.drain_all(timeout=SEND_LIMIT)
    EventsWorker.drain_all(timeout=SEND_LIMIT)


@contextmanager
def library_lines_in_the_ui() -> Iterator[None]:
    """Send the library's log lines to the flow run they belong to."""
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
    """Keep Prefect's own lines from the terminal."""
    terminal = list(logging.getLogger().handlers)
    for handler in terminal:
        handler.addFilter(_is_for_the_terminal)
    try:
        yield
    finally:
        for handler in terminal:
            handler.removeFilter(_is_for_the_terminal)


def _is_for_the_terminal(record: logging.LogRecord) -> bool:
    """Whether a person at the terminal needs a line: of Prefect's own, only warnings.

    What Prefect says about a run that failed, traceback and all, is in the UI; at the terminal the
    command says it in a line. That its queues are not empty yet is no news: we wait for them.
    """
    if record.name.startswith(NOT_FOR_THE_TERMINAL):
        return False
    return record.levelno >= logging.WARNING or not record.name.startswith("prefect.")
