"""The table of findings as the page asks for it, and how numbers are written there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import pandas as pd

from benchmarks.findings.measures import CORRECTED, VALUES
from recipegen.report.wording import BLANK, GAP, value

Family = tuple[str, str]
"""A corpus and a preset."""


class Facts:
    """The table of findings."""

    def __init__(self, table: pd.DataFrame) -> None:
        self.table = table

    def rows(self, question: str, metric: str, **about: object) -> pd.DataFrame:
        """The rows of a question with a metric; ``about`` gives the values of other columns."""
        found = self.table[(self.table["question"] == question) & (self.table["metric"] == metric)]
        for name, wanted in about.items():
            found = found[found[name] == wanted]
        return found

    def row(self, question: str, metric: str, **about: object) -> pd.Series | None:
        """The only such row, or None if there is none."""
        found = self.rows(question, metric, **about)
        return found.iloc[0] if len(found) else None

    def setting(self, metric: str) -> float:
        """A number that the whole page rests on."""
        return float(self.rows("setup", metric)["estimate"].iloc[0])

    @property
    def families(self) -> list[Family]:
        """Corpora and presets, in the order in which they were run."""
        rows = self.rows("setup", "networks")
        return list(zip(rows["corpus"], rows["generator"], strict=True))

    @property
    def corpora(self) -> list[str]:
        """The corpora, in the order in which they were run."""
        return list(dict.fromkeys(corpus for corpus, _ in self.families))

    def presets(self, corpus: str) -> list[str]:
        """The presets that were run on a corpus."""
        return [preset for own, preset in self.families if own == corpus]


def about(family: Family) -> dict[str, str]:
    """A family as values of columns."""
    return {"corpus": family[0], "generator": family[1]}


def known(number: Any) -> bool:
    """Whether there is a number."""
    return number is not None and not pd.isna(number)


def shown(row: pd.Series | None, unit: str = "rate") -> str:
    """An estimate with its interval, as ``3.6 % (3.1 to 4.1)``; with the corrected rate, if any."""
    raw = raw_of(row, unit)
    if row is None or not known(row["corrected"]):
        return raw
    return f"{raw}, corrected {corrected_of(row, unit)}"


def raw_of(row: pd.Series | None, unit: str = "rate") -> str:
    """An estimate with its interval, without the corrected rate."""
    if row is None or not known(row["estimate"]):
        return "not known"
    return _with_interval(row[VALUES].tolist(), unit)


def corrected_of(row: pd.Series, unit: str = "rate") -> str:
    """The corrected rate of a row with its interval."""
    return _with_interval(row[CORRECTED].tolist(), unit)


def _with_interval(ends: Sequence[float], unit: str) -> str:
    estimate, low, high = ends
    if not known(low) or not known(high):
        return value(estimate, unit)
    bare = [value(end, unit).split(GAP)[0] for end in (low, high)]
    return f"{value(estimate, unit)} ({' to '.join(bare)})"


def percent(share: float) -> str:
    """A round share, as ``95 %``."""
    return f"{100 * share:g}{GAP}%"


def at(temperature: float) -> str:
    """A temperature, as ``T = 1``."""
    return f"T{BLANK}={BLANK}{temperature:g}"


def joined(parts: Sequence[str]) -> str:
    """Parts of a sentence as a list in words."""
    if len(parts) < 3:
        return " and ".join(parts)
    return f"{', '.join(parts[:-1])}, and {parts[-1]}"


def markdown(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table in Markdown."""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
