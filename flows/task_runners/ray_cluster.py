"""Runs blocks on a Ray cluster: an existing one, or one that a run starts on this machine."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import ray
from prefect.task_runners import TaskRunner, ThreadPoolTaskRunner
from prefect_ray.task_runners import PrefectRayFuture, RayTaskRunner
from ray.exceptions import OutOfMemoryError, WorkerCrashedError

from recipegen.config import Execution
from recipegen.errors import RunError
from recipegen.machine.interruption import Interruptible
from recipegen.storage.run_folder import Run


class OnRay(Interruptible, RayTaskRunner[int]):  # type: ignore[misc]
    """The workers of a Ray cluster, kept from stage to stage of a run.

    If a worker dies, Ray replaces it, and another worker does its block again.
    """

    deaths = (WorkerCrashedError, OutOfMemoryError)
    """Raised if workers have died again and again on the same block."""

    def __init__(self, **options: Any) -> None:
        """Take the options of ``RayTaskRunner``."""
        super().__init__(**options)
        self._given: list[Any] = []

    @classmethod
    @contextmanager
    def of_run(cls, run: Run) -> Iterator[OnRay]:
        """The runner for all stages of a run. A cluster of its own starts with the first block.

        Raises:
            RunError: the configured cluster does not answer.
        """
        execution = run.configuration.execution
        runner = cls(**_where(execution))
        try:
            if execution.cluster:
                runner.connect()
            yield runner
        finally:
            ray.shutdown()

    def connect(self) -> None:
        """Connect to the configured cluster, or start one if none is configured.

        Raises:
            RunError: the cluster does not answer.
        """
        try:
            ray.init(self.address, **self.init_kwargs)
        except (ConnectionError, RuntimeError) as problem:
            raise RunError(
                f"execution.cluster: no Ray cluster answers at {self.address} ({problem}); start "
                "it with `ray start --head`"
            ) from problem

    def duplicate(self) -> OnRay:
        """The same runner, for the next stage."""
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle as a thread runner: a worker gets the flow and its runner, but starts no tasks."""
        return ThreadPoolTaskRunner, (1,)

    def __enter__(self) -> OnRay:
        """Get ready for tasks; the cluster starts with the first task."""
        TaskRunner.__enter__(self)
        self._given = []
        return self

    def submit(self, *given: Any, **named: Any) -> PrefectRayFuture[int]:
        """Let a worker do a task."""
        if not ray.is_initialized():
            self.connect()
        future: PrefectRayFuture[int] = super().submit(*given, **named)
        self._given.append(future.wrapped_future)
        return future

    def drop_work(self) -> None:
        """Cancel what the workers do."""
        for task in self._given:
            ray.cancel(task, force=True)

    def end(self, *exception: Any) -> None:
        """Keep the cluster for the next stage."""
        TaskRunner.__exit__(self, *exception)


def _where(execution: Execution) -> dict[str, Any]:
    quiet = {"log_to_driver": False, "logging_level": logging.ERROR}
    if execution.cluster:
        return {"address": execution.cluster, "init_kwargs": quiet}
    own = {"num_cpus": execution.workers, "include_dashboard": False}
    return {"init_kwargs": {**quiet, **own}}
