"""Training shared by several processes, each on a processor or GPU of its own.

``torchrun`` starts the processes and tells each its rank. All have the same weights. At each step a
process computes the gradient of its share of the recipes, and torch's DistributedDataParallel puts
the shares together. So together they train as one process would, except for the last digits.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar

import torch
import torch.distributed as dist
from torch import nn
from torch.nn.parallel import DistributedDataParallel

Item = TypeVar("Item")


@dataclass(frozen=True)
class Processes:
    """The processes that train together, seen from one of them."""

    rank: int = 0
    count: int = 1

    @property
    def is_first(self) -> bool:
        """Whether this is the process that writes."""
        return self.rank == 0

    def share(self, items: Sequence[Item]) -> Sequence[Item]:
        """The share of this process. All processes must have the items in the same order."""
        return items[self.rank :: self.count]

    def together(self, module: nn.Module) -> nn.Module:
        """The module, with its gradients averaged over the processes."""
        if self.count == 1:
            return module
        # If no word lies in a cluster of the adaptive softmax, that cluster has no gradient.
        return DistributedDataParallel(module, find_unused_parameters=True)

    def sums(self, *values: float) -> list[float]:
        """The sum of each value over the processes."""
        if self.count == 1:
            return list(values)
        device = "cuda" if dist.get_backend() == "nccl" else "cpu"
        summed = torch.tensor(values, dtype=torch.float64, device=device)
        dist.all_reduce(summed)
        return summed.tolist()


def rank() -> int:
    """The rank of this process among those that ``torchrun`` has started; 0 without torchrun."""
    return int(os.environ.get("RANK", "0"))


@contextmanager
def joined(device: torch.device) -> Iterator[Processes]:
    """The processes that ``torchrun`` has started, connected until the ``with`` block ends."""
    count = int(os.environ.get("WORLD_SIZE", "1"))
    if count == 1:
        yield Processes()
        return
    dist.init_process_group("nccl" if device.type == "cuda" else "gloo")
    try:
        yield Processes(dist.get_rank(), count)
    finally:
        dist.destroy_process_group()
