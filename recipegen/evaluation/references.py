"""The texts that samples are compared with: real recipes, and a control made from them."""

from __future__ import annotations

import pandas as pd

from recipegen.language.vocabulary import Vocabulary


def real_recipes(tokens: pd.DataFrame, vocabulary: Vocabulary, max_tokens: int) -> pd.DataFrame:
    """Rows of the table ``references``: recipes as the network would have written them.

    Words that it does not know are [UNK], and what is longer than it may write is cut.

    Args:
        tokens: rows of the table ``tokens``.
        vocabulary: the words.
        max_tokens: longest text, in words.
    """
    cut = [ids[:max_tokens] for ids in tokens["token_ids"]]
    return pd.DataFrame(
        {
            "sample_id": [f"real-{recipe_id}" for recipe_id in tokens["recipe_id"]],
            "group": "real",
            "recipe_id": tokens["recipe_id"].tolist(),
            "prompt": "recipe for",
            "text": [vocabulary.decode(ids) for ids in cut],
            "word_count": [len(ids) for ids in cut],
            "stopped": (tokens["complete"] & (tokens["token_ids"].map(len) < max_tokens)).tolist(),
        }
    )


def control_recipes(real: pd.DataFrame, texts: list[str]) -> pd.DataFrame:
    """Rows of the table ``references``: the control texts made from the real ones, in order."""
    return real.assign(
        sample_id="control-" + real["recipe_id"],
        group="control",
        text=texts,
        word_count=[len(text.split()) for text in texts],
    )
