"""Draws words from the network's probabilities, at a temperature and with cut-offs.

Temperature T raises probabilities to the power 1/T and renormalises them over the whole vocabulary.
T = 0 takes the most probable word (Ackley, Hinton & Sejnowski 1985; Foster, Generative Deep
Learning, 2nd edition, ch. 5). A word is drawn by inverting the cumulative distribution at a uniform
number.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from recipegen.language.reused_memory import Scratch

BLOCK = 100
"""Words in a block. With about the square root of the vocabulary size, the search for a block and
the search inside it take about as many steps."""

SMALLEST_TEMPERATURE = 1e-30
"""Lower temperatures are raised to this, so that nothing overflows in single precision. In both
cases the most probable word has all the probability."""

SMALLEST_LOG = -70.0
"""Logarithms of weights relative to the largest are raised to this. Smaller weights are below the
rounding of any sum, but near the smallest numbers of single precision, arithmetic takes 50 times as
long."""

LOWEST = 1e-20
"""The uniform number that words are drawn with at temperature 0: above all the weights that were
raised, and below the most probable word. It gives the first of the most probable words."""

GENERATED = "generated"
"""The group of the network's samples that are drawn without cut-offs."""

Cut = tuple[int, float, float]
"""top_k, top_p and min_p."""


@dataclass(frozen=True)
class Sampling:
    """How words are drawn."""

    temperature: float
    """0 or more."""
    top_k: int = 0
    """Draw among the k most probable words (Fan et al. 2018), or more if they tie; 0: all."""
    top_p: float = 1.0
    """Draw among the fewest words that together have this probability, after applying the
    temperature (nucleus sampling, Holtzman et al. 2020); 1: all."""
    min_p: float = 0.0
    """Draw among the words that have at least this fraction of the probability of the most
    probable word, after applying the temperature (Nguyen et al. 2024); 0: all."""

    @property
    def cut(self) -> Cut | None:
        """The cut-offs, or None if nothing is cut."""
        cut = (self.top_k, self.top_p, self.min_p)
        return None if cut == (0, 1.0, 0.0) else cut

    @property
    def cut_name(self) -> str:
        """The cut-offs in words; empty if nothing is cut."""
        cuts = (
            f"top-k {self.top_k}" if self.top_k else "",
            f"top-p {self.top_p:g}" if self.top_p < 1 else "",
            f"min-p {self.min_p:g}" if self.min_p else "",
        )
        return ", ".join(filter(None, cuts))

    def group_of(self, generator: str = GENERATED) -> str:
        """The group, in the tables, of the samples of a generator with these cut-offs."""
        return ", ".join(filter(None, (generator, self.cut_name)))


def heat(logits: Tensor, temperature: float) -> Tensor:
    """Probabilities at a temperature, from logits or log-probabilities; all of shape (N, V).

    They are computed from differences to the largest logit, so that no small temperature overflows.
    At temperature 0, the first of the most probable words has probability 1.

    Raises:
        ValueError: the temperature is negative or not finite.
    """
    if not 0 <= temperature < float("inf"):
        raise ValueError(f"temperature must be a finite number from 0 on, got {temperature}")
    if temperature == 0:
        best = logits.argmax(dim=-1, keepdim=True)
        return torch.zeros_like(logits).scatter_(-1, best, 1.0)
    centred = logits - logits.amax(dim=-1, keepdim=True)
    return torch.softmax(centred.div_(temperature), dim=-1)


def cut(probabilities: Tensor, top_k: int, top_p: float, min_p: float = 0.0) -> Tensor:
    """The probabilities, shape (N, V), with 0 for words that are cut off; they need not sum to one.

    Args:
        probabilities: after applying the temperature.
        top_k: as in :class:`Sampling`.
        top_p: as in :class:`Sampling`.
        min_p: as in :class:`Sampling`.
    """
    if min_p:
        least = min_p * probabilities.amax(dim=-1, keepdim=True)
        probabilities = probabilities.masked_fill(probabilities < least, 0.0)
    if 0 < top_k < probabilities.shape[-1]:
        least = probabilities.topk(top_k, dim=-1).values[:, -1:]
        probabilities = probabilities.masked_fill(probabilities < least, 0.0)
    if top_p < 1:
        ranked = _descending(probabilities)
        above = ranked.cumsum(dim=-1) - ranked
        wanted = above < top_p * ranked.sum(dim=-1, keepdim=True)
        least = ranked.gather(1, wanted.sum(dim=-1, keepdim=True) - 1)
        probabilities = probabilities.masked_fill(probabilities < least, 0.0)
    return probabilities


def _descending(values: Tensor) -> Tensor:
    """The values of each row, the largest first. NumPy sorts numbers 20 times as fast as torch."""
    if values.device.type != "cpu":
        return values.sort(dim=-1, descending=True).values
    return torch.from_numpy(np.sort(values.numpy(), axis=-1)).flip(-1)


