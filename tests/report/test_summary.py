import json
from typing import Any

import pandas as pd
import pytest

from recipegen.evaluation.temperature import METRICS
from recipegen.report.facts import RunFacts, moment
from recipegen.report.summary import MOST_SAMPLES, Section, spread, summarise_run
from tests.report.conftest import TEMPERATURES, Tables, make_facts, make_tables


def rate(tables: Tables, group: str, temperature: float | None = None) -> float:
    """The headline figure from the scores alone."""
    scores = tables["sample_scores"]
    scores = scores[scores["group"] == group]
    if temperature is not None:
        scores = scores[scores["temperature"] == temperature]
    return float(scores["implausible_pair_count"].sum() / scores["pair_count"].sum())


def test_the_figures_are_the_rates_of_the_scores(tables: Tables, summary: Section) -> None:
    wanted = {
        "Real recipes": rate(tables, "real"),
        "Temperature 0.2": rate(tables, "generated", 0.2),
        "Temperature 1": rate(tables, "generated", 1.0),
        "Temperature 1.5": rate(tables, "generated", 1.5),
        "Control": rate(tables, "control"),
    }
    figures = {figure["label"]: figure["estimate"] for figure in summary["headline"]["figures"]}
    assert figures == pytest.approx(wanted)


def test_every_metric_is_there_with_every_temperature(summary: Section) -> None:
    metrics = summary["metrics"]
    assert [row["key"] for row in metrics["rows"]] == list(METRICS)
    assert metrics["temperatures"] == list(TEMPERATURES)


def test_a_metric_that_was_not_measured_has_a_reason_and_no_value(summary: Section) -> None:
    (unusual,) = [r for r in summary["metrics"]["rows"] if r["key"] == "unusual_quantity_rate"]
    assert unusual["real"]["estimate"] is None
    assert unusual["real"]["reason"]


def test_pairs_are_sorted_by_the_upper_end_and_counted_by_temperature(
    tables: Tables, summary: Section
) -> None:
    rows = summary["pairs"]["rows"]
    assert [row["high"] for row in rows] == sorted(row["high"] for row in rows)
    flagged = tables["sample_pairs"].query("implausible").merge(tables["sample_scores"])
    for row in rows:
        same = flagged.query("ingredient_a == @row['a'] and ingredient_b == @row['b']")
        temperatures = summary["pairs"]["temperatures"]
        counts = [int((same["temperature"] == value).sum()) for value in temperatures]
        assert row["by_temperature"] == counts
        assert row["samples"] == sum(counts)
        assert row["real"] == int((same["group"] == "real").sum())


def test_a_pair_says_what_could_take_the_place_of_one(summary: Section) -> None:
    instead = {(row["a"], row["b"]): row["instead"] for row in summary["pairs"]["rows"]}
    assert instead["chocolate", "lamb"] == [["chocolate", "beef"]]
    assert instead["mustard", "vanilla"] == []


def test_samples_are_chosen_at_each_temperature(summary: Section) -> None:
    groups = summary["samples"]["temperatures"]
    assert [group["temperature"] for group in groups] == list(TEMPERATURES)
    assert all(len(group["samples"]) == 4 for group in groups)


def test_the_page_stays_small_whatever_the_settings_ask_for(tables: Tables) -> None:
    facts = make_facts(tables)
    report = {**facts.configuration["report"], "samples": 50}
    facts = make_facts(tables, configuration={**facts.configuration, "report": report})
    groups = summarise_run(make_tables(60), facts)["samples"]["temperatures"]
    assert sum(len(group["samples"]) for group in groups) <= MOST_SAMPLES


def test_the_remaining_mass_is_what_the_words_leave(summary: Section) -> None:
    first = summary["next_words"]["prompts"][0]["distributions"][0]
    assert first["remaining"] == pytest.approx(1 - 0.3 * (1 + 1 / 2 + 1 / 4 + 1 / 8 + 1 / 16))


