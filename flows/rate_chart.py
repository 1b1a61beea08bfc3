"""Draws the share of implausible pairs by temperature as a small PNG, since the UI shows no SVG."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import vl_convert

REAL, CONTROL = "#26734d", "#9a6700"
COLOURS = ("#1a5fb4", "#8a4fb5", "#b0307a", "#6b6b00", "#00639b")
SIZE = {"width": 560, "height": 220}


def rate_chart(rates: pd.DataFrame) -> bytes:
    """A PNG with a curve and a band for each generator; real recipes and the control are lines.

    Args:
        rates: the rows of ``temperature_summary`` for one metric.
    """
    columns = ["group", "temperature", "estimate", "low", "high"]
    rows = rates[columns].astype(object).where(rates[columns].notna(), None)
    return vl_convert.vegalite_to_png(_chart(rows.to_dict("records")), scale=1)


def _chart(rows: list[dict[Any, Any]]) -> dict[str, object]:
    share = {"type": "quantitative", "axis": {"format": "~%", "title": None}}
    temperature = {"field": "temperature", "type": "quantitative", "title": "sampling temperature"}
    curve: dict[str, object] = {"x": temperature, "y": {**share, "field": "estimate"}}
    band: dict[str, object] = {
        "x": temperature,
        "y": {**share, "field": "low"},
        "y2": {"field": "high"},
    }
    drawn = [
        {"filter": "datum.temperature != null && datum.estimate != null"},
        {"calculate": "replace(datum.group, 'generated', 'the LSTM')", "as": "generator"},
    ]
    colour = {
        "field": "generator",
        "type": "nominal",
        "scale": {"range": COLOURS},
        "legend": {"title": None, "orient": "bottom"},
    }
    curve["color"] = band["color"] = colour
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "background": "white",
        **SIZE,
        "title": "Implausible pairs (dashed: real recipes, dotted: ingredients exchanged)",
        "data": {"values": rows},
        "layer": [
            {
                "transform": drawn,
                "mark": {"type": "area", "opacity": 0.2},
                "encoding": band,
            },
            {
                "transform": drawn,
                "mark": {"type": "line", "point": True},
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
