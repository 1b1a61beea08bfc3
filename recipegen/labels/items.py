"""The items that can be labelled: pairs of ingredients in texts, or whole texts.

An item has a name: the identifier of its text, and for a pair its two ingredients.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import pandas as pd

from recipegen.errors import CorruptFile
from recipegen.report.selection import Pieces

Unit = Literal["pair", "text"]
"""What is labelled: pairs of ingredients in a text, or whole texts."""

GAP = "\x1f"
"""Between the parts of the name of an item."""


def items(source: Pieces, unit: Unit) -> Iterator[pd.DataFrame]:
    """All items that the judge has judged, piece by piece: name, group, temperature, implausible.

    Pairs that the judge does not know, and texts without two known ingredients, are left out, as
    they are in the rates that the labels correct.
    """
    return _pairs(source) if unit == "pair" else _texts(source)


def name_of(sample_id: str, *pair: str) -> str:
    """The name of an item: a text, or a pair in a text."""
    return GAP.join([sample_id, *pair])


def parts_of(name: str, unit: Unit) -> tuple[str, str | None, str | None]:
    """The text of an item, and its two ingredients if it is a pair."""
    if unit == "text":
        return name, None, None
    sample_id, a, b = name.rsplit(GAP, 2)
    return sample_id, a, b


def _texts(source: Pieces) -> Iterator[pd.DataFrame]:
    columns = ["sample_id", "group", "temperature", "flagged", "implausibility"]
    for rows in source.frames("sample_scores", columns):
        judged = rows[rows["implausibility"].notna()]
        yield judged.rename(columns={"sample_id": "name", "flagged": "implausible"})


def _pairs(source: Pieces) -> Iterator[pd.DataFrame]:
    columns = ["sample_id", "ingredient_a", "ingredient_b", "verdict", "implausible"]
    cells = _Cells(source)
    for rows in source.frames("sample_pairs", columns):
        known = rows.join(cells.of(rows["sample_id"]), on="sample_id")
        pair = known["ingredient_a"] + GAP + known["ingredient_b"]
        known["name"] = known["sample_id"] + GAP + pair
        yield known[known["verdict"] != "unknown"]


class _Cells:
    """Group and temperature of texts that are asked for in the order of ``sample_scores``."""

    def __init__(self, source: Pieces) -> None:
        columns = ["sample_id", "group", "temperature"]
        self._frames = source.frames("sample_scores", columns)
        self._read: list[pd.DataFrame] = []

    def of(self, sample_ids: pd.Series[str]) -> pd.DataFrame:
        """Group and temperature by ``sample_id``.

        Raises:
            CorruptFile: the texts do not come in the order of ``sample_scores``.
        """
        wanted = set(sample_ids)
        while lost := wanted.difference(*(frame.index for frame in self._read)):
            frame = next(self._frames, None)
            if frame is None:
                raise CorruptFile(
                    f"sample_pairs: text {min(lost)!r} is not in sample_scores, or not in its "
                    "order; `recipegen score --force` makes both anew"
                )
            self._read.append(frame.set_index("sample_id"))
        found = pd.concat(self._read)
        # Later texts are in the last frame or after it.
        self._read = self._read[-1:]
        return found[found.index.isin(wanted)]
