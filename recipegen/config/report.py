"""Settings of the stage ``report``: what its pages show and where they go."""

from __future__ import annotations

from pydantic import Field, field_validator

from recipegen.config.section import Section


class Report(Section):
    """What the report page shows and where it is copied to."""

    title: str | None = Field(
        None,
        description="Title of the page. If unset, the title says what was compared and on which "
        "corpus.",
    )
    folder: str | None = Field(
        "reports",
        description="Folder that gets a copy of the page and an index of all runs. If it is "
        "none, there is neither.",
    )
    pairs: int = Field(25, ge=1, le=1000, description="Number of implausible pairs in the table.")
    samples: int = Field(4, ge=1, le=50, description="Samples shown in full at each temperature.")

    @field_validator("folder", mode="before")
    @classmethod
    def _none_is_none(cls, folder: object) -> object:
        # TOML cannot say null, so a file says "none", as --set does.
        return None if folder == "none" else folder