def test_the_best_epoch_has_the_lowest_valid_perplexity(summary: Section) -> None:
    assert summary["training"]["best"]["epoch"] == 2


def test_the_network_stands_beside_the_ngrams(summary: Section) -> None:
    assert summary["training"]["compared"] == [
        {"split": "valid", "network": 41.5, "ngram": 55.5},
        {"split": "test", "network": 42.5, "ngram": None},
    ]


def test_a_run_without_perplexities_still_tells_of_its_training(
    tables: Tables, facts: RunFacts
) -> None:
    rest = {name: frame for name, frame in tables.items() if name != "perplexities"}
    training = summarise_run(rest, facts)["training"]
    assert (training["reason"], training["compared"]) == (None, [])


def test_a_summary_is_plain_json(summary: Section) -> None:
    assert json.loads(json.dumps(summary, allow_nan=False)) == summary


SECTIONS = {
    "temperature_summary": ("headline", "metrics"),
    "pair_summary": ("pairs",),
    "pairings": ("pairs",),
    "ingredients": ("pairs",),
    "samples": ("samples",),
    "sample_scores": ("samples",),
    "word_probabilities": ("next_words",),
    "training_log": ("training",),
}


@pytest.mark.parametrize(("table", "sections"), SECTIONS.items())
def test_a_missing_table_is_a_reason(
    tables: Tables, facts: RunFacts, table: str, sections: tuple[str, ...]
) -> None:
    rest = {name: frame for name, frame in tables.items() if name != table}
    summary = summarise_run(rest, facts)
    assert all(f"no table {table}" in summary[section]["reason"] for section in sections)


MUST_HAVE_ROWS = {name: value for name, value in SECTIONS.items() if name != "pair_summary"}


@pytest.mark.parametrize(("table", "sections"), MUST_HAVE_ROWS.items())
def test_an_empty_table_is_a_reason(
    tables: Tables, facts: RunFacts, table: str, sections: tuple[str, ...]
) -> None:
    summary = summarise_run({**tables, table: tables[table].head(0)}, facts)
    assert all(f"{table} has no rows" in summary[section]["reason"] for section in sections)


def test_no_implausible_pair_at_all_is_a_finding(tables: Tables, facts: RunFacts) -> None:
    pairs = tables["pair_summary"].head(0)
    section = summarise_run({**tables, "pair_summary": pairs}, facts)["pairs"]
    assert section["reason"] is None
    assert section["rows"] == []


def test_a_run_without_mentions_still_shows_its_samples(tables: Tables, facts: RunFacts) -> None:
    empty = {name: tables[name].head(0) for name in ("mentions", "sample_pairs")}
    assert summarise_run({**tables, **empty}, facts)["samples"]["reason"] is None


def test_nothing_at_all_is_summarised(facts: RunFacts) -> None:
    summary = summarise_run({}, facts)
    assert all(summary[section]["reason"] for section in ("headline", "samples", "training"))


def test_rows_are_thinned_evenly_with_both_ends() -> None:
    rows: list[Any] = list(range(100))
    assert spread(rows, 4) == [0, 33, 66, 99]
    assert spread(rows, 100) == rows


def test_a_time_is_read_to_the_minute() -> None:
    assert moment("2026-11-24T01:03:56+00:00") == "2026-11-24 01:03 UTC"
    assert moment("yesterday") == "yesterday"


def test_estimates_keep_their_interval_and_count(tables: Tables, summary: Section) -> None:
    frame = tables["temperature_summary"]
    for metric in summary["metrics"]["rows"]:
        for row in metric["generated"]:
            same = frame[(frame["metric"] == metric["key"]) & (frame["group"] == "generated")]
            (kept,) = same[same["temperature"] == row["temperature"]].to_dict("records")
            for name in ("estimate", "low", "high"):
                assert row[name] == kept[name] or (row[name] is None and pd.isna(kept[name]))
            assert row["count"] == kept["count"]
