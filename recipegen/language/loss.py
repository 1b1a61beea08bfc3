"""Output layer and cross-entropy in one, computed for a chunk of words at a time.

A batch of recipes has thousands of words. Its logits over the whole vocabulary would fill hundreds
of megabytes, which are written and read six times. The logits of a chunk stay in the processor's
cache. The gradient of the loss with respect to the logits has a closed form, softmax minus one-hot,
so it overwrites the logits. Wijmans et al. 2024, "Cut Your Losses", do the same on a GPU.
"""

from __future__ import annotations

from typing import Any, cast

import torch
from torch import Tensor

CHUNK_WORDS = 256


class _LinearCrossEntropy(torch.autograd.Function):
    @staticmethod
    def forward(
        ctx: Any, features: Tensor, weight: Tensor, bias: Tensor, targets: Tensor, learning: bool
    ) -> Tensor:
        loss = features.new_zeros((), dtype=torch.float64)
        features_grad = torch.empty_like(features)
        weight_grad, bias_grad = torch.zeros_like(weight), torch.zeros_like(bias)
        buffer = features.new_empty((CHUNK_WORDS, len(weight)))
        for start in range(0, len(features), CHUNK_WORDS):
            rows = slice(start, min(start + CHUNK_WORDS, len(features)))
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
