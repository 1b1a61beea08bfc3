"""The texts that samples are compared with: real recipes, and a control made from them.

The network writes a title and directions, up to a maximum length. So it is compared with real
recipes in that form. Other generators also write ingredient lists, and texts of any length. So they
are compared with the same recipes uncut and with their lists.
"""

from __future__ import annotations

import pandas as pd

from recipegen.language.vocabulary import Vocabulary, words_of
from recipegen.texts.layout import compose

REAL, WITH_LISTS, CONTROL = "real", "real with lists", "control"
"""Groups of texts that others are compared with."""

REFERENCES = (REAL, WITH_LISTS, CONTROL)


def real_recipes(tokens: pd.DataFrame, vocabulary: Vocabulary, max_tokens: int) -> pd.DataFrame:
    """Rows of the table ``references``: real recipes in the form in which the network writes.

    Words outside the vocabulary become [UNK]. Recipes longer than ``max_tokens`` are cut.

    Args:
        tokens: rows of the table ``tokens``.
        vocabulary: the words that the network knows.
        max_tokens: longest text, in words.
    """
    cut = [ids[:max_tokens] for ids in tokens["token_ids"]]
    return pd.DataFrame(
        {
            "sample_id": [f"real-{recipe_id}" for recipe_id in tokens["recipe_id"]],
            "group": REAL,
            "from_fields": False,
            "recipe_id": tokens["recipe_id"].tolist(),
            "prompt": "recipe for",
            "text": [vocabulary.decode(ids) for ids in cut],
            "word_count": [len(ids) for ids in cut],
            "stopped": (tokens["complete"] & (tokens["token_ids"].map(len) < max_tokens)).tolist(),
        }
    )


def control_recipes(real: pd.DataFrame, texts: list[str]) -> pd.DataFrame:
    """Rows of the table ``references``: the control texts, in the order of the real ones."""
    return real.assign(
        sample_id="control-" + real["recipe_id"],
        group=CONTROL,
        text=texts,
        word_count=[len(text.split()) for text in texts],
    )


def whole_recipes(recipes: pd.DataFrame) -> pd.DataFrame:
    """Rows of the table ``references``: whole recipes, in the form in which people write them.

    Args:
        recipes: columns title, ingredients and directions; the index is recipe_id.
    """
    texts = [
        compose(title, list(ingredients), list(directions))
        for title, ingredients, directions in zip(
            recipes["title"], recipes["ingredients"], recipes["directions"], strict=True
        )
    ]
    return pd.DataFrame(
        {
            "sample_id": [f"whole-{recipe_id}" for recipe_id in recipes.index],
            "group": WITH_LISTS,
            "from_fields": True,
            "recipe_id": recipes.index.tolist(),
            "prompt": "",
            "text": texts,
            "word_count": [len(words_of(text)) for text in texts],
            "stopped": True,
        }
    )
