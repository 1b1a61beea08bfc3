"""Classes of texts by their number of ingredients.

A text with more ingredients has many more pairs, and rarer ones. So texts are compared within
classes of about equal numbers (:mod:`recipegen.evaluation.statistics.equal_sizes`). Up to twelve
ingredients, where most recipes are, each number is a class of its own.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

FIRSTS = (*range(13), 13, 15, 17, 19, 22, 26, 31)
"""The smallest number of ingredients of each class; the last class has no largest one."""


def size_of(ingredient_counts: pd.Series) -> pd.Series:
    """The class of each text: the smallest number of ingredients of the class.

    Args:
        ingredient_counts: number of different ingredients in each text, 0 or more.
    """
    firsts = np.array(FIRSTS)
    places = np.searchsorted(firsts, ingredient_counts.to_numpy(dtype=np.float64), side="right") - 1
    return pd.Series(firsts[places], index=ingredient_counts.index)
