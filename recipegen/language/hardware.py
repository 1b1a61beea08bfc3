"""Sets the device, the threads and the precision of matrix products that the network uses.

No other module sets them.

A GPU multiplies matrices in float32 either exactly or as TF32, which keeps 10 bits of the mantissa
and is several times as fast. torch lets cuDNN use TF32 for an LSTM unless it is told not to. Then a
GPU draws other words than a CPU. So products are exact, except in training in reduced precision.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import torch

from recipegen.errors import UsageError
from recipegen.machine.threads import threads_each

if TYPE_CHECKING:
    # The configuration needs pydantic, which benchmarks.gpu does without.
    from recipegen.config import Execution


def choose_device(execution: Execution) -> torch.device:
    """The device to run on. On a GPU, products of float32 matrices are exact from now on.

    Of the processes that ``torchrun`` starts on a machine, each gets a GPU of its own.

    Raises:
        UsageError: a GPU is asked for, but there is none, or fewer than processes.
    """
    there = torch.cuda.is_available()
    if execution.device == "cuda" and not there:
        raise UsageError("execution.device is cuda, but no GPU is found; set it to auto or cpu")
    if not there or execution.device == "cpu":
        return torch.device("cpu")
    number, count = int(os.environ.get("LOCAL_RANK", "0")), torch.cuda.device_count()
    if number >= count:
        raise UsageError(
            f"torchrun started more processes on this machine than it has GPUs ({count}); start "
            f"at most {count}, or set execution.device to cpu"
        )
    torch.cuda.set_device(number)
    use_float32()
    return torch.device("cuda", number)


def use_float32(kind: str = "ieee") -> None:
    """How GPUs multiply matrices of float32: ``ieee``, exactly, or ``tf32``."""
    torch.backends.cuda.matmul.fp32_precision = kind
    torch.backends.cudnn.rnn.fp32_precision = kind  # type: ignore[attr-defined]
    # The network has no convolution, but torch wants all operations of cuDNN to agree.
    torch.backends.cudnn.conv.fp32_precision = kind  # type: ignore[attr-defined]


@contextmanager
def with_tf32(device: torch.device, wanted: bool = True) -> Iterator[None]:
    """Multiply matrices of float32 as TF32 inside the ``with`` block.

    Args:
        device: where the network is; on a CPU, nothing changes.
        wanted: whether to do so at all.
    """
    if not wanted or device.type != "cuda":
        yield
        return
    use_float32("tf32")
    try:
        yield
    finally:
        use_float32()


def reduced_type(device: torch.device) -> torch.dtype:
    """The type of numbers for training in reduced precision.

    It is bfloat16, except on a GPU that would only emulate it, more slowly than float32.
    """
    if device.type == "cuda" and not torch.cuda.is_bf16_supported(including_emulation=False):
        return torch.float16
    return torch.bfloat16


def use_threads(execution: Execution, workers: int = 1) -> None:
    """Divide the threads of numeric operations among ``workers`` that work at the same time.

    Call it in each worker thread, since it sets the number for the calling thread only. The threads
    are divided because two pools that compete for the same cores slow each other down ten-fold.
    """
    torch.set_num_threads(threads_each(execution, workers))
