"""How a group of texts looks in all charts: its label, its colour and its dashes.

A colour is a CSS variable of the page, so that a chart follows the light or dark theme. The style
sheet of the pages (``templates/style.css``) gives each variable its value in both themes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from recipegen.report.rendering import TEMPLATES


@dataclass(frozen=True)
class Style:
    """How a group of texts is drawn. Groups never differ by colour alone."""

    label: str
    colour: str
    dash: tuple[int, ...] = ()

    @property
    def ink(self) -> str:
        """The colour of the label, dark or light enough to read."""
        return self.colour.replace(")", "-ink)")


GENERATED = Style("LSTM", "var(--generated)")
REAL = Style("real", "var(--real)", (7, 4))
CONTROL = Style("control", "var(--control)", (2, 3))
TRAIN = Style("train", "var(--control)", (7, 4))
VALID = Style("valid", "var(--generated)")

LSTM = "generated"
"""The group of the network's samples."""
OTHER_DASH = (10, 3)
OTHER_COLOURS = 3


def in_light_colours(text: str) -> str:
    """A text with the values of the light theme in place of CSS variables."""
    return re.sub(r"var\((--[\w-]+)\)", lambda found: _light_values()[found[1]], text)


@cache
def _light_values() -> dict[str, str]:
    """The CSS variables with their values in the light theme, which comes first."""
    style = (TEMPLATES / "style.css").read_text(encoding="utf-8")
    found = re.findall(r"(--[\w-]+):\s*([^;]+);", style)
    return dict(reversed(found))
