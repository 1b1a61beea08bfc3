"""Settings of the stage ``tokenise``: the vocabulary and the length of recipes."""

from __future__ import annotations

from pydantic import Field

from recipegen.config.section import Section


class Tokenise(Section):
    """The vocabulary and the length of a recipe."""

    vocabulary_size: int = Field(
        10_000,
        ge=3,
        le=1_000_000,
        description="Words in the vocabulary, including the stop token and [UNK].",
    )
    max_length: int = Field(
        200, ge=4, le=10_000, description="Words of a recipe that are kept for training."
    )
