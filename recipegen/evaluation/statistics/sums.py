"""Sums over the texts of a group, from which every rate, mean and interval is made.

Sums over blocks of texts add up to exactly the sums over all texts, however the texts are cut into
blocks. For that, numbers are rounded to whole multiples of 2**-24 and summed as integers, and the
resamples of the bootstrap add up as well (:mod:`recipegen.evaluation.statistics.bootstrap`).

Some quantities are also summed for each class of texts by number of ingredients, so that texts can
be compared at equal numbers of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import reduce
from operator import add
from typing import NamedTuple, cast

import numpy as np
import numpy.typing as npt
import pandas as pd

from recipegen.evaluation.per_text.quantities import matched, optional, quantities_of
from recipegen.evaluation.statistics.bootstrap import poisson_weights
from recipegen.evaluation.statistics.size_classes import size_of

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

SCALE = 2**24
"""Numbers are rounded to multiples of its inverse, six in a hundred million."""

ALL = "all"
"""The kind of prompt that stands for texts of all kinds."""

Key = tuple[object, ...]
"""Group, temperature, kind of prompt and, if there are classes, size, as columns have them."""

_ROWS = 1000
"""Texts that are weighted at once; so few that their sums stay exact in double precision."""


class Cell(NamedTuple):
    """Which texts: those of a group at a temperature that continue one kind of prompt."""

    group: str
    temperature: float | None
    """None if it is not known, or if the texts were not drawn."""
    prompts: str
    """``all``, or the kind of prompt: ``open`` or ``title``; empty if there is none."""
    size: int | None = None
    """The class of texts by number of ingredients; None for texts of all classes."""

    @property
    def is_whole(self) -> bool:
        """Whether it has all texts of its group and temperature."""
        return self.prompts == ALL and self.size is None


@dataclass(frozen=True)
class Sum:
    """A quantity, summed over texts."""

    known: int
    """Number of texts in which it is known. It counts as 0 in the others."""
    positive: int
    """Number of texts in which it is above 0."""
    total: int
    """Its sum, in units of 1 / ``SCALE``."""
    squares: int
    """The sum of its squares, in units of 1 / ``SCALE`` squared."""
    resampled: Integers
    """Its sum in each resample, in units of 1 / ``SCALE``."""

    def __add__(self, other: Sum) -> Sum:
        return Sum(
            self.known + other.known,
            self.positive + other.positive,
            self.total + other.total,
            self.squares + other.squares,
            self.resampled + other.resampled,
        )

    @property
    def value(self) -> float:
        """The sum."""
        return self.total / SCALE


@dataclass(frozen=True)
class Sums:
    """The sums over some texts, by the names of the quantities, and whose titles they continue."""

    of: Mapping[str, Sum]
    titles: frozenset[str] = frozenset()
    """The held-out recipes whose titles the texts were given, and other prompts that they share."""

    def __add__(self, other: Sums) -> Sums:
        both = {name: own + other.of[name] for name, own in self.of.items()}
        return Sums(both, self.titles | other.titles)

    def __getitem__(self, name: str) -> Sum:
        return self.of[name]

    def only(self, names: Iterable[str]) -> Sums:
        """Some of the sums, without the titles."""
        return Sums({name: self.of[name] for name in names})

    @property
    def clustered(self) -> bool:
        """Whether several of the texts continue one title or prompt."""
        return self["titled"].positive > len(self.titles)


class Resampling(NamedTuple):
    """How resamples are drawn."""

    resamples: int
    seed: int


def sums_of(
    texts: pd.DataFrame,
    normal_copy: float,
    how: Resampling,
    names: Iterable[str],
    of_sizes: Sequence[str] = (),
) -> dict[Cell, Sums]:
    """The sums of each cell of texts, by kind of prompt, and of its classes by size.

    Args:
        texts: columns sample_id, group and temperature, and the columns of the quantities; if
            there are columns recipe_id, match_id and prompt_group, texts with the same recipe_id
            (or match_id, without one) are drawn together, and kinds of prompts are told apart.
        normal_copy: words of the longest copied span that still counts as normal.
        how: how resamples are drawn.
        names: which quantities.
        of_sizes: those among them that are also summed for each class of texts by size. If there
            are any, texts have a column ingredient_count.
    """
    numbers = quantities_of(texts, normal_copy, names)
    together = matched(texts)
    clusters = together.where(together.notna(), texts["sample_id"]).astype(str)
    found = {}
    for cell, rows in cells_of(texts).items():
        titles = frozenset(together.loc[rows].dropna().astype(str))
        parts = {
            part: Sums(_summed(numbers.loc[own], clusters.loc[own].tolist(), how), titles)
            for part, own in _by_size(cell, texts.loc[rows], of_sizes).items()
        }
        found[cell] = reduce(add, parts.values())
        if of_sizes:
            found |= {part: own.only(of_sizes) for part, own in parts.items()}
    return found


def _by_size(cell: Cell, texts: pd.DataFrame, of_sizes: Sequence[str]) -> dict[Cell, pd.Index]:
    """The rows of each class of the texts of a cell; all in one if nothing is summed by class."""
    if not of_sizes:
        return {cell: texts.index}
    groups = texts.groupby(size_of(texts["ingredient_count"]), sort=True).groups
    return {cell._replace(size=int(cast("int", size))): rows for size, rows in groups.items()}


def cells_of(texts: pd.DataFrame) -> dict[Cell, pd.Index]:
    """The rows of each cell, by kind of prompt.

    Args:
        texts: columns group and temperature, and prompt_group if there are kinds of prompts.
    """
    temperature = texts["temperature"].astype("float64")
    kinds = optional(texts, "prompt_group")
    groups = texts.groupby([texts["group"], temperature, kinds], dropna=False, sort=True).groups
    return {cell_of(*cast("Key", key)): rows for key, rows in groups.items()}


def cell_of(group: object, temperature: object, prompts: object, size: object = None) -> Cell:
    """A cell from values of columns, which may be missing."""
    at = None if pd.isna(temperature) else float(temperature)  # type: ignore[call-overload,arg-type]
    own = None if pd.isna(size) else int(size)  # type: ignore[call-overload]
    return Cell(str(group), at, "" if pd.isna(prompts) else str(prompts), own)  # type: ignore[call-overload]


def _summed(numbers: pd.DataFrame, clusters: Sequence[str], how: Resampling) -> dict[str, Sum]:
    values = numbers.to_numpy(dtype=np.float64)
    known, positive = (~np.isnan(values)).sum(axis=0), (values > 0).sum(axis=0)
    units = np.rint(np.nan_to_num(values) * SCALE).astype(np.int64)
    resampled = np.zeros((how.resamples, units.shape[1]), dtype=np.int64)
    for first in range(0, len(units), _ROWS):
        rows = slice(first, first + _ROWS)
        weights = poisson_weights(clusters[rows], how.resamples, how.seed)
        # Every partial sum is an integer below 2**53, so the product of floats is exact.
        product = weights.T.astype(np.float64) @ units[rows].astype(np.float64)
        resampled += product.astype(np.int64)
    return {
        str(name): Sum(
            int(known[at]),
            int(positive[at]),
            int(units[:, at].sum()),
            sum(unit * unit for unit in units[:, at].tolist()),
            resampled[:, at],
        )
        for at, name in enumerate(numbers)
    }


def add_up(parts: Iterable[Mapping[Cell, Sums]]) -> dict[Cell, Sums]:
    """The sums of blocks of texts, added up cell by cell."""
    whole: dict[Cell, Sums] = {}
    for part in parts:
        for cell, sums in part.items():
            whole[cell] = whole[cell] + sums if cell in whole else sums
    return whole


def by_cell(sums: Mapping[Cell, Sums]) -> dict[Cell, Sums]:
    """The sums of the cells that are reported, from those by kind of prompt."""
    return {
        cell: reduce(add, (sums[part] for part in parts)) for cell, parts in reported(sums).items()
    }


def reported(cells: Iterable[Cell]) -> dict[Cell, list[Cell]]:
    """The cells that are reported, each with the cells by kind of prompt that it consists of.

    Each group and temperature has one over all kinds of prompts and, if there are several kinds,
    one for each. Classes by size are over all kinds of prompts alone.
    """
    kinds: dict[Cell, list[Cell]] = {}
    for cell in sorted(cells, key=_place):
        kinds.setdefault(cell._replace(prompts=ALL), []).append(cell)
    found = {}
    for whole, parts in kinds.items():
        found[whole] = parts
        named = [part for part in parts if part.prompts]
        if len(named) > 1 and whole.size is None:
            found |= {part: [part] for part in named}
    return found


def _place(cell: Cell) -> tuple[str, float, int, str]:
    """The place of a cell among others; classes by size come after the whole."""
    size = -1 if cell.size is None else cell.size
    return cell.group, cell.temperature or 0.0, size, cell.prompts


# As tables ---------------------------------------------------------------------------------------


def sums_table(sums: Mapping[Cell, Sums]) -> pd.DataFrame:
    """The table ``cell_sums``: a row for each cell and quantity."""
    rows = [
        (
            *cell,
            name,
            each.known,
            each.positive,
            Decimal(each.total),
            Decimal(each.squares),
            each.resampled,
        )
        for cell, own in sums.items()
        for name, each in own.of.items()
    ]
    columns = ["quantity", "known", "positive", "total", "squares", "resampled"]
    return pd.DataFrame(rows, columns=[*Cell._fields, *columns])


def titles_table(sums: Mapping[Cell, Sums]) -> pd.DataFrame:
    """The table ``cell_titles``: a row for each title or prompt that texts of a cell continue."""
    rows = [(*cell, title) for cell, own in sums.items() for title in sorted(own.titles)]
    return pd.DataFrame(rows, columns=[*Cell._fields, "match_id"])


def sums_from(sums: pd.DataFrame, titles: pd.DataFrame) -> dict[Cell, Sums]:
    """The sums in the tables ``cell_sums`` and ``cell_titles``."""
    of: dict[Cell, dict[str, Sum]] = {}
    for row in sums.to_dict("records"):
        own = of.setdefault(cell_of(*(row[name] for name in Cell._fields)), {})
        own[row["quantity"]] = Sum(
            known=int(row["known"]),
            positive=int(row["positive"]),
            total=int(row["total"]),
            squares=int(row["squares"]),
            resampled=row["resampled"],
        )
    continued = dict(_titles(titles))
    return {cell: Sums(own, continued.get(cell, frozenset())) for cell, own in of.items()}


def _titles(titles: pd.DataFrame) -> Iterator[tuple[Cell, frozenset[str]]]:
    for key, rows in titles.groupby(list(Cell._fields), dropna=False):
        yield cell_of(*key), frozenset(rows["match_id"])
