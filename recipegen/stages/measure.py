"""Measures repetition, copying and unusual quantities in texts."""

from __future__ import annotations

from bisect import bisect_left

import pandas as pd

from recipegen.evaluation.per_text.coherence import Ranges
from recipegen.evaluation.per_text.measures import measure_texts
from recipegen.ingredients.scope import ABSENT, IN_THE_DISH
from recipegen.machine.memory import kept
from recipegen.progress import Progress
from recipegen.running.finished_blocks import records
from recipegen.running.stage import Tables, name_of, rows_of
from recipegen.stages.text_blocks import find_rows, rows_about, text_blocks, texts_of
from recipegen.stages.tokenise import vocabulary_of
from recipegen.storage.files import Place
from recipegen.storage.run_folder import Run
from recipegen.texts.sections import TITLE


def find_mentions(run: Run, workshop: Place, _: Progress) -> None:
    """Find the mentions of each block of texts."""
    find_rows(run, workshop, "mentions")


def measure_block(run: Run, workshop: Place, block: str) -> Tables:
    """Repetition, copies from training recipes and quantities in the texts of a block."""
    texts = texts_of(run, block, ["sample_id", "text"])
    columns = ["sample_id", "ingredient", "section", "role"]
    mentions = rows_about(run, workshop, block, "mentions", columns)
    # What a title names counts, also if nothing else in the text puts it into the dish.
    named = mentions["section"].eq(TITLE) & mentions["role"].ne(ABSENT)
    in_dish = mentions[mentions["role"].isin(IN_THE_DISH) | named]
    training, ranges = _training(run.folder, run.outputs("tokenise")["tokens"]["sha256"])
    vocabulary = vocabulary_of(run)
    measures = measure_texts(texts, in_dish, training, vocabulary.encode, len(vocabulary), ranges)
    return {"text_measures": measures}


def measure_keys(run: Run, workshop: Place) -> dict[str, str]:
    """Of each block, a hash of what is measured on it: its texts, as scored, and training recipes.

    A block here has the texts of whole blocks of ``score``.
    """
    training = run.fingerprint("measure", None, ("tokens", "vocabulary"))
    mentions = run.outputs("score")["mentions"]["sha256"]
    scored = _keys_of_scores(run)
    keys = {}
    for block in text_blocks(run, workshop):
        starts, texts = scored.get(name_of(block), ([], []))
        rows = rows_of(block)
        own = texts[bisect_left(starts, rows.start) : bisect_left(starts, rows.stop)]
        # A run may not know the blocks of its scores. Then its blocks differ from all others.
        keys[block] = " ".join([training, *(own or [mentions, block])])
    return keys


def _keys_of_scores(run: Run) -> dict[str, tuple[list[int], list[str]]]:
    """The first rows and the keys of the blocks of ``score``, of samples and of references."""
    known: dict[str, tuple[list[int], list[str]]] = {}
    scored = records(run, "score").drop_duplicates("block")
    for block, key in zip(scored["block"], scored["key"], strict=True):
        starts, keys = known.setdefault(name_of(block), ([], []))
        starts.append(rows_of(block).start)
        keys.append(key)
    return known


@kept
def _training(folder: Place, _: str) -> tuple[pd.DataFrame, Ranges]:
    """The training recipes of a run as token ids, and the usual range of their quantities."""
    # The hash is part of the cache key, so a table that was made again is read again.
    run = Run(folder)
    decode = vocabulary_of(run).decode
    parts = [
        rows.loc[rows["split"] == "train", ["recipe_id", "token_ids"]]
        for rows in run.frames("tokens", ["recipe_id", "split", "token_ids"])
    ]
    training = pd.concat(parts, ignore_index=True)
    return training, Ranges.learn(map(decode, training["token_ids"]))
