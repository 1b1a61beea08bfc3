"""Why a pair of ingredients is implausible, or not."""

from __future__ import annotations

from dataclasses import astuple, dataclass

import numpy as np
import pandas as pd
from scipy.special import expit

from recipegen.errors import UsageError
from recipegen.pairing.nearest_recipes import Precedent, precedents
from recipegen.pairing.neighbours import Companions

SHOWN = 5
"""Most companions, replacements and recipes that are named."""

SHOWN_FROM = 0.05
"""The judge is mentioned if it adds at least so many expected meetings."""

VERDICTS = {
    "implausible": "A cook would object",
    "unusual": "Cooks rarely put them together, but few would object",
    "alternatives": "They meet seldom because they go with the same others, and one is enough",
    "unknown": "Too little is known of the two to tell",
    "plausible": "Nothing speaks against it",
}
"""What each verdict of the table ``pairings`` means."""


@dataclass(frozen=True)
class Side:
    """One ingredient of a pair."""

    ingredient: str
    basic: bool
    recipes: int
    """Training recipes that use it."""
    goes_with: list[str]
    """Its companions without basics, the surest first."""
    instead: list[str]
    """What could replace it beside the other ingredient, the most similar first."""


@dataclass(frozen=True)
class Lift:
    """How many times as often as by chance two meet, with its interval."""

    estimate: float
    low: float
    high: float


@dataclass(frozen=True)
class Explanation:
    """What a corpus says about two ingredients."""

    a: Side
    b: Side
    verdict: str
    objection: float | None
    """Probability that a cook objects, 0 to 1; None if the pair is not listed."""
    recipes_with_both: int
    expected: float | None
    """Recipes that would hold both by chance; None if the pair is not listed."""
    lift: Lift | None
    """None if the pair is not listed."""
    others: float
    """Expected meetings that count in addition to ``expected``: those in recipes of the built-in
    judge, and those of the corpus again if each of its recipes counts several times."""
    precedents: list[Precedent]

    def lines(self) -> list[str]:
        """For people to read."""
        a, b = self.a, self.b
        return [
            f"{a.ingredient} + {b.ingredient}: {self.verdict}. {self._reason()}.",
            f"{self._met()}.",
            *self._side_lines(a, b),
            *self._side_lines(b, a),
            *self._precedent_lines(),
        ]

    def _reason(self) -> str:
        if self.verdict == "plausible":
            if basics := [side.ingredient for side in (self.a, self.b) if side.basic]:
                return f"Basics such as {basics[0]} go with anything"
            if self.lift and self.lift.low > 1:
                return "They meet more often than by chance"
        if self.verdict in ("implausible", "unusual") and self.objection is not None:
            return f"{VERDICTS[self.verdict]} (probability {self.objection:.0%})"
        return VERDICTS[self.verdict]

    def _met(self) -> str:
        if self.expected is None or self.lift is None:
            return "No recipe holds both; by chance fewer than one would"
        met = self.recipes_with_both
        recipes = "No recipe holds" if not met else f"{_recipes(met)} hold{'s' if met == 1 else ''}"
        times, low, high = (_times(each) for each in astuple(self.lift))
        judge = ". With what the built-in judge knows" if self.others >= SHOWN_FROM else ""
        return (
            f"{recipes} both, by chance {self.expected:,.1f} would{judge}: "
            f"about {times} times as often as by chance ({low} to {high})"
        )

    def _side_lines(self, side: Side, other: Side) -> list[str]:
        company = ", ".join(side.goes_with) or "nothing for sure"
        found = [f"{side.ingredient}, in {_recipes(side.recipes)}, goes with {company}."]
        if side.instead and self.verdict != "plausible":
            found.append(f"  In its place, with {other.ingredient}: {', '.join(side.instead)}.")
        return found

    def _precedent_lines(self) -> list[str]:
        if not self.precedents:
            return []
        both, one = "both", "one of them and what the other goes with"
        heading = f"Real recipes with {both if self.recipes_with_both else one}:"
        shown = [f"  {each.title}: {', '.join(each.ingredients)}" for each in self.precedents]
        return [heading, *shown]


def _times(lift: float) -> str:
    return f"{lift:,.0f}" if lift >= 10 else f"{lift:.2g}"


def _recipes(count: int) -> str:
    return f"{count:,} recipe{'' if count == 1 else 's'}"


def explain(
    a: str,
    b: str,
    ingredients: pd.DataFrame,
    pairings: pd.DataFrame,
    recipe_ingredients: pd.DataFrame,
    recipes: pd.DataFrame,
) -> Explanation:
    """What is known about two ingredients.

    Args:
        a: an ingredient of ``ingredients``.
        b: another one.
        ingredients: the table.
        pairings: the table, of these ingredients.
        recipe_ingredients: the table; recipes of its training split are shown.
        recipes: recipe_id and title.

    Raises:
        UsageError: if both are the same.
    """
    if a == b:
        raise UsageError(f"{a} is one ingredient; name two different ones")
    low, high = sorted((a, b))
    listed = pairings[(pairings["ingredient_a"] == low) & (pairings["ingredient_b"] == high)]
    pair = listed.iloc[0] if len(listed) else None
    companions = Companions(ingredients, pairings)
    of_a, of_b = (_side(*names, ingredients, companions) for names in ((a, b), (b, a)))
    return Explanation(
        of_a,
        of_b,
        verdict="unknown" if pair is None else str(pair["verdict"]),
        objection=None if pair is None else float(expit(pair["objection"])),
        recipes_with_both=0 if pair is None else int(pair["count_both"]),
        expected=None if pair is None else float(pair["expected"]),
        lift=None if pair is None else _lift(pair),
        others=0.0 if pair is None else float(pair["others_expected"]),
        precedents=precedents(
            {a: of_b.goes_with, b: of_a.goes_with}, recipe_ingredients, recipes, SHOWN
        ),
    )


def _side(name: str, other: str, ingredients: pd.DataFrame, companions: Companions) -> Side:
    (row,) = ingredients[ingredients["ingredient"] == name].to_dict("records")
    goes_with, instead = companions.of(name)[:SHOWN], companions.instead(name, other)[:SHOWN]
    return Side(name, bool(row["basic"]), int(row["count"]), goes_with, instead)


def _lift(pair: pd.Series) -> Lift:
    logs = (pair[column] for column in ("log_lift", "log_lift_low", "log_lift_high"))
    return Lift(*(float(np.exp(each)) for each in logs))
