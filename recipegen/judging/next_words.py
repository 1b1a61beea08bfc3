"""The likely next words after a prompt, by the network of a run."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from recipegen.errors import MissingTable, UsageError
from recipegen.storage.files import is_file
from recipegen.storage.run_folder import Run

if TYPE_CHECKING:
    from recipegen.language.model import RecipeLSTM
    from recipegen.language.vocabulary import Vocabulary


def next_words(
    run: Run, prompt: str, temperature: float, top: int, steps: int
) -> Iterator[tuple[str, list[dict[str, object]]]]:
    """For each of the words drawn after a prompt: the text so far, and the likely next words.

    Raises:
        UsageError: the prompt has no word.
        MissingTable: the run has no trained network.
    """
    from recipegen.language.text_generator import TextGenerator, likely_words

    model, vocabulary = network_of(run)
    if not (words := vocabulary.encode(prompt)):
        raise UsageError("--prompt: at least one word, such as 'recipe for'")
    generator = TextGenerator(model, vocabulary, np.random.default_rng(run.configuration.seed))
    for step in generator.generate(prompt, len(words) + steps, temperature):
        yield step["prompt"], likely_words(model, vocabulary, step["prompt"], temperature, top)


def network_of(run: Run) -> tuple[RecipeLSTM, Vocabulary]:
    """The network that a run has trained, on the processor, and its vocabulary.

    Raises:
        MissingTable: the run has no trained network.
    """
    import torch

    from recipegen.language.checkpoint import load_model
    from recipegen.stages.train import CHECKPOINT

    checkpoint = run.folder / CHECKPOINT
    if not is_file(checkpoint):
        raise MissingTable(
            f"{run.folder}: no trained network yet; first run `recipegen train --run {run.folder}`"
        )
    return load_model(checkpoint, torch.device("cpu"))
