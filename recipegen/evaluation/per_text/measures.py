"""What is measured of each text besides its pairs: repetition, copying, quantities, sections."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd

from recipegen.evaluation.per_text.coherence import Ranges, has_one_title
from recipegen.evaluation.per_text.memorisation import copied_spans, nearest
from recipegen.evaluation.per_text.words import final_loop, repeated_ngrams
from recipegen.language.vocabulary import UNKNOWN, words_of
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
        size: number of words in the vocabulary.
        ranges: usual range of the quantities of each unit.
    """
    tokens, known = [encode(text) for text in texts["text"]], training["token_ids"].tolist()
    spaced = [" ".join(words_of(text)) for text in texts["text"]]
    ids = [*training["recipe_id"], None]  # index -1: no recipe
    spans, alike = copied_spans(tokens, known, size), nearest(tokens, known, size)
    repeated = np.array([*map(repeated_ngrams, spaced)]).reshape(-1, 2)
    unusual = np.array([*map(ranges.unusual, spaced)]).reshape(-1, 2)
    lengths = pd.Series(list(map(len, tokens)))
    titles = title_ingredients(mentions).reindex(texts["sample_id"], fill_value=0)
    lists = list_ingredients(mentions).reindex(texts["sample_id"])
    return pd.DataFrame(
        {
            "repeated_4grams": repeated[:, 0],
            "all_4grams": repeated[:, 1],
            "unusual_quantities": unusual[:, 0],
            "quantities": unusual[:, 1],
            "sample_id": texts["sample_id"].to_numpy(),
            "loop_words": list(map(final_loop, spaced)),
            "unknown_words": [list(each).count(UNKNOWN) for each in tokens],
            "copied_words": spans.length,
            "copied_start": spans.start,
            "copied_recipe_id": [ids[place] for place in spans.recipe],
            **{f"new_{n}grams": spans.new[n] for n in NEW_NGRAMS},
            **{f"all_{n}grams": (lengths - n + 1).clip(lower=0).to_numpy() for n in NEW_NGRAMS},
            "nearest_recipe_id": [ids[place] for place in alike.recipe],
            "nearest_similarity": alike.similarity,
            "title_ingredients": titles["title_ingredients"].to_numpy(),
            "used_title_ingredients": titles["used_title_ingredients"].to_numpy(),
            **{name: lists[name].astype("Int64").to_numpy() for name in LISTS},
            "one_title": list(map(has_one_title, texts["text"])),
        }
    )


def title_ingredients(mentions: pd.DataFrame) -> pd.DataFrame:
    """For each text: how many ingredients its title names, and how many the directions use."""
    found = mentions[["sample_id", "ingredient", "section"]].drop_duplicates()
    titles = found[found["section"] == "title"]
    used = found[found["section"] == "directions"]
    both = titles.merge(used, on=["sample_id", "ingredient"])
    counts = {
        "title_ingredients": titles.groupby("sample_id").size(),
        "used_title_ingredients": both.groupby("sample_id").size(),
    }
    return pd.DataFrame(counts).fillna(0).astype("int64")


LISTS = ("listed_ingredients", "used_listed_ingredients", "used_ingredients")
"""Columns of the counts in texts with an ingredient list."""


def list_ingredients(mentions: pd.DataFrame) -> pd.DataFrame:
    """For each text with a list: how many ingredients are listed, used, and both."""
    found = mentions[["sample_id", "ingredient", "section"]].drop_duplicates()
    listed = found[found["section"] == "ingredients"]
    used = found[found["section"].eq("directions") & found["sample_id"].isin(listed["sample_id"])]
    both = listed.merge(used, on=["sample_id", "ingredient"])
    counted = {
        "listed_ingredients": listed.groupby("sample_id").size(),
        "used_listed_ingredients": both.groupby("sample_id").size(),
        "used_ingredients": used.groupby("sample_id").size(),
    }
    return pd.DataFrame(counted).fillna(0).astype("int64")
