"""Settings of the stage ``generate``: temperatures, samples and generators."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pydantic import Field, field_validator, model_validator

from recipegen.config.generators import (
    AskedModel,
    FileModel,
    LstmModel,
    Model,
    OpenAIModel,
    PythonModel,
    TransformersModel,
)
from recipegen.config.section import MinP, Prompt, Section, Share, Temperature, TopK, TopP

RESERVED_NAMES = ("real", "real with lists", "control")


class Generate(Section):
    """The generators, and the grid of samples that each of them draws."""

    models: tuple[Model, ...] = Field(
        (LstmModel(),),
        description="The generators. If none has the kind lstm, no network is trained.",
    )
    temperatures: tuple[Temperature, ...] = Field(
        (0.2, 0.4, 0.6, 0.8, 1.0, 1.2, 1.5),
        min_length=1,
        description="Sampling temperatures. 0 takes the most probable word, and gives one sample "
        "for each prompt.",
    )
    samples: int = Field(2000, ge=1, description="Samples drawn at each temperature above 0.")
    prompts: tuple[Prompt, ...] = Field(
        ("recipe for",), min_length=1, description="Prompts that are continued in turn."
    )
    title_share: Share = Field(
        0.5,
        description="Share of the samples that continue the title of a held-out recipe instead "
        "of a prompt. The titles are the same at each temperature.",
    )
    top_k: tuple[TopK, ...] = Field(
        (0,),
        min_length=1,
        description="Draw only among the k most probable words (Fan et al. 2018). 0 draws among "
        "all words.",
    )
    top_p: tuple[TopP, ...] = Field(
        (1.0,),
        min_length=1,
        description="Draw only among the most probable words that together just reach this "
        "probability, after applying the temperature (nucleus sampling, Holtzman et al. 2020). 1 "
        "draws among all words. Every combination of top_k, top_p, min_p and the temperatures is "
        "drawn.",
    )
    min_p: tuple[MinP, ...] = Field(
        (0.0,),
        min_length=1,
        description="Draw only among the words that have at least this fraction of the "
        "probability of the most probable word, after applying the temperature (Nguyen et al. "
        "2024). 0 draws among all words.",
    )
    max_tokens: int = Field(
        200, ge=2, le=10_000, description="Longest sample of the LSTM in words, prompt included."
    )
    block_size: int = Field(
        2000,
        ge=1,
        description="Samples in a unit of work, which is drawn, stored and resumed as a whole.",
    )
    others: tuple[str, ...] = Field(
        (),
        description="Files or folders with samples of other generators. This is a short form of "
        "models of the kind file.",
    )
    probability_prompts: tuple[Prompt, ...] = Field(
        ("recipe for roasted vegetables | chop 1 /", "recipe for chocolate ice cream |"),
        description="Prompts whose next-word probabilities the report shows.",
    )
    probability_temperatures: tuple[Temperature, ...] = Field(
        (1.0, 0.2), description="Temperatures of the next-word probabilities."
    )
    probability_top: int = Field(
        10, ge=1, le=1000, description="Number of most probable next words that are kept."
    )
    probability_samples: int = Field(
        2,
        ge=0,
        description="Number of samples of each temperature and cut-off whose likely next words "
        "are kept at every step. The first samples are taken.",
    )

    @field_validator(
        "temperatures", "top_k", "top_p", "min_p", "probability_temperatures", "prompts"
    )
    @classmethod
    def _once_each(cls, values: tuple[object, ...]) -> tuple[object, ...]:
        if len(set(values)) != len(values):
            raise ValueError("a value occurs twice")
        return values

    @model_validator(mode="after")
    def _distinct_names(self) -> Generate:
        kinds = [model.kind for model in self.models]
        if not kinds and not self.others:
            raise ValueError("at least one generator is needed")
        if kinds.count("lstm") > 1:
            raise ValueError("two generators are of the kind lstm")
        names = list(self.named())
        for name in names:
            if name in RESERVED_NAMES or name.startswith("generated"):
                raise ValueError(f"the name {name} is taken; give the generator another one")
            if names.count(name) > 1:
                raise ValueError(f"two generators are named {name}; give one another name")
        return self

    @property
    def has_lstm(self) -> bool:
        """Whether the network is trained and drawn from."""
        return any(model.kind == "lstm" for model in self.models)

    @property
    def asked(self) -> dict[str, AskedModel]:
        """The other generators that draw samples of the grid, by name."""
        return {
            model.name: model
            for model in self.models
            if isinstance(model, OpenAIModel | TransformersModel | PythonModel)
        }

    @property
    def files(self) -> dict[str, Path]:
        """Files of texts that already exist, by the name of their generator."""
        return dict(self._files())

    def _files(self) -> Iterator[tuple[str, Path]]:
        for model in self.models:
            if isinstance(model, FileModel):
                path = Path(model.path)
                yield model.name or path.stem, path
        yield from ((Path(file).stem, Path(file)) for file in self.others)

    def named(self) -> Iterator[str]:
        """The names of all generators except the network; a name that two share comes twice."""
        for model in self.models:
            if isinstance(model, OpenAIModel | TransformersModel | PythonModel):
                yield model.name
        yield from (name for name, _ in self._files())
