"""Samples of other generators, as rows of the table ``samples``, so that all are measured alike."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import pandas as pd

from recipegen.corpus.texts import Text
from recipegen.errors import UsageError
from recipegen.language.vocabulary import Vocabulary, split_words

RESERVED = ("real", "control")


def group_names(files: Iterable[str]) -> dict[str, Path]:
    """The files of other generators by the name of their group: the file's, without its ending.

    Raises:
        UsageError: two have the same name, or one that the tables use otherwise.
    """
    named: dict[str, Path] = {}
    for file in files:
        path = Path(file)
        if path.stem in RESERVED or path.stem.startswith("generated"):
            raise UsageError(f"generate.others: {path}: the name {path.stem} is taken; rename it")
        if path.stem in named:
            raise UsageError(f"generate.others: two files are named {path.stem}; rename one")
        named[path.stem] = path
    return named


def other_samples(
    group: str, texts: Sequence[Text], max_tokens: int, vocabulary: Vocabulary
) -> pd.DataFrame:
    """The texts as the network would have written them, but for what only their generator knows.

    Words that the vocabulary does not have are [UNK], and what is longer than ``max_tokens`` words
    is cut. Without a prompt the first word of a text counts as such.
    """
    words = [vocabulary.encode(text.text) for text in texts]
    prompts = [split_words(text.prompt) or split_words(text.text)[:1] for text in texts]
    return pd.DataFrame(
        {
            "sample_id": [f"{group}-{text.id}" for text in texts],
            "group": group,
            "prompt": [" ".join(prompt) for prompt in prompts],
            "temperature": pd.array([text.temperature for text in texts], dtype="Float64"),
            "top_k": pd.array([None] * len(texts), dtype="Int64"),
            "top_p": pd.array([None] * len(texts), dtype="Float64"),
            "text": [vocabulary.decode(ids[:max_tokens]) for ids in words],
            "word_count": [min(len(ids), max_tokens) for ids in words],
            "stopped": [len(ids) < max_tokens for ids in words],
            "heated_log_probability": pd.array([None] * len(texts), dtype="Float64"),
            "prompt_group": None,
            "recipe_id": None,
        }
    )
