"""The report says what the pairs were judged by, and what the corpus changed in that."""

import pandas as pd

from recipegen.pairing.learning import JUDGE_TEST
from recipegen.report.sections.judged_by import knowledge_section
from tests.report.conftest import make_facts, make_tables

PAIRINGS = pd.DataFrame(
    [
        ("beef", "cola", 9.0, "implausible", "plausible"),
        ("cod", "fig", 2.0, "plausible", "plausible"),
        ("egg", "jam", 4.0, "implausible", "plausible"),
        ("ham", "kiwi", 4.0, None, "implausible"),
    ],
    columns=["ingredient_a", "ingredient_b", "expected", "verdict_before", "verdict"],
)


def measured(worth: float | None) -> pd.DataFrame:
    rows = [] if worth is None else [(JUDGE_TEST, "worth_of_a_recipe", worth)]
    return pd.DataFrame(rows, columns=["test", "metric", "estimate"])


def test_changes_are_counted_and_the_likeliest_meetings_are_named() -> None:
    tables = {"pairings": PAIRINGS, "pairing_validation": measured(3.0)}
    found = knowledge_section(tables, make_facts(make_tables()))
    assert (found["judge"], found["worth"]) == (True, 3.0)
    overruled = found["changes"][1]
    assert (overruled["before"], overruled["after"]) == ("implausible", "plausible")
    assert (overruled["count"], overruled["examples"]) == (2, ["beef + cola", "egg + jam"])
    assert found["changes"][0]["count"] == 0


def test_without_the_judge_nothing_is_compared() -> None:
    alone = PAIRINGS.assign(verdict_before=None)
    found = knowledge_section(
        {"pairings": alone, "pairing_validation": measured(None)}, make_facts(make_tables())
    )
    assert (found["judge"], found["worth"]) == (False, None)
    assert all(change["count"] == 0 for change in found["changes"])
