"""The words that brought pairs of ingredients into texts.

A pair is in a text from the first mention of the ingredient that the text names later. So that
mention is the choice of the generator that brought the pair in. Only mentions of ingredients that
are in the dish count, as for the pair itself.
"""

from __future__ import annotations

import pandas as pd

from recipegen.ingredients.scope import IN_THE_DISH
from recipegen.language.vocabulary import prompt_length

PAIR = ["ingredient_a", "ingredient_b"]
PLACED = ["ingredient", "start", "end", "section"]


def bringing_mentions(pairs: pd.DataFrame, mentions: pd.DataFrame) -> pd.DataFrame:
    """The mention that brought each pair in, in the order of the pairs.

    Columns sample_id, ingredient_a, ingredient_b, ingredient, start, end and section.

    Args:
        pairs: rows of ``sample_pairs``.
        mentions: the rows of ``mentions`` about the same texts.
    """
    in_dish = mentions[mentions["role"].isin(IN_THE_DISH)]
    by_place = in_dish.sort_values("start", kind="stable")
    first = by_place.drop_duplicates(["sample_id", "ingredient"])[["sample_id", *PLACED]]
    first = first.set_index(["sample_id", "ingredient"], drop=False)[PLACED]
    keys = pairs[["sample_id", *PAIR]].reset_index(drop=True)
    one, other = (
        first.loc[pd.MultiIndex.from_frame(keys[["sample_id", name]])].reset_index(drop=True)
        for name in PAIR
    )
    return pd.concat([keys, one.where(one["start"] > other["start"], other)], axis=1)


def placed_words(mentions: pd.DataFrame, texts: pd.DataFrame) -> pd.DataFrame:
    """Which words each mention consists of: adds the columns position, place, first and last.

    ``position`` is the index of its first word, and ``place`` the share of the words of the text
    before it. ``first`` and ``last`` are the indices of its first and last word after the prompt.
    If the prompt gave the whole mention, ``first`` lies behind ``last``.

    Args:
        mentions: columns sample_id, start and end.
        texts: columns sample_id, text and prompt. The texts have the network's form, in which
            single blanks separate the words.
    """
    both = mentions[["sample_id", "start", "end"]].merge(texts, on="sample_id")
    columns = (both[name] for name in ("text", "prompt", "start", "end"))
    places = [
        (
            text.count(" ", 0, start),
            text.count(" ", 0, end),
            text.count(" ") + 1,
            prompt_length(prompt, text),
        )
        for text, prompt, start, end in zip(*columns, strict=True)
    ]
    found = pd.DataFrame(places, columns=["position", "last", "words", "given"], dtype="int64")
    return mentions.reset_index(drop=True).assign(
        position=found["position"],
        place=found["position"] / found["words"],
        first=found[["position", "given"]].max(axis=1),
        last=found["last"],
    )


def words_to_read(placed: pd.DataFrame) -> pd.DataFrame:
    """The words of mentions that were drawn, each once: sample_id, first and word, text by text.

    Args:
        placed: columns sample_id, first and last, of :func:`placed_words`.
    """
    mentions = placed[["sample_id", "first", "last"]].drop_duplicates()
    words = [
        (sample_id, first, word)
        for sample_id, first, last in mentions.itertuples(index=False)
        for word in range(first, last + 1)
    ]
    found = pd.DataFrame(words, columns=["sample_id", "first", "word"])
    return found.sort_values("sample_id", kind="stable", ignore_index=True)


def least_probable(words: pd.DataFrame) -> pd.DataFrame:
    """The word of each mention with the lowest probability at temperature 1.

    Once a name has begun, its other words are often nearly certain: "oil" after "sesame". So the
    least probable word says best how probable the choice of the ingredient was.

    Args:
        words: columns sample_id, first and probability; others are kept.
    """
    ranked = words.sort_values("probability", kind="stable")
    return ranked.drop_duplicates(["sample_id", "first"])
