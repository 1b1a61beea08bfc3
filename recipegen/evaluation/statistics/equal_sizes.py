"""Sums over groups of texts as if all groups had the same numbers of ingredients.

A text with twice the ingredients has four times the pairs. So two groups of equally good texts can
have different rates because one of them writes longer recipes. Here every text gets a weight by the
class of its number of ingredients, such that all groups have the same share of texts in each class:

- with two groups, these are the Mantel-Haenszel weights of a stratified difference (Cochran 1954;
  Mantel & Haenszel 1959; Greenland & Robins 1985), which are also the overlap weights of Li,
  Morgan & Zaslavsky (2018);
- with more groups, they are the generalised overlap weights of Li & Li (2019).

A class that one of the groups lacks counts for none, and a class with few texts counts little. So
no text weighs much more than another, however different the groups are.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from recipegen.evaluation.statistics.sums import SCALE, Cell, Floats, Sums

TEXTS = "texts"
"""The quantity that counts texts."""

BySize = Mapping[int, Sums]
"""The sums of each class of texts by number of ingredients."""


class Resampled(NamedTuple):
    """A figure and its values in the resamples."""

    estimate: float
    values: Floats

    def minus(self, other: Resampled) -> Resampled:
        """The difference, resample by resample."""
        return Resampled(self.estimate - other.estimate, self.values - other.values)

    def over(self, other: Resampled) -> Resampled:
        """The ratio, resample by resample; NaN if the denominator is 0."""
        estimate = self.estimate / other.estimate if other.estimate > 0 else np.nan
        nothing: Floats = np.full(len(self.values), np.nan)
        values = np.divide(self.values, other.values, out=nothing, where=other.values > 0)
        return Resampled(estimate, values)

    def at_least_0(self) -> Resampled:
        """The figure if it is above 0, else 0."""
        # np.maximum keeps NaN; Python's max would turn it into 0.
        return Resampled(float(np.maximum(self.estimate, 0.0)), np.maximum(self.values, 0.0))


Totals = Mapping[str, Resampled]
"""The sum of each quantity over some texts, which may be weighted."""


def as_they_are(sums: Sums) -> Totals:
    """The sums of texts of which each counts once."""
    return {name: Resampled(each.value, each.resampled / SCALE) for name, each in sums.of.items()}


def at_equal_sizes(groups: Sequence[BySize]) -> list[Totals]:
    """The sums over each group, weighted to the same numbers of ingredients.

    In every resample, weights are computed anew from its texts. All sums are 0 if no class has
    texts of all groups.

    Args:
        groups: at least one, each with the quantity ``texts`` among its sums.
    """
    weights = {size: _weights([group[size] for group in groups]) for size in common(groups)}
    found: list[Totals] = []
    for place, group in enumerate(groups):
        parts = [(group[size], of[place]) for size, of in weights.items()]
        of_any = next(iter(group.values())).of
        resamples = len(of_any[TEXTS].resampled)
        found.append({name: _weighted(parts, name, resamples) for name in of_any})
    return found


def common(groups: Iterable[BySize]) -> list[int]:
    """The classes in which all groups have texts, in order."""
    return sorted(set.intersection(*(set(group) for group in groups)))


def shared(group: BySize, others: Sequence[BySize]) -> float:
    """The share of the texts of a group in classes in which all the others have texts, 0 to 1."""
    counts = {size: own[TEXTS].known for size, own in group.items()}
    return sum(counts[size] for size in common([group, *others])) / max(1, sum(counts.values()))


def by_size(sums: Mapping[Cell, Sums]) -> dict[Cell, BySize]:
    """The classes of each cell, by the whole cell."""
    found: dict[Cell, dict[int, Sums]] = {}
    for cell, own in sums.items():
        if cell.size is not None:
            found.setdefault(cell._replace(size=None), {})[cell.size] = own
    return dict(found)


def _weights(classes: Sequence[Sums]) -> Floats:
    """What a text of each group weighs in one class, shape (groups, 1 + resamples).

    Of n_1, ..., n_k texts in k groups, a text of group i weighs 1 / n_i, divided by the sum of all
    1 / n. So each group weighs the same in total. With two groups that is n_1 n_2 / (n_1 + n_2).
    """
    counts = np.stack([_sums(each, TEXTS) for each in classes])
    there = (counts > 0).all(axis=0)
    inverse = 1 / np.where(there, counts, 1.0)
    return np.asarray(np.where(there, inverse / inverse.sum(axis=0), 0.0))


def _sums(sums: Sums, name: str) -> Floats:
    """A sum, and after it the sum in each resample."""
    each = sums[name]
    return np.concatenate([[float(each.total)], each.resampled]) / SCALE


def _weighted(parts: Iterable[tuple[Sums, Floats]], name: str, resamples: int) -> Resampled:
    zero: Floats = np.zeros(1 + resamples)
    found = sum((_sums(sums, name) * weights for sums, weights in parts), start=zero)
    return Resampled(float(found[0]), found[1:])
