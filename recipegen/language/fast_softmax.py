"""Draws and judges words with an adaptive softmax, and works out rare words only where they matter.

An adaptive softmax (Grave et al. 2017) has a head and clusters of rarer words. The head gives the
probability p of each frequent word, and the probability p_c of each cluster c. A cluster gives the
probability q of each of its n words within it. At temperature T, with b = 1/T, a frequent word has
the weight p^b, and a cluster has the weight p_c^b S, with S the sum of q^b over its words. S lies
between 1 and n^(1 - b), by the inequality of power means. So the head alone bounds the sum of all
weights from both sides.

A word is drawn by inverting the cumulative distribution at a uniform number, frequent words first.
Where both ends of the bounds lead to the same frequent word, this is the word. Elsewhere the sums
are worked out. A sum that rounding leads out of its bounds is set to the nearer one. So the word
does not depend on which sums are known.

The entropy and the sum of all weights need every cluster. They are worked out at a random share of
the steps. From these, their sums over all steps are estimated without bias by a difference
estimator (Särndal, Swensson & Wretman 1992, Model Assisted Survey Sampling, section 6.3).

Shapes: N rows, each a step of another text; F frequent words; C clusters. The head and the C
clusters are 1 + C parts of the vocabulary.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple, cast

import torch
from torch import Tensor, nn

from recipegen.language.reused_memory import Scratch
from recipegen.language.sampling import (
    LOWEST,
    SMALLEST_LOG,
    SMALLEST_TEMPERATURE,
    Drawn,
    Weights,
    invert,
)

ROWS = 128
"""Rows whose heads a CPU works out at once, so that they stay in its cache. The number of rows of a
matrix product can change the last digit of its sums, and so, once in a million words, the word that
is drawn. Since the number of rows is fixed, the batch size does not matter."""

TAIL_ROWS = 32
"""The same for the words of a cluster."""

EVERY = 8
"""Entropy and the sum of all weights are worked out at one in so many steps, where only chance
decides. Their sums over all steps are estimated from these."""

WIDE = 2.0
"""Where the bounds leave the logarithm of the sum of all weights open by more than this, in nats,
all clusters are worked out. So no estimate rests on a few steps of great weight."""

_SLACK = 1e-9
"""Relative amount, far above the rounding of double precision, by which bounds are widened."""


class AdaptiveSoftmax:
    """The adaptive softmax of a network, whose weights must not change, to draw and judge words."""

    def __init__(self, output: nn.AdaptiveLogSoftmaxWithLoss, every: int, *, gathers: bool) -> None:
        """Prepare the weights.

        Args:
            output: the output layer.
            every: entropy and sum of weights are worked out at one in so many steps. If 1, all
                clusters are worked out at each step, and nothing is estimated.
            gathers: whether only the rows that need a cluster are worked out. To find them, the
                processor waits for the device, so a GPU works out all rows instead.
        """
        self.every, self._gathers = every, gathers
        self._frequent = output.shortlist_size
        tails = [cast("tuple[nn.Linear, nn.Linear]", tail) for tail in output.tail]
        self._words = [wide.weight.detach().T for _, wide in tails]
        self._starts = [first for first, _ in pairwise(output.cutoffs)]
        # One product gives the logits of the head, and then what each cluster sees.
        self._widths = [output.head.out_features, *(narrow.out_features for narrow, _ in tails)]
        weights = [output.head.weight, *(narrow.weight for narrow, _ in tails)]
        self._weight = torch.cat(weights).detach().T
        self._bias = torch.nn.functional.pad(output.head.bias.detach(), (0, sum(self._widths[1:])))
        sizes = [[words.shape[1] for words in self._words]]
        device = self._weight.device
        self._log_sizes = torch.tensor(sizes, dtype=torch.float64, device=device).log()
        self._scratch = Scratch(self._weight)
        self.rows, self.worked_out = 0, torch.zeros((), dtype=torch.long, device=device)
        """Rows so far, and those of which at least one cluster was worked out."""

    def draw(
        self, features: Tensor, uniform: Tensor, temperature: Tensor, measured: Tensor
    ) -> Drawn:
        """A word from each row, drawn at uniform numbers.

        The words and their log-probabilities at temperature 1 are exact. The entropy, and the sum
        of weights in the heated log-probability, are exact if ``every`` is 1. Otherwise each is a
        guess; a measured row adds the error of the guess, ``every`` times. So sums over the steps
        of a text are without bias, if chance chooses the one step in ``every`` that is measured.

        Args:
            features: input of the output layer, shape (N, H).
            uniform: numbers in [0, 1), shape (N,).
            temperature: 0 or more, shape (N,).
            measured: whether entropy and sum of weights are worked out, shape (N,).
        """
        beta = 1 / temperature.to(features.dtype).clamp(min=SMALLEST_TEMPERATURE)
        uniform = uniform.where(temperature > 0, LOWEST)
        head = self._read_head(features, beta[:, None])
        limit = (1 - head.beta) * self._log_sizes
        low, high = head.parts(limit.clamp(max=0)), head.parts(limit.clamp(min=0))
        # A guess: within a cluster no entropy at temperature 0, half of the largest at 1.
        inner = self._log_sizes / (1 + head.beta)
        log_sum, entropy = _facts(head.parts((1 - head.beta) * inner), head.entropies(inner))

        everyone = torch.arange(len(features), device=features.device)
        place = _place(low, high, uniform, head.weights, everyone)
        wide = high.logsumexp(dim=1) - low.logsumexp(dim=1) > WIDE
        exact = wide | measured
        self.rows += len(features)
        self.worked_out += (exact | ~place.certain | (place.part > 0)).sum()
        some = rows = everyone
        if self._gathers:
            some = exact.nonzero()[:, 0]
            rows = torch.cat([some, (~exact & ~place.certain).nonzero()[:, 0]])
        if len(rows):
            for number in range(len(self._words)):
                inner[some, number] = self._work_out(number, head, rows, low, high, len(some))
            factor = torch.where(wide, 1, measured * self.every)[some]
            found = _facts(low[some], head.entropies(inner)[some])
            for guessed, true in zip((log_sum, entropy), found, strict=True):
                corrected = guessed[some] + factor * (true - guessed[some])
                # Near temperature 0 the guess is so large that rounding loses what is added to it.
                guessed[some] = torch.where(factor == 1, true, corrected)
            again = (~place.certain).nonzero()[:, 0] if self._gathers else everyone
            certain = _place(low[again], high[again], uniform[again], head.weights, again)
            for old, new in zip(place, certain, strict=True):
                old[again] = new

        words, logs, plain = self._words_at(place, head)
        return Drawn(words, plain, logs - log_sum, entropy)

    def _words_at(self, place: _Place, head: _Head) -> tuple[Tensor, Tensor, Tensor]:
        """Words, logarithms of their weights, and log-probabilities at temperature 1."""
        words, logs, plain = head.of(place.words)
        for number in range(len(self._words)):
            here = place.part == number + 1
            rows = (
                here.nonzero()[:, 0]
                if self._gathers
                else torch.arange(len(here), device=here.device)
            )
            if len(rows):
                inside = self._draw_inside(number, head, rows, place.within)
                for old, new in zip((words, logs, plain), inside, strict=True):
                    old[rows] = new.where(here[rows], old[rows])
        return words, logs, plain

    def judge(self, features: Tensor, words: Tensor, measured: Tensor) -> tuple[Tensor, Tensor]:
        """Log-probabilities of words at temperature 1, and entropies; each shape (N,).

        Only the clusters of the words and of measured rows are worked out. Entropies are guessed
        and corrected as in :meth:`draw`.

        Args:
            features: input of the output layer, shape (N, H).
            words: token ids, shape (N,).
            measured: whether the entropy is worked out, shape (N,).
        """
        head = self._read_head(features, torch.ones_like(features[:, :1]))
        guess = (self._log_sizes / 2).expand(len(features), -1)
        low = head.parts(torch.zeros_like(guess))
        rows = measured.nonzero()[:, 0]
        inner = [
            self._work_out(number, head, rows, low, low, len(rows))
            for number in range(len(self._words) if len(rows) else 0)
        ]
        _, entropy = _facts(low, head.entropies(guess))
        if inner:
            exact = _facts(low, head.entropies(guess.index_copy(0, rows, torch.stack(inner, 1))))[1]
            entropy += self.every * (exact - entropy)
        _, _, logs = head.of(words.clamp(max=self._frequent - 1))
        for number, first in enumerate(self._starts):
            last = first + self._words[number].shape[1]
            rows = ((words >= first) & (words < last)).nonzero()[:, 0]
            if len(rows):
                own = [
                    heated.gather(1, (words[tile] - first)[:, None]).double() - plain.double().log()
                    for plain, heated, _, tile in self._inside(number, head, rows)
                ]
                logs[rows] = head.clusters[rows, number] + torch.cat(own)[: len(rows), 0]
        return logs, entropy

    def _read_head(self, features: Tensor, beta: Tensor) -> _Head:
        count, frequent = len(features), self._frequent
        heated, weights = (self._scratch(name, count, frequent) for name in ("heated", "weights"))
        tiles = []
        for rows in self._tiles(count, ROWS):
            some = features[rows]
            logits = self._scratch("logits", len(some), len(self._bias))
            torch.addmm(self._bias, some, self._weight, out=logits)
            words, others = logits[:, :frequent], logits[:, frequent:].clone()
            best, plain = _heat(words, beta[rows], heated[rows], weights[rows])
            mean = torch.mul(heated[rows], weights[rows], out=words).sum(dim=-1, keepdim=True)
            tiles.append(torch.cat([best, plain, mean, others], dim=1))
        known = torch.cat(tiles)
        best, plain, mean = known[:, :3].double().T
        clusters, *inner = torch.split(
            known[:, 3:], [self._widths[0] - frequent, *self._widths[1:]], dim=1
        )
        relative = clusters.double() - best[:, None]
        norm = torch.cat([plain.log()[:, None], relative], dim=1).logsumexp(dim=1)
        blocks = Weights(weights)
        total = blocks.total()
        return _Head(
            beta.double(),
            heated,
            blocks,
            -norm,
            relative - norm[:, None],
            relative * beta.double(),
            total.log(),
            total.log() - mean / total,
            inner,
        )

    def _work_out(
        self, number: int, head: _Head, rows: Tensor, low: Tensor, high: Tensor, exact: int
    ) -> Tensor:
        """Set the bounds of a cluster to its weight. The entropy within it, of the first rows.

        Args:
            number: of the cluster, from 0.
            head: what the head says.
            rows: the rows to set, which are the only ones that are read.
            low: lower bounds of the logarithms of the weights of parts, shape (N, 1 + C).
            high: upper bounds.
            exact: number of rows whose entropy is returned.
        """
        found, count = [], 0
        for plain, heated, weights, _ in self._inside(number, head, rows):
            total = weights.sum(dim=-1, keepdim=True)
            mean = heated.mul_(weights).sum(dim=-1, keepdim=True) if count < exact else total
            found.append(torch.cat([plain, total, mean], dim=1))
            count += len(total)
        plain, total, mean = torch.cat(found)[: len(rows)].double().T
        own = head.masses[rows, number] + total.log() - plain.log() * head.beta[rows, 0]
        part = number + 1
        low[rows, part] = high[rows, part] = own.clamp(low[rows, part], high[rows, part])
        entropy: Tensor = total.log() - mean / total
        return entropy[:exact]

    def _draw_inside(
        self, number: int, head: _Head, rows: Tensor, within: Tensor
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Words of a cluster, their logarithms of weights, and log-probabilities at temperature 1.

        Each has the shape (rows,).
        """
        found = []
        for plain, heated, weights, some in self._inside(number, head, rows):
            words = Weights(weights).at(within[some])
            own = heated.gather(1, words[:, None])[:, 0]
            found.append(torch.stack([words.double(), own.double(), plain[:, 0].double().log()]))
        words, own, norm = torch.cat(found, dim=1)[:, : len(rows)]
        beta = head.beta[rows, 0]
        return (
            words.long() + self._starts[number],
            head.masses[rows, number] + own - norm * beta,
            head.clusters[rows, number] + own / beta - norm,
        )

    def _inside(
        self, number: int, head: _Head, rows: Tensor
    ) -> Iterator[tuple[Tensor, Tensor, Tensor, Tensor]]:
        """Of the words of a cluster, for one tile of rows after the other, and then some padding.

        The sum of weights at temperature 1, logarithms of heated weights, and heated weights, all
        relative to the most probable word; and the rows.
        """
        if self._gathers:
            rows = torch.cat([rows, rows[:1].expand(-len(rows) % TAIL_ROWS)])
        seen, beta = head.inner[number][rows], head.beta[rows].to(self._weight.dtype)
        for tile in self._tiles(len(rows), TAIL_ROWS):
            shape = len(seen[tile]), self._words[number].shape[1]
            logits, weights = (self._scratch(f"{name} {number}", *shape) for name in ("log", "of"))
            torch.mm(seen[tile], self._words[number], out=logits)
            _, plain = _heat(logits, beta[tile], logits, weights)
            yield plain, logits, weights, rows[tile]

    def _tiles(self, count: int, size: int) -> list[slice]:
        """Slices of rows of the given size, or one of all rows if they are not gathered."""
        if not self._gathers:
            return [slice(0, count)]
        return [slice(start, start + size) for start in range(0, count, size)]


