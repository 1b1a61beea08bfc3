"""Runs blocks on a Dask cluster: an existing one, or one that a run starts on this machine."""

from __future__ import annotations

import logging
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from typing import Any

from distributed import Client, KilledWorker, LocalCluster
from prefect.task_runners import TaskRunner, ThreadPoolTaskRunner
from prefect_dask.task_runners import DaskTaskRunner

import recipegen
from recipegen.config import Execution
from recipegen.errors import RunError
from recipegen.machine.interruption import Interruptible, stop_work_on
from recipegen.storage.files import Place, is_file
from recipegen.storage.run_folder import Run

QUIET = {
    "PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL": "ERROR",
    "DASK_LOGGING__DISTRIBUTED": "critical",
}
"""Environment of our workers, to keep the terminal quiet.

Prefect's lines about each task are in the UI. Dask also complains about workers that lose their
scheduler at the end, which is normal.
"""

ANSWER_LIMIT = 10.0
"""Most seconds that a scheduler may take to answer."""


class OnDask(Interruptible, DaskTaskRunner):
    """The workers of a Dask cluster, kept from stage to stage of a run.

    If a worker dies, Dask replaces it, and another worker does its block again.
    """

    deaths = (KilledWorker,)
    """Raised if workers have died again and again on the same block."""

    def __init__(self, folder: Place, **options: Any) -> None:
        """Work on the run in a folder, with the options of ``DaskTaskRunner``."""
        super().__init__(**options)
        self._folder = folder

    @classmethod
    @contextmanager
    def of_run(cls, run: Run) -> Iterator[OnDask]:
        """The runner for all stages of a run. A cluster of its own starts with the first block.

        Raises:
            RunError: the configured cluster does not answer, or cannot do the work.
        """
        execution = run.configuration.execution
        logging.getLogger("distributed").setLevel(logging.ERROR)
        runner = cls(run.folder, **_where(execution))
        try:
            if execution.cluster:
                check(execution.cluster, run.folder)
            yield runner
        finally:
            runner.close()

    def duplicate(self) -> OnDask:
        """The same runner, for the next stage."""
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle as a thread runner: a worker gets the flow and its runner, but starts no tasks."""
        return ThreadPoolTaskRunner, (1,)

    def drop_work(self) -> None:
        """Cancel what the workers do."""
        if self._client:
            self._client.cancel(list(self._client.futures))  # type: ignore[no-untyped-call]
            if self._cluster is None:
                self._client.run(stop_work_on, self._folder)
            else:
                self._kill()

    def end(self, *exception: Any) -> None:
        """Keep the cluster for the next stage."""
        TaskRunner.__exit__(self, *exception)

    def _kill(self) -> None:
        """Kill the workers of our own cluster at once, because Dask would wait for their work."""
        cluster: Any = self._cluster
        for nanny in cluster.workers.values():
            nanny.auto_restart = False
            os.kill(nanny.pid, signal.SIGKILL)

    def close(self) -> None:
        """Disconnect from the cluster, and end it if it is the run's own."""
        self._exit_stack.close()


def _where(execution: Execution) -> dict[str, Any]:
    if execution.cluster:
        return {"address": execution.cluster}
    own = {
        "n_workers": execution.workers,
        "threads_per_worker": 1,
        "host": "127.0.0.1",
        "dashboard_address": "127.0.0.1:0",
        "memory_limit": 0,  # a worker that Dask pauses because of its memory would wait for ever
        "silence_logs": logging.ERROR,
        "env": QUIET,
    }
    return {"cluster_class": LocalCluster, "cluster_kwargs": own}


def check(address: str, folder: Place) -> None:
    """Check that a cluster answers, and that its workers can do the blocks of a run.

    Raises:
        RunError: the cluster does not answer, has no workers, or its workers cannot do the work.
    """
    try:
        with Client(address, timeout=ANSWER_LIMIT, set_as_default=False) as client:  # type: ignore[no-untyped-call]
            versions = client.run(version, "recipegen", on_error="return")
            finds = client.run(is_file, folder / "configuration.json", on_error="return")
    except OSError as problem:
        raise RunError(
            f"execution.cluster: no Dask scheduler answers at {address} ({problem}); start it with "
            "`dask scheduler`"
        ) from problem
    if not versions:
        raise RunError(f"execution.cluster: {address} has no workers; start some, `dask worker`")
    for worker, found in versions.items():
        if found != recipegen.__version__:
            raise RunError(
                f"execution.cluster: the worker {worker} has recipegen {found}; install "
                f"{recipegen.__version__} there, as here"
            )
    for worker, found in finds.items():
        if found is not True:
            raise RunError(
                f"execution.cluster: the worker {worker} does not see the run folder {folder}; "
                "put it on a disk that all machines share, or in a store"
            )
