"""The built-in judge, ready to use."""

from __future__ import annotations

from spacy.language import Language

from recipegen.ingredients.component import build_extractor
from recipegen.judge.built_in import load_judge
from recipegen.judge.lexicon import judge_lexicon
from recipegen.pairing.plausibility import Plausibility


def open_judge() -> tuple[Language, Plausibility]:
    """The pipeline that finds the judge's ingredients, and the model that judges their pairs."""
    return build_extractor(judge_lexicon()), load_judge().plausibility
