"""Draws many recipes at once, and carries the state of the LSTM along from word to word.

The uniform numbers of a sample depend only on (seed, temperature, sample number). So neither the
batch nor the order of work changes what is drawn.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple, dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from recipegen.language.drawing import Cut, Drawn, Sampling, draw_words
from recipegen.language.model import RecipeLSTM, Scratch, State
from recipegen.language.vocabulary import STOP

Floats = npt.NDArray[np.float64]

ROWS = 128
"""Rows for which a CPU draws words at once, so that they stay in its cache. The batch of the
network is a multiple of this number. The number of rows of a matrix product can change the last
digit of its sums, and so, once in a million words, the word that is drawn. Since the number
of rows is fixed, the batch size does not matter."""


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
    """The same at the temperature of the sample."""
    entropy: float
    """Mean entropy, in nats, of the distributions over all words at the steps of the sample."""


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
) -> list[Sample]:
    """A sample for each prompt, many drawn at once with the state of the LSTM carried along.

    When a sample ends, the next one takes its place in the batch, so that the batch stays full.

    Args:
        model: the network.
        prompts: token ids of each prompt, one word or more. Prompts are read one word at a time,
            and the word at a position is drawn with the uniform number of that position.
        how: temperature and cut-offs of each sample.
        max_tokens: longest sample, in words, prompt included.
        uniforms: numbers in [0, 1), one for each position, shape (samples, max_tokens).
        batch_size: samples drawn at once; rounded up to a multiple of ``ROWS``.
    """
    if not prompts:
        return []
    model.eval()
    work = _Work(model, prompts, how, max_tokens, uniforms, batch_size)
    cuts = sorted({each.cut for each in how if each.cut is not None})
    scratch = Scratch(model.embedding.weight)
    while work.unfinished:
        features, work.state = model.features(work.words(), work.state)
        work.take(_draw_next(model, features[:, -1], work.numbers(), work.how(), cuts, scratch))
    return work.samples()


def _draw_next(
    model: RecipeLSTM,
    features: Tensor,
    uniform: Tensor,
    how: Tensor,
    cuts: Sequence[Cut],
    scratch: Scratch,
) -> Drawn:
    rows = ROWS if features.device.type == "cpu" else len(features)
    parts = [
        draw_words(model.log_probabilities(some, scratch), numbers, settings, cuts, scratch)
        for some, numbers, settings in zip(
            *(torch.split(each, rows) for each in (features, uniform, how)), strict=True
        )
    ]
    return Drawn(*map(torch.cat, zip(*parts, strict=True)))


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
    ) -> None:
        self._count, device = len(prompts), model.embedding.weight.device
        rows = min(_whole(batch_size), _whole(self._count))
        self._tokens = torch.full((self._count + 1, max_tokens), STOP, device=device)
        for row, prompt in zip(self._tokens, prompts, strict=False):
            kept = torch.as_tensor(prompt[:max_tokens])
            row[: len(kept)] = kept
        lengths = [*(min(len(prompt), max_tokens) for prompt in prompts), 1]
        self._prompt_lengths = torch.tensor(lengths, device=device)
        self._lengths = self._prompt_lengths.clone()
        self._stopped = torch.zeros(self._count + 1, dtype=torch.bool, device=device)
        self._uniforms = torch.zeros((self._count + 1, max_tokens), dtype=torch.float64)
        self._uniforms[: self._count] = torch.as_tensor(uniforms)
        self._uniforms = self._uniforms.to(device)
        settings = [astuple(each) for each in (*how, how[0])]
        self._how = torch.tensor(settings, dtype=torch.float64, device=device)
        self._sums = torch.zeros((3, self._count + 1), dtype=torch.float64, device=device)
        # Samples whose prompt leaves nothing to draw are never started.
        self._waiting = (self._prompt_lengths[: self._count] < max_tokens).nonzero()[:, 0]
        self._rows = torch.full((rows,), self._count, device=device)
        self._places = torch.zeros(rows, dtype=torch.long, device=device)
        self._last = max_tokens - 1
        self.state: State | None = None
        self._refill(~self._working)

    @property
    def unfinished(self) -> bool:
        """Whether a sample is still under way."""
        return bool(self._working.any())

    @property
    def _working(self) -> Tensor:
        return self._rows != self._count

    def words(self) -> Tensor:
        """The current word of each row, shape (rows, 1)."""
        return self._tokens[self._rows, self._places, None]

    def numbers(self) -> Tensor:
        """The uniform number of the next word of each row."""
        return self._uniforms[self._rows, self._places + 1]

    def how(self) -> Tensor:
        """Temperature and cut-offs of each row."""
        return self._how[self._rows]

    def take(self, drawn: Drawn) -> None:
        """Move each row on by a word, and keep the drawn word if the row is past its prompt."""
        self._places += 1
        past = (self._places >= self._prompt_lengths[self._rows]) & self._working
        rows, words = self._rows[past], drawn.words[past]
        for sums, values in zip(self._sums, drawn[1:], strict=True):
            sums[rows] += values[past]
        self._tokens[rows, self._places[past]] = words
        self._stopped[rows] = words == STOP
        self._lengths[rows] += (words != STOP).long()
        ended = self._stopped[self._rows] | (self._places == self._last)
        if ended.any():
            self._refill(ended)

    def _refill(self, ended: Tensor) -> None:
        """Start waiting samples in rows that have ended. Drop rows once no sample waits."""
        places = ended.nonzero()[:, 0]
        chosen = self._waiting[: len(places)]
        self._waiting = self._waiting[len(places) :]
        self._rows[places] = self._count
        self._rows[places[: len(chosen)]] = chosen
        self._places[places] = 0
        if self.state is not None:
            for part in self.state:
                part[:, places] = 0
        working = self._working
        wanted = _whole(int(working.sum()))
        if wanted < len(self._rows):
            kept = (~working).int().argsort(stable=True)[:wanted]
            self._rows, self._places = self._rows[kept], self._places[kept]
            if self.state is not None:
                self.state = self.state[0][:, kept], self.state[1][:, kept]

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
