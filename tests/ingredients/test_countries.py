"""Turkey and Chile are countries where the words around them say so."""

import pytest

from recipegen.ingredients.countries import countries_in


@pytest.mark.parametrize(
    ("text", "country"),
    [
        ("A dish from Turkey.", "Turkey"),
        ("In Turkey, this is breakfast.", "Turkey"),
        ("The cuisine of Turkey", "Turkey"),
        ("Popular in Greece, Turkey and Lebanon.", "Turkey"),
        ("Turkey and Greece share it.", "Turkey"),
        ("Turkey is known for its bread.", "Turkey"),
        ("Chile's coast", "Chile"),
        ("Stir in turkey.", ""),
        ("From Turkey breast to wings.", ""),
        ("Roast Turkey with Cranberries", ""),
        ("Turkey and gravy", ""),
        ("Leg of Turkey", ""),
    ],
)
def test_a_country_is_no_food(text: str, country: str) -> None:
    assert countries_in(text) == ({text.index(country)} if country else set())
