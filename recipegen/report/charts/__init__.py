"""Draws the charts as SVG, one function per chart, from sections of the summary to a string.

Colours are CSS variables of the page, so that a chart follows the light or dark theme. The same
input gives the same bytes. vl-convert numbers its elements with a counter that continues from chart
to chart, so we replace the identifiers by ones made of the name of the chart.
"""

from recipegen.report.charts.axes import BARS, CURVE, NARROW, SMALL, WIDE, Size, apart
from recipegen.report.charts.heat import HEAT_NARROW, HEAT_WIDE, Grid, heat_chart, heat_step
from recipegen.report.charts.next_word import next_word_chart
from recipegen.report.charts.svg_and_png import unchecked
from recipegen.report.charts.temperature import shortened, temperature_chart, temperature_png
from recipegen.report.charts.trade_off import trade_off_chart
from recipegen.report.charts.training import training_chart
from recipegen.report.charts.trend import trend_chart

__all__ = [
    "BARS",
    "CURVE",
    "HEAT_NARROW",
    "HEAT_WIDE",
    "NARROW",
    "SMALL",
    "WIDE",
    "Grid",
    "Size",
    "apart",
    "heat_chart",
    "heat_step",
    "next_word_chart",
    "shortened",
    "temperature_chart",
    "temperature_png",
    "trade_off_chart",
    "training_chart",
    "trend_chart",
    "unchecked",
]
