"""Items are drawn by strata, as the plan says, with known probabilities."""

from collections import Counter
from collections.abc import Iterator

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recipegen.errors import UsageError
from recipegen.labels.drawing import Plan, Stratum, allocate, draw, evenly, sorted_strata

COLD, WARM, REAL = ("generated", 0.5), ("generated", 1.5), ("real", None)


def everything(**sizes: int) -> pd.DataFrame:
    """``a=3`` makes three items that the judge objects to; ``A=3`` three others."""
    cells = {"a": COLD, "b": WARM, "c": REAL, "x": ("control", None)}
    rows = [
        (f"{kind}{at}", *cells[kind.lower()], kind.islower())
        for kind, size in sizes.items()
        for at in range(size)
    ]
    frame = pd.DataFrame(rows, columns=["name", "group", "temperature", "implausible"])
    return frame.astype({"temperature": "float64"})


ALL = everything(a=4, A=90, b=20, B=80, c=2, C=60, x=50, X=50)


def pieces(frame: pd.DataFrame, size: int) -> Iterator[pd.DataFrame]:
    for first in range(0, len(frame), size):
        yield frame.iloc[first : first + size]


@pytest.mark.parametrize(
    ("sizes", "count", "numbers"),
    [
        ([10, 10], 6, [3, 3]),
        ([10, 10, 10], 7, [2, 2, 3]),
        ([1, 10, 10], 9, [1, 4, 4]),
        ([2, 3], 9, [2, 3]),
        ([0, 5], 4, [0, 4]),
        ([], 4, []),
    ],
)
def test_items_are_spread_evenly_as_far_as_there_are_some(
    sizes: list[int], count: int, numbers: list[int]
) -> None:
    assert evenly(sizes, count) == numbers


def test_half_of_the_items_are_implausible_ones_and_cells_get_the_same() -> None:
    sizes = {
        Stratum(*COLD, True): 4,
        Stratum(*COLD, False): 90,
        Stratum(*WARM, True): 20,
        Stratum(*WARM, False): 80,
    }
    assert list(allocate(sizes, 20, 0.5).values()) == [4, 5, 6, 5]
    assert list(allocate(sizes, 20, 0.2).values()) == [2, 8, 2, 8]
    # There are only 24 implausible ones: the others make up for them.
    assert list(allocate(sizes, 100, 0.5).values()) == [4, 38, 20, 38]
    assert sum(allocate(sizes, 1000, 0.5).values()) == 194


SIZES = st.dictionaries(
    st.builds(Stratum, st.sampled_from("abc"), st.sampled_from([0.5, None]), st.booleans()),
    st.integers(0, 50),
)


@given(SIZES, st.integers(1, 200), st.floats(0.01, 0.99))
def test_as_many_are_drawn_as_asked_for_or_all(
    sizes: dict[Stratum, int], count: int, share: float
) -> None:
    numbers = allocate(sizes, count, share)
    assert sum(numbers.values()) == min(count, sum(sizes.values()))
    assert all(0 <= numbers[stratum] <= size for stratum, size in sizes.items())
    # Within each part, no stratum gets fewer than another by more than one, unless it has no more.
    for part in (True, False):
        given_ = {at: number for at, number in numbers.items() if at.implausible == part}
        for at, number in given_.items():
            assert number == sizes[at] or number >= max(given_.values()) - 1


def test_the_control_is_left_out_unless_it_is_named() -> None:
    assert {stratum.group for stratum in draw([ALL], Plan(count=40))} == {"generated", "real"}
    named = draw([ALL], Plan(count=40, groups=("control",)))
    assert [(*stratum[:2], part.size) for stratum, part in named.items()] == [
        ("control", None, 50),
        ("control", None, 50),
    ]


def test_the_same_seed_draws_the_same_items_however_the_table_is_cut() -> None:
    whole = draw([ALL], Plan(count=40, seed=7))
    assert draw(pieces(ALL, 11), Plan(count=40, seed=7)) == whole
    assert draw([ALL.sample(frac=1, random_state=1)], Plan(count=40, seed=7)) == whole
    assert draw([ALL], Plan(count=40, seed=8)) != whole


def test_each_item_is_drawn_equally_often() -> None:
    """Over 120 seeds, each of 20 items is drawn 30 times; the standard deviation is 4.7."""
    frame = everything(B=20)
    times = Counter(
        name
        for seed in range(120)
        for part in draw([frame], Plan(count=5, seed=seed)).values()
        for name in part.names
    )
    assert len(times) == 20
    assert all(abs(count - 30) < 4 * 4.7 for count in times.values())


def test_what_was_drawn_before_is_left_out_and_counted() -> None:
    first = draw([ALL], Plan(count=40, seed=1))
    earlier = {name for part in first.values() for name in part.names}
    second = draw([ALL], Plan(count=60, seed=2), earlier)
    for stratum, part in second.items():
        assert part.before == len(first[stratum].names)
        assert not earlier & {*part.names}
        assert part.size == first[stratum].size
        assert part.before + len(part.names) <= part.size
    assert sum(len(part.names) for part in second.values()) == 60
    assert second[Stratum(*REAL, True)].names == []


@pytest.mark.parametrize(
    ("plan", "says"),
    [
        (Plan(groups=("nobody",)), "no group is called 'nobody'; there are: control, gen"),
        (
            Plan(count=11),
            "--count 11: too few for 6 strata, of which each needs 2 items; take 17",
        ),
    ],
)
def test_what_cannot_be_drawn_is_refused(plan: Plan, says: str) -> None:
    with pytest.raises(UsageError, match=says):
        draw([ALL], plan)


def test_nothing_is_left_to_draw() -> None:
    with pytest.raises(UsageError, match="no pair is left to draw: the judge has judged none"):
        draw([ALL.head(0)], Plan())
    with pytest.raises(UsageError, match="every one of them was drawn before"):
        draw([ALL], Plan(), set(ALL["name"]))


@pytest.mark.parametrize(
    "wrong", [{"count": 0}, {"seed": -1}, {"implausible_share": 0.0}, {"implausible_share": 1.0}]
)
def test_a_plan_out_of_bounds_is_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(UsageError, match=f"--{next(iter(wrong)).replace('_', '-')}: a number"):
        Plan(**wrong)  # type: ignore[arg-type]


def test_strata_without_a_temperature_come_first() -> None:
    strata = [Stratum("a", 0.0, True), Stratum("a", None, True), Stratum("a", 0.0, False)]
    assert sorted_strata(strata) == [strata[1], strata[2], strata[0]]
