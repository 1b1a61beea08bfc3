"""Water that is poured away is told from water that stays in the dish."""

import pytest

from recipegen.ingredients.water import is_poured_away


@pytest.mark.parametrize(
    ("text", "away"),
    [
        ("Bring a large pot of salted water to a boil.", True),
        ("Soak the fries in cold water.", True),
        ("Rinse under water.", True),
        ("Steam over boiling water.", True),
        ("Chill in an ice water bath.", True),
        ("4 cups water, for boiling", True),
        ("Boil the potatoes in water for 9 minutes, then drain.", True),
        ("Squeeze out as much water as possible.", True),
        ("Press the tofu to remove excess water.", True),
        ("Remove from the heat and add water.", False),
        ("Add 2 cups water and simmer.", False),
        ("Boil the stew with water until thick.", False),
        ("Soak the saffron in 2 tablespoons hot water.", False),
        ("Soak mushrooms in water. Add them with the soaking liquid.", False),
        ("Cover the bones with water.", False),
        ("Enough water to cook the rice", False),
        ("Stir in the water.", False),
    ],
)
def test_water_is_poured_away(text: str, away: bool) -> None:
    start = text.index("water")
    assert is_poured_away(text, start, start + len("water")) is away
