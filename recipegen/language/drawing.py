"""Words drawn from the network's odds, at a temperature and among the likeliest ones.

Temperature T raises probabilities to 1/T and renormalises them over the whole vocabulary; T = 0
is the most probable word (Ackley, Hinton & Sejnowski 1985; Foster, Generative Deep Learning, 2nd
edition, ch. 5). A word is drawn by inverting the cumulative distribution at a uniform number.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor

from recipegen.language.model import Scratch

BLOCK = 100
"""Words of a block: about the square root of the vocabulary, for as many steps in each search."""

SMALLEST_TEMPERATURE = 1e-30
"""Lower ones are 0 in single precision; at either, the most probable word has it all."""

GENERATED = "generated"
"""The group of the network's samples that are drawn among all words."""

Cut = tuple[int, float, float]
"""top_k, top_p and min_p."""


@dataclass(frozen=True)
class Sampling:
    """How words are drawn."""

    temperature: float
    """0 or more."""
    top_k: int = 0
    """Draw among the k most probable words (Fan et al. 2018), more where they tie; 0: all."""
    top_p: float = 1.0
    """Draw among the fewest words that have this probability together, temperature applied
    (nucleus sampling, Holtzman et al. 2020); 1: all."""
    min_p: float = 0.0
    """Draw among the words that are at least so many times as probable as the most probable one,
    temperature applied (Nguyen et al. 2024); 0: all."""

    @property
    def cut(self) -> Cut | None:
        """The cut-offs, or None where nothing is cut."""
        cut = (self.top_k, self.top_p, self.min_p)
        return None if cut == (0, 1.0, 0.0) else cut

    @property
    def cut_name(self) -> str:
        """The cut-offs in words, empty where nothing is cut."""
        cuts = (
            f"top-k {self.top_k}" if self.top_k else "",
            f"top-p {self.top_p:g}" if self.top_p < 1 else "",
            f"min-p {self.min_p:g}" if self.min_p else "",
        )
        return ", ".join(filter(None, cuts))

    def group_of(self, generator: str = GENERATED) -> str:
        """What the tables call samples of a generator with these cut-offs."""
        return ", ".join(filter(None, (generator, self.cut_name)))


def heat(logits: Tensor, temperature: float) -> Tensor:
    """Probabilities, N x V, from logits or log-probabilities, N x V, at a temperature.

    Computed from differences to the largest logit, so that no small temperature overflows. At
    temperature 0 the first of the most probable words has probability 1.

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
    """The probabilities, N x V, with unlikely words at 0; what is left need not sum to one.

    Args:
        probabilities: temperature applied.
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
        ranked = probabilities.sort(dim=-1, descending=True).values
        above = ranked.cumsum(dim=-1) - ranked
        wanted = above < top_p * ranked.sum(dim=-1, keepdim=True)
        least = ranked.gather(1, wanted.sum(dim=-1, keepdim=True) - 1)
        probabilities = probabilities.masked_fill(probabilities < least, 0.0)
    return probabilities


def draw(weights: Tensor, uniform: Tensor) -> Tensor:
    """Token ids, N, where the cumulative weights, N x V, exceed uniform numbers, N, of their sum.

    First the block of words is found, then the word in it: adding up all words one after the
    other takes longer than all that comes before. A word of weight 0 is never drawn, whatever
    the rounding of the sums.
    """
    missing = -weights.shape[-1] % BLOCK
    blocks = torch.nn.functional.pad(weights, (0, missing)) if missing else weights
    blocks = blocks.view(len(blocks), -1, BLOCK)
    block, rest = _invert(blocks.sum(dim=-1), uniform)
    inside = blocks[torch.arange(len(block), device=block.device), block]
    return block * BLOCK + _invert(inside, rest)[0]


def _invert(weights: Tensor, uniform: Tensor) -> tuple[Tensor, Tensor]:
    """Where the cumulative weights exceed uniform numbers, and how far inside, 0 to below 1."""
    cumulative = weights.cumsum(dim=-1, dtype=torch.float64)
    total = cumulative[:, -1:]
    # Rounded up, the product could reach the total, beyond the last word that can be drawn.
    height = torch.minimum(uniform[:, None] * total, total.nextafter(torch.zeros_like(total)))
    place = torch.searchsorted(cumulative, height, right=True)
    own = weights.gather(1, place).double()
    inside = (height - cumulative.gather(1, place) + own) / own
    return place[:, 0], inside[:, 0].clamp(0.0, 1.0 - 2**-53)


class Drawn(NamedTuple):
    """Words drawn, N, and what was known of them."""

    words: Tensor
    """Token ids."""
    log_probability: Tensor
    """At temperature 1, in nats."""
    heated_log_probability: Tensor
    """As they were drawn: at the temperature, among all words, in nats."""
    entropy: Tensor
    """Of the distribution at the temperature, in nats."""


def draw_words(
    log_probabilities: Tensor,
    uniform: Tensor,
    how: Tensor,
    cuts: Iterable[Cut] = (),
    scratch: Scratch | None = None,
) -> Drawn:
    """A word from each row of log-probabilities, N x V, at uniform numbers, N.

    Args:
        log_probabilities: at temperature 1; they are overwritten.
        uniform: in [0, 1).
        how: temperature, top_k, top_p and min_p of each row, N x 4.
        cuts: the different ones of top_k, top_p and min_p in it that cut anything.
        scratch: where intermediate results lie; the words do not depend on it.
    """
    scratch, shape = scratch or Scratch(log_probabilities), log_probabilities.shape
    temperature = how[:, :1].to(log_probabilities.dtype).clamp_(min=SMALLEST_TEMPERATURE)
    largest = log_probabilities.amax(dim=-1, keepdim=True)
    heated = log_probabilities.sub_(largest).mul_(1 / temperature)
    weights = torch.softmax(heated, dim=-1, out=scratch("weights", *shape))
    mean = torch.mul(weights, heated, out=scratch("product", *shape)).sum(dim=-1).double()
    for each in cuts:
        rows = (how[:, 1:] == torch.tensor(each, dtype=how.dtype, device=how.device)).all(dim=1)
        weights[rows] = cut(weights[rows], *each)
    # At temperature 0 the first of the most probable words is the one at number 0.
    words = draw(weights, uniform.where(how[:, 0] > 0, 0.0))
    own = _of(words, heated)
    # A cut leaves the weights of the words that remain as they were: of all words.
    heated_log = _of(words, weights).log()
    plain = own * temperature[:, 0].double() + largest[:, 0].double()
    return Drawn(words, plain, heated_log, own - heated_log - mean)


def _of(words: Tensor, values: Tensor) -> Tensor:
    return values.gather(1, words[:, None])[:, 0].double()
