"""Recipes that are composed from dish families, so that it is known which pairs of ingredients fit.

Each family has its own ingredients, by role. A few basics are shared by all families. Two
ingredients that a family may use together are a plausible pair. Two that no family uses together
never meet, however often each of them is used. They are an implausible pair.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from itertools import combinations, product


@dataclass(frozen=True)
class Family:
    """A kind of dish, and the ingredients that may go into it, by role."""

    dish: str
    bases: tuple[str, ...]
    additions: tuple[str, ...]
    seasonings: tuple[str, ...]
    steps: tuple[str, ...]

    @property
    def ingredients(self) -> frozenset[str]:
        """All ingredients that a dish of this family may have, except the shared basics."""
        return frozenset(self.bases + self.additions + self.seasonings)


SHARED = ("salt", "butter", "water")
"""Basics that any dish may have."""

FAMILIES = (
    Family(
        "cake",
        ("flour", "almond meal", "cornmeal"),
        ("chocolate", "banana", "raspberry", "walnut", "coconut"),
        ("vanilla", "cinnamon", "brown sugar"),
        (
            "Beat {a} with {c} until light.",
            "Fold in {b} and scrape into a tin.",
            "Bake until a tester comes out clean.",
        ),
    ),
    Family(
        "stew",
        ("beef", "lamb", "chickpea"),
        ("carrot", "potato", "celery", "turnip", "mushroom"),
        ("thyme", "bay leaf", "black pepper"),
        (
            "Brown {a} in a heavy pot.",
            "Add {b} and {c}, cover with stock and simmer for an hour.",
            "Serve in deep plates.",
        ),
    ),
    Family(
        "fish pan",
        ("salmon", "cod", "shrimp"),
        ("fennel", "leek", "spinach", "caper", "cucumber"),
        ("dill", "lemon juice", "tarragon"),
        (
            "Pat {a} dry and season with {c}.",
            "Soften {b} in a wide pan, lay the fish on top.",
            "Cook gently until just done.",
        ),
    ),
    Family(
        "noodle bowl",
        ("rice noodle", "tofu", "pork"),
        ("bean sprout", "bok choy", "scallion", "peanut", "snow pea"),
        ("soy sauce", "ginger", "sesame oil"),
        (
            "Stir-fry {a} over a high flame.",
            "Toss with {b} and {c}.",
            "Eat at once.",
        ),
    ),
)

PLAUSIBLE = frozenset(
    pair
    for family in FAMILIES
    for pair in combinations(sorted(family.ingredients), 2)
    if not set(pair) <= set(family.bases)
)
"""Pairs (in alphabetical order) that a family may use together; a dish has only one base."""

IMPLAUSIBLE = frozenset(
    (min(pair), max(pair))
    for one, other in combinations(FAMILIES, 2)
    for pair in product(one.ingredients, other.ingredients)
)
"""Pairs (in alphabetical order) that no family uses together."""


def compose_recipes(count: int, seed: int = 0) -> list[dict[str, object]]:
    """``count`` recipes in the Epicurious layout, the same for the same seed."""
    draw = random.Random(seed)
    return [_compose(draw, number) for number in range(count)]


def _compose(draw: random.Random, number: int) -> dict[str, object]:
    family = draw.choice(FAMILIES)
    base = draw.choice(family.bases)
    additions = draw.sample(family.additions, draw.randint(2, 4))
    seasonings = draw.sample(family.seasonings, draw.randint(1, 3))
    shared = draw.sample(SHARED, draw.randint(1, 3))
    words = {"a": base, "b": _joined(additions), "c": _joined(seasonings)}
    minutes = 5 * draw.randint(2, 12)
    return {
        "title": f"{base.title()} {family.dish} with {additions[0]} no. {number}",
        "ingredients": [
            f"{draw.randint(1, 4)} {draw.choice(['cups', 'tablespoons', 'ounces'])} {name}"
            for name in (base, *additions, *seasonings, *shared)
        ],
        "directions": [
            *(step.format(**words) for step in family.steps),
            f"Stir in {_joined(shared)} and wait {minutes} minutes.",
        ],
    }


def _joined(names: list[str]) -> str:
    return " and ".join(names) if len(names) < 3 else f"{', '.join(names[:-1])} and {names[-1]}"
