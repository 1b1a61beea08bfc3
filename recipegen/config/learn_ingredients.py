"""Settings of the stage ``learn-ingredients``: what becomes a name of the lexicon."""

from __future__ import annotations

from pydantic import Field

from recipegen.config.section import Section


class LearnIngredients(Section):
    """Which names count as ingredients."""

    min_recipes: int = Field(
        5,
        ge=1,
        description="A name that is not known beforehand enters the lexicon only if the "
        "ingredient lines of at least this many training recipes use it.",
    )
    min_confirmed: float = Field(
        0.2,
        ge=0.0,
        le=1.0,
        description="A name that is not known beforehand enters the lexicon only if ingredient "
        "lines and directions agree on it. Of the training recipes that use it in their lines, "
        "at least this share must also use it in the directions, and vice versa.",
    )
    max_words: int = Field(4, ge=1, le=10, description="Longest ingredient name, in words.")
    block_size: int = Field(
        25_000,
        ge=1,
        description="Recipes in a unit of work, which is read, stored and resumed as a whole.",
    )
