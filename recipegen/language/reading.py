"""How likely existing texts are under the network."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from recipegen.language.model import RecipeLSTM, Scratch, pad

BATCH = 64
"""Texts, of about the same length, that the LSTM reads at once."""

CHUNK = 64
"""Words whose distributions are computed at once. For a vocabulary of 10,000 words they take 2.5 MB
and stay in the processor's cache."""


@torch.no_grad()
def text_likelihoods(
    model: RecipeLSTM, texts: Sequence[Sequence[int]], first: Sequence[int]
) -> npt.NDArray[np.float64]:
    """Log-probability and mean entropy of each text at temperature 1, in nats, shape (N, 2).

    Both cover the words of a text from its first word that counts. The entropy is the mean over the
    distributions that predict these words; it says how unsure the network is. Both are 0 if no word
    of a text counts.

    Args:
        model: the network.
        texts: token ids of each text, including the stop token if the text ends with it.
        first: index of the first word that counts in each text, 1 or more.
    """
    model.eval()
    device = model.embedding.weight.device
    found = np.zeros((len(texts), 2))
    readable = (row for row, text in enumerate(texts) if len(text) > 1)
    order = sorted(readable, key=lambda row: len(texts[row]))
    scratch = Scratch(model.embedding.weight)
    for start in range(0, len(order), BATCH):
        rows = order[start : start + BATCH]
        tokens, lengths = pad([list(texts[row]) for row in rows], device)
        features, _ = model.features(tokens[:, :-1])
        places = torch.arange(1, tokens.shape[1], device=device)
        begin = torch.tensor([first[row] for row in rows], device=device)
        counted = (places >= begin[:, None]) & (places < lengths[:, None])
        # The output layer is nine tenths of the arithmetic, so only words that count reach it.
        words = _words(model, features[counted], tokens[:, 1:][counted], scratch)
        owner = counted.nonzero()[:, 0]
        sums = words.new_zeros((len(rows), 2)).index_add_(0, owner, words)
        sums[:, 1] /= counted.sum(dim=1).clamp(min=1)
        found[rows] = sums.cpu()
    return found


def _words(model: RecipeLSTM, features: Tensor, targets: Tensor, scratch: Scratch) -> Tensor:
    """Log-probability of each word, and entropy of its distribution, shape (N, 2)."""
    words = torch.empty((len(targets), 2), dtype=torch.float64, device=features.device)
    for start in range(0, len(targets), CHUNK):
        rows = slice(start, start + CHUNK)
        logs = model.log_probabilities(features[rows], scratch)
        words[rows, 0] = logs.gather(1, targets[rows, None])[:, 0].double()
        probabilities = torch.exp(logs, out=scratch("probabilities", *logs.shape))
        words[rows, 1] = -probabilities.mul_(logs).sum(dim=1).double()
    return words
