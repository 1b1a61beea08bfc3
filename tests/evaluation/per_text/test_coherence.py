"""Quantities are read from texts, and compared with the quantities in real recipes."""

import pytest

from recipegen.evaluation.per_text.coherence import Ranges, has_one_title, quantities


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("preheat oven to 375 ° f .", [("°f", 375)]),
        ("bake 5 to 10 minutes", [("minute", 10)]),
        ("add 1 / 2 cup milk and 2 teaspoons salt", [("cup", 0.5), ("teaspoon", 2)]),
        ("a 9 - inch pan , 1 hour", [("inch", 9), ("hour", 1)]),
        ("8x8x2 - inch pan", []),
        ("3 / 0 cup of nothing", []),
        ("2 cupcakes in 3 minutely steps", []),
        ("", []),
    ],
)
def test_quantities(text: str, found: list[tuple[str, float]]) -> None:
    assert quantities(text) == found


def test_ranges_leave_out_the_outermost_thousandth() -> None:
    texts = [f"bake {minutes} minutes" for minutes in range(1, 2001)]
    ranges = Ranges.learn([*texts, "heat to 350 ° f"])
    assert ranges.of == {"minute": (3, 1998)}
    assert ranges.unusual("boil 2 minutes , rest 1998 minutes , fry 1999 minutes") == (2, 3)
    assert ranges.unusual("heat to 9000 ° f") == (0, 0), "one oven says nothing about others"


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("recipe for soup | boil .", True),
        ("recipe for | boil .", False),
        ("recipe for soup |", False),
        ("recipe for soup boil .", False),
        ("recipe for soup | boil . | stew | stir", False),
        ("", False),
    ],
)
def test_one_title(text: str, whole: bool) -> None:
    assert has_one_title(text) == whole
