"""Formats numbers and texts for readers: the filters of the templates."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from recipegen.report.facts import moment

BLANK = "\N{NO-BREAK SPACE}"
GAP = "\N{NARROW NO-BREAK SPACE}"


def value(number: float | None, unit: str = "") -> str:
    """A number with its unit, or a dash if it is None."""
    if number is None:
        return "–"
    if unit == "rate":
        return f"{_rounded(100 * number)}{GAP}%"
    return _rounded(number)


def _rounded(number: float) -> str:
    """Two decimals below 1, one decimal below 100, none from there on."""
    size = abs(number)
    if size == 0:
        return "0"
    digits = 2 if size < 1 else 1 if size < 100 else 0
    return f"{number:,.{digits}f}".replace("-", "\N{MINUS SIGN}")


def interval(row: Mapping[str, Any], unit: str = "") -> str:
    """The ends of an interval, as ``3.6 to 4.7 %``."""
    if row["low"] is None or row["high"] is None:
        return "no interval"
    low = value(row["low"], unit).removesuffix(f"{GAP}%")
    return f"{low} to {value(row['high'], unit)}"


def points(change: float | None) -> str:
    """A difference of rates in percentage points, with its sign."""
    return "–" if change is None else f"{'+' if change > 0 else ''}{_rounded(100 * change)}"


def unbroken(sentence: str) -> str:
    """The sentence with ``T = 1`` and ``4 %`` kept on one line."""
    return sentence.replace(" = ", f"{BLANK}={BLANK}").replace(" %", f"{GAP}%")


def closed(text: str) -> str:
    """The text without blanks before punctuation marks and after an opening bracket."""
    return re.sub(r" (?=[,.;:!?)%](?:\s|$))", "", text).replace("( ", "(")


def shown_word(word: str) -> str:
    """The word as a label.

    The stop token gets a name, a punctuation mark is quoted, and invisible characters are written
    as code points.
    """
    if not word:
        return "(end of recipe)"
    if len(word) == 1 and not word.isalnum() and word.isprintable():
        return f"“{word}”"
    return "".join(c if c.isprintable() else f"U+{ord(c):04X}" for c in word)


def duration(seconds: float) -> str:
    """Seconds as minutes and seconds, or as seconds alone below a minute."""
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{seconds:.1f} s"


def at_temperature(temperature: float | None) -> str:
    """A temperature as a heading; None becomes a heading that says it is not known."""
    return "Temperature not known" if temperature is None else f"Temperature {temperature:g}"


FILTERS = {
    "at_temperature": at_temperature,
    "points": points,
    "value": value,
    "interval": interval,
    "closed": closed,
    "unbroken": unbroken,
    "duration": duration,
    # Quoted as a path, so that no address of a run can become a `javascript:` link.
    "path": lambda text: quote(text, safe="/"),
    "anchor": lambda text: quote(text, safe=""),
    "moment": moment,
    "shown": shown_word,
    "number": lambda count: f"{count:,}",
    "plain": lambda number: f"{number:g}",
    "mass": lambda share: f"{100 * share:g}{GAP}%",
}
