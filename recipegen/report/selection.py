"""Reads from a run what the pages show, and no more, so that memory does not grow with the run.

The pages show at most ``MOST_TEXTS`` texts. If a run has more, they are drawn by strata: texts at
random of each group and temperature, the most and the least implausible ones of each, and texts
with each implausible pair that the report lists.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Set
from typing import NamedTuple, Protocol, TypeAlias

import pandas as pd

from recipegen.evaluation.per_group.diversity import PART, Draw
from recipegen.evaluation.per_group.references import REFERENCES
from recipegen.evaluation.per_group.temperature import main_groups
from recipegen.evaluation.statistics.sums import Cell, cells_of
from recipegen.report.excerpts import chosen
from recipegen.report.sections.worst_pairs import ranked_pairs
from recipegen.tables import TABLES

Tables: TypeAlias = dict[str, pd.DataFrame]

MOST_TEXTS = 20_000
"""Most texts in the sample browser."""
EXTREMES = 20
"""Texts of each group and temperature that are shown because they are the most implausible."""
EACH_PAIR = 5
"""Texts that are shown with each implausible pair of the report."""
MOST_CHOSEN = 50
"""Most texts of a temperature that the report shows in full."""

WHOLE = (
    *("training_log", "epoch_samples", "perplexities", "ingredients", "pairings"),
    *("pairing_validation", "word_probabilities", "sample_words", "temperature_summary"),
    *("temperature_tests", "operating_points", "generator_tests", "network_summary", "trends"),
    *("pair_summary", "judge_quality", "corrected_rates"),
)
"""Tables that are read whole: their size does not depend on the number of texts."""

BROWSED = ("samples", "mentions", "sample_pairs", "sample_scores", "references")
"""The tables that the sample browser shows."""

REPORTED = tuple(name for name in TABLES if name in {*WHOLE, *BROWSED, "text_measures", "recipes"})
"""The tables that the pages show."""

COUNTS, SPLITS = "text_counts", "split_counts"
"""Tables of this module alone: the number of texts of each group and temperature, and of recipes of
each split."""


class Pieces(Protocol):
    """Where tables come from, piece by piece: a run."""

    def frames(self, table: str, columns: list[str] | None = None) -> Iterator[pd.DataFrame]:
        """A table piece by piece."""


class Source(Pieces, Protocol):
    """Where tables come from: a run."""

    def matching(
        self,
        table: str,
        column: str,
        values: Set[str],
        columns: list[str] | None = None,
        where: str | None = None,
    ) -> pd.DataFrame:
        """The rows of a table with one of some values in a column, and where another is true."""

    def read(self, table: str, columns: list[str] | None = None) -> pd.DataFrame:
        """A whole table."""


def shown_tables(source: Source, there: Collection[str], pairs: int) -> Tables:
    """The tables that the pages show; of tables about texts, only rows about the texts shown.

    Of ``sample_pairs``, there are the implausible pairs alone.

    Args:
        source: the run.
        there: the tables that it has.
        pairs: number of implausible pairs in the report.
    """
    tables = {name: source.read(name) for name in WHOLE if name in there}
    if "sample_scores" in there:
        shown = _shown_texts(source, there, tables, pairs)
        tables[COUNTS] = shown.counts
        for name in (*BROWSED, "text_measures"):
            if name in there:
                wanted = shown.ids | shown.candidates if name == "sample_scores" else shown.ids
                where = "implausible" if name == "sample_pairs" else None
                tables[name] = source.matching(name, "sample_id", wanted, where=where)
    if "recipes" in there:
        tables |= _recipes(source, tables)
    return tables


class _Shown(NamedTuple):
    """The texts that the pages show."""

    ids: set[str]
    candidates: set[str]
    """Those among which the report chooses the texts that it shows in full."""
    counts: pd.DataFrame
    """The number of texts of each group and temperature."""


def _shown_texts(
    source: Source, there: Collection[str], tables: Mapping[str, pd.DataFrame], pairs: int
) -> _Shown:
    walk = _Walk(source)
    groups = main_groups(cell.group for cell in walk.counts)
    candidates = {
        cell: {*walk.drawn[cell][:PART], *walk.least[cell][:1], *walk.most[cell][-1:]}
        for cell in walk.counts
        if cell.group in groups
    }
    every = {sample_id for own in candidates.values() for sample_id in own}
    if walk.counts.total() <= MOST_TEXTS:
        # Few enough: what was drawn of each cell is all of it.
        ids = {sample_id for own in walk.drawn.values() for sample_id in own}
        return _Shown(ids, every, walk.table)
    scores = source.matching("sample_scores", "sample_id", every)
    wanted = {
        sample_id
        for own in candidates.values()
        for sample_id, _ in chosen(scores[scores["sample_id"].isin(own)], MOST_CHOSEN)
    }
    wanted |= {name for own in (*walk.least.values(), *walk.most.values()) for name in own}
    if "sample_words" in tables:
        wanted |= set(tables["sample_words"]["sample_id"])
    if "sample_pairs" in there:
        wanted |= _with_pairs(source, tables, pairs)
    share = max(0, MOST_TEXTS - len(wanted)) // len(walk.counts)
    ids = {sample_id for own in walk.drawn.values() for sample_id in own[:share]}
    return _Shown(ids | wanted, every, walk.table)


class _Walk:
    """What is seen of all texts on the way through their scores."""

    def __init__(self, source: Source) -> None:
        self.counts: Counter[Cell] = Counter()
        self.least: dict[Cell, list[str]] = {}
        """Of each cell, its least implausible texts, the least one first."""
        self.most: dict[Cell, list[str]] = {}
        """Of each cell, its most implausible texts, the most implausible one last."""
        self.drawn: dict[Cell, list[str]] = {}
        """Of each cell, texts in random order: all if the run has few, else enough to choose."""
        for rows in source.frames("sample_scores", ["group", "temperature"]):
            self.counts.update({cell: len(at) for cell, at in cells_of(rows).items()})
        few = self.counts.total() <= MOST_TEXTS
        self._draw(source, MOST_TEXTS if few else max(PART, MOST_TEXTS // len(self.counts)))

    def _draw(self, source: Source, most: int) -> None:
        draw, ends = Draw[Cell](most), dict[Cell, pd.DataFrame]()
        columns = ["sample_id", "group", "temperature", "implausibility"]
        for rows in source.frames("sample_scores", columns):
            for cell, places in cells_of(rows).items():
                own = rows.loc[places]
                draw.add(cell, own["sample_id"])
                ends[cell] = _ends(own, ends.get(cell))
        self.drawn = draw.chosen()
        for cell, own in ends.items():
            names = own["sample_id"].tolist()
            self.least[cell], self.most[cell] = names[:EXTREMES], names[-EXTREMES:]

    @property
    def table(self) -> pd.DataFrame:
        """The number of texts of each group and temperature."""
        rows = [(cell.group, cell.temperature, count) for cell, count in self.counts.items()]
        found = pd.DataFrame(rows, columns=["group", "temperature", "count"])
        return found.astype({"temperature": "float64"})


def _ends(rows: pd.DataFrame, before: pd.DataFrame | None) -> pd.DataFrame:
    """The least and the most implausible texts, in the order of their implausibility."""
    both = rows if before is None else pd.concat([before, rows])
    ordered = both.dropna(subset=["implausibility"]).sort_values(["implausibility", "sample_id"])
    if len(ordered) <= 2 * EXTREMES:
        return ordered
    return pd.concat([ordered.head(EXTREMES), ordered.tail(EXTREMES)])


def _with_pairs(source: Source, tables: Mapping[str, pd.DataFrame], pairs: int) -> set[str]:
    """Some generated texts with each implausible pair that the report lists."""
    if not {"pair_summary", "pairings"} <= {*tables}:
        return set()
    columns = ["ingredient_a", "ingredient_b"]
    _, ranked = ranked_pairs(tables)
    listed = set(ranked.head(pairs)[columns].itertuples(index=False, name=None))
    references = {
        sample_id
        for rows in source.frames("references", ["sample_id"])
        for sample_id in rows["sample_id"]
    }
    draw = Draw[tuple[str, str]](EACH_PAIR)
    for rows in source.frames("sample_pairs", ["sample_id", *columns, "implausible"]):
        bad = rows[rows["implausible"].astype(bool)]
        for sample_id, a, b in bad[["sample_id", *columns]].itertuples(index=False, name=None):
            if (a, b) in listed and sample_id not in references:
                draw.add((a, b), [sample_id])
    return {sample_id for own in draw.chosen().values() for sample_id in own}


def _recipes(source: Source, tables: Mapping[str, pd.DataFrame]) -> Tables:
    """The number of recipes of each split, and the recipes that the texts are compared with."""
    splits: Counter[str] = Counter()
    for rows in source.frames("recipes", ["split"]):
        splits.update(rows["split"].tolist())
    named = tables.get("text_measures", pd.DataFrame(columns=list(_COMPARED)))
    ids = {name for column in _COMPARED for name in named[column].dropna()}
    return {
        SPLITS: pd.DataFrame(list(splits.items()), columns=["split", "count"]),
        "recipes": source.matching("recipes", "recipe_id", ids, ["recipe_id", "title"]),
    }


_COMPARED = ("copied_recipe_id", "nearest_recipe_id")


def counted(tables: Mapping[str, pd.DataFrame]) -> Tables:
    """The counts of texts and of recipes, of tables that are whole."""
    found: Tables = {}
    if "sample_scores" in tables and COUNTS not in tables:
        by_cell = tables["sample_scores"].groupby(["group", "temperature"], dropna=False)
        found[COUNTS] = by_cell.size().rename("count").reset_index()
    if "split" in tables.get("recipes", pd.DataFrame()) and SPLITS not in tables:
        found[SPLITS] = tables["recipes"]["split"].value_counts().reset_index()
    return found


def temperatures_of(counts: pd.DataFrame) -> list[float]:
    """The temperatures at which texts were drawn, ascending."""
    drawn = counts[~counts["group"].isin(REFERENCES)]
    return sorted(drawn["temperature"].dropna().astype(float).unique())
