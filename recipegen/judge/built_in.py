"""The built-in judge, read from ``judge.safetensors`` beside this module.

The file holds only numbers and names, so reading it runs no code. ``card.json`` says what the judge
was learned from, how well it judges, and which command makes it again
(:mod:`recipegen.judging.judge_training`).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from safetensors import safe_open
from safetensors.numpy import save
from scipy.sparse import csr_array

from recipegen.config import LearnPairings
from recipegen.pairing.counts import Counts, Floats
from recipegen.pairing.lifts import Lifts, leading_eigenvectors
from recipegen.pairing.neighbours import with_companions
from recipegen.pairing.plausibility import Plausibility
from recipegen.pairing.prior import Prior
from recipegen.pairing.verdicts import Pairs, pair_matrices

JUDGE_FILE = Path(__file__).with_name("judge.safetensors")
CARD_FILE = Path(__file__).with_name("card.json")

HALVED = ("given", "named", "first.weight", "second.weight", "last.weight")
"""Parameters of the network that are kept in half precision."""

Numbers = dict[str, npt.NDArray[Any]]


@dataclass(frozen=True)
class Judge:
    """The numbers that judge any recipe without a run."""

    prior: Prior
    """What a corpus can rely on besides its own recipes."""
    log_prior: Floats
    """ln L, the log of the prior lift of every pair, N x N: see :mod:`recipegen.pairing.lifts`."""
    strength: float
    objection: npt.NDArray[np.float32]
    """Log-odds that a cook objects to each pair, P = N (N - 1) / 2, row by row."""
    mined: list[str]
    """Names of ingredients that are not in the hand-written word lists."""

    @property
    def names(self) -> list[str]:
        """The ingredients that the judge knows, in alphabetical order."""
        return list(self.prior.ingredients["ingredient"])

    @cached_property
    def lifts(self) -> Lifts:
        """The lifts of all pairs."""
        met = self.prior.meetings
        return Lifts(met.together, met.expected, self.log_prior, self.strength, rank=0)

    @cached_property
    def plausibility(self) -> Plausibility:
        """The model that judges pairs and recipes."""
        at = np.triu_indices(len(self.names), 1)
        pairs = pair_matrices(self.lifts.log_lift, at, self.objection, self.prior.verdict)
        return Plausibility(self.names, pairs, self.prior.arrays)

    def tables_about(self, names: Collection[str]) -> tuple[pd.DataFrame, pd.DataFrame]:
        """The tables ``ingredients`` and ``pairings``, for questions about some ingredients.

        ``pairings`` has only the pairs with at least one of these ingredients. So ``ingredients``
        has all companions of these ingredients, but not of the others.
        """
        ingredients = self.prior.ingredients
        basic = ingredients["basic"].to_numpy(dtype=bool)
        a, b = np.triu_indices(len(basic), 1)
        asked = ingredients["ingredient"].isin(list(names)).to_numpy(dtype=bool)
        places = np.flatnonzero(asked[a] | asked[b])
        at = a[places], b[places]
        pairs = Pairs.of(self.lifts, self.names, basic, self.prior.objections, LearnPairings(), at)
        verdicts = self.prior.verdict[places]
        pairings = pairs.table(verdicts, self.prior.limits, self.prior.meetings)
        return with_companions(pairings, ingredients), pairings


@cache
def load_judge(file: Path = JUDGE_FILE) -> Judge:
    """The built-in judge; read once, in under a second."""
    with safe_open(str(file), framework="numpy") as opened:
        numbers = {name: opened.get_tensor(name) for name in opened.keys()}  # noqa: SIM118
        words = json.loads(opened.metadata()["words"])
    ingredients = pd.DataFrame(words["ingredients"])
    ingredients["count"] = numbers.pop("count").astype(np.int64)
    ingredients["share"] = ingredients["count"] / int(numbers.pop("recipes")[0])
    size = len(ingredients)
    a, b, both = (numbers.pop(f"together.{part}") for part in ("a", "b", "count"))
    upper = csr_array((both.astype(np.float64), (a, b)), shape=(size, size))
    single = csr_array((ingredients["count"].to_numpy(float), (range(size), range(size))))
    values, vectors = (numbers.pop(f"prior.{part}") for part in ("values", "vectors"))
    vectors = vectors.astype(np.float64)
    objection, verdict = numbers.pop("objection"), numbers.pop("verdict")
    chance, strength = (float(numbers.pop(name)[0]) for name in ("chance", "strength"))
    arrays = {name: each.astype(np.float64) for name, each in numbers.items()}
    return Judge(
        Prior(ingredients, csr_array(upper + upper.T + single), chance, arrays, verdict),
        (vectors * values.astype(np.float64)) @ vectors.T,
        strength,
        objection.astype(np.float32),
        words["mined"],
    )


@cache
def judge_hash() -> str:
    """The SHA-256 of the file of the built-in judge."""
    return hashlib.sha256(JUDGE_FILE.read_bytes()).hexdigest()


def judge_numbers(
    ingredients: pd.DataFrame,
    counts: Counts,
    pairs: Pairs,
    verdicts: npt.NDArray[np.uint8],
    arrays: dict[str, Floats],
    mined: list[str],
) -> bytes:
    """The content of the file of a judge.

    Args:
        ingredients: columns ingredient, category, basic.
        counts: the counts of its recipes, with the ingredients in the same order.
        pairs: what is known of each pair.
        verdicts: the code of the verdict on each pair, P.
        arrays: the arrays of the table ``ingredient_model``.
        mined: names of ingredients that are not in the hand-written word lists.
    """
    together = np.triu(counts.together(), 1)
    a, b = np.nonzero(together)
    values, vectors = leading_eigenvectors(pairs.lifts.log_prior, max(1, pairs.lifts.rank))
    numbers: Numbers = {
        "count": counts.single.astype(np.uint32),
        "recipes": np.array([counts.uses.shape[0]], dtype=np.uint32),
        "together.a": a.astype(np.uint16),
        "together.b": b.astype(np.uint16),
        "together.count": together[a, b].astype(np.uint32),
        "chance": np.array([counts.chance]),
        "strength": np.array([pairs.lifts.strength]),
        "prior.values": values.astype(np.float32),
        "prior.vectors": vectors.astype(np.float32),
        "objection": pairs.objection.astype(np.float16),
        "verdict": verdicts,
    }
    for name, array in arrays.items():
        numbers[name] = array.astype(np.float16 if name in HALVED else np.float32)
    words = {
        "ingredients": {
            "ingredient": ingredients["ingredient"].tolist(),
            "category": [
                each if isinstance(each, str) else None for each in ingredients["category"]
            ],
            "basic": [bool(each) for each in ingredients["basic"]],
        },
        "mined": mined,
    }
    packed = {name: np.ascontiguousarray(array) for name, array in numbers.items()}
    return save(packed, {"words": json.dumps(words, ensure_ascii=False)})


def read_card() -> dict[str, Any]:
    """What the built-in judge was learned from, and how well it judges."""
    card: dict[str, Any] = json.loads(CARD_FILE.read_text(encoding="utf-8"))
    return card
