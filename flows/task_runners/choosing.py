"""Chooses where the blocks of a run are done: the Prefect task runner for its settings."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any, TypeVar
from urllib.parse import urlsplit

from prefect.context import FlowRunContext
from prefect.task_runners import TaskRunner

from recipegen.config import Execution
from recipegen.errors import RunError, UsageError
from recipegen.flows.task_runners.stoppable_threads import StoppableThreads
from recipegen.machine.worker_processes import workers
from recipegen.storage.run_folder import Run

T = TypeVar("T")


@contextmanager
def task_runner(run: Run) -> Iterator[TaskRunner[Any]]:
    """The task runner for all stages of a run; all that it starts ends with the ``with`` block.

    Raises:
        UsageError: a package that the runner needs is not installed.
        RunError: the configured cluster does not answer, or cannot do the work.
    """
    execution = run.configuration.execution
    if execution.runner in ("dask", "ray"):
        with _cluster(execution.runner).of_run(run) as cluster:
            yield cluster
        return
    with workers(execution) as processes:
        yield StoppableThreads(execution.workers, processes)


@contextmanager
def deaths_in_a_line(runner: TaskRunner[Any]) -> Iterator[None]:
    """Say what to do if workers of a cluster have died again and again on the same block.

    Raises:
        RunError: workers have died so.
    """
    try:
        yield
    except getattr(runner, "deaths", ()) as death:
        raise RunError(
            "workers, one after the other, died of the same block; if memory is short, use fewer "
            "workers on a machine"
        ) from death


def refuse_own_server(execution: Execution) -> None:
    """Refuse to run with a server of our own if the workers of a cluster cannot reach it.

    Raises:
        UsageError: the workers are on other machines.
    """
    host = urlsplit("//" + (execution.cluster or "").rpartition("://")[2]).hostname
    if host and host not in ("localhost", "127.0.0.1", "auto"):
        raise UsageError(
            f"execution.cluster: the workers at {execution.cluster} report to Prefect as well; "
            "set PREFECT_API_URL to a server that they reach"
        )


def do(function: Callable[..., T], *given: Any) -> T:
    """The result of a call, made in a process if the task runner has some, else in this thread."""
    context = FlowRunContext.get()
    processes = getattr(context.task_runner, "processes", None) if context else None
    return processes.do(function, *given) if processes else function(*given)


def _cluster(name: str) -> Any:
    """The class of task runners for a cluster; it needs extra packages."""
    module, runner = {
        "dask": ("recipegen.flows.task_runners.dask_cluster", "OnDask"),
        "ray": ("recipegen.flows.task_runners.ray_cluster", "OnRay"),
    }[name]
    try:
        return getattr(import_module(module), runner)
    except ModuleNotFoundError as missing:
        raise UsageError(
            f"execution.runner is {name}, which needs the package {missing.name}: "
            f"pip install 'recipegen[{name}]'"
        ) from missing
