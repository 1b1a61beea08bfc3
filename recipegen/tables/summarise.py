"""Tables of the stage ``summarise``: figures of groups of texts."""

from __future__ import annotations

from dataclasses import replace

from recipegen.tables.schema import BOOLEAN, EXACT, INTEGER, INTEGERS, REAL, STRING, Column, Table
from recipegen.tables.shared_columns import (
    ESTIMATE,
    GROUP,
    INGREDIENT_A,
    INGREDIENT_B,
    MEASURED,
    METRIC,
    RAW,
    TEMPERATURE,
    TESTED,
)

LABELLED_TEXTS = (
    Column("unit", STRING, "what was labelled: pair (of ingredients, in a text) or text"),
    Column(
        "over",
        STRING,
        "what texts the row is about: temperature (a group at a temperature), group (a group at "
        "all its temperatures) or run (all groups with labels but for the control)",
    ),
    replace(GROUP, meaning="the group of texts; null for the run"),
    replace(
        TEMPERATURE, meaning="sampling temperature; null for real recipes, a group and the run"
    ),
)
CELL = (
    GROUP,
    TEMPERATURE,
    Column("prompts", STRING, "kind of prompt: all, open or title; empty if there is none"),
    Column(
        "size",
        INTEGER,
        "the smallest number of ingredients of a class of the texts; null for all its texts",
        "ingredients",
    ),
)

PAIR_COUNTS = (
    INGREDIENT_A,
    INGREDIENT_B,
    GROUP,
    TEMPERATURE,
    Column(
        "sample_count",
        INTEGER,
        "number of texts of this group and temperature with the pair",
    ),
)

TABLES = (
    Table(
        "temperature_summary",
        "a metric of a group of texts at a temperature",
        "summarise",
        (
            TEMPERATURE,
            GROUP,
            *MEASURED,
        ),
    ),
    Table(
        "prompt_summary",
        "a metric of the texts of a group and temperature with one kind of prompt",
        "summarise",
        (
            TEMPERATURE,
            GROUP,
            Column(
                "prompts",
                STRING,
                "kind of prompt: open (a prompt of the configuration) or title (of a held-out "
                "recipe)",
            ),
            *MEASURED,
        ),
    ),
    Table(
        "temperature_tests",
        "a metric of a group of texts compared with that of real recipes",
        "summarise",
        (
            TEMPERATURE,
            GROUP,
            METRIC,
            Column("reference", STRING, "the group of real recipes that it is compared with"),
            Column("difference", REAL, "value of the texts minus that of real recipes"),
            Column("low", REAL, "lower end of the interval of the difference"),
            Column("high", REAL, "upper end of the interval of the difference"),
            Column("p_value", REAL, "two-sided p-value of no difference"),
            Column(
                "p_adjusted", REAL, "p_value adjusted by Holm's method over the rows of the metric"
            ),
            Column(
                "detectable",
                REAL,
                "difference that is found with a probability of 80 % at the level of 5 %",
            ),
        ),
    ),
    Table(
        "operating_points",
        "a generator at a temperature and cut-off",
        "summarise",
        (
            Column("generator", STRING, "name of the generator; generated is the network"),
            GROUP,
            TEMPERATURE,
            Column("count", INTEGER, "number of texts"),
            Column(
                "distance",
                REAL,
                "distance from real cooking, at equal numbers of ingredients: the sum of "
                "exchanged_share, lost_diversity and excess_memorised; 0 is best",
            ),
            Column("low", REAL, "lower end of the interval of the distance"),
            Column("high", REAL, "upper end of the interval of the distance"),
            Column(
                "exchanged_share",
                REAL,
                "exchanged_share minus that of real recipes, at equal numbers of ingredients, but "
                "at least 0",
            ),
            Column(
                "lost_diversity",
                REAL,
                "share by which distinct 2-grams lie below those of real recipes, at least 0",
            ),
            Column(
                "excess_memorised",
                REAL,
                "memorised_rate minus that of real recipes, at equal numbers of ingredients, but "
                "at least 0",
            ),
            Column(
                "raw_distance",
                REAL,
                "distance of the texts as they are, whatever their numbers of ingredients",
            ),
            Column("implausible_pair_rate", REAL, "as in temperature_summary"),
            Column(
                "equal_size_pair_rate",
                REAL,
                "implausible_pair_rate at numbers of ingredients that real recipes have as well",
            ),
            Column(
                "real_pair_rate",
                REAL,
                "implausible_pair_rate of real recipes at the same numbers of ingredients",
            ),
            Column(
                "shared_sizes",
                REAL,
                "share of the texts with a number of ingredients that real recipes have as well",
            ),
            Column(
                "best",
                BOOLEAN,
                "whether this point is the best of its generator, with the smallest distance",
            ),
            Column(
                "probability_best", REAL, "share of resamples in which its distance is the smallest"
            ),
        ),
    ),
    Table(
        "generator_tests",
        "a metric of a generator compared with that of another, or of real recipes",
        "summarise",
        (
            Column("generator_a", STRING, "the first generator"),
            Column("generator_b", STRING, "the second generator, or real recipes"),
            Column(
                "at",
                STRING,
                "best (each generator at its best point) or all (over all its temperatures and "
                "cut-offs)",
            ),
            METRIC,
            *TESTED,
            Column(
                "p_adjusted",
                REAL,
                "p_value adjusted by Holm's method over the rows with the same metric and at",
            ),
            *RAW,
            Column(
                "matched",
                INTEGER,
                "number of titles and prompts for which both have texts, which are drawn together "
                "in the resamples",
            ),
        ),
    ),
    Table(
        "network_summary",
        "a metric at a temperature over several networks that were trained alike",
        "summarise",
        (
            TEMPERATURE,
            Column("group", STRING, "generated, with cut-offs, without the number of the network"),
            METRIC,
            Column("networks", INTEGER, "number of networks that were measured"),
            Column("estimate", REAL, "mean of their estimates"),
            Column("low", REAL, "lower end of the interval of the mean over networks"),
            Column("high", REAL, "upper end of the interval of the mean over networks"),
            Column("lowest", REAL, "the lowest of their estimates"),
            Column("highest", REAL, "the highest of their estimates"),
            Column(
                "training_sd",
                REAL,
                "standard deviation between networks beyond what the drawing of texts explains",
            ),
        ),
    ),
    Table(
        "trends",
        "a measure of how a metric changes with temperature",
        "summarise",
        (
            GROUP,
            Column("metric", STRING, "name of the metric"),
            Column(
                "statistic",
                STRING,
                "slope (change for one unit of temperature) or onset_temperature (from which on "
                "the metric exceeds that of real recipes by more than onset_margin)",
            ),
            Column("estimate", REAL, "the value; null if the onset lies above all temperatures"),
            Column("low", REAL, "lower end of its interval"),
            Column(
                "high", REAL, "upper end of its interval; null if it lies above all temperatures"
            ),
            Column("p_value", REAL, "two-sided p-value of no slope; null for an onset"),
        ),
    ),
    Table(
        "pair_summary",
        "an implausible pair in the texts of a group and temperature",
        "summarise",
        PAIR_COUNTS,
    ),
    Table(
        "judge_quality",
        "how right the judge is on some texts, by the labels of people",
        "summarise",
        (
            *LABELLED_TEXTS,
            Column(
                "metric",
                STRING,
                "judge_precision (share of absurd items among implausible ones), judge_sensitivity "
                "(share of implausible items among absurd ones) or judge_specificity (share of "
                "other items among those that are not absurd)",
            ),
            *ESTIMATE,
            Column(
                "labelled_implausible", INTEGER, "labelled items that the judge calls implausible"
            ),
            Column(
                "absurd_implausible",
                REAL,
                "how many of them are absurd; a fraction if labellers differ",
            ),
            Column("labelled_others", INTEGER, "labelled items among the others"),
            Column("absurd_others", REAL, "how many of them are absurd"),
        ),
    ),
    Table(
        "corrected_rates",
        "the share of absurd items in some texts, by the labels of people",
        "summarise",
        (
            *LABELLED_TEXTS,
            Column(
                "basis",
                STRING,
                "on which labels the estimate rests: labels of these texts; labels of the run, if "
                "the judge errs on these texts as on all labelled ones; labels of other texts, "
                "which came with the built-in judge, if it errs on these texts as on those",
            ),
            Column("raw", REAL, "share of the items that the judge calls implausible"),
            Column("raw_low", REAL, "lower end of the interval of raw"),
            Column("raw_high", REAL, "upper end of the interval of raw"),
            *ESTIMATE,
            Column("labels", INTEGER, "number of labels that the estimate rests on"),
            Column(
                "half_width", REAL, "half the width that the interval is to have: wanted_half_width"
            ),
            Column(
                "more_implausible",
                INTEGER,
                "how many more items that the judge calls implausible must be labelled for that; "
                "null if labels alone cannot do it, and for labels of other texts",
            ),
            Column("more_others", INTEGER, "the same among the other items"),
        ),
    ),
)

