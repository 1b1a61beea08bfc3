"""Settings of the stage ``learn-pairings``: when a pair is implausible or unusual."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from recipegen.config.section import Section


class LearnPairings(Section):
    """What makes a pair or a recipe implausible."""

    prior_strength: float | None = Field(
        None,
        gt=0.0,
        description="Prior strength k of the shrunk lift (observed + k L) / (expected + k), in "
        "co-occurrences expected by chance. If unset, held-out recipes choose k. It has an "
        "effect only if prior is off: the built-in judge brings its own k.",
    )
    interval: float = Field(
        0.95, gt=0.0, lt=1.0, description="Probability mass of the interval of a pair's lift."
    )
    min_expected: float = Field(
        3.0,
        ge=0.0,
        description="Co-occurrences expected by chance from which a pair is plausible unless "
        "something speaks against it. With fewer, something must speak for the pair, such as the "
        "companions of the two. Otherwise its verdict is unknown.",
    )
    false_alarm_rate: float = Field(
        0.001,
        gt=0.0,
        lt=1.0,
        description="Share of the pairs of real held-out recipes that may be called implausible.",
    )
    unusual_rate: float = Field(
        0.01,
        gt=0.0,
        lt=1.0,
        description="Share of the pairs of real held-out recipes that may be called unusual.",
    )
    prior: Literal["built-in", "off"] = Field(
        "built-in",
        description="What counts in addition to the recipes of the corpus. built-in adds the "
        "recipes of the built-in judge, with the weight that predicts held-out recipes best. off "
        "adds none.",
    )
    same_company: float = Field(
        0.15,
        ge=0.0,
        le=1.0,
        description="How far two ingredients must go with the same others to be alternatives, "
        "such as chicken and salmon, instead of an unusual pair. It is measured by the cosine of "
        "their positive log lifts.",
    )
    examples: int = Field(
        420_000,
        ge=0,
        description="Number of recipes that the model of ingredients in context is shown in all. "
        "If it starts from the built-in judge's model, it is shown half as many.",
    )
    epochs: int = Field(
        4,
        ge=1,
        description="Largest number of times that the model of ingredients in context is shown "
        "the same recipe.",
    )
    ingredients: int = Field(
        3000,
        ge=1,
        description="Largest number of ingredients that are judged, the most common ones. The "
        "memory for their pairs grows with the square of this number.",
    )
    held_out: int = Field(
        20_000,
        ge=1,
        description="Largest number of held-out recipes that are read as texts to calibrate and "
        "to test. Those with the smallest ids are taken. As ids are hashes, this is a random "
        "choice.",
    )
    text_words: int = Field(
        200,
        ge=2,
        description="Words of a real recipe that are read to calibrate, as many as the longest "
        "generated text has.",
    )
