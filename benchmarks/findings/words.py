"""How likely the networks found the words that brought implausible pairs in, and where they are.

An ingredient is counted once a text: it brought in one implausible pair or more, or it brought in
others only. What brought in others is read in some of the texts, for comparison.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.special import ndtri, stdtrit

from benchmarks.findings.measures import COLUMNS
from benchmarks.findings.plan import Planned
from recipegen.evaluation.statistics.estimates import NONE, Estimate, wilson
from recipegen.language.sampling import GENERATED
from recipegen.stages.likelihood import pair_words
from recipegen.storage.run_folder import Run

UNLIKELY = 0.01
"""A word with a lower probability is called unlikely."""
PARTS = 5
"""A text is cut into this many parts, to tell where in it an ingredient is."""
COMPARED = 150
"""Texts of each network and temperature in which the other ingredients are read."""

KINDS = {"implausible": "brought in an implausible pair", "other": "brought in other pairs only"}
INGREDIENT = ["sample_id", "ingredient"]
SAMPLE = ["sample_id", "group", "temperature", "prompt", "prompt_group", "text"]


def drawn_words(planned: Planned, run: Run, confidence: float = 0.95) -> pd.DataFrame:
    """Metrics of the words that brought pairs in, over all networks of a run, by temperature.

    Has the columns ``COLUMNS``. Each metric ends with one of the ``KINDS``.
    """
    samples = run.read("samples", SAMPLE)
    samples = samples[samples["group"].str.startswith(GENERATED)]
    bad = run.read("pair_words").drop_duplicates(INGREDIENT)
    found = {"implausible": bad, "other": _others(run, samples, bad)}
    rows = []
    for kind, words in found.items():
        placed = words.merge(samples[["sample_id", "temperature", "prompt_group"]], on="sample_id")
        for temperature, own in placed.dropna(subset="probability").groupby("temperature"):
            rows += [
                (temperature, f"{metric}_{kind}", *estimate, len(own))
                for metric, estimate in _metrics(own, confidence).items()
            ]
    columns = ["temperature", "metric", "estimate", "low", "high", "count"]
    frame = pd.DataFrame(rows, columns=columns)
    about = {"corpus": planned.corpus.name, "generator": planned.preset, "cut_off": ""}
    return frame.assign(**about).reindex(columns=COLUMNS)


def _others(run: Run, samples: pd.DataFrame, bad: pd.DataFrame) -> pd.DataFrame:
    """The ingredients, of some texts, that brought in no implausible pair."""
    some = samples.groupby(["group", "temperature"]).head(COMPARED)
    ids = set(some["sample_id"])
    pairs, mentions = (
        run.matching(table, "sample_id", ids) for table in ("sample_pairs", "mentions")
    )
    words = pair_words(run, some, pairs, mentions).drop_duplicates(INGREDIENT)
    known = pd.MultiIndex.from_frame(bad[INGREDIENT])
    return words[~pd.MultiIndex.from_frame(words[INGREDIENT]).isin(known)]


def _metrics(words: pd.DataFrame, confidence: float) -> dict[str, Estimate]:
    def share_of(flags: pd.Series) -> Estimate:
        return clustered_share(flags, words.loc[flags.index, "sample_id"], confidence)

    part = (words["place"] * PARTS).astype(int).clip(upper=PARTS - 1)
    own_title = words["prompt_group"] == "open"  # the other titles were given
    return {
        "unlikely_share": share_of(words["probability"] < UNLIKELY),
        "unlikely_as_drawn": share_of(words["heated_probability"] < UNLIKELY),
        "median_probability": (float(words["probability"].median()), np.nan, np.nan),
        "in_title": share_of((words["section"] == "title")[own_title]),
        "place": clustered_mean(words["place"], words["sample_id"], confidence),
        **{f"in_part_{each + 1}": share_of(part == each) for each in range(PARTS)},
    }


def clustered_share(flags: pd.Series, texts: pd.Series, confidence: float) -> Estimate:
    """The share of flags, with Wilson's interval for as many as would have the same error.

    The standard error is that of a ratio of two sums over texts (Cochran 1977, ch. 6), since the
    ingredients of a text are not independent.

    Args:
        flags: of each ingredient.
        texts: the text of each ingredient.
        confidence: level of the interval.
    """
    share, error, count = _ratio(flags.astype("float64"), texts)
    if not count:
        return NONE
    spread = share * (1 - share)
    effective = spread / error**2 if error > 0 and spread > 0 else count
    return wilson(share, min(effective, len(flags)), float(ndtri((1 + confidence) / 2)))


def clustered_mean(values: pd.Series, texts: pd.Series, confidence: float) -> Estimate:
    """The mean of values, with a t interval over texts; see :func:`clustered_share`."""
    mean, error, count = _ratio(values, texts)
    if count < 2:
        return mean, np.nan, np.nan
    half = error * float(stdtrit(count - 1, (1 + confidence) / 2))
    return mean, mean - half, mean + half


def _ratio(values: pd.Series, texts: pd.Series) -> tuple[float, float, int]:
    """The mean over all values, its standard error over texts, and the number of texts."""
    sums = values.groupby(texts.to_numpy()).agg(["sum", "size"])
    count = len(sums)
    if not count:
        return np.nan, np.nan, 0
    mean = sums["sum"].sum() / sums["size"].sum()
    left = sums["sum"] - mean * sums["size"]
    variance = (left**2).sum() * count / max(1, count - 1) / sums["size"].sum() ** 2
    return float(mean), float(np.sqrt(variance)), count
