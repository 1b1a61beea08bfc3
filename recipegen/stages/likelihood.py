"""How likely texts are under the models of a run."""

from __future__ import annotations

import pandas as pd

from recipegen.evaluation.text import count_words
from recipegen.language.checkpoint import load_model, load_ngram
from recipegen.language.hardware import choose_device, use_threads
from recipegen.language.reading import text_likelihoods
from recipegen.language.vocabulary import STOP, Vocabulary
from recipegen.stages.train import CHECKPOINT, NGRAM
from recipegen.store import Run


def with_likelihood(run: Run, texts: pd.DataFrame, vocabulary: Vocabulary) -> pd.DataFrame:
    """Texts with their log-probabilities under the network and the n-gram model, and entropy."""
    configuration = run.configuration
    use_threads(configuration.execution, configuration.execution.workers)
    model, _ = load_model(run.folder / CHECKPOINT, choose_device(configuration.execution))
    whole = [
        [*vocabulary.encode(text), *([STOP] if stopped else [])]
        for text, stopped in zip(texts["text"], texts["stopped"], strict=True)
    ]
    first = texts["prompt"].map(count_words).tolist()
    log_probability, entropy = text_likelihoods(model, whole, first).T
    judged, _ = load_ngram(run.folder / NGRAM).log_probabilities(whole, first)
    return texts.assign(
        log_probability=log_probability, ngram_log_probability=judged, entropy=entropy
    )
