"""What people said of pairs of ingredients: ``data/pair_judgements.csv``.

docs/pairings.md describes how they were asked.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from recipegen.pairing.lifts import Lifts
from recipegen.pairing.objections import (
    MASS,
    Kitchen,
    Objections,
    Places,
    fit_objections,
    pair_traits,
)
from recipegen.resources import DATA

JUDGEMENTS_FILE = DATA / "pair_judgements.csv"

OBJECTS = "objects"
"""The judgement that a cook objects; the other two are ``unusual`` and ``ordinary``."""


def read_judgements(half: str | None = None, file: Path = JUDGEMENTS_FILE) -> pd.DataFrame:
    """Judged pairs: ingredient_a, ingredient_b, judgement, draw, half (``learn``, ``measure``)."""
    judged = pd.read_csv(file)
    return judged if half is None else judged[judged["half"] == half]


def places_of(judged: pd.DataFrame, names: tuple[str, ...]) -> tuple[Places, npt.NDArray[np.bool_]]:
    """The places of the judged pairs whose ingredients are known, and which pairs those are."""
    sides = [pd.Index(names).get_indexer(pd.Index(judged[f"ingredient_{side}"])) for side in "ab"]
    known = (sides[0] >= 0) & (sides[1] >= 0)
    a, b = (side[known] for side in sides)
    return (a, b), known


def learn_objections(lifts: Lifts, names: tuple[str, ...]) -> Objections:
    """What people object to, learned from the half of the judgements that teaches."""
    judged = read_judgements("learn")
    at, known = places_of(judged, names)
    objects = (judged["judgement"] == OBJECTS).to_numpy()[known]
    kitchen = Kitchen.of(lifts.log_lift, names)
    traits = pair_traits(lifts, at, kitchen, lifts.log_interval(MASS, at))
    return fit_objections(traits, objects)