def _heat(logits: Tensor, beta: Tensor, heated: Tensor, weights: Tensor) -> tuple[Tensor, Tensor]:
    """The largest logit, and the sum of weights relative to it at temperature 1; shape (N, 1).

    Logarithms of weights after applying the temperature go to ``heated``, weights to ``weights``.
    """
    best = logits.amax(dim=-1, keepdim=True)
    torch.sub(logits, best, out=heated)
    plain = torch.exp(heated, out=weights).sum(dim=-1, keepdim=True)
    torch.exp(heated.mul_(beta).clamp_(min=SMALLEST_LOG), out=weights)
    return best, plain


class _Head(NamedTuple):
    """What the head says of each row. Weights are relative to that of the best frequent word."""

    beta: Tensor
    """1 / T, shape (N, 1)."""
    heated: Tensor
    """Logarithm of the weight of each frequent word, shape (N, F)."""
    weights: Weights
    """Weight of each frequent word."""
    best: Tensor
    """Log-probability at temperature 1 of the best frequent word, shape (N,)."""
    clusters: Tensor
    """Log-probability at temperature 1 of each cluster, shape (N, C)."""
    masses: Tensor
    """Logarithm of the weight of each cluster without its sum, shape (N, C)."""
    log_sum: Tensor
    """Logarithm of the sum of the weights of frequent words, shape (N,)."""
    entropy: Tensor
    """Entropy among frequent words, shape (N,)."""
    inner: list[Tensor]
    """What each cluster sees, shape (N, its width)."""

    def parts(self, sums: Tensor) -> Tensor:
        """Logarithm of the weight of each part, shape (N, 1 + C), from logarithms of the sums."""
        return torch.cat([self.log_sum[:, None], self.masses + sums], dim=1)

    def entropies(self, inner: Tensor) -> Tensor:
        """Entropy within each part, shape (N, 1 + C), from those within clusters."""
        return torch.cat([self.entropy[:, None], inner], dim=1)

    def of(self, words: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Words, logarithms of their weights, and log-probabilities at temperature 1."""
        logs = self.heated.gather(1, words[:, None])[:, 0].double()
        return words, logs, logs / self.beta[:, 0] + self.best


class _Place(NamedTuple):
    """Where the uniform number of each row leads; each shape (N,)."""

    part: Tensor
    """0 for the head, then the clusters."""
    within: Tensor
    """How far into the weight of the part, from 0 to below 1."""
    words: Tensor
    """Token id, if the part is the head."""
    certain: Tensor
    """Whether it leads there whatever the weights of parts between their bounds."""


def _place(low: Tensor, high: Tensor, uniform: Tensor, weights: Weights, rows: Tensor) -> _Place:
    """Where uniform numbers lead, given bounds of the logarithms of the weights of parts."""
    least, most = torch.softmax(low, dim=1), torch.softmax(high, dim=1)
    known = (least == most).all(dim=1)
    part, within = (each[:, 0] for each in invert(least, uniform[:, None]))
    last_part, last = (each[:, 0] for each in invert(most, uniform[:, None]))
    slack = torch.where(known, 0.0, _SLACK)
    last = (last * (1 + slack)).clamp_(max=1 - 2**-53)
    words, same = weights.between(within * (1 - slack), last, rows)
    return _Place(part, within, words, known | (last_part == 0) & same)


def _facts(parts: Tensor, inner: Tensor) -> tuple[Tensor, Tensor]:
    """Logarithm of the sum of all weights, and entropy of the distribution; each shape (N,).

    Args:
        parts: logarithm of the weight of each part, shape (N, 1 + C).
        inner: entropy within each part, shape (N, 1 + C).
    """
    log_sum = parts.logsumexp(dim=1, keepdim=True)
    odds = torch.exp(parts - log_sum)
    # The entropy of the parts, and the mean entropy within them (chain rule).
    entropy = (odds * (log_sum - parts + inner)).sum(dim=1)
    return log_sum[:, 0], entropy
