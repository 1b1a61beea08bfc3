"""Log-probabilities of all words in memory that is used again."""

from __future__ import annotations

from itertools import pairwise
from typing import cast

import torch
from torch import Tensor, nn


class Scratch:
    """Memory for intermediate results that is allocated once and used again.

    Otherwise, results of several megabytes go back to the system as soon as they are freed. The
    next ones need pages that are cleared again, which takes longer than the arithmetic.
    """

    def __init__(self, like: Tensor) -> None:
        """Prepare memory for numbers of the same type and on the same device as a tensor."""
        self._like = like
        self._kept: dict[str, Tensor] = {}

    def __call__(self, name: str, *shape: int) -> Tensor:
        """A tensor with arbitrary content. The memory of a name is used again if it is enough."""
        rows, width = shape
        kept = self._kept.get(name)
        if kept is None or len(kept) < rows or kept.shape[1] != width:
            kept = self._kept[name] = self._like.new_empty(shape)
        return kept[:rows]


def log_probabilities_in(
    scratch: Scratch, output: nn.Linear | nn.AdaptiveLogSoftmaxWithLoss, features: Tensor
) -> Tensor:
    """Log-probabilities of the next word, shape (N, V), in the memory of ``scratch``.

    They are those of :meth:`RecipeLSTM.log_probabilities`, without gradient. The next call with the
    same ``scratch`` overwrites them.

    Args:
        scratch: the memory.
        output: the output layer. An adaptive one is computed as in torch's ``log_prob``.
        features: its input, shape (N, H).
    """
    rows = len(features)
    if isinstance(output, nn.Linear):
        logits = scratch("logits", rows, output.out_features)
        torch.addmm(output.bias, features, output.weight.T, out=logits)
        return torch.log_softmax(logits, dim=-1, out=scratch("log", rows, output.out_features))
    head = torch.log_softmax(output.head(features), dim=-1)
    logs = scratch("log", rows, output.n_classes)
    logs[:, : output.shortlist_size] = head[:, : output.shortlist_size]
    for number, (first, last) in enumerate(pairwise(output.cutoffs)):
        narrow, wide = cast("tuple[nn.Linear, nn.Linear]", output.tail[number])
        shape = rows, last - first
        inner = torch.mm(narrow(features), wide.weight.T, out=scratch(f"{number}", *shape))
        inner = torch.log_softmax(inner, dim=-1, out=scratch(f"log {number}", *shape))
        cluster = head[:, output.shortlist_size + number, None]
        torch.add(inner, cluster, out=logs[:, first:last])
    return logs
