"""What is found is matched with labels one to one, by position."""

from benchmarks.in_the_dish import compared, labels_of


def test_each_food_counts_once() -> None:
    labelled = {"olive oil": [(0, 9), (40, 43)], "chicken": [(20, 27)], "lime": [(60, 64)]}
    found = {"oil": [(40, 43)], "olive oil": [(0, 9)], "chicken": [(15, 30)]}
    result = compared(found, labelled)
    assert result.same == 2
    assert result.extra in (["oil"], ["olive oil"])
    assert result.missed == ["lime"]


def test_a_match_is_given_up_for_two_others() -> None:
    result = compared({"a": [(0, 5)], "b": [(0, 2)]}, {"x": [(0, 2)], "y": [(3, 5)]})
    assert result == (2, [], [])


def test_nothing_matches_nothing() -> None:
    assert compared({}, {"x": [(0, 1)]}) == (0, [], ["x"])
    assert compared({"a": [(0, 1)]}, {}) == (0, ["a"], [])


def test_labels_are_complete() -> None:
    first, second = labels_of("first"), labels_of("second")
    assert (len(first), len(second)) == (30, 10)
    assert {label["id"] for label in second} < {label["id"] for label in first}
    for label in (*first, *second):
        for food in label["ingredients"]:
            assert food["role"] in ("used", "optional", "alternative")
            assert food["spans"]
            assert all(0 <= start < end for start, end in food["spans"])
