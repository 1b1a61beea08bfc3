"""The control: real recipes whose ingredients were permuted across the recipes at random."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

import numpy as np


class Mentioned(Protocol):
    """An ingredient in a text: ``text[start:end]``."""

    @property
    def start(self) -> int: ...  # noqa: D102
    @property
    def end(self) -> int: ...  # noqa: D102
    @property
    def ingredient(self) -> str: ...  # noqa: D102


def exchange_ingredients(
    texts: Sequence[str], mentions: Sequence[Sequence[Mentioned]], seed: int
) -> list[str]:
    """The texts with their ingredients permuted across the texts. All other words stay.

    Each recipe keeps its number of ingredients, and each ingredient keeps its number of recipes.
    Within a recipe, all mentions of an ingredient become the same other one. If a recipe would get
    an ingredient twice, it swaps one of them with another recipe. The duplicate stays only if no
    suitable swap is found.

    Args:
        texts: the recipes.
        mentions: the ingredients in each text, in order and without overlaps.
        seed: of the permutation.
    """
    names = [sorted({mention.ingredient for mention in each}) for each in mentions]
    slots = [name for each in names for name in each]
    random = np.random.default_rng([seed, 0xC0])
    dealt = [slots[place] for place in random.permutation(len(slots))]
    starts = np.cumsum([0, *map(len, names)])
    _spread(dealt, starts.tolist(), random)
    return [
        rewrite(text, each, dict(zip(old, dealt[start : start + len(old)], strict=True)))
        for text, each, old, start in zip(texts, mentions, names, starts, strict=False)
    ]


def _spread(
    dealt: list[str], starts: list[int], random: np.random.Generator, tries: int = 50
) -> None:
    """Swap slots so that no recipe holds an ingredient twice; at most ``tries`` tries a slot."""
    owner = np.repeat(np.arange(len(starts) - 1), np.diff(starts)).tolist()

    def held(slot: int) -> list[str]:
        return dealt[starts[owner[slot]] : starts[owner[slot] + 1]]

    for slot in range(len(dealt)):
        for _ in range(tries):
            if held(slot).count(dealt[slot]) == 1:
                break
            other = int(random.integers(len(dealt)))
            if dealt[other] not in held(slot) and dealt[slot] not in held(other):
                dealt[slot], dealt[other] = dealt[other], dealt[slot]


def rewrite(text: str, mentions: Sequence[Mentioned], become: Mapping[str, str]) -> str:
    """The text with the name of another ingredient in place of each mention."""
    parts, done = [], 0
    for mention in mentions:
        parts += [text[done : mention.start], become[mention.ingredient]]
        done = mention.end
    return "".join([*parts, text[done:]])
