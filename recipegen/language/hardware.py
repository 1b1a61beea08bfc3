"""Sets the device and the number of threads that the network uses. No other module sets them."""

from __future__ import annotations

import os

import torch

from recipegen.config import Execution
from recipegen.errors import UsageError


def choose_device(execution: Execution) -> torch.device:
    """The device to run on.

    Raises:
        UsageError: a GPU is asked for, but there is none.
    """
    there = torch.cuda.is_available()
    if execution.device == "cuda" and not there:
        raise UsageError("execution.device is cuda, but no GPU is found; set it to auto or cpu")
    return torch.device("cuda" if there and execution.device != "cpu" else "cpu")


def use_threads(execution: Execution, workers: int = 1) -> None:
    """Divide the threads of numeric operations among ``workers`` that work at the same time.

    Call it in each worker thread, since it sets the number for the calling thread only. The threads
    are divided because two pools that compete for the same cores slow each other down ten-fold.
    """
    threads = execution.threads or os.cpu_count() or 1
    torch.set_num_threads(max(1, threads // workers))
