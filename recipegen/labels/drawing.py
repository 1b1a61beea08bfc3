"""Draws pairs or texts for labelling, at random within strata, in one walk through the scores.

A stratum is a group of texts at a temperature, and whether the judge calls the item implausible.
Within a stratum every item has the same probability, which is kept with the item. So rates over
all items can be estimated from labels of the drawn ones (Horvitz and Thompson 1952).

Memory does not grow with the run: of each stratum, only its size and the items that are first in a
random order are kept.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

import pandas as pd

from recipegen.errors import UsageError
from recipegen.evaluation.per_group.diversity import Draw
from recipegen.evaluation.per_group.references import CONTROL
from recipegen.evaluation.statistics.sums import cells_of
from recipegen.labels.items import GAP, Unit

LEAST = 2
"""Fewest items of a stratum that are drawn, if it has so many: one alone shows no spread."""


IMPLAUSIBLE_SHARE = 1 / 3
"""Share of the items that come from the implausible ones, unless somebody asks for another one."""


@dataclass(frozen=True)
class Plan:
    """What is to be drawn."""

    unit: Unit = "pair"
    count: int = 200
    """Number of items."""
    groups: tuple[str, ...] = ()
    """Groups of texts; none stands for all but the control."""
    seed: int = 42
    implausible_share: float = IMPLAUSIBLE_SHARE
    """Share of the items that come from the implausible ones."""

    def __post_init__(self) -> None:
        """Refuse what cannot be drawn.

        Raises:
            UsageError: a number is out of its bounds.
        """
        if self.count < 1:
            raise UsageError("--count: a number from 1 on")
        if self.seed < 0:
            raise UsageError("--seed: a number from 0 on")
        if not 0 < self.implausible_share < 1:
            raise UsageError("--implausible-share: a number between 0 and 1")


class Stratum(NamedTuple):
    """A group of texts at a temperature, and whether the judge calls the item implausible."""

    group: str
    temperature: float | None
    implausible: bool


class Drawn(NamedTuple):
    """What was drawn from a stratum."""

    size: int
    """Number of items in the stratum."""
    before: int
    """Number of them that earlier draws have drawn."""
    names: Sequence[str]
    """The items that are drawn now; see :func:`parts_of`."""


Sample: TypeAlias = dict[Stratum, Drawn]
"""What was drawn from each stratum."""


def draw(pieces: Iterable[pd.DataFrame], plan: Plan, earlier: Set[str] = frozenset()) -> Sample:
    """Draw items by a plan.

    Args:
        pieces: all items, from :func:`~recipegen.labels.items.items`.
        plan: how many of which groups.
        earlier: names of items that were drawn before from the same scores; they are left out.

    Raises:
        UsageError: there is no such group, nothing to draw, or too few for so many strata.
    """
    walk = _Walk(plan, earlier)
    for piece in pieces:
        walk.add(piece)
    walk.check_groups()
    if not walk.left.total():
        what = "every one of them was drawn before" if earlier else "the judge has judged none"
        raise UsageError(f"no {plan.unit} is left to draw: {what}")
    share = walk.share(plan.count)
    if not walk.is_enough(share):
        raise UsageError(
            f"--count {plan.count}: too few for {len(walk.sizes)} strata, of which each needs "
            f"{LEAST} items; take {walk.needed} or more, or fewer groups with --groups"
        )
    chosen = walk.chosen()
    return {
        stratum: Drawn(walk.sizes[stratum], walk.before[stratum], chosen[stratum][:number])
        for stratum, number in share.items()
    }


class _Walk:
    """What is seen of all items on the way."""

    def __init__(self, plan: Plan, earlier: Set[str]) -> None:
        self._plan, self._earlier = plan, earlier
        self._groups: set[str] = set()
        self._draw = Draw[Stratum](plan.count)
        self.sizes: Counter[Stratum] = Counter()
        self.before: Counter[Stratum] = Counter()

    def add(self, piece: pd.DataFrame) -> None:
        self._groups.update(piece["group"])
        kept = piece[piece["group"].map(self._is_wanted).astype(bool)]
        for implausible, part in kept.groupby("implausible"):
            for cell, places in cells_of(part[["group", "temperature"]]).items():
                stratum = Stratum(cell.group, cell.temperature, bool(implausible))
                self._offer(stratum, part.loc[places, "name"].tolist())

    def _offer(self, stratum: Stratum, names: Sequence[str]) -> None:
        new = [name for name in names if name not in self._earlier]
        self.sizes[stratum] += len(names)
        self.before[stratum] += len(names) - len(new)
        # The random order is by a hash, to which the seed belongs.
        self._draw.add(stratum, (f"{self._plan.seed}{GAP}{name}" for name in new))

    def _is_wanted(self, group: str) -> bool:
        return group in self._plan.groups if self._plan.groups else group != CONTROL

    @property
    def left(self) -> Counter[Stratum]:
        """Number of items of each stratum that can be drawn."""
        sizes = {at: self.sizes[at] - self.before[at] for at in sorted_strata(self.sizes)}
        return Counter(sizes)

    def share(self, count: int) -> dict[Stratum, int]:
        return allocate(self.left, count, self._plan.implausible_share)

    def is_enough(self, share: Mapping[Stratum, int]) -> bool:
        return all(
            number + self.before[at] >= min(LEAST, self.sizes[at]) for at, number in share.items()
        )

    @property
    def needed(self) -> int:
        """The lowest count that gives enough items of each stratum."""
        counts = range(self.left.total() + 1)
        return bisect_left(counts, True, key=lambda count: self.is_enough(self.share(count)))

    def check_groups(self) -> None:
        if lost := [name for name in self._plan.groups if name not in self._groups]:
            there = ", ".join(sorted(self._groups))
            raise UsageError(f"--groups: no group is called {lost[0]!r}; there are: {there}")

    def chosen(self) -> dict[Stratum, list[str]]:
        found = self._draw.chosen()
        return {
            stratum: [name.partition(GAP)[2] for name in names] for stratum, names in found.items()
        }


def sorted_strata(strata: Iterable[Stratum]) -> list[Stratum]:
    """The strata by group and temperature, those without a temperature first."""
    return sorted(strata, key=_place)


def _place(at: Stratum) -> tuple[str, float, bool]:
    return at.group, -1.0 if at.temperature is None else at.temperature, at.implausible


def allocate(
    sizes: Mapping[Stratum, int], count: int, implausible_share: float
) -> dict[Stratum, int]:
    """How many items to draw from each stratum.

    A share of the items are implausible ones, the rest are others. Each part is spread evenly over
    its strata. What a stratum or a part is short of goes to the others.
    """
    bad = [stratum for stratum in sizes if stratum.implausible]
    good = [stratum for stratum in sizes if not stratum.implausible]
    all_bad, all_good = (sum(sizes[stratum] for stratum in part) for part in (bad, good))
    of_bad = min(round(count * implausible_share), all_bad)
    of_good = min(count - of_bad, all_good)
    of_bad = min(count - of_good, all_bad)
    numbers = {
        **dict(zip(bad, evenly([sizes[each] for each in bad], of_bad), strict=True)),
        **dict(zip(good, evenly([sizes[each] for each in good], of_good), strict=True)),
    }
    return {stratum: numbers[stratum] for stratum in sizes}


def evenly(sizes: Sequence[int], count: int) -> list[int]:
    """``count`` items spread over parts as evenly as the sizes of the parts allow."""
    numbers = [0] * len(sizes)
    for done, at in enumerate(sorted(range(len(sizes)), key=sizes.__getitem__)):
        numbers[at] = min(sizes[at], count // (len(sizes) - done))
        count -= numbers[at]
    return numbers
