"""The pages show texts drawn by strata if a run has too many, and the counts of all."""

from __future__ import annotations

from collections.abc import Iterator, Set

import pandas as pd
import pytest

from recipegen.report import selection
from recipegen.report.excerpts import chosen
from recipegen.report.sections.worst_pairs import ranked_pairs
from recipegen.report.selection import COUNTS, EACH_PAIR, EXTREMES, shown_tables
from recipegen.report.summary import summarise_run
from tests.report.conftest import Tables, make_facts, make_tables


class InMemory:
    """Tables in memory, read as those of a run are, a few rows at a time."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        self.whole: set[str] = set()

    def read(self, table: str, columns: list[str] | None = None) -> pd.DataFrame:
        self.whole.add(table)
        found = self._tables[table]
        return found if columns is None else found[columns]

    def frames(self, table: str, columns: list[str] | None = None) -> Iterator[pd.DataFrame]:
        found = self._tables[table]
        found = found if columns is None else found[columns]
        for start in range(0, len(found), 7):
            yield found.iloc[start : start + 7]

    def matching(
        self,
        table: str,
        column: str,
        values: Set[str],
        columns: list[str] | None = None,
        where: str | None = None,
    ) -> pd.DataFrame:
        found = self._tables[table]
        found = found[found[where].astype(bool)] if where else found
        rows = found[found[column].isin(values)]
        return rows if columns is None else rows.reindex(columns=columns)


@pytest.fixture(scope="module")
def many() -> Tables:
    return make_tables(120, others=("another",))


def shown(tables: Tables) -> Tables:
    return shown_tables(InMemory(tables), tables, pairs=3)


def test_a_small_run_is_shown_whole(many: Tables) -> None:
    found = shown(many)
    for name in ("samples", "references", "mentions", "sample_scores"):
        pd.testing.assert_frame_equal(found[name], many[name])
    flagged = many["sample_pairs"].query("implausible")
    pd.testing.assert_frame_equal(found["sample_pairs"], flagged)
    assert found[COUNTS]["count"].sum() == len(many["samples"]) + len(many["references"])


def test_a_large_run_is_shown_by_strata(many: Tables, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(selection, "MOST_TEXTS", 400)
    monkeypatch.setattr(selection, "PART", 40)
    found = shown(many)
    scores = many["sample_scores"]
    ids = {*found["samples"]["sample_id"], *found["references"]["sample_id"]}
    assert EXTREMES < len(ids) <= 400 < len(scores)
    assert found[COUNTS]["count"].sum() == len(scores)
    for _, own in scores.groupby(["group", "temperature"], dropna=False):
        worst = own.dropna(subset=["implausibility"]).nlargest(EXTREMES, "implausibility")
        assert {*worst["sample_id"]} <= ids | {*own[own["implausibility"].isna()]["sample_id"]}
        assert len({*own["sample_id"]} & ids) > 2 * EXTREMES
    for name in ("mentions", "sample_pairs", "text_measures"):
        rows = many[name][many[name]["sample_id"].isin(ids)]
        rows = rows.query("implausible") if name == "sample_pairs" else rows
        pd.testing.assert_frame_equal(found[name], rows)


def test_every_pair_of_the_report_leads_to_texts(
    many: Tables, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(selection, "MOST_TEXTS", 1)
    monkeypatch.setattr(selection, "EXTREMES", 1)
    found = shown(many)
    _, ranked = ranked_pairs(many)
    pairs, samples = many["sample_pairs"], {*many["samples"]["sample_id"]}
    for a, b in ranked[["ingredient_a", "ingredient_b"]].head(3).itertuples(index=False):
        own = pairs[
            pairs["ingredient_a"].eq(a) & pairs["ingredient_b"].eq(b) & pairs["implausible"]
        ]
        every = samples & {*own["sample_id"]}
        seen = every & {*found["samples"]["sample_id"]}
        assert len(seen) >= min(EACH_PAIR, len(every)) > 0


def test_the_report_says_the_same_of_a_large_run(
    many: Tables, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All but the choice at random and the median, which come from the texts drawn at random."""
    facts = make_facts(many)
    whole = summarise_run(shown(many), facts)
    monkeypatch.setattr(selection, "MOST_TEXTS", 400)
    monkeypatch.setattr(selection, "PART", 40)
    drawn = summarise_run(shown(many), facts)
    for section in ("identity", "headline", "metrics", "pairs", "heat", "trends"):
        assert drawn[section] == whole[section], section
    for one, other in zip(
        drawn["samples"]["temperatures"], whole["samples"]["temperatures"], strict=True
    ):
        kept = [
            {view["why"]: view["sample_id"] for view in each["samples"]} for each in (one, other)
        ]
        assert kept[0]["worst"] == kept[1]["worst"]
        assert kept[0]["best"] == kept[1]["best"]


def test_the_median_is_that_of_the_texts_drawn_at_random() -> None:
    scores = pd.DataFrame(
        {"sample_id": [f"s{at}" for at in range(9)], "implausibility": [float(n) for n in range(9)]}
    )
    assert dict(chosen(scores, 3)) == {"s4": "median", "s8": "worst", "s0": "best"}


def test_only_tables_that_do_not_grow_are_read_whole(many: Tables) -> None:
    source = InMemory(many)
    shown_tables(source, many, pairs=3)
    assert source.whole <= {*selection.WHOLE}
    assert not source.whole & {*selection.BROWSED, "text_measures", "recipes"}
