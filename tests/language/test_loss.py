"""The losses equal the plain ones, in value and gradients."""

import pytest
import torch
from torch import nn
from torch.nn.functional import cross_entropy, linear

from recipegen.language.loss import (
    CHUNK_WORDS,
    adaptive_cross_entropy,
    cluster_places,
    linear_cross_entropy,
)


@pytest.mark.parametrize("words", [1, CHUNK_WORDS, 2 * CHUNK_WORDS + 7])
def test_value_and_gradients_are_those_of_the_plain_loss(words: int) -> None:
    torch.manual_seed(1)
    inputs = [torch.randn(shape, requires_grad=True) for shape in [(words, 7), (23, 7), (23,)]]
    targets = torch.randint(23, (words,))
    chunked = linear_cross_entropy(*inputs, targets)
    plain = cross_entropy(linear(*inputs), targets, reduction="sum")
    torch.testing.assert_close(chunked, plain)
    wanted = torch.autograd.grad(plain / words, inputs)
    torch.testing.assert_close(torch.autograd.grad(chunked / words, inputs), wanted)


def test_large_logits_do_not_overflow() -> None:
    features, weight = torch.tensor([[1e4]]), torch.tensor([[1.0], [-1.0]])
    loss = linear_cross_entropy(features, weight, torch.zeros(2), torch.tensor([1]))
    assert loss.item() == 2e4


def test_no_words_have_no_loss() -> None:
    empty = torch.zeros(0, dtype=torch.long)
    assert linear_cross_entropy(torch.zeros(0, 3), torch.ones(4, 3), torch.ones(4), empty) == 0


def adaptive() -> nn.AdaptiveLogSoftmaxWithLoss:
    torch.manual_seed(1)
    return nn.AdaptiveLogSoftmaxWithLoss(8, 12, [3, 7], div_value=2, head_bias=True)


@pytest.mark.parametrize("targets", [[0, 7, 3, 11, 2, 6, 8, 3], [1, 4, 2, 5], [0, 2], [9]])
def test_the_adaptive_loss_is_that_of_torch(targets: list[int]) -> None:
    output, words = adaptive(), torch.tensor(targets)
    inputs = [torch.randn(len(words), 8, requires_grad=True), *output.parameters()]
    found = adaptive_cross_entropy(output, inputs[0], words, cluster_places(output, words))
    plain = -output(inputs[0], words).output.sum()
    assert torch.equal(found, plain)
    wanted = torch.autograd.grad(plain, inputs, allow_unused=True)
    for one, two in zip(torch.autograd.grad(found, inputs, allow_unused=True), wanted, strict=True):
        assert (one is None and two is None) or torch.equal(one, two)


def test_the_places_of_the_words_of_clusters() -> None:
    words = torch.tensor([0, 7, 3, 11, 2, 6])
    assert [places.tolist() for places in cluster_places(adaptive(), words)] == [[2, 5], [1, 3]]
    assert cluster_places(nn.Linear(8, 12), words) == ()
