"""Settings of the stage ``train``: the network and its training."""

from __future__ import annotations

from itertools import pairwise
from typing import Annotated, Literal

from pydantic import Field, field_validator

from recipegen.config.section import Prompt, Section, Share, Temperature

Cutoff = Annotated[int, Field(ge=1, le=1_000_000)]


class Train(Section):
    """The network and how it is fitted."""

    embedding_size: int = Field(100, ge=1, le=8192, description="Width of the word embedding.")
    hidden_size: int = Field(128, ge=1, le=8192, description="Units of each LSTM layer.")
    layers: int = Field(1, ge=1, le=8, description="Number of stacked LSTM layers.")
    dropout: float = Field(
        0.0,
        ge=0.0,
        lt=1.0,
        description="Share of units dropped after the embedding and after each layer.",
    )
    tied_weights: bool = Field(
        False,
        description="Use the embedding as the output layer, too (Press & Wolf 2017), with a full "
        "softmax. If hidden_size and embedding_size differ, a linear layer maps the first to the "
        "second.",
    )
    softmax_cutoffs: tuple[Cutoff, ...] = Field(
        (1000, 4000),
        description="Frequency ranks that each start a cluster of the adaptive softmax (Grave et "
        "al. 2017). Ranks beyond the vocabulary are left out. If no rank is left, or weights are "
        "tied, the full softmax is used.",
    )
    networks: int = Field(
        1,
        ge=1,
        le=100,
        description="Number of networks that are trained alike. The first uses the run's seed, "
        "and each further one the next higher seed. Several networks show how much the figures "
        "depend on the training.",
    )
    epochs: int = Field(
        5, ge=1, le=10_000, description="Largest number of passes over the training split."
    )
    patience: int | None = Field(
        None,
        ge=1,
        description="Stop after this many epochs without a better perplexity on the valid split. "
        "If unset, training does not stop early.",
    )
    batch_size: int = Field(32, ge=1, le=65_536, description="Recipes in a training step.")
    learning_rate: float = Field(
        1.2e-2, gt=0.0, le=10.0, description="Peak learning rate of Adam, after the warm-up."
    )
    warm_up: Share = Field(0.05, description="Share of all steps with a rising learning rate.")
    precision: Literal["float32", "bfloat16"] = Field(
        "float32",
        description="Number format of the matrix products in training. bfloat16 is faster if the "
        "processor (AVX-512 BF16, AMX) or GPU supports it, and slower otherwise. A GPU without "
        "bfloat16 uses float16.",
    )
    gradient_clip: float = Field(
        1.0,
        gt=0.0,
        description="Largest norm of the gradient of a step. A longer gradient is scaled down to "
        "it.",
    )
    sample_prompts: tuple[Prompt, ...] = Field(
        ("recipe for",), description="Prompts that are continued at the end of every epoch."
    )
    sample_temperature: Temperature = Field(
        1.0, description="Temperature of the samples at the end of every epoch."
    )
    sample_max_tokens: int = Field(
        100,
        ge=1,
        le=10_000,
        description="Longest sample at the end of an epoch, in words, prompt included.",
    )
    ngram_order: int = Field(
        4,
        ge=1,
        le=10,
        description="Longest n-gram, in words, of the n-gram model. The network is compared with "
        "this model, and samples are measured by it.",
    )

    @field_validator("softmax_cutoffs")
    @classmethod
    def _rising(cls, cutoffs: tuple[int, ...]) -> tuple[int, ...]:
        if any(later <= earlier for earlier, later in pairwise(cutoffs)):
            raise ValueError("each must be larger than the one before")
        return cutoffs
