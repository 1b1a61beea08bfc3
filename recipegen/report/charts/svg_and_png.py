"""Draws a chart: as an SVG element of a page, or as a PNG where SVG is not shown."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeAlias

import altair as alt
import vl_convert
from altair.utils import schemapi

from recipegen.report.charts.axes import Size
from recipegen.report.charts.colours import in_light_colours

Chart: TypeAlias = alt.LayerChart | alt.FacetChart

FONT = "system-ui, sans-serif"


_ROOM = {"left": 4, "top": 6, "right": 14, "bottom": 4}
"""Space around the chart, in pixels. The reader's font may be wider than the one measured here."""


@contextmanager
def unchecked() -> Iterator[None]:
    """Draw charts without checking each part of them against the schema of Vega-Lite.

    The checks take two thirds of the time; the tests draw every chart with them.
    """
    with schemapi.debug_mode(False):
        yield


def render(chart: Chart, name: str, size: Size, title: str, description: str) -> str:
    """The chart as an SVG element that a screen reader announces as one image."""
    svg = vl_convert.vegalite_to_svg(_specification(chart, size))
    return _announced(_lean(_renamed(svg, name)), name, title, description)


def png(chart: Chart, size: Size) -> bytes:
    """The chart as a PNG in the colours of the light theme, on white."""
    specification = in_light_colours(_specification(chart, size, background="white"))
    return vl_convert.vegalite_to_png(specification, scale=1)


def _specification(chart: Chart, size: Size, background: str = "transparent") -> str:
    """The chart with the look that all charts have, in JSON of Vega-Lite."""
    drawn = (
        chart.properties(width=size.width, height=size.height, background=background, padding=_ROOM)
        .configure(aria=False, font=FONT)
        .configure_view(stroke=None)
        .configure_axis(
            labelColor="var(--soft)",
            titleColor="var(--soft)",
            titleFontWeight="normal",
            labelFontSize=size.text - 1,
            titleFontSize=size.text - 1,
            gridColor="var(--line)",
            domainColor="var(--line)",
            tickColor="var(--line)",
            labelPadding=6,
        )
    )
    specification: str = drawn.to_json(indent=None, validate=schemapi.DEBUG_MODE)
    return specification


def _renamed(svg: str, name: str) -> str:
    """The SVG with identifiers made of the chart's name and a number of their own."""
    for place, identifier in enumerate(dict.fromkeys(re.findall(r'\bid="([^"]+)"', svg))):
        svg = svg.replace(f'id="{identifier}"', f'id="{name}-{place}"')
        svg = svg.replace(f"url(#{identifier})", f"url(#{name}-{place})")
    return svg


_SURPLUS = re.compile(
    r' (?:(?:aria-[a-z]+|role|class|pointer-events|xmlns:xlink|version)="[^"]*"|opacity="1")'
)


def _lean(svg: str) -> str:
    """The SVG without attributes that only Vega's script reads; numbers have two decimals."""

    def tag(match: re.Match[str]) -> str:
        text = _SURPLUS.sub("", match[0])
        return re.sub(r"\d+\.\d{3,}", lambda m: f"{float(m[0]):.2f}", text)

    return _MARKS.sub(_shared, re.sub(r"<[^>]+>", tag, svg))


_MARKS = re.compile(r"<g([^>]*)>((?:<path[^>]*/>|<text[^>]*>[^<]*</text>){2,})</g>")
_TAG = re.compile(r"<\w[^>]*>")
_INHERITED = re.compile(
    r' ((?:font-[a-z]+|fill|fill-opacity|stroke|stroke-[a-z]+|text-anchor)="[^"]*")'
)


def _shared(marks: re.Match[str]) -> str:
    """A group of marks; attributes that all marks share are written once, at the group."""
    own, inside = marks.groups()
    looks = [_INHERITED.findall(tag) for tag in _TAG.findall(inside)]
    common = [look for look in looks[0] if all(look in each for each in looks)]
    common = [look for look in common if f" {look.partition('=')[0]}=" not in own]

    def without(tag: re.Match[str]) -> str:
        return _INHERITED.sub(lambda look: "" if look[1] in common else look[0], tag[0])

    return f"<g{own}{''.join(f' {look}' for look in common)}>{_TAG.sub(without, inside)}</g>"


def _announced(svg: str, name: str, title: str, description: str) -> str:
    inside = svg[svg.index(">") + 1 :]
    view = re.search(r'viewBox="([^"]+)"', svg)
    width, height = (view[1] if view else "0 0 0 0").split()[2:]
    return (
        f'<svg id="{name}" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
        f'width="{width}" height="{height}" role="img" '
        f'aria-labelledby="{name}-title {name}-desc">'
        f'<title id="{name}-title">{html.escape(title)}</title>'
        f'<desc id="{name}-desc">{html.escape(description)}</desc>{inside}'
    )
