"""Draws many recipes at once, and carries the state of the LSTM along from word to word.

The uniform numbers of a sample depend only on (seed, temperature, sample number). So neither the
batch nor the order of work changes what is drawn.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import astuple, dataclass
from typing import cast

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from recipegen.language.fast_lstm import Steps
from recipegen.language.fast_softmax import EVERY, ROWS, AdaptiveSoftmax
from recipegen.language.model import RecipeLSTM
from recipegen.language.reused_memory import Scratch, log_probabilities_in
from recipegen.language.sampling import Drawn, Sampling, draw_words
from recipegen.language.vocabulary import STOP

Floats = npt.NDArray[np.float64]

CHECKS = 16
"""A GPU draws so many words of each row before the processor asks which samples have ended."""


@dataclass(frozen=True)
class Sample:
    """A generated recipe."""

    tokens: tuple[int, ...]
    """Token ids, including the prompt, but not the stop token."""
    stopped: bool
    """Whether the stop token ended the sample."""
    log_probability: float
    """Log-probability, in nats, of the words after the prompt, including the stop token, at
    temperature 1."""
    heated_log_probability: float
    """The same at the temperature of the sample, among all words. With an adaptive softmax, without
    cut-offs, and at temperatures other than 0 and 1, the sum of heated weights is worked out at one
    in ``every`` steps, which chance chooses, and estimated without bias for the sample."""
    entropy: float
    """Mean entropy, in nats, of the distributions over all words at the steps of the sample. With
    an adaptive softmax and without cut-offs, it is estimated from the same steps without bias. The
    estimate for a very short sample can be below 0."""


def uniform_numbers(seed: int, temperature: float, number: int, count: int) -> Floats:
    """``count`` numbers in [0, 1) that depend only on (seed, temperature, sample number).

    They come from Philox (Salmon et al. 2011), a counter-based generator. The seed and the bits of
    the temperature are its key, and the sample number is its counter.
    """
    bits = int(np.float64(temperature).view(np.uint64))
    philox = np.random.Philox(key=[seed, bits], counter=[0, 0, number, 0])
    return np.random.Generator(philox).random(count)


@torch.no_grad()
def generate(
    model: RecipeLSTM,
    prompts: Sequence[Sequence[int]],
    how: Sequence[Sampling],
    max_tokens: int,
    uniforms: Floats,
    batch_size: int = 512,
    every: int = EVERY,
    checks: int | None = None,
) -> list[Sample]:
    """A sample for each prompt, many drawn at once with the state of the LSTM carried along.

    When a sample ends, the next one takes its place in the batch, so that the batch stays full.

    Args:
        model: the network.
        prompts: token ids of each prompt, one word or more. Prompts are read one word at a time,
            and the word at a position is drawn with the uniform number of that position.
        how: temperature and cut-offs of each sample.
        max_tokens: longest sample, in words, prompt included.
        uniforms: numbers in [0, 1), one for each position, shape (samples, max_tokens). That of
            the first position, with which no word is drawn, chooses the steps at which entropy is
            worked out.
        batch_size: samples drawn at once; rounded up to a multiple of ``ROWS``.
        every: entropy and heated log-probability are worked out at one in so many steps. With an
            adaptive softmax, 1 works out all words at each step. The words stay the same.
        checks: steps between one look for samples that have ended and the next; they do not change
            the samples. By default 1 on a CPU, and ``CHECKS`` on a GPU, which would have to wait.
    """
    if not prompts:
        return []
    model.eval()
    adaptive = isinstance(model.output, nn.AdaptiveLogSoftmaxWithLoss)
    whole = [each.cut is not None or not adaptive for each in how]
    on_cpu = model.embedding.weight.device.type == "cpu"
    samples: dict[int, Sample] = {}
    for kind in sorted(set(whole)):
        rows = [row for row, each in enumerate(whole) if each == kind]
        hows = [how[row] for row in rows]
        given = [prompts[row] for row in rows]
        draw = (
            _among_all(model, hows, gathers=on_cpu)
            if kind
            else _head_first(model, every, gathers=on_cpu)
        )
        work = _Work(model, given, hows, max_tokens, uniforms[rows], batch_size, every)
        while work.unfinished:
            for _ in range(checks or (1 if on_cpu else CHECKS)):
                features = work.network.read(work.words())
                work.take(draw(features, work.numbers(), work.how(), work.measured()))
            work.refill()
        samples |= zip(rows, work.samples(), strict=True)
    return [samples[row] for row in range(len(prompts))]


Draw = Callable[[Tensor, Tensor, Tensor, Tensor], Drawn]
"""Draws a word from each row, given the input of the output layer, uniform numbers, temperature and
cut-offs, and whether entropy and heated log-probability are worked out."""


def _head_first(model: RecipeLSTM, every: int, *, gathers: bool) -> Draw:
    """Draws from an adaptive softmax, without cut-offs."""
    output = cast("nn.AdaptiveLogSoftmaxWithLoss", model.output)
    softmax = AdaptiveSoftmax(output, every, gathers=gathers)
    return lambda features, uniform, how, measured: softmax.draw(
        features, uniform, how[:, 0], measured
    )


def _among_all(model: RecipeLSTM, how: Sequence[Sampling], *, gathers: bool) -> Draw:
    """Draws from any softmax, with the probabilities of all words at each step."""
    cuts = sorted({each.cut for each in how if each.cut is not None})
    scratch = Scratch(model.embedding.weight)

    def draw(features: Tensor, uniform: Tensor, how: Tensor, _: Tensor) -> Drawn:
        rows = ROWS if gathers else len(features)
        tiles = zip(
            *(torch.split(each, rows) for each in (features, uniform, how)),
            strict=True,
        )
        parts = [
            draw_words(
                log_probabilities_in(scratch, model.output, some), numbers, settings, cuts, scratch
            )
            for some, numbers, settings in tiles
        ]
        return Drawn(*map(torch.cat, zip(*parts, strict=True)))

    return draw


class _Work:
    """The samples under way: which sample each row of the batch draws, and how far it is.

    Rows without a sample draw an extra one, after the last sample, whose words are never used.
    """

    def __init__(
        self,
        model: RecipeLSTM,
        prompts: Sequence[Sequence[int]],
        how: Sequence[Sampling],
        max_tokens: int,
        uniforms: Floats,
        batch_size: int,
        every: int,
    ) -> None:
        self._count, device = len(prompts), model.embedding.weight.device
        rows = min(_whole(batch_size), _whole(self._count))
        self._tokens = torch.full((self._count + 1, max_tokens), STOP, device=device)
        for row, prompt in zip(self._tokens, prompts, strict=False):
            kept = torch.as_tensor(prompt[:max_tokens])
            row[: len(kept)] = kept
        lengths = [*(min(len(prompt), max_tokens) for prompt in prompts), max_tokens]
        self._prompt_lengths = torch.tensor(lengths, device=device)
        self._lengths = self._prompt_lengths.clone()
        self._stopped = torch.zeros(self._count + 1, dtype=torch.bool, device=device)
        self._uniforms = torch.zeros((self._count + 1, max_tokens), dtype=torch.float64)
        self._uniforms[: self._count] = torch.as_tensor(uniforms)
        self._uniforms = self._uniforms.to(device)
        self._every = every
        self._phases = (self._uniforms[:, 0] * every).long()
        settings = [astuple(each) for each in (*how, how[0])]
        self._how = torch.tensor(settings, dtype=torch.float64, device=device)
        self._sums = torch.zeros((3, self._count + 1), dtype=torch.float64, device=device)
        # Samples whose prompt leaves nothing to draw are never started.
        self._waiting = (self._prompt_lengths[: self._count] < max_tokens).nonzero()[:, 0]
        self._rows = torch.full((rows,), self._count, device=device)
        self._places = torch.zeros(rows, dtype=torch.long, device=device)
        self._last = max_tokens - 1
        self.network = Steps(model, rows)
        self.refill()

    @property
    def unfinished(self) -> bool:
        """Whether a sample is still under way."""
        return len(self._rows) > 0

    def words(self) -> Tensor:
        """The current word of each row, shape (rows,)."""
        return self._tokens[self._rows, self._places]

    def numbers(self) -> Tensor:
        """The uniform number of the next word of each row."""
        return self._uniforms[self._rows, self._places + 1]

    def how(self) -> Tensor:
        """Temperature and cut-offs of each row."""
        return self._how[self._rows]

    def measured(self) -> Tensor:
        """Whether entropy and heated log-probability of each row are worked out at this step."""
        return (self._places + 1 - self._phases[self._rows]) % self._every == 0

    def take(self, drawn: Drawn) -> None:
        """Move each row on by a word, and keep the drawn word if the row is past its prompt."""
        self._places += 1
        past = self._places >= self._prompt_lengths[self._rows]
        # Words of a prompt are written to the extra sample, so that no row has to be left out.
        rows, words = torch.where(past, self._rows, self._count), drawn.words
        self._sums[:, rows] += torch.stack(drawn[1:])
        self._tokens[rows, self._places] = words
        ends = words == STOP
        self._stopped[rows] = ends
        self._lengths[rows] += (~ends).long()
        ended = self._stopped[self._rows] | (self._places == self._last)
        self._rows = torch.where(ended, self._count, self._rows)
        self._places = torch.where(ended, 0, self._places)

    def refill(self) -> None:
        """Start waiting samples in rows that have ended. Drop rows once no sample waits."""
        idle = self._rows == self._count
        places = idle.nonzero()[:, 0]
        if not len(places):
            return
        chosen = self._waiting[: len(places)]
        self._waiting = self._waiting[len(places) :]
        started = places[: len(chosen)]
        self._rows[started] = chosen
        self._places[started] = 0
        self.network.restart(started)
        idle[started] = False
        wanted = _whole(len(self._rows) - len(places) + len(chosen))
        if wanted < len(self._rows):
            kept = idle.int().argsort(stable=True)[:wanted]
            self._rows, self._places = self._rows[kept], self._places[kept]
            self.network.keep(kept)

    def samples(self) -> list[Sample]:
        drawn = (self._lengths - self._prompt_lengths + self._stopped).clamp(min=1)
        self._sums[2] /= drawn
        columns = (
            self._tokens.tolist(),
            self._lengths.tolist(),
            self._stopped.tolist(),
            *self._sums.tolist(),
        )
        rows = zip(*(column[: self._count] for column in columns), strict=True)
        return [Sample(tuple(tokens[:length]), *known) for tokens, length, *known in rows]


def _whole(count: int) -> int:
    """The next multiple of ``ROWS``."""
    return -(-count // ROWS) * ROWS
