"""For each text: repeated words, copied words, and if it uses the ingredients of its title."""

import pandas as pd

from recipegen.evaluation.per_text.coherence import Ranges
from recipegen.evaluation.per_text.measures import measure_texts, title_ingredients
from recipegen.tables import TABLES

WORDS: dict[str, int] = {}


def encode(text: str) -> list[int]:
    return [WORDS.setdefault(word, len(WORDS)) for word in text.split()]


MENTIONS = pd.DataFrame(
    [
        ("one", "leek", "title"),
        ("one", "egg", "title"),
        ("one", "leek", "directions"),
        ("one", "leek", "directions"),
        ("two", "salt", "directions"),
    ],
    columns=["sample_id", "ingredient", "section"],
)


def test_ingredients_of_the_title() -> None:
    found = title_ingredients(MENTIONS)
    assert found.loc["one"].tolist() == [2, 1]
    assert "two" not in found.index


def test_a_text_is_measured_by_hand() -> None:
    training = pd.DataFrame(
        {
            "recipe_id": ["a", "b"],
            "token_ids": [
                encode("recipe for leek soup | boil the leek for 20 minutes ."),
                encode("recipe for stew | brown the beef ."),
            ],
        }
    )
    texts = pd.DataFrame(
        {
            "sample_id": ["one", "two"],
            "text": ["recipe for egg | boil the leek for 90 minutes .", "salt salt salt salt"],
        }
    )
    ranges = Ranges({"minute": (1.0, 60.0)})
    encoded = [encode(text) for text in texts["text"]]
    rows = measure_texts(texts, MENTIONS, training, encode, len(WORDS), ranges).set_index(
        "sample_id"
    )
    one, two = rows.loc["one"], rows.loc["two"]
    assert len(encoded) == 2
    assert (one["copied_words"], one["copied_start"]) == (5, 3)  # | boil the leek for
    assert (one["copied_recipe_id"], one["nearest_recipe_id"]) == ("a", "a")
    # 9 and 10 3-grams, of which "| boil the", "boil the leek", "the leek for" are the same.
    assert one["nearest_similarity"] == 3 / (9 + 10 - 3)
    assert (one["all_4grams"], one["new_4grams"]) == (8, 6)
    assert (one["quantities"], one["unusual_quantities"]) == (1, 1)
    assert (one["title_ingredients"], one["used_title_ingredients"]) == (2, 1)
    assert bool(one["one_title"])
    assert (two["loop_words"], two["copied_words"], two["title_ingredients"]) == (3, 0, 0)
    assert two["copied_recipe_id"] is None or pd.isna(two["copied_recipe_id"])
    assert not two["one_title"]


def test_every_column_of_the_table_is_measured() -> None:
    texts = pd.DataFrame({"sample_id": ["one"], "text": ["recipe for egg | boil ."]})
    training = pd.DataFrame({"recipe_id": ["a"], "token_ids": [encode("recipe for egg | fry .")]})
    rows = measure_texts(texts, MENTIONS, training, encode, 20, Ranges({}))
    lacking = {*TABLES["text_measures"].column_names} - {*rows}
    assert not lacking, "compute them in recipegen/evaluation/per_text/measures.py"
    unknown = {*rows} - {*TABLES["text_measures"].column_names}
    assert not unknown, "declare them in recipegen/tables/measure.py; else they are not written"
