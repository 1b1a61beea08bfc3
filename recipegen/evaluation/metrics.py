"""Every metric of a group of texts: its name, unit, meaning, and how it is measured."""

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
"""Share of held-out real recipes whose longest copied span is no longer than is called normal."""


@dataclass(frozen=True)
class Yardsticks:
    """What real recipes say that the metrics of other groups need."""

    normal_copy: float
    """Words of the longest copied span that ``MEMORISED`` of held-out recipes do not exceed."""
    training: Sequence[str]
    """Training recipes as texts, for the comparison as a whole."""
    exchanged: Mapping[str, ExchangeCurve]
    """Support of pairs by the share of a recipe's ingredients that were exchanged, by origin."""


def origin_of(texts: pd.DataFrame) -> str:
    """Where the ingredients of most texts were found: ``lines`` or ``directions``."""
    return str(texts["origin"].value_counts().index[0])


@dataclass(frozen=True)
class Group:
    """The texts of one group, temperature and kind of prompt, with all that is known of each."""

    name: str
    temperature: float
    prompts: str
    """``all``, or the one kind of prompt that they continue."""
    texts: pd.DataFrame
    resamples: Resamples
    confidence: float
    yardsticks: Yardsticks

    def column(self, name: str) -> pd.Series:
        """A fact of each text as a number, NaN where it is not known."""
        return self.texts[name].astype("float64")

    @cached_property
    def blocks(self) -> list[list[list[str]]]:
        """Its texts, as words, in blocks of one size."""
        return list(blocks(map(words_of, self.texts["text"])))

    @property
    def memorised(self) -> pd.Series:
        """Whether each text has copied a longer span than is normal."""
        return self.texts["copied_words"] > self.yardsticks.normal_copy


Measured = tuple[Estimate, int]
"""An estimate and the texts it rests on."""


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
    # The more support, the fewer were exchanged: the ends of the interval change places.
    curve = group.yardsticks.exchanged[origin_of(group.texts)]
    estimate, high, low = (float(curve.share(each)) for each in found)
    return (estimate, low, high), int((typical > 0).sum())


_BOOTSTRAP = "ratio of sums over texts, bootstrap percentile interval over texts"
_BLOCKS = f"mean over blocks of {BLOCK_WORDS:,} words; t interval over blocks"

