"""How likely texts are under the models of a run."""

from __future__ import annotations

import numpy as np
import pandas as pd

from recipegen.evaluation.references import WITH_LISTS
from recipegen.language.checkpoint import load_model, load_ngram
from recipegen.language.hardware import choose_device, use_threads
from recipegen.language.reading import text_likelihoods
from recipegen.language.vocabulary import STOP, Vocabulary, prompt_length
from recipegen.stages.train import CHECKPOINT, NGRAM
from recipegen.store import Run


def with_likelihood(run: Run, references: pd.DataFrame, vocabulary: Vocabulary) -> pd.DataFrame:
    """References with their log-probabilities under the network and the n-gram model, and entropy.

    The columns of the network are NaN if no network is trained. They are also NaN for recipes with
    ingredient lists: the network never saw a list, so its figures for one say nothing.
    """
    judged = with_ngram_likelihood(run, references, vocabulary).assign(
        log_probability=np.nan, entropy=np.nan
    )
    readable, execution = judged["group"] != WITH_LISTS, run.configuration.execution
    if run.configuration.generate.has_lstm and readable.any():
        use_threads(execution, execution.workers)
        model, _ = load_model(run.folder / CHECKPOINT, choose_device(execution))
        found = text_likelihoods(model, *_encoded(judged[readable], vocabulary))
        judged.loc[readable, ["log_probability", "entropy"]] = found
    return judged


def with_ngram_likelihood(run: Run, texts: pd.DataFrame, vocabulary: Vocabulary) -> pd.DataFrame:
    """Texts with their log-probabilities under the n-gram model."""
    judged, _ = load_ngram(run.folder / NGRAM).log_probabilities(*_encoded(texts, vocabulary))
    return texts.assign(ngram_log_probability=judged)


def _encoded(texts: pd.DataFrame, vocabulary: Vocabulary) -> tuple[list[list[int]], list[int]]:
    """The token ids of each text, and the index of the first one that its generator chose."""
    whole = [
        [*vocabulary.encode(text), *([STOP] if stopped else [])]
        for text, stopped in zip(texts["text"], texts["stopped"].fillna(False), strict=True)
    ]
    lengths = map(prompt_length, texts["prompt"], texts["text"])
    return whole, [max(1, length) for length in lengths]
