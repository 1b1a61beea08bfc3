"""Packs the data of the sample browser, every text with its marks, into one string.

The string is base64 of gzipped JSON, and the page unpacks it. In this form ten thousand samples
take 2 to 3 MB. As a table they would be 80,000 elements. Each ingredient is written once; samples
refer to it by number.
"""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Iterable
from typing import Any

import pandas as pd

from recipegen.report.excerpts import ROLES, number, title_span


def packed(
    samples: pd.DataFrame,
    mentions: pd.DataFrame,
    sample_pairs: pd.DataFrame,
    sample_scores: pd.DataFrame,
    references: pd.DataFrame,
) -> str:
    """``{"ingredients": [name], "roles": [role], "samples": [row]}``, gzipped, in base64.

    The bytes are the same each time. A role has a name, a meaning, and whether it counts.

    A row is ``[id, group, temperature, implausibility, pairs, title start, title end, text,
    flagged, mentions]``. ``flagged`` has two ingredient numbers for each flagged pair.
    ``mentions`` has a start, an end, an ingredient number and a role number for each mention.
    """
    flagged = sample_pairs[sample_pairs["implausible"].astype(bool)]
    columns = [mentions["ingredient"], flagged["ingredient_a"], flagged["ingredient_b"]]
    names = sorted({str(name) for column in columns for name in column.unique()})
    places = {name: place for place, name in enumerate(names)}
    marked = mentions.assign(
        ingredient=mentions["ingredient"].astype(str).map(places),
        role=mentions["role"].map([*ROLES].index),
    )
    marks = _flat(marked, ["start", "end", "ingredient", "role"])
    both = ["ingredient_a", "ingredient_b"]
    named = {side: flagged[side].astype(str).map(places) for side in both}
    pairs = _flat(flagged.assign(**named), both)
    texts = pd.concat([samples[["sample_id", "text"]], references[["sample_id", "text"]]])
    rows = texts.merge(sample_scores, on="sample_id", how="left").to_dict("records")
    content = {
        "ingredients": names,
        "roles": [role._asdict() for role in ROLES.values()],
        "samples": [
            [*_facts(row), pairs.get(row["sample_id"], []), marks.get(row["sample_id"], [])]
            for row in rows
        ],
    }
    text = json.dumps(content, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    # Level 6 takes a sixth of the time of 9, for 7 % more bytes.
    return base64.b64encode(gzip.compress(text.encode(), 6, mtime=0)).decode()


def _facts(row: dict[Any, Any]) -> list[Any]:
    group = row["group"] if isinstance(row["group"], str) else "generated"
    score = number(row["implausibility"])
    return [
        str(row["sample_id"]),
        group,
        number(row["temperature"]),
        None if score is None else round(score, 4),
        number(row["pair_count"]),
        *title_span(row["text"]),
        row["text"],
    ]


def _flat(frame: pd.DataFrame, numbers: Iterable[str]) -> dict[str, list[int]]:
    """The values of each sample's rows, from these columns, in one flat list."""
    columns = [frame[name].astype(int).tolist() for name in numbers]
    lists: dict[str, list[int]] = {}
    for sample_id, *values in zip(frame["sample_id"], *columns, strict=True):
        lists.setdefault(sample_id, []).extend(values)
    return lists
