"""What the network makes of texts that are there already."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from recipegen.language.model import RecipeLSTM, Scratch, pad

BATCH = 64
"""Texts that the LSTM reads at once, of about the same length."""

CHUNK = 64
"""Words whose distributions are made at once: 2.5 MB at 10,000 words, which stay in the cache."""


@torch.no_grad()
def text_likelihoods(
    model: RecipeLSTM, texts: Sequence[Sequence[int]], first: Sequence[int]
) -> npt.NDArray[np.float64]:
    """How likely each text is at temperature 1, and how sure the network is of its words, N x 2.

    The log-probability of the words from the first one on, and the entropy of the distributions at
    them, mean over the words; both in nats, 0 where a text has no such word.

    Args:
        model: the network.
        texts: token ids of each text, the stop token included where it ends with one.
        first: place of the first word of each text that counts, 1 or more.
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
        # Only words that count reach the output layer: it is nine tenths of the arithmetic.
        words = _words(model, features[counted], tokens[:, 1:][counted], scratch)
        owner = counted.nonzero()[:, 0]
        sums = words.new_zeros((len(rows), 2)).index_add_(0, owner, words)
        sums[:, 1] /= counted.sum(dim=1).clamp(min=1)
        found[rows] = sums.cpu()
    return found


def _words(model: RecipeLSTM, features: Tensor, targets: Tensor, scratch: Scratch) -> Tensor:
    """The log-probability of each word, and the entropy of the distribution there, N x 2."""
    words = torch.empty((len(targets), 2), dtype=torch.float64, device=features.device)
    for start in range(0, len(targets), CHUNK):
        rows = slice(start, start + CHUNK)
        logs = model.log_probabilities(features[rows], scratch)
        words[rows, 0] = logs.gather(1, targets[rows, None])[:, 0].double()
        probabilities = torch.exp(logs, out=scratch("probabilities", *logs.shape))
        words[rows, 1] = -probabilities.mul_(logs).sum(dim=1).double()
    return words
