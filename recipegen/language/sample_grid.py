"""The samples that a run draws: temperature, cut-offs and prompt of each."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, product

import pandas as pd

from recipegen.config import Generate
from recipegen.language.generation import Sample
from recipegen.language.sampling import Sampling
from recipegen.language.vocabulary import SEPARATOR, Vocabulary, split_words

NETWORK = ", network "
"""Text before the number of a network, from 2 on, in the group of its samples."""


def network_of(group: str) -> int:
    """The number, from 1, of the network whose samples are in a group."""
    return int(group.rpartition(NETWORK)[2]) if NETWORK in group else 1


@dataclass(frozen=True)
class Prompt:
    """The prompt of a sample."""

    text: str
    group: str
    """``open`` for a prompt of the configuration, ``title`` for the title of a held-out recipe."""
    recipe_id: str | None = None
    """Id of the held-out recipe."""
    title: str = ""
    """Title of the held-out recipe, unchanged."""


@dataclass(frozen=True)
class Planned:
    """A sample to be drawn. Its random numbers depend on ``how`` and ``number``."""

    how: Sampling
    number: int
    """Number of the sample, from 0, among those with the same temperature and cut-offs."""
    prompt: Prompt
    network: int = 1
    """Number, from 1, of the network that draws it."""

    @property
    def sample_id(self) -> str:
        """The name of the sample."""
        k = f"-k{self.how.top_k}" if self.how.top_k else ""
        p = f"-p{self.how.top_p:g}" if self.how.top_p < 1 else ""
        m = f"-m{self.how.min_p:g}" if self.how.min_p else ""
        n = f"-n{self.network}" if self.network > 1 else ""
        return f"T{self.how.temperature:g}{k}{p}{m}{n}-{self.number:06d}"

    @property
    def group(self) -> str:
        """The group, in the tables, of the samples of this network with these cut-offs."""
        return self.how.group_of() + (f"{NETWORK}{self.network}" if self.network > 1 else "")


def title_prompt(recipe_id: str, title: str) -> Prompt:
    """The prompt with a title, for which the network writes the directions."""
    words = split_words(f"recipe for {title} {SEPARATOR}")
    return Prompt(" ".join(words), "title", recipe_id, title)


class Grid:
    """All samples of a run in order: by network, then cut-off, temperature and number.

    The first network draws with every combination of cut-offs. The others draw only with the first
    combination; they show how much the figures depend on the training.

    At each temperature the same prompts are continued: first those of the configuration in turn,
    then the titles in turn. At temperature 0, a prompt has only one continuation, whatever the
    cut-offs. So each prompt occurs only once there.
    """

    def __init__(self, settings: Generate, titles: Sequence[Prompt], networks: int = 1) -> None:
        """Plan the samples.

        Args:
            settings: the settings of the grid.
            titles: prompts made from the titles of held-out recipes.
            networks: number of networks, trained alike, that draw samples.
        """
        self._opening = [Prompt(" ".join(split_words(each)), "open") for each in settings.prompts]
        wanted = round(settings.samples * settings.title_share) if titles else 0
        self._titles, self._open = titles, settings.samples - wanted
        cuts = list(product(settings.top_k, settings.top_p, settings.min_p))
        self._hows = [
            (network, Sampling(temperature, *cut))
            for network in range(1, networks + 1)
            for cut in (cuts if network == 1 else cuts[:1])
            for temperature in settings.temperatures
            if temperature > 0 or cut == cuts[0]
        ]
        self._greedy = [*self._opening, *titles[:wanted]]
        self._ends = list(
            accumulate(
                settings.samples if how.temperature > 0 else len(self._greedy)
                for _, how in self._hows
            )
        )

    def __len__(self) -> int:
        return self._ends[-1]

    def samples(self, rows: range) -> list[Planned]:
        """The samples of a range of rows, which may have different temperatures.

        Rows past the end of the grid are left out.
        """
        return [self._sample(index) for index in range(len(self))[rows.start : rows.stop]]

    def _sample(self, index: int) -> Planned:
        place = bisect_right(self._ends, index)
        number = index - (self._ends[place - 1] if place else 0)
        network, how = self._hows[place]
        return Planned(how, number, self._prompt(number, greedy=how.temperature == 0), network)

    def _prompt(self, number: int, *, greedy: bool) -> Prompt:
        if greedy:
            return self._greedy[number]
        if number < self._open:
            return self._opening[number % len(self._opening)]
        return self._titles[(number - self._open) % len(self._titles)]


NOT_TOLD = dict.fromkeys(
    ("finish_reason", "prompt_tokens", "completion_tokens", "seconds", "match_id")
)
"""Columns that other generators may fill; they are null for the network."""


def sample_table(
    planned: Sequence[Planned], samples: Sequence[Sample], vocabulary: Vocabulary
) -> pd.DataFrame:
    """Samples as rows of the table ``samples``."""
    return pd.DataFrame(
        {
            "sample_id": [plan.sample_id for plan in planned],
            "group": [plan.group for plan in planned],
            "prompt": [plan.prompt.text for plan in planned],
            "temperature": [plan.how.temperature for plan in planned],
            "top_k": [plan.how.top_k for plan in planned],
            "top_p": [plan.how.top_p for plan in planned],
            "min_p": [plan.how.min_p for plan in planned],
            "text": [vocabulary.decode(sample.tokens) for sample in samples],
            "word_count": [len(sample.tokens) for sample in samples],
            "stopped": pd.array([sample.stopped for sample in samples], dtype="boolean"),
            **NOT_TOLD,
            "from_fields": False,
            "log_probability": [sample.log_probability for sample in samples],
            "heated_log_probability": [sample.heated_log_probability for sample in samples],
            "entropy": [sample.entropy for sample in samples],
            "prompt_group": [plan.prompt.group for plan in planned],
            "recipe_id": [plan.prompt.recipe_id for plan in planned],
        }
    )
