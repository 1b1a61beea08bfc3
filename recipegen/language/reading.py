"""What the network makes of texts that are there already."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import torch

from recipegen.language.model import RecipeLSTM, pad

BATCH = 16
"""Texts at once: the log-probabilities of all words of each fill 8 MB at 200 words of 10,000."""


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
    for start in range(0, len(order), BATCH):
        rows = order[start : start + BATCH]
        tokens, lengths = pad([list(texts[row]) for row in rows], device)
        logs, _ = model(tokens[:, :-1])
        places = torch.arange(1, tokens.shape[1], device=device)
        begin = torch.tensor([first[row] for row in rows], device=device)
        counted = (places >= begin[:, None]) & (places < lengths[:, None])
        own = logs.gather(2, tokens[:, 1:, None])[..., 0].double()
        entropies = -(logs.exp() * logs).sum(dim=-1).double()
        words = counted.sum(dim=1).clamp(min=1)
        found[rows, 0] = (own * counted).sum(dim=1).cpu()
        found[rows, 1] = ((entropies * counted).sum(dim=1) / words).cpu()
    return found
