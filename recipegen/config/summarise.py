"""Settings of the stage ``summarise``: resamples, confidence and labels."""

from __future__ import annotations

from pydantic import Field

from recipegen.config.section import Section


class Summarise(Section):
    """The statistics over temperatures."""

    confidence: float = Field(
        0.95, gt=0.0, lt=1.0, description="Confidence level of the intervals."
    )
    resamples: int = Field(2000, ge=100, description="Number of bootstrap resamples of the texts.")
    onset_margin: float = Field(
        0.01,
        ge=0.0,
        lt=1.0,
        description="How far the rate of implausible pairs must exceed that of real recipes at "
        "the temperature of onset.",
    )
    corrected: bool = Field(
        True,
        description="Whether rates are also corrected for the judge's errors, by labels of people "
        "(recipegen label). Without labels of the run, the labels that came with the built-in "
        "judge are used, if there are any.",
    )
    wanted_half_width: float = Field(
        0.01,
        gt=0.0,
        lt=0.5,
        description="Half the width that the interval of a corrected rate is to have. The report "
        "says how many more labels that takes.",
    )
