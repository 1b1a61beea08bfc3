"""Settings of the stage ``score``: how many real recipes are scored."""

from __future__ import annotations

from pydantic import Field

from recipegen.config.section import Section


class Score(Section):
    """The real recipes and the control that samples are compared with."""

    references: int = Field(
        2000,
        ge=1,
        description="Number of held-out real recipes that samples are compared with. The same "
        "recipes with exchanged ingredients are the control. There are fewer if the test split "
        "is smaller.",
    )
    block_size: int = Field(1000, ge=1, description="Samples in a unit of work.")
