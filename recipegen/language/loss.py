"""Output layer and cross-entropy in one, computed for a chunk of words at a time.

A batch of recipes has thousands of words. Its logits over the whole vocabulary would fill hundreds
of megabytes, which are written and read six times. The logits of a chunk stay in the processor's
cache. The gradient of the loss with respect to the logits has a closed form, softmax minus one-hot,
so it overwrites the logits. Wijmans et al. 2024, "Cut Your Losses", do the same on a GPU.

The adaptive softmax (Grave et al. 2017) is computed as in torch, with one difference: it is told
which words lie in which cluster. To find that out, torch makes the host wait for the GPU.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any, cast

import torch
from torch import Tensor, nn

CHUNK_WORDS = 256
"""Words in a chunk on a CPU."""

GPU_LOGITS = 2**26
"""Logits of a chunk on a GPU, a quarter of a gigabyte. A GPU is idle between small chunks."""


class _LinearCrossEntropy(torch.autograd.Function):
    @staticmethod
    def forward(
        ctx: Any, features: Tensor, weight: Tensor, bias: Tensor, targets: Tensor, learning: bool
    ) -> Tensor:
        loss = features.new_zeros((), dtype=torch.float64)
        features_grad = torch.empty_like(features)
        weight_grad, bias_grad = torch.zeros_like(weight), torch.zeros_like(bias)
        size = _chunk_words(features, len(weight))
        buffer = features.new_empty((min(size, len(features)), len(weight)))
        for start in range(0, len(features), size):
            rows = slice(start, min(start + size, len(features)))
            chunk, wanted = features[rows], targets[rows, None]
            logits = torch.addmm(bias, chunk, weight.T, out=buffer[: len(chunk)])
            wanted_logits, largest = logits.gather(1, wanted), logits.amax(dim=1, keepdim=True)
            odds = logits.sub_(largest).exp_()
            total = odds.sum(dim=1, keepdim=True)
            loss += (total.log() + largest - wanted_logits).sum()
            if learning:
                logits_grad = odds.div_(total)
                logits_grad.scatter_add_(1, wanted, torch.full_like(total, -1.0))
                torch.mm(logits_grad, weight, out=features_grad[rows])
                weight_grad.addmm_(logits_grad.T, chunk)
                bias_grad += logits_grad.sum(0)
        ctx.save_for_backward(features_grad, weight_grad, bias_grad)
        return loss.to(features.dtype)

    @staticmethod
    def backward(ctx: Any, *outer: Tensor) -> tuple[Tensor | None, ...]:
        features_grad, weight_grad, bias_grad = ctx.saved_tensors
        scale = outer[0]
        return features_grad * scale, weight_grad * scale, bias_grad * scale, None, None


def linear_cross_entropy(features: Tensor, weight: Tensor, bias: Tensor, targets: Tensor) -> Tensor:
    """The summed cross-entropy of ``softmax(features @ weight.T + bias)`` with the targets.

    Args:
        features: input of the output layer, shape (N, H).
        weight: weights of the output layer, shape (V, H).
        bias: biases of the output layer, shape (V,).
        targets: token ids, shape (N,).
    """
    learning = torch.is_grad_enabled()
    loss = _LinearCrossEntropy.apply(features, weight, bias, targets, learning)  # type: ignore[no-untyped-call]
    return cast("Tensor", loss)


def _chunk_words(features: Tensor, vocabulary: int) -> int:
    on_gpu = features.device.type == "cuda"
    return max(CHUNK_WORDS, GPU_LOGITS // vocabulary) if on_gpu else CHUNK_WORDS


def adaptive_cross_entropy(
    output: nn.AdaptiveLogSoftmaxWithLoss,
    features: Tensor,
    targets: Tensor,
    clusters: Sequence[Tensor],
) -> Tensor:
    """The summed cross-entropy of an adaptive softmax with the targets.

    Args:
        output: the output layer.
        features: its input, shape (N, H).
        targets: token ids, shape (N,).
        clusters: for each cluster after the first, the places of its words among the targets, as
            :func:`cluster_places` finds them.
    """
    head_targets, inner = targets, []
    for number, places in enumerate(clusters):
        if len(places):
            logits = output.tail[number](features.index_select(0, places))
            own = (targets.index_select(0, places) - output.cutoffs[number])[:, None]
            inner.append((places, torch.log_softmax(logits, dim=1).gather(1, own)[:, 0]))
            # The head tells the cluster as a whole from the frequent words.
            head_targets = head_targets.index_fill(0, places, output.shortlist_size + number)
    logs = torch.log_softmax(output.head(features), dim=1).gather(1, head_targets[:, None])[:, 0]
    for places, inner_logs in inner:
        logs = logs.index_add(0, places, inner_logs)
    return -logs.sum()


def cluster_places(output: nn.Module, targets: Tensor) -> tuple[Tensor, ...]:
    """The places of the words of each cluster, without the first, among targets of shape (N,).

    Nothing, if the output layer has no clusters.
    """
    if not isinstance(output, nn.AdaptiveLogSoftmaxWithLoss):
        return ()
    bounds = pairwise(output.cutoffs)
    return tuple(((targets >= low) & (targets < high)).nonzero()[:, 0] for low, high in bounds)
