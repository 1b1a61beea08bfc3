"""What is known of each text as a text: repetition, copies from training, quantities."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pandas as pd

from recipegen.evaluation.copies import copied_spans, nearest
from recipegen.evaluation.sense import Ranges, has_one_title
from recipegen.evaluation.text import count_words, final_loop, repeated_ngrams, unknown_words
from recipegen.tables import NEW_NGRAMS

Tokens = Sequence[Sequence[int]]


def measure_texts(
    texts: pd.DataFrame,
    mentions: pd.DataFrame,
    training: pd.DataFrame,
    encode: Callable[[str], Sequence[int]],
    size: int,
    ranges: Ranges,
) -> pd.DataFrame:
    """The table ``text_measures``, a row for each text.

    Args:
        texts: columns sample_id and text.
        mentions: the table of that name.
        training: columns recipe_id and token_ids of the training recipes.
        encode: the token ids of a text.
        size: words of the vocabulary.
        ranges: usual quantities.
    """
    tokens, known = [encode(text) for text in texts["text"]], training["token_ids"].tolist()
    ids = [*training["recipe_id"], None]  # the last for place -1: none
    spans, alike = copied_spans(tokens, known, size), nearest(tokens, known, size)
    counted = {
        ("repeated_4grams", "all_4grams"): repeated_ngrams,
        ("unknown_words", "_"): unknown_words,
        ("unusual_quantities", "quantities"): ranges.unusual,
    }
    columns = {
        name: values
        for names, count in counted.items()
        for name, values in zip(names, zip(*map(count, texts["text"]), strict=True), strict=True)
    }
    lengths = texts["text"].map(count_words)
    titles = title_ingredients(mentions).reindex(texts["sample_id"], fill_value=0)
    return pd.DataFrame(
        {
            **columns,
            "sample_id": texts["sample_id"].to_numpy(),
            "loop_words": texts["text"].map(final_loop).to_numpy(),
            "copied_words": spans.length,
            "copied_start": spans.start,
            "copied_recipe_id": [ids[place] for place in spans.recipe],
            **{f"new_{n}grams": spans.new[n] for n in NEW_NGRAMS},
            **{f"all_{n}grams": (lengths - n + 1).clip(lower=0).to_numpy() for n in NEW_NGRAMS},
            "nearest_recipe_id": [ids[place] for place in alike.recipe],
            "nearest_similarity": alike.similarity,
            "title_ingredients": titles["title_ingredients"].to_numpy(),
            "used_title_ingredients": titles["used_title_ingredients"].to_numpy(),
            "one_title": texts["text"].map(has_one_title).to_numpy(),
        }
    ).drop(columns="_")


def title_ingredients(mentions: pd.DataFrame) -> pd.DataFrame:
    """How many ingredients the title of each text names, and how many the directions use too."""
    found = mentions[["sample_id", "ingredient", "section"]].drop_duplicates()
    titles = found[found["section"] == "title"]
    used = found[found["section"] == "directions"]
    both = titles.merge(used, on=["sample_id", "ingredient"])
    counts = {
        "title_ingredients": titles.groupby("sample_id").size(),
        "used_title_ingredients": both.groupby("sample_id").size(),
    }
    return pd.DataFrame(counts).fillna(0).astype("int64")
