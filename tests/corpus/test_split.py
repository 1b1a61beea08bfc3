"""The split follows content; near-duplicates stay together whatever the order."""

import random

from recipegen.corpus.split import NearDuplicates, split_of

LONG = (
    "Heat the oil in a wide pan over a medium flame. Add the onions and cook them slowly until "
    "they are soft and golden, about twenty minutes. Stir in the stock and simmer it gently."
)


def grouped(recipes: dict[str, str]) -> dict[str, str]:
    duplicates = NearDuplicates(0.7)
    for recipe_id, text in recipes.items():
        duplicates.add(recipe_id, [text])
    return duplicates.families()


def test_a_small_change_stays_in_the_family_of_the_smallest_id() -> None:
    recipes = {
        "b": LONG,
        "a": LONG.replace("gently", "softly"),
        "c": "Whip cream with sugar, fold in the berries and chill the fool for an hour.",
    }
    assert grouped(recipes) == {"a": "a", "b": "a", "c": "c"}


def test_families_do_not_depend_on_the_order() -> None:
    words = LONG.split()
    recipes = {
        f"{number:02x}": " ".join(words[: len(words) - number % 4]) + f" Dish {number // 8}."
        for number in range(40)
    }
    shuffled = list(recipes.items())
    random.Random(7).shuffle(shuffled)
    assert grouped(recipes) == grouped(dict(shuffled))


def test_short_and_empty_directions_are_compared_too() -> None:
    assert grouped({"a": "Stir.", "b": "Stir.", "c": "", "d": "Shake."}) == {
        "a": "a",
        "b": "a",
        "c": "c",
        "d": "d",
    }


def test_the_split_is_eighty_ten_ten() -> None:
    sides = [split_of(f"{number * 2654435761 % 2**32:08x}") for number in range(10_000)]
    assert 7900 < sides.count("train") < 8100
    assert 950 < sides.count("valid") < 1050
    assert 950 < sides.count("test") < 1050


def test_the_split_of_an_id_never_changes() -> None:
    assert [split_of(family) for family in ("0", "7", "8", "9", "a")] == [
        "train",
        "train",
        "valid",
        "test",
        "train",
    ]
