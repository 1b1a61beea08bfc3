"""Tables about labels: what people are asked, and what they said."""

from __future__ import annotations

from dataclasses import replace

from recipegen.tables.schema import BOOLEAN, INTEGER, LABELS_VERSION, REAL, STRING, Column, Table
from recipegen.tables.shared_columns import (
    GROUP,
    INGREDIENT_A,
    INGREDIENT_B,
    SAMPLE_ID,
    TEMPERATURE,
)

ITEM_ID = Column("item_id", STRING, "id of the item; it tells nothing about the item")
LABELLER = Column("labeller", STRING, "who gave the label")

TABLES = (
    Table(
        "label_sample",
        "an item, a pair in a text or a whole text, that was drawn for labelling",
        "label draw",
        (
            ITEM_ID,
            Column("unit", STRING, "pair or text"),
            SAMPLE_ID,
            GROUP,
            TEMPERATURE,
            replace(INGREDIENT_A, meaning=f"{INGREDIENT_A.meaning}; null for a text"),
            replace(INGREDIENT_B, meaning=f"{INGREDIENT_B.meaning}; null for a text"),
            Column(
                "verdict",
                STRING,
                "verdict on the pair when it was drawn; for a text flagged or not flagged",
            ),
            Column(
                "implausible",
                BOOLEAN,
                "whether the verdict was implausible; for a text: whether it was flagged",
            ),
            Column("stratum", STRING, "unit, group, temperature and whether implausible"),
            Column("stratum_size", INTEGER, "number of items in the stratum"),
            Column(
                "stratum_drawn",
                INTEGER,
                "number of them that were drawn, by this draw and others from the same scores",
            ),
            Column(
                "inclusion_probability",
                REAL,
                "probability that the item was drawn: stratum_drawn / stratum_size",
            ),
            Column("draw", INTEGER, "number of the draw, from 1"),
            Column("seed", INTEGER, "seed of the draw"),
        ),
        LABELS_VERSION,
    ),
    Table(
        "labels",
        "what a labeller says about an item",
        "label read",
        (
            ITEM_ID,
            LABELLER,
            Column("date", STRING, "when the label was given: ISO 8601, UTC"),
            Column(
                "label",
                STRING,
                "absurd (no cook would do this), unusual (but fine), ordinary or unclear (cannot "
                "tell)",
            ),
            Column("note", STRING, "what the labeller wrote about the item; may be empty"),
        ),
        LABELS_VERSION,
    ),
    Table(
        "label_agreement",
        "how far two labellers agree on the items that both have labelled",
        "label read",
        (
            Column("labeller_a", STRING, "the first of the two in alphabetical order"),
            Column("labeller_b", STRING, "the second"),
            Column("unit", STRING, "pair or text"),
            Column(
                "categories",
                STRING,
                "all (the four labels) or absurd (absurd or not; without items that one of them "
                "could not tell)",
            ),
            Column("items", INTEGER, "number of items that both have labelled"),
            Column("agreement", REAL, "share of these items with the same label"),
            Column("kappa", REAL, "Cohen's kappa; null if both gave every item the same label"),
            Column("low", REAL, "lower end of its 95 % interval; null if unknown"),
            Column("high", REAL, "upper end of its 95 % interval; null if unknown"),
        ),
        LABELS_VERSION,
    ),
)