class Weights:
    """Weights of words, shape (N, V), to draw words with.

    A word is found in two steps: first its block, then the word in it. A cumulative sum over all
    words would take longer than all the steps before.
    """

    def __init__(self, weights: Tensor) -> None:
        """Sum up the blocks. Weights are copied only if the last block is not full."""
        missing = -weights.shape[-1] % BLOCK
        padded = torch.nn.functional.pad(weights, (0, missing)) if missing else weights
        self._blocks = padded.view(len(weights), -1, BLOCK)
        self._sums = self._blocks.sum(dim=-1)

    def total(self) -> Tensor:
        """The sum of the weights of each row, shape (N,)."""
        return self._sums.sum(dim=-1, dtype=torch.float64)

    def at(self, uniform: Tensor) -> Tensor:
        """Token ids, shape (N,), at uniform numbers, shape (N,).

        The word is the first one at which the cumulative weights exceed the uniform number times
        their sum. However the sums are rounded, a word of weight 0 is never drawn.
        """
        rows = torch.arange(len(uniform), device=uniform.device)
        return self.between(uniform, uniform, rows)[0]

    def between(self, low: Tensor, high: Tensor, rows: Tensor) -> tuple[Tensor, Tensor]:
        """The words of some rows at a uniform number, and whether a higher number gives the same.

        Args:
            low: numbers in [0, 1), shape (rows,).
            high: no lower numbers in [0, 1), shape (rows,). A number never gives an earlier word
                than a lower one does.
            rows: indices of the rows.
        """
        blocks, inside = invert(self._sums[rows], torch.stack([low, high], dim=1))
        at = rows * self._blocks.shape[1] + blocks[:, 0]
        words, _ = invert(self._blocks.view(-1, BLOCK).index_select(0, at), inside)
        same = (blocks[:, 0] == blocks[:, 1]) & (words[:, 0] == words[:, 1])
        return blocks[:, 0] * BLOCK + words[:, 0], same


def draw(weights: Tensor, uniform: Tensor) -> Tensor:
    """Token ids, shape (N,), drawn with weights, shape (N, V), at uniform numbers, shape (N,)."""
    return Weights(weights).at(uniform)


def invert(weights: Tensor, uniform: Tensor) -> tuple[Tensor, Tensor]:
    """Where the cumulative weights, shape (N, W), first exceed uniform numbers times their sum.

    Also how far into the weight at this place each number lies, from 0 to below 1. Both have the
    shape (N, K) of the uniform numbers.
    """
    cumulative = weights.cumsum(dim=-1, dtype=torch.float64)
    total = cumulative[:, -1:]
    # If the product is rounded up to the total, it lies beyond the last word that can be drawn.
    height = torch.minimum(uniform * total, total.nextafter(torch.zeros_like(total)))
    place = torch.searchsorted(cumulative, height, right=True)
    own = weights.gather(1, place).double()
    inside = (height - (cumulative.gather(1, place) - own)) / own
    return place, inside.clamp_(0.0, 1.0 - 2**-53)


class Drawn(NamedTuple):
    """The words that were drawn, with their log-probabilities and entropies; each shape (N,)."""

    words: Tensor
    """Token ids."""
    log_probability: Tensor
    """Log-probability of each word at temperature 1, in nats."""
    heated_log_probability: Tensor
    """Log-probability of each word at the temperature, among all words, in nats."""
    entropy: Tensor
    """Entropy of the distribution over all words at the temperature, in nats."""


def draw_words(
    log_probabilities: Tensor,
    uniform: Tensor,
    how: Tensor,
    cuts: Iterable[Cut] = (),
    scratch: Scratch | None = None,
) -> Drawn:
    """A word from each row of log-probabilities, drawn at uniform numbers.

    Args:
        log_probabilities: at temperature 1, shape (N, V); they are overwritten.
        uniform: numbers in [0, 1), shape (N,).
        how: temperature, top_k, top_p and min_p of each row, shape (N, 4).
        cuts: the different combinations of top_k, top_p and min_p in ``how`` that cut anything.
        scratch: memory for intermediate results; the words do not depend on it.
    """
    scratch, shape = scratch or Scratch(log_probabilities), log_probabilities.shape
    temperature = how[:, :1].to(log_probabilities.dtype).clamp_(min=SMALLEST_TEMPERATURE)
    largest = log_probabilities.amax(dim=-1, keepdim=True)
    heated = log_probabilities.sub_(largest).mul_(1 / temperature).clamp_(min=SMALLEST_LOG)
    weights = torch.softmax(heated, dim=-1, out=scratch("weights", *shape))
    mean = torch.mul(weights, heated, out=scratch("product", *shape)).sum(dim=-1).double()
    for each in cuts:
        rows = (how[:, 1:] == torch.tensor(each, dtype=how.dtype, device=how.device)).all(dim=1)
        weights[rows] = cut(weights[rows], *each)
    words = draw(weights, uniform.where(how[:, 0] > 0, LOWEST))
    own = _of(words, heated)
    # A cut-off does not change the weights that it keeps: they are probabilities among all words.
    heated_log = _of(words, weights).log()
    plain = own * temperature[:, 0].double() + largest[:, 0].double()
    return Drawn(words, plain, heated_log, own - heated_log - mean)


def _of(words: Tensor, values: Tensor) -> Tensor:
    return values.gather(1, words[:, None])[:, 0].double()
