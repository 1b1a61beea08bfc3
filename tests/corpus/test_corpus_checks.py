"""Reading a corpus notes facts about it."""

from recipegen.corpus.corpus_checks import ENOUGH, MOST_REASONS, Impressions, in_languages
from recipegen.corpus.recipe import Recipe, Reject

ENGLISH = ("Chop the onions and soften them in butter.", "Add the peas and boil for an hour.")
GERMAN = ("Die Zwiebeln hacken und in Butter weich werden lassen.", "Mit den Erbsen kochen.")


def recipe(number: int, directions: tuple[str, ...] = ENGLISH, lines: int = 2) -> Recipe:
    return Recipe("x", number, f"Soup {number}", ("2 cups peas", "salt")[:lines], directions)


def test_recipes_in_other_languages_are_rejects() -> None:
    records = [recipe(0), Reject("x", 1, "no title", ""), recipe(2, GERMAN)]
    assert list(in_languages(records, ())) == records
    kept = list(in_languages(records, ("en",)))
    assert kept[:2] == records[:2]
    assert isinstance(kept[2], Reject)
    assert kept[2].reason == "in another language (de) than ingest.languages keeps"
    assert kept[2].position == 2
    assert list(in_languages(records, ("de", "en"))) == records


def test_a_corpus_of_english_recipes_is_no_cause_for_a_warning() -> None:
    seen = Impressions()
    for number in range(ENOUGH):
        seen.note(recipe(number))
    assert list(seen.warnings()) == []
    assert list(seen.in_words()) == ["20 recipes; languages: en 100 % (guessed from 20 recipes)"]


def test_a_corpus_in_another_language_is_warned_about() -> None:
    seen = Impressions()
    for number in range(ENOUGH):
        seen.note(recipe(number, GERMAN if number else ENGLISH))
    (warning,) = seen.warnings()
    assert warning.startswith("most recipes are not in English: de 95 %, en 5 % (guessed from 20")
    assert "ingest.languages" in warning


def test_fields_that_are_read_as_one_are_warned_about_with_an_example() -> None:
    seen = Impressions()
    for number in range(ENOUGH):
        seen.note(recipe(number, (" ".join(ENGLISH),), 1 if number else 2))
    first, second = seen.warnings()
    assert first.startswith("19 of 20 recipes have one ingredient only, such as '2 cups peas';")
    assert "ingest.columns.ingredients" in first
    assert second.startswith("20 of 20 recipes have one direction only, such as 'Chop the onions")


def test_few_recipes_are_no_cause_for_a_warning() -> None:
    seen = Impressions()
    for number in range(ENOUGH - 1):
        seen.note(recipe(number, GERMAN[:1], 1))
    assert list(seen.warnings()) == []


def test_why_records_were_rejected_is_said_in_words() -> None:
    seen = Impressions()
    assert seen.reason == "it holds no records"
    seen.note(Reject("x", 0, "no title", ""))
    assert seen.reason == "its only record was rejected: no title"
    for number in range(1, 2 * MOST_REASONS):
        seen.note(Reject("x", number, f"odd {number}", ""))
    assert seen.reason.startswith("2,000 records were rejected: other reasons (1,000); ")
    assert seen.reason.endswith("; ...")