METRICS = {
    metric.name: metric
    for metric in (
        Metric(
            "implausible_pair_rate",
            "Implausibility",
            "rate",
            "pairs of ingredients that a cook would object to over pairs of which anybody can "
            f"tell: {_BOOTSTRAP}",
            _ratio_of("implausible_pair_count", "judged_pair_count"),
        ),
        Metric(
            "exchanged_share",
            "Implausibility",
            "rate",
            "share of a real recipe's ingredients that would have to be exchanged at random for "
            f"its pairs to support each other as little: from the {_BOOTSTRAP}",
            _exchanged,
        ),
        Metric(
            "unusual_pair_rate",
            "Implausibility",
            "rate",
            "other pairs that cooks rarely put together over pairs of which anybody can tell: "
            f"{_BOOTSTRAP}",
            _ratio_of("unusual_pair_count", "judged_pair_count"),
        ),
        Metric(
            "unjudged_pair_rate",
            "Implausibility",
            "rate",
            f"pairs of which nobody can tell over all pairs: {_BOOTSTRAP}",
            _ratio(
                lambda g: g.column("pair_count") - g.column("judged_pair_count"),
                lambda g: g.column("pair_count"),
            ),
        ),
        Metric(
            "implausible_sample_rate",
            "Implausibility",
            "rate",
            "texts with at least one implausible pair over texts with a pair of which anybody can "
            "tell; Wilson interval",
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
            "texts that are as implausible, and have as bad a pair, as at most one in twenty real "
            "recipes of their size, over texts with two known ingredients; Wilson interval",
            _share(lambda g: g.texts["flagged"][g.texts["implausibility"].notna()]),
        ),
        Metric(
            "implausibility",
            "Implausibility",
            "nats",
            "mean over texts of the log-odds that a text is a spoilt recipe; t interval",
            _mean_of("implausibility"),
        ),
        Metric(
            "original_implausible_pair_rate",
            "Implausibility",
            "rate",
            f"the rate of implausible pairs among texts that are not memorised: {_BOOTSTRAP}",
            _ratio(
                lambda g: g.column("implausible_pair_count").where(~g.memorised, 0.0),
                lambda g: g.column("judged_pair_count").where(~g.memorised, 0.0),
            ),
        ),
        Metric(
            "ingredient_count",
            "Implausibility",
            "ingredients",
            "different ingredients a text; t interval",
            _mean_of("ingredient_count"),
        ),
        Metric(
            "word_perplexity",
            "Language",
            "perplexity",
            "exp of minus the mean log-probability of a word after the prompt under the generator "
            "itself at temperature 1, of real recipes after “recipe for” under the network: "
            f"{_BOOTSTRAP}",
            _perplexity_of("log_probability"),
        ),
        Metric(
            "ngram_perplexity",
            "Language",
            "perplexity",
            f"likewise under the n-gram model, an outside judge: {_BOOTSTRAP}",
            _perplexity_of("ngram_log_probability"),
        ),
        Metric(
            "entropy",
            "Language",
            "nats",
            "of the distribution that a word is drawn from, temperature applied, mean over the "
            "words of a text, then over texts; of real recipes under the network at temperature 1; "
            "t interval",
            _mean_of("entropy"),
        ),
        Metric(
            "word_count",
            "Language",
            "words",
            "words a text, the prompt included; t interval",
            _mean_of("word_count"),
        ),
        Metric(
            "stopped_rate",
            "Language",
            "rate",
            "texts that their generator ended by itself, of those of which that is known; Wilson "
            "interval",
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
            f"BLEU-4 of a text with the others of its block of {BLOCK_WORDS:,} words as "
            "references, mean over texts; t interval",
            _over_blocks(self_bleu),
        ),
        Metric(
            "zipf_coefficient",
            "Language",
            "number",
            f"slope of log frequency over log rank of the words, {_BLOCKS}",
            _over_blocks(lambda block: [zipf_coefficient(block)]),
        ),
        Metric(
            "repeated_4gram_rate",
            "Language",
            "rate",
            f"4-grams that stood in the same text before, over all: {_BOOTSTRAP}",
            _ratio_of("repeated_4grams", "all_4grams"),
        ),
        Metric(
            "looping_rate",
            "Language",
            "rate",
            "texts that end in a span of at most 20 words said three times or more; Wilson "
            "interval",
            _share(lambda g: g.texts["loop_words"] > 0),
        ),
        Metric(
            "unknown_word_rate",
            "Language",
            "rate",
            f"words that the vocabulary lacks, [UNK] included, over all: {_BOOTSTRAP}",
            _ratio_of("unknown_words", "word_count"),
        ),
        Metric(
            "mauve",
            "Language",
            "rate",
            f"likeness as a whole to {TEXTS} training recipes, from the words' latent semantic "
            f"analysis, mean over blocks of {TEXTS} texts; t interval over blocks",
            _mauve,
        ),
        *(
            Metric(
                f"new_{n}gram_rate",
                "Memorisation",
                "rate",
                f"{n}-grams that no training recipe has, over all: {_BOOTSTRAP}",
                _ratio_of(f"new_{n}grams", f"all_{n}grams"),
            )
            for n in NEW_NGRAMS
        ),
        Metric(
            "copied_words",
            "Memorisation",
            "words",
            "longest span of a text that stands in a training recipe, mean; t interval",
            _mean_of("copied_words"),
        ),
        Metric(
            "memorised_rate",
            "Memorisation",
            "rate",
            "texts whose longest copied span is longer than that of 99 % of held-out real recipes; "
            "Wilson interval",
            _share(lambda g: g.memorised),
        ),
        Metric(
            "nearest_similarity",
            "Memorisation",
            "rate",
            "Jaccard similarity of word 3-grams with the nearest training recipe, mean; t interval",
            _mean_of("nearest_similarity"),
        ),
        Metric(
            "title_ingredient_rate",
            "Recipe sense",
            "rate",
            f"ingredients of the title that the directions use, over all: {_BOOTSTRAP}",
            _ratio_of("used_title_ingredients", "title_ingredients"),
        ),
        Metric(
            "used_list_rate",
            "Recipe sense",
            "rate",
            "ingredients of the list that the directions use, over all, in texts with a list: "
            f"{_BOOTSTRAP}",
            _ratio_of("used_listed_ingredients", "listed_ingredients"),
        ),
        Metric(
            "listed_use_rate",
            "Recipe sense",
            "rate",
            "ingredients of the directions that the list has, over all, in texts with a list: "
            f"{_BOOTSTRAP}",
            _ratio_of("used_listed_ingredients", "used_ingredients"),
        ),
        Metric(
            "unusual_quantity_rate",
            "Recipe sense",
            "rate",
            "temperatures, times and measures outside the range of 99.8 % of those in training "
            f"recipes, over all: {_BOOTSTRAP}",
            _ratio_of("unusual_quantities", "quantities"),
        ),
        Metric(
            "one_title_rate",
            "Recipe sense",
            "rate",
            "texts that are one title and directions; Wilson interval",
            _share(lambda g: g.texts["one_title"]),
        ),
    )
}

PAIR_METRICS = tuple(name for name, metric in METRICS.items() if metric.section == "Implausibility")
"""Metrics that depend on who judges pairs."""
