"""Makes a vocabulary from recipes, and turns the recipes into token ids."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pandas as pd

from recipegen.language.vocabulary import STOP, Vocabulary, recipe_text, recipe_words
from recipegen.progress import Progress
from recipegen.storage.files import Place
from recipegen.storage.run_folder import Run


def tokenise(run: Run, _: Place, progress: Progress) -> None:
    """Write ``vocabulary``, learned from the training split only, and ``tokens``."""
    settings = run.configuration.tokenise
    counts: Counter[str] = Counter()
    recipes = 0
    for rows in run.frames("recipes", ["title", "directions", "split"]):
        train = rows[rows["split"] == "train"]
        recipes += len(train)
        for words in map(recipe_words, train["title"], train["directions"]):
            counts.update(words)
    vocabulary = Vocabulary.learn(counts, settings.vocabulary_size)
    run.write("vocabulary", vocabulary.table(counts, recipes))
    progress(0.5, f"{len(vocabulary):,} words")
    with run.writer("tokens") as tokens:
        for rows in run.frames("recipes", ["recipe_id", "title", "directions", "split"]):
            encoded = [
                (vocabulary.ids_of(words[: settings.max_length]), len(words) <= settings.max_length)
                for words in map(recipe_words, rows["title"], rows["directions"])
            ]
            columns = {
                "recipe_id": rows["recipe_id"],
                "split": rows["split"],
                "token_ids": [ids for ids, _ in encoded],
                "complete": [complete for _, complete in encoded],
            }
            tokens.write(pd.DataFrame(columns))


def texts_of(recipes: pd.DataFrame) -> Iterator[str]:
    """The texts of recipes, as the network reads them."""
    return map(recipe_text, recipes["title"], recipes["directions"])


def vocabulary_of(run: Run) -> Vocabulary:
    """The vocabulary of a run."""
    return Vocabulary(run.read("vocabulary", ["token"])["token"].tolist())


def sequences(run: Run, split: str) -> Iterator[list[int]]:
    """The token ids of the recipes of a split. Complete recipes end with the stop token."""
    for rows in run.frames("tokens", ["split", "token_ids", "complete"]):
        rows = rows[rows["split"] == split]
        for ids, complete in zip(rows["token_ids"], rows["complete"], strict=True):
            yield [*ids.tolist(), STOP] if complete else ids.tolist()
