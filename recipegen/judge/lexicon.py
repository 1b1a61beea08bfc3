"""The lexicon of the built-in judge: hand-written names, and those mined from its recipes."""

from __future__ import annotations

from collections import Counter
from functools import cache

import pandas as pd

from recipegen.config import LearnIngredients
from recipegen.ingredients.lexicon import Agreement, lexicon_of
from recipegen.judge.built_in import load_judge


@cache
def judge_lexicon() -> pd.DataFrame:
    """The table ``lexicon`` that is used to find ingredients without a run."""
    mined = load_judge().mined
    confirmed = Agreement(Counter(), Counter(mined))
    return lexicon_of({}, mined, confirmed, LearnIngredients())
