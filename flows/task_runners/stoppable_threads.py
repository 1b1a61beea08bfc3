"""Runs tasks in threads that stop when their flow is stopped."""

from __future__ import annotations

from types import TracebackType

from prefect.task_runners import ThreadPoolTaskRunner

from recipegen.machine.interruption import is_interruption, stop_threads
from recipegen.machine.worker_processes import Processes


class StoppableThreads(ThreadPoolTaskRunner[int]):
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

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Stop the threads if the flow was interrupted, and wait for them."""
        if is_interruption(exc_type):
            if self._executor is not None:
                self._executor.shutdown(wait=False, cancel_futures=True)
            stop_threads(self._worker_thread_ids)
            if self.processes:
                self.processes.kill()
        super().__exit__(exc_type, exc_value, traceback)
