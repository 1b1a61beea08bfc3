"""Which runs the findings rest on, and about how long they take."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from recipegen.config import Configuration, configure, read_configuration
from recipegen.language.sampling import Sampling
from recipegen.resources import settings_file

NETWORKS = {"book": 3, "fast": 3, "best": 2}
"""How many networks of each preset are trained."""

CORPORA = 2
"""How many corpora the full command reads."""

TEMPERATURES = (0.2, 0.4, 0.6, 0.8, 1.0, 1.2, 1.5)
CUTS = (
    Sampling(0, top_k=40),
    Sampling(0, top_p=0.9),
    Sampling(0, min_p=0.1),
)
"""The cut-offs, each at a strength that is often used."""
CUT_TEMPERATURES = (1.0, 1.2, 1.5)

SECONDS = {"book": 2.5, "fast": 3.8, "best": 10.7}
"""To train a network for an epoch on a thousand recipes of at most 200 words; see RESULTS.md."""
LEARNING_SECONDS, SAMPLE_SECONDS = 75.0, 0.0075
"""To read a corpus and learn from it, and to draw and judge a sample; see RESULTS.md."""


@dataclass(frozen=True)
class Corpus:
    """Recipes with the name that the page calls them by."""

    name: str
    path: Path

    @classmethod
    def named(cls, argument: str) -> Corpus:
        """A corpus from ``NAME=FILE``, or from ``FILE``, which is then its own name."""
        name, equals, path = argument.partition("=")
        file = Path(path if equals else argument)
        return cls(name if equals else file.name.split(".")[0], file)

    @property
    def folder(self) -> str:
        """The name of the folder of its runs."""
        return "-".join(self.name.lower().split())


@dataclass(frozen=True)
class Planned:
    """A run: a preset on a corpus, drawn over the temperatures, whole or with one cut-off."""

    corpus: Corpus
    preset: str
    cut: Sampling
    configuration: Configuration

    @property
    def folder(self) -> str:
        """Where the run is, in the folder of all runs."""
        cut = self.cut.cut_name.replace(" ", "-")
        return "/".join([self.corpus.folder, "-".join(filter(None, (self.preset, cut)))])


@dataclass(frozen=True)
class Plan:
    """How many networks, samples and recipes the findings rest on."""

    networks: Mapping[str, int] = field(default_factory=lambda: dict(NETWORKS))
    """How many networks of each preset."""
    samples: int = 2000
    """Drawn from each network at each temperature."""
    cut_samples: int = 1000
    """Drawn from each network at each of ``cut_temperatures`` with each cut-off."""
    recipes: int | None = 20_000
    """Read at most so many of a corpus, so that the second has about as many; None: all."""
    temperatures: tuple[float, ...] = TEMPERATURES
    cut_temperatures: tuple[float, ...] = CUT_TEMPERATURES
    cuts: tuple[Sampling, ...] = CUTS
    settings: Mapping[str, Any] = field(default_factory=dict)
    """Further settings of each run, over those of its preset."""

    @property
    def runs_of_all(self) -> int | None:
        """How many runs the full command does; None if those of this plan are smaller."""
        full = Plan()
        as_large = replace(self, networks=full.networks) == full
        if not as_large or not self.networks.items() <= full.networks.items():
            return None
        return CORPORA * len(full.networks) * (1 + len(full.cuts))

    def runs(self, corpora: list[Corpus]) -> list[Planned]:
        """All runs. The first run of a corpus learns what the others of it start from."""
        return [run for corpus in corpora for run in self._of(corpus)]

    def _of(self, corpus: Corpus) -> Iterator[Planned]:
        for preset in self.networks:
            for cut in (Sampling(0), *self.cuts):
                yield Planned(corpus, preset, cut, self._settings(corpus, preset, cut))

    def _settings(self, corpus: Corpus, preset: str, cut: Sampling) -> Configuration:
        drawn = {
            "temperatures": self.cut_temperatures if cut.cut else self.temperatures,
            "samples": self.cut_samples if cut.cut else self.samples,
            "top_k": [cut.top_k],
            "top_p": [cut.top_p],
            "min_p": [cut.min_p],
        }
        own = {
            "ingest": {"corpus": str(corpus.path), "limit": self.recipes},
            "train": {"networks": self.networks[preset]},
            "generate": drawn,
        }
        return configure(read_configuration(settings_file(preset)), self.settings, own)


def seconds_of(run: Planned, *, first: bool) -> float:
    """About how long a run takes, on the machine of benchmarks/RESULTS.md.

    Args:
        run: the run.
        first: whether it is the first of its corpus.
    """
    train, generate = run.configuration.train, run.configuration.generate
    drawn = train.networks * generate.samples * len(generate.temperatures) * SAMPLE_SECONDS
    if run.cut.cut:
        return drawn
    recipes = 0.8 * (run.configuration.ingest.limit or 0) / 1000
    trained = train.networks * train.epochs * recipes * SECONDS.get(run.preset, SECONDS["fast"])
    return drawn + trained + LEARNING_SECONDS * first
