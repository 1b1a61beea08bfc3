"""Turns texts that another generator wrote to a file into rows of the table ``samples``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from recipegen.generators.asking import NULLABLE, sample_frame
from recipegen.language.vocabulary import SEPARATOR, split_words
from recipegen.texts.text import Text


def file_samples(group: str, texts: Sequence[Text], titles: Mapping[str, str]) -> pd.DataFrame:
    """A row for each text, with the held-out recipe whose title its generator was given.

    Args:
        group: the generator's name.
        texts: the texts that the generator wrote.
        titles: ids of held-out recipes, by the :func:`title_key` of their titles.
    """
    rows = []
    for text in texts:
        recipe_id = titles.get(title_key(text.title)) or titles.get(title_key(text.prompt))
        told = {
            **dict.fromkeys(NULLABLE),
            "temperature": text.temperature,
            "stopped": text.stopped,
        }
        rows.append(
            {
                "sample_id": f"{group}-{text.id}",
                "group": group,
                "prompt": text.prompt,
                "text": text.text,
                "recipe_id": recipe_id,
                "from_fields": text.from_fields,
                **told,
            }
        )
    return sample_frame(rows)


def title_key(title: str) -> str:
    """The words of a title. If it is a prompt in the network's form, only its title counts."""
    words = " ".join(split_words(title))
    return words.removeprefix("recipe for ").removesuffix(f" {SEPARATOR}")
