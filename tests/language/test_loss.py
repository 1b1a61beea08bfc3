"""The loss in chunks equals the plain loss, in value and gradients."""

import pytest
import torch
from torch.nn.functional import cross_entropy, linear

from recipegen.language.loss import CHUNK_WORDS, linear_cross_entropy


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
