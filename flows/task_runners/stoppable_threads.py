"""Runs tasks in threads that stop when their flow is stopped."""

from __future__ import annotations

from typing import Any

from prefect.task_runners import ThreadPoolTaskRunner

from recipegen.machine.interruption import Interruptible, stop_threads
from recipegen.machine.worker_processes import Processes


class StoppableThreads(Interruptible, ThreadPoolTaskRunner[int]):
    """Threads that drop stoppable work when their flow is cancelled or interrupted.

    Prefect's own threads continue to the end of their task. A block of samples takes longer than
    the 30 s after which a cancelled process is killed.
    """

    def __init__(self, max_workers: int, processes: Processes | None = None) -> None:
        """Use threads that do the work themselves, or each in a process of its own."""
        super().__init__(max_workers)
        self.processes = processes

    def duplicate(self) -> StoppableThreads:
        """Another runner for the next flow, with the same processes."""
        return StoppableThreads(self._max_workers, self.processes)

    def drop_work(self) -> None:
        """Stop the threads, and kill their processes."""
        if self._executor is not None:
            self._executor.shutdown(wait=False, cancel_futures=True)
        stop_threads(self._worker_thread_ids)
        if self.processes:
            self.processes.drop_work()

    def end(self, *exception: Any) -> None:
        """Wait for the threads."""
        ThreadPoolTaskRunner.__exit__(self, *exception)
