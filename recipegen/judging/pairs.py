"""Questions about ingredients: why a pair is implausible, and what would go with some."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from recipegen.errors import UsageError
from recipegen.pairing.explanation import Explanation, explain
from recipegen.pairing.suggestion import Suggestion, suggest
from recipegen.storage.run_folder import Run

if TYPE_CHECKING:
    pass
from recipegen.judging.knowledge import Knowledge, named_as_known, what_is_known


def explain_pair(run: Run | None, first: str, second: str) -> Explanation:
    """What is known about two ingredients, whatever a person calls them.

    Raises:
        UsageError: one is not known, or both are the same.
        MissingTable: the run has not learned pairings.
    """
    return explain_known(what_is_known(run), first, second)


def explain_known(known: Knowledge, first: str, second: str) -> Explanation:
    """What is known about two ingredients, by a knowledge that is there already.

    Raises:
        UsageError: one is not known, or both are the same.
    """
    a, b = (named_as_known(known, each) for each in (first, second))
    return explain(a, b, *known.about(a, b), *known.recipes)


def suggest_ingredients(run: Run | None, given: Sequence[str], number: int) -> list[Suggestion]:
    """What would go with some ingredients as one more, the likeliest first.

    Raises:
        UsageError: none is given, or one is not known.
        MissingTable: the run has not learned pairings.
    """
    if not any(name.strip() for name in given):
        raise UsageError("--with: at least one ingredient, such as 'apple,cinnamon'")
    return suggest_known(what_is_known(run), given, number)


def suggest_known(known: Knowledge, given: Sequence[str], number: int) -> list[Suggestion]:
    """What would go with some ingredients, by a knowledge that is there already.

    Raises:
        UsageError: none is given, or one is not known.
    """
    if not (written := [name for name in given if name.strip()]):
        raise UsageError("at least one ingredient is needed, such as 'apple'")
    names = [named_as_known(known, name) for name in written]
    return suggest(names, known.ingredients, known.model, number)
