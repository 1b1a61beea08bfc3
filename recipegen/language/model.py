"""The network: it gives the probability of the next word after the words so far.

A word-level LSTM language model (Mikolov et al. 2010; Foster, Generative Deep Learning, 2nd
edition, ch. 5): embedding, LSTM, softmax over the vocabulary. The softmax may be adaptive (Grave
et al. 2017). Then one layer tells frequent words from each other and from the clusters of rarer
words. Rarer words are told apart only within their cluster. A training step computes a cluster only
if one of its words is a target.

While words are drawn, the same is computed in less time: by ``fast_lstm.py`` up to the output
layer, by ``fast_softmax.py`` in it, and in memory that is used again by ``reused_memory.py``.
``benchmarks/fast_paths.py`` measures each of them against this file.

Shapes: B recipes, T words, N words of all recipes, E embedding_size, H hidden_size,
V vocabulary_size, L layers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

from recipegen.language.loss import adaptive_cross_entropy, linear_cross_entropy
from recipegen.language.vocabulary import STOP

if TYPE_CHECKING:
    # The configuration needs pydantic, which benchmarks.gpu does without.
    from recipegen.config import Train

State = tuple[Tensor, Tensor]
"""Hidden and cell state of the LSTM, each of shape (L, B, H)."""


@dataclass(frozen=True)
class ModelConfig:
    """The sizes of a network: all that is needed to rebuild it, besides the weights."""

    vocabulary_size: int
    embedding_size: int = 100
    hidden_size: int = 128
    layers: int = 1
    dropout: float = 0.0
    tied_weights: bool = False
    softmax_cutoffs: tuple[int, ...] = ()
    """Token ids that each start a cluster of the adaptive softmax; if empty, the softmax is full.

    Ids beyond the vocabulary are left out. If weights are tied, all are left out.
    """

    @classmethod
    def of(cls, vocabulary_size: int, settings: Train) -> ModelConfig:
        """The sizes that the settings ask for."""
        sizes = settings.model_dump(include=set(cls.__dataclass_fields__))
        return cls(vocabulary_size=vocabulary_size, **sizes)


class RecipeLSTM(nn.Module):
    """A word-level LSTM language model."""

    def __init__(self, config: ModelConfig) -> None:
        """Build the network with random weights, drawn from torch's global generator."""
        super().__init__()
        self.config = config
        width = config.embedding_size if config.tied_weights else config.hidden_size
        self.embedding = nn.Embedding(config.vocabulary_size, config.embedding_size)
        self.lstm = nn.LSTM(
            config.embedding_size,
            config.hidden_size,
            config.layers,
            batch_first=True,
            dropout=config.dropout if config.layers > 1 else 0.0,
        )
        self.dropout = nn.Dropout(config.dropout)
        self.projection = (
            nn.Linear(config.hidden_size, width) if width != config.hidden_size else nn.Identity()
        )
        self.output = _output_layer(width, config)
        nn.init.uniform_(self.embedding.weight, -0.1, 0.1)
        if isinstance(self.output, nn.Linear):
            nn.init.zeros_(self.output.bias)
            if config.tied_weights:
                self.output.weight = self.embedding.weight

    def features(self, tokens: Tensor, state: State | None = None) -> tuple[Tensor, State]:
        """The input of the output layer at each word, and the state after the last word.

        The input has the shape (B, T, H), or (B, T, E) with tied weights.

        Args:
            tokens: token ids, shape (B, T).
            state: the state before the first word; None at the start of a recipe.
        """
        embedded = self.dropout(self.embedding(tokens))  # (B, T, E)
        hidden, state = self.lstm(embedded, state)  # (B, T, H)
        return self.projection(self.dropout(hidden)), state

    def forward(self, tokens: Tensor, state: State | None = None) -> tuple[Tensor, State]:
        """Log-probabilities of the word after each, shape (B, T, V), and the last state."""
        features, state = self.features(tokens, state)
        return self.log_probabilities(features.flatten(0, 1)).view(*tokens.shape, -1), state

    def log_probabilities(self, features: Tensor) -> Tensor:
        """Log-probabilities of the next word, shape (N, V), from the input of the output layer."""
        if isinstance(self.output, nn.Linear):
            return self.output(features).log_softmax(dim=-1)  # type: ignore[no-any-return]
        return self.output.log_prob(features)

    def loss(self, tokens: Tensor, counted: Tensor, clusters: Sequence[Tensor]) -> Tensor:
        """The negative log-likelihood, summed over the words that count.

        Args:
            tokens: padded token ids, shape (B, T), with the stop token if a recipe has one.
            counted: places of the N words that count, among the B (T - 1) words after the first.
            clusters: for each cluster of the adaptive softmax, the places of its words among those
                that count.
        """
        features, _ = self.features(tokens[:, :-1])
        # The output layer is nine tenths of the arithmetic, so only words that count reach it.
        features = features.flatten(0, 1).index_select(0, counted)  # (N, H)
        targets = tokens[:, 1:].flatten().index_select(0, counted)  # (N,)
        if isinstance(self.output, nn.AdaptiveLogSoftmaxWithLoss):
            return adaptive_cross_entropy(self.output, features, targets, clusters)
        weight, bias = self.output.weight, self.output.bias
        return linear_cross_entropy(features.to(weight.dtype), weight, bias, targets)


def _output_layer(width: int, config: ModelConfig) -> nn.Linear | nn.AdaptiveLogSoftmaxWithLoss:
    cutoffs = [cutoff for cutoff in config.softmax_cutoffs if cutoff < config.vocabulary_size]
    if not cutoffs or config.tied_weights:
        return nn.Linear(width, config.vocabulary_size)
    # Each cluster gets a quarter of the units of the one before, as in the paper, but at least two.
    narrowing = min(4.0, (width / 2) ** (1 / len(cutoffs)))
    # The adaptive softmax needs token ids in order of falling frequency, as they are.
    return nn.AdaptiveLogSoftmaxWithLoss(
        width, config.vocabulary_size, cutoffs, div_value=max(1.0, narrowing), head_bias=True
    )


def pad(recipes: Sequence[list[int]], device: torch.device) -> tuple[Tensor, Tensor]:
    """Token ids padded with the stop token, shape (B, T), and lengths of recipes, shape (B,)."""
    lengths = torch.tensor([len(recipe) for recipe in recipes])
    tokens = torch.full((len(recipes), int(lengths.max())), STOP, dtype=torch.long)
    for row, recipe in zip(tokens, recipes, strict=True):
        row[: len(recipe)] = torch.as_tensor(recipe)
    return tokens.to(device), lengths.to(device)
