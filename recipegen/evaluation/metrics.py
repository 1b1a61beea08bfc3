"""Every metric of a group of texts: its name, unit and definition, and how it is measured."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from recipegen.evaluation import estimates
from recipegen.evaluation.estimates import Estimate, Resamples
from recipegen.evaluation.resemblance import TEXTS, mauve
from recipegen.evaluation.text import (
    BLOCK_WORDS,
    blocks,
    distinct,
    self_bleu,
    zipf_coefficient,
)
from recipegen.language.vocabulary import prompt_length, words_of
from recipegen.pairing.exchanged import ExchangeCurve
from recipegen.tables import NEW_NGRAMS

MEMORISED = 0.99
"""Share of held-out real recipes whose longest copied span counts as normal."""


@dataclass(frozen=True)
class Yardsticks:
    """What the metrics need to know about real recipes."""

    normal_copy: float
    """Words of the longest copied span that still counts as normal, by ``MEMORISED``."""
    training: Sequence[str]
    """Training recipes as texts, which MAUVE compares with."""
    exchanged: Mapping[str, ExchangeCurve]
    """For each origin, how pair support falls with the share of exchanged ingredients."""


def origin_of(texts: pd.DataFrame) -> str:
    """Where the ingredients were found in most texts: ``lines`` or ``directions``."""
    return str(texts["origin"].value_counts().index[0])


@dataclass(frozen=True)
class Group:
    """The texts of one group, temperature and kind of prompt, with all that is known of them."""

    name: str
    temperature: float
    prompts: str
    """``all``, or the kind of prompt that all these texts continue: ``open`` or ``title``."""
    texts: pd.DataFrame
    resamples: Resamples
    confidence: float
    yardsticks: Yardsticks

    def column(self, name: str) -> pd.Series:
        """A column with one number for each text, NaN if it is not known."""
        return self.texts[name].astype("float64")

    @cached_property
    def blocks(self) -> list[list[list[str]]]:
        """The texts, as words, in blocks of about the same number of words."""
        return list(blocks(map(words_of, self.texts["text"])))

    @property
    def memorised(self) -> pd.Series:
        """Whether the longest copied span of each text is longer than normal."""
        return self.texts["copied_words"] > self.yardsticks.normal_copy


Measured = tuple[Estimate, int]
"""An estimate, and the number of texts that it rests on."""


@dataclass(frozen=True)
class Metric:
    """A metric of a group of texts."""

    name: str
    section: str
    unit: str
    """``rate`` (0 to 1), ``words``, ``ingredients``, ``nats``, ``perplexity`` or ``number``."""
    definition: str
    measure: Callable[[Group], Measured]


def _ratio(
    above: Callable[[Group], pd.Series], below: Callable[[Group], pd.Series]
) -> Callable[[Group], Measured]:
    def measure(group: Group) -> Measured:
        top, bottom = above(group), below(group)
        used = int((bottom > 0).sum())
        return estimates.ratio(top, bottom, group.resamples, group.confidence), used

    return measure


def _ratio_of(above: str, below: str) -> Callable[[Group], Measured]:
    return _ratio(lambda group: group.column(above), lambda group: group.column(below))


def _share(flags: Callable[[Group], pd.Series]) -> Callable[[Group], Measured]:
    def measure(group: Group) -> Measured:
        found = flags(group).dropna()
        return estimates.share(found, group.confidence), len(found)

    return measure


def _mean_of(column: str) -> Callable[[Group], Measured]:
    def measure(group: Group) -> Measured:
        values = group.column(column).dropna()
        return estimates.mean(values, group.confidence), len(values)

    return measure


def _perplexity_of(column: str) -> Callable[[Group], Measured]:
    def measure(group: Group) -> Measured:
        known = group.column(column).notna()
        loss, words = -group.column(column).where(known, 0.0), drawn_words(group.texts)
        found = estimates.ratio(loss, words.where(known, 0), group.resamples, group.confidence)
        estimate, low, high = map(float, np.exp(found))
        return (estimate, low, high), int(known.sum())

    return measure


def drawn_words(texts: pd.DataFrame) -> pd.Series:
    """The words of each text after its prompt, the stop token included."""
    prompts = [*map(prompt_length, texts["prompt"], texts["text"])]
    return (texts["word_count"] - prompts).clip(lower=0) + texts["stopped"].fillna(False)


def _over_blocks(measure: Callable[[list[list[str]]], Sequence[float]]) -> Callable[..., Measured]:
    def measured(group: Group) -> Measured:
        values = [value for block in group.blocks for value in measure(block)]
        return estimates.mean(values, group.confidence), len(group.texts)

    return measured


def _distinct(n: int) -> Callable[..., Measured]:
    return _over_blocks(lambda block: [distinct(block, n)])


def _mauve(group: Group) -> Measured:
    texts = [" ".join(words_of(text)) for text in group.texts["text"]]
    training = group.yardsticks.training
    whole = min(len(texts), len(training)) // TEXTS * TEXTS
    values = [
        mauve(texts[first : first + TEXTS], training[first : first + TEXTS])
        for first in range(0, whole, TEXTS)
    ]
    return estimates.mean(values, group.confidence), whole


def _exchanged(group: Group) -> Measured:
    support, typical = (group.column(n) for n in ("pair_support", "typical_support"))
    found = estimates.ratio(support, typical, group.resamples, group.confidence)
    # High support means few exchanged ingredients, so the ends of the interval change places.
    curve = group.yardsticks.exchanged[origin_of(group.texts)]
    estimate, high, low = (float(curve.share(each)) for each in found)
    return (estimate, low, high), int((typical > 0).sum())


_INTERVAL = "percentile bootstrap interval over texts"
_BOOTSTRAP = f"Ratio of two sums over texts, {_INTERVAL}"
_BLOCKS = f"mean over blocks of {BLOCK_WORDS:,} words; t interval over blocks"

METRICS = {
    metric.name: metric
    for metric in (
        Metric(
            "implausible_pair_rate",
            "Implausibility",
            "rate",
            "share of pairs of ingredients that a cook would object to, among pairs that can be "
            f"judged. {_BOOTSTRAP}",
            _ratio_of("implausible_pair_count", "judged_pair_count"),
        ),
        Metric(
            "exchanged_share",
            "Implausibility",
            "rate",
            "share of a real recipe's ingredients that would have to be exchanged at random until "
            "its pairs go together as badly as those of these texts. From the ratio of two sums "
            f"over texts, {_INTERVAL}",
            _exchanged,
        ),
        Metric(
            "unusual_pair_rate",
            "Implausibility",
            "rate",
            "share of pairs that cooks rarely put together, implausible pairs left out, among "
            f"pairs that can be judged. {_BOOTSTRAP}",
            _ratio_of("unusual_pair_count", "judged_pair_count"),
        ),
        Metric(
            "unjudged_pair_rate",
            "Implausibility",
            "rate",
            f"share of pairs that cannot be judged, among all pairs. {_BOOTSTRAP}",
            _ratio(
                lambda g: g.column("pair_count") - g.column("judged_pair_count"),
                lambda g: g.column("pair_count"),
            ),
        ),
        Metric(
            "implausible_sample_rate",
            "Implausibility",
            "rate",
            "share of texts with at least one implausible pair, among texts with at least one pair "
            "that can be judged; Wilson interval",
            _share(
                lambda g: (g.column("implausible_pair_count") > 0)[
                    g.column("judged_pair_count") > 0
                ]
            ),
        ),
        Metric(
            "flagged_recipe_rate",
            "Implausibility",
            "rate",
            "share of flagged texts, among texts with at least two known ingredients. A text is "
            "flagged if its implausibility and its worst pair together weigh more than in 19 of 20 "
            "real recipes of its size. Wilson interval",
            _share(lambda g: g.texts["flagged"][g.texts["implausibility"].notna()]),
        ),
        Metric(
            "implausibility",
            "Implausibility",
            "nats",
            "mean log-odds that a text is a recipe that was spoilt on purpose, not a real one; "
            "t interval",
            _mean_of("implausibility"),
        ),
        Metric(
            "original_implausible_pair_rate",
            "Implausibility",
            "rate",
            f"rate of implausible pairs among texts that are not memorised. {_BOOTSTRAP}",
            _ratio(
                lambda g: g.column("implausible_pair_count").where(~g.memorised, 0.0),
                lambda g: g.column("judged_pair_count").where(~g.memorised, 0.0),
            ),
        ),
        Metric(
            "ingredient_count",
            "Implausibility",
            "ingredients",
            "mean number of different ingredients in a text; t interval",
            _mean_of("ingredient_count"),
        ),
        Metric(
            "word_perplexity",
            "Language",
            "perplexity",
            "exponential of minus the mean log-probability of a word after the prompt, under the "
            "generator itself at temperature 1. For real recipes: of a word after “recipe for”, "
            f"under the network. {_BOOTSTRAP}",
            _perplexity_of("log_probability"),
        ),
        Metric(
            "ngram_perplexity",
            "Language",
            "perplexity",
            "exponential of minus the mean log-probability of a word after the prompt, under the "
            f"n-gram model, which judges all generators from outside. {_BOOTSTRAP}",
            _perplexity_of("ngram_log_probability"),
        ),
        Metric(
            "entropy",
            "Language",
            "nats",
            "mean entropy of the distribution that a word is drawn from, temperature applied, over "
            "the words of a text and then over texts. For real recipes: under the network at "
            "temperature 1. Student's t interval",
            _mean_of("entropy"),
        ),
        Metric(
            "word_count",
            "Language",
            "words",
            "mean number of words in a text, prompt included; t interval",
            _mean_of("word_count"),
        ),
        Metric(
            "stopped_rate",
            "Language",
            "rate",
            "share of texts that their generator ended by itself, among texts for which that is "
            "known; Wilson interval",
            _share(lambda g: g.texts["stopped"]),
        ),
        *(
            Metric(
                f"distinct_{n}",
                "Language",
                "rate",
                f"distinct {n}-grams over all {n}-grams, {_BLOCKS}",
                _distinct(n),
            )
            for n in (1, 2, 3)
        ),
        Metric(
            "self_bleu",
            "Language",
            "rate",
            f"mean BLEU-4 of a text, with the other texts of its block of {BLOCK_WORDS:,} words as "
            "references; t interval",
            _over_blocks(self_bleu),
        ),
        Metric(
            "zipf_coefficient",
            "Language",
            "number",
            f"minus the slope of log frequency over log rank of the words, {_BLOCKS}",
            _over_blocks(lambda block: [zipf_coefficient(block)]),
        ),
        Metric(
            "repeated_4gram_rate",
            "Language",
            "rate",
            f"share of 4-grams that already occurred earlier in the same text. {_BOOTSTRAP}",
            _ratio_of("repeated_4grams", "all_4grams"),
        ),
        Metric(
            "looping_rate",
            "Language",
            "rate",
            "share of texts that end in a span of at most 20 words that occurs three times or more "
            "in a row; Wilson interval",
            _share(lambda g: g.texts["loop_words"] > 0),
        ),
        Metric(
            "unknown_word_rate",
            "Language",
            "rate",
            f"share of words that are not in the vocabulary, [UNK] included. {_BOOTSTRAP}",
            _ratio_of("unknown_words", "word_count"),
        ),
        Metric(
            "mauve",
            "Language",
            "rate",
            f"likeness (MAUVE) of {TEXTS} texts to {TEXTS} training recipes, from latent semantic "
            f"analysis of their words. Mean over blocks of {TEXTS} texts; t interval over blocks",
            _mauve,
        ),
        *(
            Metric(
                f"new_{n}gram_rate",
                "Memorisation",
                "rate",
                f"share of {n}-grams that occur in no training recipe. {_BOOTSTRAP}",
                _ratio_of(f"new_{n}grams", f"all_{n}grams"),
            )
            for n in NEW_NGRAMS
        ),
        Metric(
            "copied_words",
            "Memorisation",
            "words",
            "mean length of the longest span of a text that occurs in a training recipe; "
            "t interval",
            _mean_of("copied_words"),
        ),
        Metric(
            "memorised_rate",
            "Memorisation",
            "rate",
            "share of texts whose longest copied span is longer than that of 99 % of held-out real "
            "recipes; Wilson interval",
            _share(lambda g: g.memorised),
        ),
        Metric(
            "nearest_similarity",
            "Memorisation",
            "rate",
            "mean Jaccard similarity, by word 3-grams, of a text and its nearest training recipe; "
            "t interval",
            _mean_of("nearest_similarity"),
        ),
        Metric(
            "title_ingredient_rate",
            "Recipe sense",
            "rate",
            f"share of the ingredients in the title that the directions use. {_BOOTSTRAP}",
            _ratio_of("used_title_ingredients", "title_ingredients"),
        ),
        Metric(
            "used_list_rate",
            "Recipe sense",
            "rate",
            "share of the listed ingredients that the directions use, in texts with an ingredient "
            f"list. {_BOOTSTRAP}",
            _ratio_of("used_listed_ingredients", "listed_ingredients"),
        ),
        Metric(
            "listed_use_rate",
            "Recipe sense",
            "rate",
            "share of the ingredients in the directions that are listed, in texts with an "
            f"ingredient list. {_BOOTSTRAP}",
            _ratio_of("used_listed_ingredients", "used_ingredients"),
        ),
        Metric(
            "unusual_quantity_rate",
            "Recipe sense",
            "rate",
            "share of temperatures, times and measures outside the range that holds 99.8 % of "
            f"those in training recipes. {_BOOTSTRAP}",
            _ratio_of("unusual_quantities", "quantities"),
        ),
        Metric(
            "one_title_rate",
            "Recipe sense",
            "rate",
            "share of texts with exactly one title, and with directions; Wilson interval",
            _share(lambda g: g.texts["one_title"]),
        ),
    )
}

PAIR_METRICS = tuple(name for name, metric in METRICS.items() if metric.section == "Implausibility")
"""Metrics that depend on which judge judges the pairs."""
