"""Which samples a run draws: for each temperature, which prompt each sample continues."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from recipegen.config import Generate
from recipegen.language.sampling import Sample
from recipegen.language.vocabulary import SEPARATOR, Vocabulary, split_words


@dataclass(frozen=True)
class Prompt:
    """What a sample continues."""

    text: str
    group: str
    """``open`` for a prompt of the configuration, ``title`` for the title of a held-out recipe."""
    recipe_id: str | None = None
    """The held-out recipe."""


@dataclass(frozen=True)
class Block:
    """Samples of one temperature that are drawn together: the numbers from first to before last."""

    temperature: float
    first: int
    last: int

    @property
    def name(self) -> str:
        """The block's name, which sorts as its samples do within a temperature."""
        return f"T{self.temperature:g}-{self.first:06d}"


def title_prompt(recipe_id: str, title: str) -> Prompt:
    """The prompt that gives the network a title to write the directions for."""
    return Prompt(" ".join(split_words(f"recipe for {title} {SEPARATOR}")), "title", recipe_id)


def prompts(settings: Generate, titles: Sequence[Prompt], temperature: float) -> list[Prompt]:
    """The prompt of each sample of a temperature.

    Above 0 the configuration's prompts are continued in turn, then the titles in turn, the same
    at each temperature. At 0 each prompt has but one continuation and stands once.
    """
    wanted = round(settings.samples * settings.title_share) if titles else 0
    opening = [Prompt(" ".join(split_words(text)), "open") for text in settings.prompts]
    if temperature == 0:
        return [*opening, *titles[:wanted]]
    return [
        *(opening[number % len(opening)] for number in range(settings.samples - wanted)),
        *(titles[number % len(titles)] for number in range(wanted)),
    ]


def blocks(settings: Generate, titles: Sequence[Prompt]) -> list[Block]:
    """All samples in blocks, by temperature in the order of the configuration."""
    counts = {
        temperature: len(prompts(settings, titles, temperature))
        for temperature in settings.temperatures
    }
    return [
        Block(temperature, first, min(first + settings.block_size, count))
        for temperature, count in counts.items()
        for first in range(0, count, settings.block_size)
    ]


def sample_id(temperature: float, number: int) -> str:
    """The name of a sample, from what its random numbers belong to."""
    return f"T{temperature:g}-{number:06d}"


def sample_table(
    block: Block, prompts: Sequence[Prompt], samples: Sequence[Sample], vocabulary: Vocabulary
) -> pd.DataFrame:
    """The samples of a block, as rows of the table ``samples``."""
    numbers = range(block.first, block.last)
    return pd.DataFrame(
        {
            "sample_id": [sample_id(block.temperature, number) for number in numbers],
            "prompt": [prompt.text for prompt in prompts],
            "temperature": block.temperature,
            "text": [vocabulary.decode(sample.tokens) for sample in samples],
            "word_count": [len(sample.tokens) for sample in samples],
            "stopped": [sample.stopped for sample in samples],
            "log_probability": [sample.log_probability for sample in samples],
            "heated_log_probability": [sample.heated_log_probability for sample in samples],
            "entropy": [sample.entropy for sample in samples],
            "prompt_group": [prompt.group for prompt in prompts],
            "recipe_id": [prompt.recipe_id for prompt in prompts],
        }
    )
