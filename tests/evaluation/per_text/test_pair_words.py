"""The word that brought a pair into a text is found, with its place."""

import pandas as pd

from recipegen.evaluation.per_text.pair_words import (
    bringing_mentions,
    least_probable,
    placed_words,
    words_to_read,
)

TEXT = "recipe for beef stew | add sesame oil , then no cod . add cod and beef ."
#       0      1   2    3    4 5   6      7   8 9    10 11 12 13  14  15  16   17


def mentions_of(*found: tuple[str, str, int, str]) -> pd.DataFrame:
    """Rows of ``mentions``: surface, ingredient, how many of the surface lie before it, role."""
    rows = []
    for surface, ingredient, before, role in found:
        start = -1
        for _ in range(before + 1):
            start = TEXT.index(surface, start + 1)
        section = "title" if start < TEXT.index(" | ") else "directions"
        rows.append(("a", start, start + len(surface), ingredient, section, role))
    return pd.DataFrame(
        rows, columns=["sample_id", "start", "end", "ingredient", "section", "role"]
    )


MENTIONS = mentions_of(
    ("beef", "beef", 0, "used"),
    ("sesame oil", "sesame oil", 0, "used"),
    ("cod", "cod", 0, "absent"),
    ("cod", "cod", 1, "used"),
    ("beef", "beef", 1, "used"),
)
PAIRS = pd.DataFrame(
    [("a", "beef", "cod"), ("a", "beef", "sesame oil"), ("a", "cod", "sesame oil")],
    columns=["sample_id", "ingredient_a", "ingredient_b"],
)


def samples(prompt: str) -> pd.DataFrame:
    return pd.DataFrame({"sample_id": ["a"], "text": [TEXT], "prompt": [prompt]})


def test_a_pair_comes_in_with_the_first_mention_in_the_dish_of_the_later_ingredient() -> None:
    found = bringing_mentions(PAIRS, MENTIONS)
    # "no cod" does not put cod into the dish, and the beef was there from the title on.
    assert found["ingredient"].tolist() == ["cod", "sesame oil", "cod"]
    starts = [TEXT.index(words) for words in ("cod and", "sesame oil", "cod and")]
    assert found["start"].tolist() == starts
    assert found["section"].tolist() == ["directions"] * 3


def test_the_place_of_a_mention_is_counted_in_words() -> None:
    placed = placed_words(bringing_mentions(PAIRS, MENTIONS), samples("recipe for"))
    assert placed["position"].tolist() == [14, 6, 14]
    assert placed["place"].tolist() == [14 / 18, 6 / 18, 14 / 18]
    assert placed[["first", "last"]].to_numpy().tolist() == [[14, 14], [6, 7], [14, 14]]


def test_words_of_the_prompt_are_not_drawn() -> None:
    found = bringing_mentions(PAIRS.iloc[[1]], MENTIONS)
    half = placed_words(found, samples("recipe for beef stew | add sesame"))
    assert half[["first", "last"]].to_numpy().tolist() == [[7, 7]]
    whole = placed_words(found, samples("recipe for beef stew | add sesame oil ,"))
    assert len(words_to_read(whole)) == 0


def test_each_word_is_read_once_and_the_least_probable_one_counts() -> None:
    placed = placed_words(bringing_mentions(PAIRS, MENTIONS), samples("recipe for"))
    words = words_to_read(placed)
    assert words[["first", "word"]].to_numpy().tolist() == [[14, 14], [6, 6], [6, 7]]
    known = words.assign(probability=[0.3, 0.02, 0.9], heated_probability=[0.4, 0.1, 0.8])
    least = least_probable(known).set_index("first")
    assert least["probability"].to_dict() == {6: 0.02, 14: 0.3}
    assert least["heated_probability"].to_dict() == {6: 0.1, 14: 0.4}


def test_no_pairs_are_brought_in_by_no_words() -> None:
    for mentions in (MENTIONS, MENTIONS.iloc[:0]):
        found = placed_words(bringing_mentions(PAIRS.iloc[:0], mentions), samples("recipe for"))
        assert len(found) == len(words_to_read(found)) == 0
        assert {"position", "place", "ingredient", "section"} <= set(found)
