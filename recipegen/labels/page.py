"""Builds the page on which a person labels items: one HTML file that works without a network.

The page is blind. Of an item it has the text, the two ingredients and an identifier that tells
nothing. What the judge says, and where the text comes from, is not in it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TypeAlias

import pandas as pd
from markupsafe import Markup

from recipegen.ingredients.scope import IN_THE_DISH
from recipegen.labels.categories import CATEGORIES
from recipegen.labels.sample import PAIR
from recipegen.report.excerpts import segments, title_span
from recipegen.report.rendering import rendered
from recipegen.report.wording import closed
from recipegen.texts.layout import is_own_form

TEMPLATES = Path(__file__).parent / "templates"

Item: TypeAlias = dict[str, Any]
"""An item on the page: ``id``, ``pair`` (or None), and the segments of ``title`` and ``text``.

A segment is a text and what it names: 1 for the first ingredient, 2 for the second, else 0.
"""


def label_page(items: Sequence[Item], draw: str) -> str:
    """The page as HTML.

    Args:
        items: what is to be labelled, in this order.
        draw: the identifier of the draw, which the exported labels repeat.
    """
    pairs = any(item["pair"] for item in items)
    data = json.dumps({"draw": draw, "items": items}, ensure_ascii=False, separators=(",", ":"))
    return rendered(
        TEMPLATES / "label.html",
        title=f"Label {len(items):,} {'pairs of ingredients' if pairs else 'recipes'}",
        style=_read("label.css"),
        script=_read("label.js"),
        pairs=pairs,
        count=len(items),
        categories=CATEGORIES,
        # No "<" is left that could end the element.
        data=Markup(data.replace("<", "\\u003c")),  # noqa: S704
    )


def page_items(rows: pd.DataFrame, texts: Mapping[str, str], mentions: pd.DataFrame) -> list[Item]:
    """The items of a draw as the page shows them.

    Args:
        rows: rows of ``label_sample``.
        texts: the texts by ``sample_id``.
        mentions: rows of ``mentions`` about these texts.
    """
    named = mentions[mentions["role"].isin(IN_THE_DISH)]
    found = {str(name): part.to_dict("records") for name, part in named.groupby("sample_id")}
    columns = [rows[name] for name in ("item_id", "sample_id", *PAIR)]
    return [
        _item(
            item_id,
            texts[sample_id],
            [name for name in pair if isinstance(name, str)],
            found.get(sample_id, []),
        )
        for item_id, sample_id, *pair in zip(*columns, strict=True)
    ]


def _item(
    item_id: str, text: str, pair: Sequence[str], mentions: Sequence[Mapping[Any, Any]]
) -> Item:
    marks = [mention for mention in mentions if mention["ingredient"] in pair]
    own_form = is_own_form(text)
    title_start, title_end = title_span(text) if own_form else (0, 0)
    start = text.index(" | ") + 3 if own_form else 0

    def part(first: int, end: int) -> list[list[Any]]:
        return [
            [
                closed(segment["text"]) if own_form else segment["text"],
                1 + pair.index(segment["ingredient"]) if segment["ingredient"] else 0,
            ]
            for segment in segments(text, marks, set(), first, end)
        ]

    return {
        "id": item_id,
        "pair": list(pair) or None,
        "title": part(title_start, title_end),
        "text": part(start, len(text)),
    }


def _read(name: str) -> str:
    return (TEMPLATES / name).read_text(encoding="utf-8")
