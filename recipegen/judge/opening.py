"""The built-in judge, ready to use."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spacy.language import Language

from recipegen.ingredients.component import build_extractor
from recipegen.judge.built_in import load_judge
from recipegen.judge.lexicon import judge_lexicon

if TYPE_CHECKING:
    from recipegen.pairing.plausibility import Plausibility


def open_judge() -> tuple[Language, Plausibility]:
    """What finds the ingredients that the judge knows, and what judges their pairings."""
    return build_extractor(judge_lexicon()), load_judge().plausibility
