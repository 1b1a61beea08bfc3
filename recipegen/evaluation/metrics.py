"""Every metric of a group of texts: its name, unit and definition, and how it is measured."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from recipegen.evaluation.per_group.diversity import PART, Values
from recipegen.evaluation.per_group.mauve import TEXTS
from recipegen.evaluation.per_text.quantities import check_quantities
from recipegen.evaluation.per_text.words import BLOCK_WORDS
from recipegen.evaluation.statistics import estimates
from recipegen.evaluation.statistics.estimates import Estimate
from recipegen.evaluation.statistics.sums import Sums
from recipegen.pairing.exchange_equivalent import ExchangeCurve
from recipegen.tables import NEW_NGRAMS

MEMORISED = 0.99
"""Share of held-out real recipes whose longest copied span counts as normal."""

Curves = Mapping[str, ExchangeCurve]
"""For each origin, how pair support falls with the share of exchanged ingredients."""


@dataclass(frozen=True)
class Yardsticks:
    """What the metrics need to know about real recipes."""

    normal_copy: float
    """Words of the longest copied span that still counts as normal, by ``MEMORISED``."""
    training: Sequence[str]
    """Training recipes as texts, which MAUVE compares with."""
    curves: Curves


def origin_of(sums: Sums) -> str:
    """Where the ingredients were found in most texts: ``lines`` or ``directions``."""
    found = sums["read_from_lines"]
    return "lines" if 2 * found.positive > found.known else "directions"


@dataclass(frozen=True)
class Group:
    """What is known of the texts of one group, temperature and kind of prompt."""

    sums: Sums
    values: Values
    """The values of each metric of diversity."""
    curves: Curves
    confidence: float
    by_labels: Mapping[str, Measured] = field(default_factory=dict)
    """The metrics that rest on labels, by name; empty if there are none."""


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
    measure: Measure

    def __post_init__(self) -> None:
        """Check that it is made of quantities that exist.

        Raises:
            ValueError: one of them does not exist.
        """
        check_quantities(self.name, self.measure.needs)


class Measure(Protocol):
    """How a metric is measured."""

    @property
    def needs(self) -> tuple[str, ...]:
        """The quantities whose sums it is made of."""

    def __call__(self, group: Group) -> Measured:
        """The metric of a group of texts."""


@dataclass(frozen=True)
class _Ratio:
    """The ratio of the sums of two quantities."""

    top: str
    bottom: str

    @property
    def needs(self) -> tuple[str, ...]:
        return self.top, self.bottom

    estimate = staticmethod(estimates.ratio)

    def __call__(self, group: Group) -> Measured:
        top, bottom = group.sums[self.top], group.sums[self.bottom]
        return self.estimate(top, bottom, group.confidence), bottom.positive


class _Proportion(_Ratio):
    """The same, if the first quantity is a part of the second."""

    estimate = staticmethod(estimates.proportion)


@dataclass(frozen=True)
class _OverTexts:
    """A quantity over the texts in which it is known."""

    quantity: str
    known: str = "texts"
    """The quantity that is 1 for the texts in which the first one is known."""

    @property
    def needs(self) -> tuple[str, ...]:
        return self.quantity, self.known, "titled"


class _Share(_OverTexts):
    """The share of texts with a flag, among those in which it is known."""

    def __call__(self, group: Group) -> Measured:
        flags, known = group.sums[self.quantity], group.sums[self.known]
        clustered = group.sums.clustered
        return estimates.share(flags, known, group.confidence, clustered=clustered), known.positive


class _Mean(_OverTexts):
    """The mean of a quantity over the texts in which it is known."""

    def __call__(self, group: Group) -> Measured:
        values, known = group.sums[self.quantity], group.sums[self.known]
        clustered = group.sums.clustered
        found = estimates.mean_of(values, known, group.confidence, clustered=clustered)
        return found, known.positive


class _Perplexity(_Ratio):
    """The exponential of the mean loss of a word."""

    def __call__(self, group: Group) -> Measured:
        found, _ = super().__call__(group)
        estimate, low, high = map(float, np.exp(found))
        return (estimate, low, high), group.sums[self.top].known


class _Exchanged(_Ratio):
    """The share of exchanged ingredients at which real recipes have the same ratio."""

    @property
    def needs(self) -> tuple[str, ...]:
        return *super().needs, "read_from_lines"

    def __call__(self, group: Group) -> Measured:
        found, count = super().__call__(group)
        curve = group.curves[origin_of(group.sums)]
        # High support means few exchanged ingredients, so the ends of the interval change places.
        estimate, high, low = (float(curve.share(each)) for each in found)
        return (estimate, low, high), count


@dataclass(frozen=True)
class _OverBlocks:
    """The mean of a metric of diversity over blocks of texts."""

    metric: str
    needs: tuple[str, ...] = ()

    def __call__(self, group: Group) -> Measured:
        values = group.values.of.get(self.metric, ())
        # MAUVE is measured on whole blocks of texts only.
        count = len(values) * TEXTS if self.metric == "mauve" else group.values.texts
        return estimates.mean(values, group.confidence), count


@dataclass(frozen=True)
class _ByLabels:
    """A metric that rests on labels."""

    metric: str
    needs: tuple[str, ...] = ()

    def __call__(self, group: Group) -> Measured:
        return group.by_labels.get(self.metric, (estimates.NONE, 0))


_INTERVAL = "percentile bootstrap interval over texts"
_BOOTSTRAP = f"Ratio of two sums over texts, {_INTERVAL}"
_SCORE = "Ratio of two sums over texts; score interval with the resamples' standard error"
_LABELS = "Score interval over labels and texts; measured only if there are labels"
_PART = f"at most {PART:,} texts, drawn at random"
_BLOCKS = f"mean over blocks of {BLOCK_WORDS:,} words of {_PART}; t interval over blocks"

METRICS = {
    metric.name: metric
    for metric in (
        Metric(
            "implausible_pair_rate",
            "Implausibility",
            "rate",
            "share of pairs of ingredients that a cook would object to, among pairs that can be "
            f"judged. {_SCORE}",
            _Proportion("implausible_pair_count", "judged_pair_count"),
        ),
        Metric(
            "corrected_implausible_pair_rate",
            "Implausibility",
            "rate",
            "share of absurd pairs among pairs that can be judged: implausible_pair_rate, "
            f"corrected for the judge's errors by labels of people. {_LABELS}",
            _ByLabels("corrected_implausible_pair_rate"),
        ),
        Metric(
            "judge_precision",
            "Implausibility",
            "rate",
            f"share of absurd pairs among those that the judge calls implausible. {_LABELS}",
            _ByLabels("judge_precision"),
        ),
        Metric(
            "judge_sensitivity",
            "Implausibility",
            "rate",
            f"share of pairs that the judge calls implausible among absurd ones. {_LABELS}",
            _ByLabels("judge_sensitivity"),
        ),
        Metric(
            "exchanged_share",
            "Implausibility",
            "rate",
            "share of a real recipe's ingredients that would have to be exchanged at random until "
            "its pairs go together as badly as those of these texts. From the ratio of two sums "
            f"over texts, {_INTERVAL}",
            _Exchanged("pair_support", "typical_support"),
        ),
        Metric(
            "unusual_pair_rate",
            "Implausibility",
            "rate",
            "share of pairs that cooks rarely put together, implausible pairs left out, among "
            f"pairs that can be judged. {_SCORE}",
            _Proportion("unusual_pair_count", "judged_pair_count"),
        ),
        Metric(
            "unjudged_pair_rate",
            "Implausibility",
            "rate",
            f"share of pairs that cannot be judged, among all pairs. {_SCORE}",
            _Proportion("unjudged_pair_count", "pair_count"),
        ),
        Metric(
            "implausible_sample_rate",
            "Implausibility",
            "rate",
            "share of texts with at least one implausible pair, among texts with at least one pair "
            "that can be judged; Wilson interval",
            _Share("has_implausible_pair", "has_judged_pair"),
        ),
        Metric(
            "flagged_recipe_rate",
            "Implausibility",
            "rate",
            "share of flagged texts, among texts with at least two known ingredients. A text is "
            "flagged if its implausibility and its worst pair together weigh more than in 19 of 20 "
            "real recipes of its size. Wilson interval",
            _Share("flagged", "is_judged"),
        ),
        Metric(
            "corrected_flagged_recipe_rate",
            "Implausibility",
            "rate",
            "share of absurd texts among texts with at least two known ingredients: "
            f"flagged_recipe_rate, corrected for the judge's errors by labels of people. {_LABELS}",
            _ByLabels("corrected_flagged_recipe_rate"),
        ),
        Metric(
            "implausibility",
            "Implausibility",
            "nats",
            "mean log-odds that a text is a recipe that was spoilt on purpose, not a real one; "
            "t interval",
            _Mean("implausibility", "is_judged"),
        ),
        Metric(
            "original_implausible_pair_rate",
            "Implausibility",
            "rate",
            f"rate of implausible pairs among texts that are not memorised. {_SCORE}",
            _Proportion("original_implausible_pair_count", "original_judged_pair_count"),
        ),
        Metric(
            "ingredient_count",
            "Implausibility",
            "ingredients",
            "mean number of different ingredients in a text; t interval",
            _Mean("ingredient_count"),
        ),
        Metric(
            "word_perplexity",
            "Language",
            "perplexity",
            "exponential of minus the mean log-probability of a word after the prompt, under the "
            "generator itself at temperature 1. For real recipes: of a word after “recipe for”, "
            f"under the network. {_BOOTSTRAP}",
            _Perplexity("loss", "loss_words"),
        ),
        Metric(
            "ngram_perplexity",
            "Language",
            "perplexity",
            "exponential of minus the mean log-probability of a word after the prompt, under the "
            "n-gram model, which judges all generators from outside. Words that are not in the "
            "vocabulary count as [UNK]; the unknown word rate says how many they are. "
            f"{_BOOTSTRAP}",
            _Perplexity("ngram_loss", "ngram_loss_words"),
        ),
        Metric(
            "entropy",
            "Language",
            "nats",
            "mean entropy of the distribution that a word is drawn from, temperature applied, over "
            "the words of a text and then over texts; estimated without bias with an adaptive "
            "softmax. For real recipes: under the network at temperature 1. Student's t interval",
            _Mean("entropy", "tells_entropy"),
        ),
        Metric(
            "word_count",
            "Language",
            "words",
            "mean number of words in a text, prompt included; t interval",
            _Mean("word_count"),
        ),
        Metric(
            "stopped_rate",
            "Language",
            "rate",
            "share of texts that their generator ended by itself, among texts for which that is "
            "known; Wilson interval",
            _Share("stopped", "tells_end"),
        ),
        *(
            Metric(
                f"distinct_{n}",
                "Language",
                "rate",
                f"distinct {n}-grams over all {n}-grams, {_BLOCKS}",
                _OverBlocks(f"distinct_{n}"),
            )
            for n in (1, 2, 3)
        ),
        Metric(
            "self_bleu",
            "Language",
            "rate",
            f"mean BLEU-4 of a text, with the other texts of its block of {BLOCK_WORDS:,} words as "
            f"references. Mean over {_PART}; t interval",
            _OverBlocks("self_bleu"),
        ),
        Metric(
            "zipf_coefficient",
            "Language",
            "number",
            f"minus the slope of log frequency over log rank of the words, {_BLOCKS}",
            _OverBlocks("zipf_coefficient"),
        ),
        Metric(
            "repeated_4gram_rate",
            "Language",
            "rate",
            f"share of 4-grams that already occurred earlier in the same text. {_SCORE}",
            _Proportion("repeated_4grams", "all_4grams"),
        ),
        Metric(
            "looping_rate",
            "Language",
            "rate",
            "share of texts that end in a span of at most 20 words that occurs three times or more "
            "in a row; Wilson interval",
            _Share("has_loop"),
        ),
        Metric(
            "unknown_word_rate",
            "Language",
            "rate",
            f"share of words that are not in the vocabulary, [UNK] included. {_SCORE}",
            _Proportion("unknown_words", "word_count"),
        ),
        Metric(
            "mauve",
            "Language",
            "rate",
            f"likeness (MAUVE) of {TEXTS} texts to {TEXTS} training recipes, from latent semantic "
            f"analysis of their words. Mean over blocks of {TEXTS} of {_PART}; t interval over "
            "blocks",
            _OverBlocks("mauve"),
        ),
        *(
            Metric(
                f"new_{n}gram_rate",
                "Memorisation",
                "rate",
                f"share of {n}-grams that occur in no training recipe. {_SCORE}",
                _Proportion(f"new_{n}grams", f"all_{n}grams"),
            )
            for n in NEW_NGRAMS
        ),
        Metric(
            "copied_words",
            "Memorisation",
            "words",
            "mean length of the longest span of a text that occurs in a training recipe; "
            "t interval",
            _Mean("copied_words"),
        ),
        Metric(
            "memorised_rate",
            "Memorisation",
            "rate",
            "share of texts whose longest copied span is longer than that of 99 % of held-out real "
            "recipes; Wilson interval",
            _Share("memorised"),
        ),
        Metric(
            "nearest_similarity",
            "Memorisation",
            "rate",
            "mean Jaccard similarity, by word 3-grams, of a text and its nearest training recipe; "
            "t interval",
            _Mean("nearest_similarity"),
        ),
        Metric(
            "title_ingredient_rate",
            "Recipe sense",
            "rate",
            f"share of the ingredients in the title that the directions use. {_SCORE}",
            _Proportion("used_title_ingredients", "title_ingredients"),
        ),
        Metric(
            "used_list_rate",
            "Recipe sense",
            "rate",
            "share of the listed ingredients that the directions use, in texts with an ingredient "
            f"list. {_SCORE}",
            _Proportion("used_listed_ingredients", "listed_ingredients"),
        ),
        Metric(
            "listed_use_rate",
            "Recipe sense",
            "rate",
            "share of the ingredients in the directions that are listed, in texts with an "
            f"ingredient list. {_SCORE}",
            _Proportion("used_listed_ingredients", "used_ingredients"),
        ),
        Metric(
            "unusual_quantity_rate",
            "Recipe sense",
            "rate",
            "share of temperatures, times and measures outside the range that holds 99.8 % of "
            f"those in training recipes. {_SCORE}",
            _Proportion("unusual_quantities", "quantities"),
        ),
        Metric(
            "one_title_rate",
            "Recipe sense",
            "rate",
            "share of texts with exactly one title, and with directions; Wilson interval",
            _Share("one_title"),
        ),
    )
}

METRIC_QUANTITIES = tuple(
    dict.fromkeys(name for each in METRICS.values() for name in each.measure.needs)
)
"""The quantities that the metrics are made of."""

LABEL_METRICS = tuple(
    name for name, metric in METRICS.items() if isinstance(metric.measure, _ByLabels)
)
"""Metrics that rest on labels. A run without labels has no rows of them."""

PAIR_METRICS = tuple(
    name
    for name, metric in METRICS.items()
    if metric.section == "Implausibility" and name not in LABEL_METRICS
)
"""Metrics that depend on which judge judges the pairs."""
