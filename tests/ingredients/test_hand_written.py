"""In the hand-written lists, each name leads to one ingredient."""

from pathlib import Path

import pytest

from recipegen.ingredients import hand_written
from recipegen.ingredients.hand_written import known_ingredients
from recipegen.ingredients.spelling import singular


@pytest.mark.parametrize(
    ("name", "ingredient"),
    [
        ("evoo", "olive oil"),
        ("scallion", "green onion"),
        ("spring onion", "green onion"),
        ("plain flour", "flour"),
        ("coconut milk", "coconut milk"),
        ("peanut butter", "peanut butter"),
        ("ginger ale", "ginger ale"),
        ("egg noodle", "noodle"),
    ],
)
def test_names_lead_to_ingredients(name: str, ingredient: str) -> None:
    assert known_ingredients().names[name] == ingredient


def test_each_ingredient_has_a_category_and_is_a_name_of_its_own() -> None:
    known = known_ingredients()
    assert set(known.categories) == set(known.names.values())
    assert all(known.names[ingredient] == ingredient for ingredient in known.categories)


def test_basics_are_ingredients() -> None:
    known = known_ingredients()
    assert known.basics <= set(known.categories)
    assert {"salt", "water", "oil"} <= known.basics


def test_no_ingredient_is_also_a_prepared_food_or_no_food() -> None:
    known = known_ingredients()
    assert not set(known.names) & (known.prepared | known.not_food)


def test_names_are_in_lower_case_without_blanks_around() -> None:
    known = known_ingredients()
    for name in (*known.names, *known.prepared, *known.not_food):
        assert name == " ".join(name.lower().split())


def test_prepared_foods_are_in_the_singular_or_have_none() -> None:
    last_words = {name.split()[-1] for name in known_ingredients().prepared}
    assert {word for word in last_words if singular(word) != word} == {
        "juices",
        "coulis",
        "crudités",
    }


def test_a_name_of_two_ingredients_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "ingredients.toml"
    file.write_text(
        'herb = """\nbasil = sweet herb\nmint = sweet herb\n"""\n'
        'prepared = ""\nbasic = ""\nnot_food = ""\n'
    )
    monkeypatch.setattr(hand_written, "KNOWLEDGE_FILE", file)
    with pytest.raises(ValueError, match="'sweet herb' is both 'basil' and 'mint'"):
        known_ingredients.__wrapped__()
