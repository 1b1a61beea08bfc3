"""Texts to measures of repetition, copying and sense."""

from __future__ import annotations

import pandas as pd

from recipegen.evaluation.measures import measure_texts
from recipegen.evaluation.sense import Ranges
from recipegen.files import Place
from recipegen.progress import Progress
from recipegen.stages.tokenise import vocabulary_of
from recipegen.store import Run


def measure(run: Run, _: Place, progress: Progress) -> None:
    """Texts to ``text_measures``: repetition, copies from training recipes, quantities."""
    tokens, vocabulary = run.read("tokens"), vocabulary_of(run)
    training = tokens[tokens["split"] == "train"]
    progress(0.1, "quantities")
    ranges = Ranges.learn(map(vocabulary.decode, training["token_ids"]))
    progress(0.3, "copies")
    columns = ["sample_id", "text"]
    texts = pd.concat([run.read("samples", columns), run.read("references", columns)])
    measures = measure_texts(
        texts, run.read("mentions"), training, vocabulary.encode, len(vocabulary), ranges
    )
    run.write("text_measures", measures)