PARTS = (
    Table(
        "cells",
        "a group of texts at a temperature that continue one kind of prompt",
        "summarise",
        (
            *CELL,
            Column("texts", INTEGER, "number of its texts on which diversity is measured"),
            Column(
                "block_words", INTEGER, "size of a block on which diversity is compared", "words"
            ),
        ),
    ),
    Table(
        "cell_texts",
        "a text of a cell on which diversity is measured",
        "summarise",
        (Column("text", STRING, "the text"),),
    ),
    Table(
        "cell_values",
        "a value of a metric of diversity in a cell",
        "summarise",
        (
            METRIC,
            Column("value", REAL, "its value in a block of texts or in a text"),
        ),
    ),
    Table(
        "cell_sums",
        "a quantity summed over the texts of a block in a cell",
        "summarise",
        (
            *CELL,
            Column("quantity", STRING, "its name"),
            Column("known", INTEGER, "number of texts in which it is known"),
            Column("positive", INTEGER, "number of texts in which it is above 0"),
            Column("total", EXACT, "its sum, in units of 2**-24"),
            Column("squares", EXACT, "the sum of its squares, in units of 2**-48"),
            Column("resampled", INTEGERS, "its sum in each resample, in units of 2**-24"),
        ),
    ),
    Table(
        "cell_titles",
        "a title or prompt that texts of a block in a cell continue",
        "summarise",
        (*CELL, Column("match_id", STRING, "id of the recipe with the title, or of the prompt")),
    ),
    Table(
        "pair_counts",
        "an implausible pair in the texts of a block in a cell",
        "summarise",
        PAIR_COUNTS,
    ),
)
"""What the steps of the stage pass on to each other."""
