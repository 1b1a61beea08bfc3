"""Measures repetition, copying and unusual quantities in texts."""

from __future__ import annotations

import pandas as pd

from recipegen.evaluation.measures import measure_texts
from recipegen.evaluation.sense import Ranges
from recipegen.files import Place
from recipegen.ingredients.scope import IN_THE_DISH
from recipegen.progress import Progress
from recipegen.stages.tokenise import vocabulary_of
from recipegen.store import Run


def measure(run: Run, _: Place, progress: Progress) -> None:
    """Write ``text_measures``: repetition, copies from training recipes, quantities."""
    tokens, vocabulary = run.read("tokens"), vocabulary_of(run)
    training = tokens[tokens["split"] == "train"]
    progress(0.1, "quantities")
    ranges = Ranges.learn(map(vocabulary.decode, training["token_ids"]))
    progress(0.3, "copies")
    columns = ["sample_id", "text"]
    texts = pd.concat([run.read("samples", columns), run.read("references", columns)])
    mentions = run.read("mentions")
    in_dish = mentions[mentions["role"].isin(IN_THE_DISH)]
    measures = measure_texts(texts, in_dish, training, vocabulary.encode, len(vocabulary), ranges)
    run.write("text_measures", measures)
