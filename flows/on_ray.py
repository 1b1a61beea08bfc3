"""Blocks on a Ray cluster: one that is there, or one of this machine's that a run has alone."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Any

import ray
from prefect.task_runners import TaskRunner, ThreadPoolTaskRunner
from prefect_ray.task_runners import PrefectRayFuture, RayTaskRunner
from ray.exceptions import OutOfMemoryError, WorkerCrashedError

from recipegen.config import Execution
from recipegen.errors import RunError
from recipegen.store import Run
from recipegen.workers import is_interruption


class OnRay(RayTaskRunner[int]):  # type: ignore[misc]
    """The workers of a Ray cluster, kept from stage to stage of a run.

    A worker that dies is replaced by Ray, and what it did is done again by another.
    """

    deaths = (WorkerCrashedError, OutOfMemoryError)
    """Raised where workers have died of the same block again and again."""

    def __init__(self, **options: Any) -> None:
        """The options are those of ``RayTaskRunner``."""
        super().__init__(**options)
        self._given: list[Any] = []

    @classmethod
    @contextmanager
    def of_run(cls, run: Run) -> Iterator[OnRay]:
        """The runner of all stages of a run; a cluster of its own starts with the first block.

        Raises:
            RunError: the cluster that is configured is not there.
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
        """Connect to the cluster that is configured, or start one.

        Raises:
            RunError: it is not there.
        """
        try:
            ray.init(self.address, **self.init_kwargs)
        except (ConnectionError, RuntimeError) as problem:
            raise RunError(
                f"execution.cluster: no Ray cluster answers at {self.address} ({problem}); start "
                "it with `ray start --head`"
            ) from problem

    def duplicate(self) -> OnRay:
        """The same one for the next stage."""
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        """A worker is sent the flow with its runner, and starts no tasks itself."""
        return ThreadPoolTaskRunner, (1,)

    def __enter__(self) -> OnRay:
        """Get ready for tasks; the cluster starts with the first."""
        TaskRunner.__enter__(self)
        self._given = []
        return self

    def submit(self, *given: Any, **named: Any) -> PrefectRayFuture[int]:
        """Have a task done by a worker."""
        if not ray.is_initialized():
            self.connect()
        future: PrefectRayFuture[int] = super().submit(*given, **named)
        self._given.append(future.wrapped_future)
        return future

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Keep the cluster; stop what it does where the flow did not end by itself."""
        if is_interruption(exc_type):
            for task in self._given:
                ray.cancel(task, force=True)
        TaskRunner.__exit__(self, exc_type, exc_value, traceback)


def _where(execution: Execution) -> dict[str, Any]:
    quiet = {"log_to_driver": False, "logging_level": logging.ERROR}
    if execution.cluster:
        return {"address": execution.cluster, "init_kwargs": quiet}
    own = {"num_cpus": execution.workers, "include_dashboard": False}
    return {"init_kwargs": {**quiet, **own}}
