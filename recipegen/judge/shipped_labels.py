"""Labels that came with the built-in judge: how often it was right on texts that people labelled.

``labels.json`` beside this module is optional. Without it, rates of runs without labels of their
own are not corrected. It holds counts alone::

    {
      "texts": "texts of the demo's network, all temperatures",
      "labelled": "2026-12-01",
      "by": "one reader, who saw neither verdicts nor temperatures",
      "judge": "SHA-256 of judge.safetensors",
      "pairs": {"implausible": 4100, "others": 180000},
      "implausible": {"absurd": 24, "not_absurd": 76, "unclear": 3},
      "others": {"absurd": 1, "not_absurd": 99, "unclear": 0}
    }

``pairs`` counts all pairs of those texts that could be judged, by verdict. The other two count the
labelled ones, which were drawn at random from them.
"""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from recipegen.errors import CorruptFile
from recipegen.evaluation.labelled.corrected_rates import Errors

LABELS_FILE = Path(__file__).with_name("labels.json")


class _Counts(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    absurd: int = Field(ge=0)
    not_absurd: int = Field(ge=0)
    unclear: int = Field(0, ge=0)

    @property
    def clear(self) -> int:
        return self.absurd + self.not_absurd


class _Pairs(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    implausible: int = Field(gt=0)
    others: int = Field(gt=0)


class ShippedLabels(BaseModel):
    """Counts of labelled pairs, and what texts they are from."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    texts: str
    labelled: str
    by: str
    judge: str
    pairs: _Pairs
    implausible: _Counts
    others: _Counts

    @property
    def errors(self) -> Errors:
        """How often the judge was right on these texts."""
        whole = self.pairs.implausible + self.pairs.others
        return Errors(
            (self.implausible.absurd, self.implausible.clear),
            (self.others.absurd, self.others.clear),
            self.pairs.implausible / whole,
        )


def shipped_labels(judge: str, file: Path = LABELS_FILE) -> ShippedLabels | None:
    """The labels that came with the built-in judge; None if there are none of this judge.

    Args:
        judge: the SHA-256 of the judge's file.
        file: the file of labels.

    Raises:
        CorruptFile: the file has another form.
    """
    if not file.is_file():
        return None
    try:
        found = ShippedLabels.model_validate_json(file.read_text(encoding="utf-8"))
    except ValueError as error:
        said = " ".join(str(error).splitlines()[:3])
        raise CorruptFile(f"{file}: not labels of a judge: {said}") from error
    return found if found.judge == judge else None
