"""Turns texts that another generator wrote to a file into rows of the table ``samples``."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence

import pandas as pd

from recipegen.generators.requests import NULLABLE, sample_frame
from recipegen.language.sampling import GENERATED
from recipegen.language.vocabulary import SEPARATOR, split_words
from recipegen.texts.text import Text

FEWEST_PROMPTS = 10
"""Different prompts of a file from which on its texts are drawn by prompt, all repetitions at once.

A bootstrap of fewer clusters has intervals that are too narrow (Cameron, Gelbach & Miller 2008).
"""


def file_samples(
    group: str, texts: Sequence[Text], titles: Mapping[str, str], taken: Collection[str] = ()
) -> pd.DataFrame:
    """A row for each text, with the held-out recipe whose title its generator was given.

    Args:
        group: the name of the file's generator. If the file names the models that wrote the texts,
            each of them is a generator with that name.
        texts: the texts that the generator wrote.
        titles: ids of held-out recipes, by the :func:`title_key` of their titles.
        taken: names that no model of the file may have as its generator.
    """
    rows = []
    for text, match_id in zip(texts, match_ids(texts), strict=True):
        recipe_id = titles.get(title_key(text.title)) or titles.get(title_key(text.prompt))
        told = {
            **dict.fromkeys(NULLABLE),
            "temperature": text.temperature,
            "stopped": text.stopped,
        }
        rows.append(
            {
                "sample_id": f"{group}-{text.id}",
                "group": _generator(text.model, group, taken),
                "prompt": text.prompt,
                "text": text.text,
                "recipe_id": recipe_id,
                "match_id": match_id,
                "from_fields": text.from_fields,
                **told,
            }
        )
    return sample_frame(rows)


def _generator(model: str, group: str, taken: Collection[str]) -> str:
    if model.startswith(GENERATED):
        # Groups whose names begin so are the network's. No file is named so.
        return f"{group} ({model})"
    return f"{model} ({group})" if model in taken else model or group


def match_ids(texts: Sequence[Text]) -> Iterator[str | None]:
    """For each text, the id by which it is matched with texts of the same prompt; None without one.

    In a file with few prompts, the first text of a prompt and setting is matched with the first
    ones of other settings, the second with the second ones, and so on.
    """
    few = len({text.prompt for text in texts} - {""}) < FEWEST_PROMPTS
    repetitions: Counter[tuple[object, ...]] = Counter()
    for text in texts:
        setting = (text.model, text.temperature, text.prompt)
        repetitions[setting] += 1
        said = f"{text.prompt}/{repetitions[setting]}" if few else text.prompt
        digest = hashlib.sha256(said.encode()).hexdigest()[:16]
        yield f"prompt-{digest}" if text.prompt else None


def title_key(title: str) -> str:
    """The words of a title. If it is a prompt in the network's form, only its title counts."""
    words = " ".join(split_words(title))
    return words.removeprefix("recipe for ").removesuffix(f" {SEPARATOR}")
