"""The share of implausible pairs by temperature as a small PNG: the UI shows no SVG."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import vl_convert

GENERATED, REAL, CONTROL = "#1a5fb4", "#26734d", "#9a6700"
SIZE = {"width": 560, "height": 220}


def rate_chart(rates: pd.DataFrame) -> bytes:
    """A PNG with the model's curve and its band, real recipes and the control as lines.

    Args:
        rates: the rows of ``temperature_summary`` for one metric.
    """
    columns = ["group", "temperature", "estimate", "low", "high"]
    rows = rates[columns].astype(object).where(rates[columns].notna(), None)
    return vl_convert.vegalite_to_png(_chart(rows.to_dict("records")), scale=1)


def _chart(rows: list[dict[Any, Any]]) -> dict[str, object]:
    share = {"type": "quantitative", "axis": {"format": "~%", "title": None}}
    temperature = {"field": "temperature", "type": "quantitative", "title": "sampling temperature"}
    curve = {"x": temperature, "y": {**share, "field": "estimate"}}
    band = {"x": temperature, "y": {**share, "field": "low"}, "y2": {"field": "high"}}
    generated = [{"filter": "datum.group == 'generated' && datum.estimate != null"}]
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "background": "white",
        **SIZE,
        "title": "Implausible pairs: model (blue), real recipes (green), exchanged (brown)",
        "data": {"values": rows},
        "layer": [
            {
                "transform": generated,
                "mark": {"type": "area", "opacity": 0.2, "color": GENERATED},
                "encoding": band,
            },
            {
                "transform": generated,
                "mark": {"type": "line", "point": True, "color": GENERATED},
                "encoding": curve,
            },
            _level("real", REAL, [7, 4], share),
            _level("control", CONTROL, [2, 3], share),
        ],
    }


def _level(
    group: str, colour: str, dash: list[int], share: Mapping[str, object]
) -> dict[str, object]:
    return {
        "transform": [{"filter": f"datum.group == '{group}' && datum.estimate != null"}],
        "mark": {"type": "rule", "color": colour, "strokeDash": dash, "strokeWidth": 2},
        "encoding": {"y": {**share, "field": "estimate"}},
    }
