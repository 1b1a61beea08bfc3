"""Checkpoints: files that hold all that is needed to generate, and that run no code when loaded.

A checkpoint is one safetensors file. It holds the weights. Its header has one JSON text with the
sizes of the network, the words of its vocabulary, and other facts that the writer adds. The n-gram
model has such a file of its own.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor

from recipegen.errors import CorruptFile
from recipegen.language.model import ModelConfig, RecipeLSTM
from recipegen.language.ngram import NGram
from recipegen.language.training import load_weights
from recipegen.language.vocabulary import Vocabulary
from recipegen.storage.files import Place, on_disk

_HEADER = "recipegen"


def save_checkpoint(path: Path, tensors: dict[str, Tensor], facts: dict[str, Any]) -> None:
    """Write tensors and JSON facts to ``path``."""
    save_file(tensors, path, metadata={_HEADER: json.dumps(facts)})


def load_checkpoint(path: Place) -> tuple[dict[str, Tensor], dict[str, Any]]:
    """The tensors and facts in a checkpoint.

    Raises:
        CorruptFile: the file is damaged, or is not a checkpoint.
    """
    try:
        with safe_open(on_disk(path), framework="pt") as file:
            facts = json.loads((file.metadata() or {})[_HEADER])
            return {name: file.get_tensor(name) for name in file.keys()}, facts  # noqa: SIM118
    except ConnectionError:
        raise
    except (OSError, SafetensorError, KeyError, ValueError) as error:
        raise CorruptFile(
            f"{path}: not a readable checkpoint: {error}; remove it and train again"
        ) from error


def model_facts(model: RecipeLSTM, vocabulary: Vocabulary) -> dict[str, Any]:
    """The sizes of the network and its words, as JSON values."""
    return {"model": asdict(model.config), "words": list(vocabulary.words)}


def load_model(path: Place, device: torch.device) -> tuple[RecipeLSTM, Vocabulary]:
    """The network in a checkpoint, ready to generate, and its vocabulary.

    Raises:
        CorruptFile: the file is damaged, or its weights do not fit the sizes it names.
    """
    tensors, facts = load_checkpoint(path)
    try:
        sizes = ModelConfig(**facts["model"])
        _check_sizes(sizes, tensors)
        model = RecipeLSTM(sizes)
        vocabulary = Vocabulary(facts["words"])
        load_weights(model, tensors)
    except (KeyError, TypeError, ValueError, RuntimeError) as error:
        raise CorruptFile(f"{path}: the checkpoint is inconsistent: {error}") from error
    return model.to(device).eval(), vocabulary


def _check_sizes(sizes: ModelConfig, tensors: dict[str, Tensor]) -> None:
    """Check that a file has enough weights for a network, before memory is allocated for it.

    Raises:
        ValueError: the file has too few tensors or weights.
    """
    held = sum(tensor.numel() for tensor in tensors.values())
    if sizes.layers > len(tensors):
        raise ValueError(f"it names {sizes.layers} layers, but has only {len(tensors)} tensors")
    with torch.device("meta"):
        wanted = sum(weights.numel() for weights in RecipeLSTM(sizes).parameters())
    if wanted > held:
        raise ValueError(f"it names a network of {wanted:,} weights, but has only {held:,}")


def save_ngram(path: Path, model: NGram) -> None:
    """Write the n-gram model to ``path``."""
    tensors = {name: torch.from_numpy(array) for name, array in model.arrays().items()}
    save_checkpoint(path, tensors, {"vocabulary_size": model.vocabulary_size})


def load_ngram(path: Place) -> NGram:
    """The n-gram model that :func:`save_ngram` wrote.

    Raises:
        CorruptFile: the file is damaged, or is not an n-gram model.
    """
    tensors, facts = load_checkpoint(path)
    try:
        arrays = {name: tensor.numpy() for name, tensor in tensors.items()}
        return NGram.from_arrays(facts["vocabulary_size"], arrays)
    except KeyError as error:
        raise CorruptFile(f"{path}: not an n-gram model: {error} is missing") from error
