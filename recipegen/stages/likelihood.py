"""How likely texts are under the models of a run."""

from __future__ import annotations

import numpy as np
import pandas as pd

from recipegen.evaluation.per_group.references import WITH_LISTS
from recipegen.evaluation.per_text.pair_words import (
    bringing_mentions,
    least_probable,
    placed_words,
    words_to_read,
)
from recipegen.language.checkpoint import load_model, load_ngram
from recipegen.language.hardware import choose_device, use_threads
from recipegen.language.likelihood import text_likelihoods, word_probabilities
from recipegen.language.sample_grid import network_of
from recipegen.language.sampling import GENERATED
from recipegen.language.vocabulary import STOP, Vocabulary, prompt_length
from recipegen.stages.train import CHECKPOINT, NGRAM, checkpoint_of
from recipegen.storage.run_folder import Run
from recipegen.tables import TABLES


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


def pair_words(
    run: Run, samples: pd.DataFrame, pairs: pd.DataFrame, mentions: pd.DataFrame
) -> pd.DataFrame:
    """The table ``pair_words`` of some pairs, each read by the network that drew the sample.

    Pairs of texts of other generators are left out.

    Args:
        run: the run, whose networks are trained.
        samples: rows of ``samples``, with at least sample_id, group, temperature, prompt and text.
        pairs: rows of ``sample_pairs`` about them.
        mentions: the rows of ``mentions`` about them.
    """
    own = samples[samples["group"].str.startswith(GENERATED)]
    pairs = pairs[pairs["sample_id"].isin(own["sample_id"])]
    words = placed_words(bringing_mentions(pairs, mentions), own)
    asked = words_to_read(words)
    networks = dict(zip(own["sample_id"], own["group"].map(network_of), strict=True))
    read = [
        least_probable(_read_by(run, network, each, own))
        for network, each in asked.groupby(asked["sample_id"].map(networks))
    ]
    columns = TABLES["pair_words"].column_names
    if not read:
        return words.reindex(columns=columns)
    return words.merge(pd.concat(read), on=["sample_id", "first"], how="left")[columns]


def _read_by(run: Run, network: int, words: pd.DataFrame, samples: pd.DataFrame) -> pd.DataFrame:
    """The words with their probabilities under a network; those of a text stand together."""
    execution = run.configuration.execution
    use_threads(execution, execution.workers)
    model, vocabulary = load_model(run.folder / checkpoint_of(network), choose_device(execution))
    places = words.groupby("sample_id", sort=False)["word"].agg(list)
    texts = samples.set_index("sample_id").loc[places.index]
    # Blanks separate the words of a text. A word of the prompt may be unknown.
    tokens = [vocabulary.ids_of(text.split(" ")) for text in texts["text"]]
    found = word_probabilities(model, tokens, places.tolist(), texts["temperature"].tolist())
    return words.assign(probability=found[:, 0], heated_probability=found[:, 1])


def _encoded(texts: pd.DataFrame, vocabulary: Vocabulary) -> tuple[list[list[int]], list[int]]:
    """The token ids of each text, and the index of the first one that its generator chose."""
    whole = [
        [*vocabulary.encode(text), *([STOP] if stopped else [])]
        for text, stopped in zip(texts["text"], texts["stopped"].fillna(False), strict=True)
    ]
    lengths = map(prompt_length, texts["prompt"], texts["text"])
    return whole, [max(1, length) for length in lengths]
