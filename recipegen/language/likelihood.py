"""How likely existing texts are under the network."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from recipegen.language.fast_softmax import EVERY, AdaptiveSoftmax
from recipegen.language.model import RecipeLSTM, pad
from recipegen.language.reused_memory import Scratch, log_probabilities_in
from recipegen.language.sampling import SMALLEST_LOG, SMALLEST_TEMPERATURE

BATCH = 64
"""Texts, of about the same length, that the LSTM reads at once."""

CHUNK = 64
"""Words whose distributions are computed at once. For a vocabulary of 10,000 words they take 2.5 MB
and stay in the processor's cache."""

ADAPTIVE_CHUNK = 1024
"""The same for an adaptive softmax, most of whose words are never worked out."""


@torch.no_grad()
def text_likelihoods(
    model: RecipeLSTM,
    texts: Sequence[Sequence[int]],
    first: Sequence[int],
    every: int = EVERY,
) -> npt.NDArray[np.float64]:
    """Log-probability and mean entropy of each text at temperature 1, in nats, shape (N, 2).

    Both cover the words of a text from its first word that counts. The entropy is the mean over the
    distributions that predict these words; it says how unsure the network is. With an adaptive
    softmax it is estimated without bias from every eighth of them, from a random one on. Both are 0
    if no word of a text counts.

    Args:
        model: the network.
        texts: token ids of each text, including the stop token if the text ends with it.
        first: index of the first word that counts in each text, 1 or more.
        every: entropy is worked out at one in so many words; 1 estimates nothing.
    """
    model.eval()
    device = model.embedding.weight.device
    found = np.zeros((len(texts), 2))
    readable = (row for row, text in enumerate(texts) if len(text) > 1)
    order = sorted(readable, key=lambda row: len(texts[row]))
    judge = _adaptive(model, every) or _full(model)
    for start in range(0, len(order), BATCH):
        rows = order[start : start + BATCH]
        tokens, lengths = pad([list(texts[row]) for row in rows], device)
        features, _ = model.features(tokens[:, :-1])
        places = torch.arange(1, tokens.shape[1], device=device)
        begin = torch.tensor([first[row] for row in rows], device=device)
        phases = torch.tensor([_phase(texts[row], every) for row in rows], device=device)
        measured = (places + phases[:, None]) % every == 0
        counted = (places >= begin[:, None]) & (places < lengths[:, None])
        # The output layer is nine tenths of the arithmetic, so only words that count reach it.
        words = judge(features[counted], tokens[:, 1:][counted], measured[counted])
        owner = counted.nonzero()[:, 0]
        sums = words.new_zeros((len(rows), 2)).index_add_(0, owner, words)
        sums[:, 1] /= counted.sum(dim=1).clamp(min=1)
        found[rows] = sums.cpu()
    return found


def _phase(text: Sequence[int], every: int) -> int:
    """A number below ``every`` that looks random, but depends on the text alone."""
    return zlib.crc32(np.asarray(text, dtype="<i8").tobytes()) % every


Judge = Callable[[Tensor, Tensor, Tensor], Tensor]
"""Log-probability of each word, and entropy of its distribution, shape (N, 2), given the input of
the output layer, token ids, and whether the entropy is worked out."""


def _adaptive(model: RecipeLSTM, every: int) -> Judge | None:
    """Judges words with an adaptive softmax; None if the softmax is full."""
    if not isinstance(model.output, nn.AdaptiveLogSoftmaxWithLoss):
        return None
    softmax = AdaptiveSoftmax(model.output, every, gathers=True)
    return lambda *of_words: torch.cat(
        [
            torch.stack(softmax.judge(*some), dim=1)
            for some in zip(*(each.split(ADAPTIVE_CHUNK) for each in of_words), strict=True)
        ]
    )


def _full(model: RecipeLSTM) -> Judge:
    """Judges words with a full softmax, and works out each entropy."""
    scratch = Scratch(model.embedding.weight)

    def judge(features: Tensor, targets: Tensor, _: Tensor) -> Tensor:
        words = torch.empty((len(targets), 2), dtype=torch.float64, device=features.device)
        for start in range(0, len(targets), CHUNK):
            rows = slice(start, start + CHUNK)
            logs = log_probabilities_in(scratch, model.output, features[rows])
            words[rows, 0] = logs.gather(1, targets[rows, None])[:, 0].double()
            probabilities = torch.exp(logs, out=scratch("probabilities", *logs.shape))
            words[rows, 1] = -probabilities.mul_(logs).sum(dim=1).double()
        return words

    return judge


@torch.no_grad()
def word_probabilities(
    model: RecipeLSTM,
    texts: Sequence[Sequence[int]],
    places: Sequence[Sequence[int]],
    temperatures: Sequence[float],
) -> npt.NDArray[np.float64]:
    """Probability of some words of texts at temperature 1 and at a temperature, shape (N, 2).

    The words come in the order of ``places``, one text after the other. Only their distributions
    are worked out, each over the whole vocabulary.

    Args:
        model: the network.
        texts: token ids of each text.
        places: for each text, the indices of the words, each 1 or more.
        temperatures: for each text, the temperature of the second probability, 0 or more.
    """
    model.eval()
    found = [np.empty((len(own), 2)) for own in places]
    readable = (row for row, own in enumerate(places) if len(own))
    order = sorted(readable, key=lambda row: max(places[row]))
    for start in range(0, len(order), BATCH):
        rows = order[start : start + BATCH]
        # What comes after the last of the words does not change their probabilities.
        own = [list(texts[row][: max(places[row]) + 1]) for row in rows]
        where = [(at, place) for at, row in enumerate(rows) for place in places[row]]
        words = _read_words(model, own, where, [temperatures[row] for row in rows])
        ends = np.cumsum([len(places[row]) for row in rows])[:-1]
        for row, each in zip(rows, np.split(words, ends), strict=True):
            found[row] = each
    return np.concatenate([np.empty((0, 2)), *found])


def _read_words(
    model: RecipeLSTM,
    texts: Sequence[list[int]],
    where: Sequence[tuple[int, int]],
    temperatures: Sequence[float],
) -> npt.NDArray[np.float64]:
    """As :func:`word_probabilities`, for words given as pairs of a text and a place in it."""
    device, scratch = model.embedding.weight.device, Scratch(model.embedding.weight)
    tokens, _ = pad(texts, device)
    features, _ = model.features(tokens[:, :-1])
    text, place = torch.tensor(where, device=device).T
    heat = torch.tensor(temperatures, dtype=features.dtype, device=device)
    beta = 1 / heat.clamp(min=SMALLEST_TEMPERATURE)
    words = []
    for start in range(0, len(where), CHUNK):
        at, to = text[start : start + CHUNK], place[start : start + CHUNK]
        logs = log_probabilities_in(scratch, model.output, features[at, to - 1])
        words.append(_probabilities(logs, tokens[at, to, None], beta[at, None]))
    found: npt.NDArray[np.float64] = torch.cat(words).cpu().numpy()
    return found


def _probabilities(logs: Tensor, words: Tensor, beta: Tensor) -> Tensor:
    """Of words, shape (N, 1), from log-probabilities; at temperatures 1 and 1 / beta, (N, 2)."""
    plain = logs.gather(1, words).double().exp()
    heated = logs.sub_(logs.amax(dim=-1, keepdim=True)).mul_(beta).clamp_(min=SMALLEST_LOG)
    return torch.cat([plain, torch.softmax(heated, dim=-1).gather(1, words).double()], dim=1)
