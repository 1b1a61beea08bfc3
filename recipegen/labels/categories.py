"""The labels that a labeller can give."""

from __future__ import annotations

from typing import Literal, NamedTuple, get_args

Label = Literal["absurd", "unusual", "ordinary", "unclear"]
"""What a labeller says about an item."""

LABELS: tuple[Label, ...] = get_args(Label)


class Category(NamedTuple):
    """A label as the page shows it."""

    label: Label
    words: str
    meaning: str


CATEGORIES = (
    Category("absurd", "No cook would do this", "The two do not belong in one dish."),
    Category("unusual", "Unusual, but fine", "Rare or surprising, but some cook would do it."),
    Category("ordinary", "Ordinary", "Nothing about it is strange."),
    Category("unclear", "Cannot tell", "The text does not say enough, or you do not know."),
)
"""In the order of their keys, 1 to 4."""
