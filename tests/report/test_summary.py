import json
from typing import Any

import pandas as pd
import pytest

from recipegen.evaluation.metrics import LABEL_METRICS, METRICS
from recipegen.report.facts import EarlierRun, RunFacts, clock, day, moment
from recipegen.report.sections.change import headline_rates, rates_frame
from recipegen.report.sections.headline import ends_and_middle
from recipegen.report.sections.metrics import NEEDS, NOT_MEASURED, NOTHING_TO_COUNT
from recipegen.report.sections.samples import MOST_SAMPLES
from recipegen.report.sections.section import Section, spread
from recipegen.report.summary import summarise_run
from tests.report.conftest import TEMPERATURES, Tables, make_facts, make_tables


def rate(tables: Tables, group: str, temperature: float | None = None) -> float:
    """The headline figure, computed from the scores only."""
    scores = tables["sample_scores"]
    scores = scores[scores["group"] == group]
    if temperature is not None:
        scores = scores[scores["temperature"] == temperature]
    return float(scores["implausible_pair_count"].sum() / scores["judged_pair_count"].sum())


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
    measured = [name for name in METRICS if name not in LABEL_METRICS]
    assert [row["key"] for row in metrics["rows"]] == measured
    assert metrics["temperatures"] == list(TEMPERATURES)


def test_a_metric_that_was_not_measured_has_a_reason_and_no_value(summary: Section) -> None:
    (unusual,) = [r for r in summary["metrics"]["rows"] if r["key"] == "unusual_quantity_rate"]
    assert unusual["real"]["estimate"] is None
    assert unusual["real"]["reason"]


def test_what_needs_much_text_says_how_much(summary: Section) -> None:
    missing = {name: each for each in summary["metrics"]["missing"] for name in each["names"]}
    assert missing["MAUVE"]["reason"].startswith("fewer than 500 texts")
    assert missing["Distinct 2"]["reason"] == "fewer than 5,000 words, the size of a block"
    assert missing["Unusual quantity rate"]["reason"] == NOTHING_TO_COUNT
    assert missing["MAUVE"]["texts"] == ["the LSTM", "real recipes", "the control"]
    assert set(NEEDS) <= set(METRICS)


def test_a_metric_that_is_missing_at_a_temperature_alone_says_where(
    tables: Tables, facts: RunFacts
) -> None:
    frame = tables["temperature_summary"].copy()
    cold = (frame["metric"] == "word_count") & (frame["temperature"] == 0.2)
    frame.loc[cold, ["estimate", "low", "high"]] = None
    metrics = summarise_run({**tables, "temperature_summary": frame}, facts)["metrics"]
    (found,) = (each for each in metrics["missing"] if "Word count" in each["names"])
    assert found == {
        "names": ["Word count"],
        "texts": ["the LSTM at T = 0.2"],
        "reason": NOT_MEASURED,
    }


def test_a_metric_that_was_measured_everywhere_is_not_called_missing(summary: Section) -> None:
    named = {name for each in summary["metrics"]["missing"] for name in each["names"]}
    for metric in summary["metrics"]["rows"]:
        rows = [*metric["generated"], metric["real"], metric["control"]]
        assert (metric["name"] in named) == any(row["estimate"] is None for row in rows)


def test_every_figure_has_a_finding(summary: Section) -> None:
    metrics = summary["metrics"]
    assert metrics["rate_finding"]
    for metric in metrics["rows"]:
        measured = [row for row in metric["generated"] if row["estimate"] is not None]
        assert bool(metric["finding"]) == bool(measured)
    assert summary["heat"]["finding"].startswith("Most frequent: ")
    assert "lowest at epoch 2 of 3" in summary["training"]["finding"]


def test_the_heat_map_counts_the_samples_of_the_tables(tables: Tables, summary: Section) -> None:
    heat, scores = summary["heat"], tables["sample_scores"]
    flagged = tables["sample_pairs"].query("implausible").merge(scores, on="sample_id")
    assert [c["temperature"] for c in heat["columns"]] == [*TEMPERATURES, None]
    assert [(row["a"], row["b"]) for row in heat["rows"]] == [
        (row["a"], row["b"]) for row in summary["pairs"]["rows"]
    ]
    for pair in heat["rows"]:
        same = flagged.query("ingredient_a == @pair['a'] and ingredient_b == @pair['b']")
        for column, cell in zip(heat["columns"], pair["cells"], strict=True):
            group, temperature = column["group"], column["temperature"]
            here = same["group"] == group
            everything = scores["group"] == group
            if temperature is not None:
                here &= same["temperature"] == temperature
                everything &= scores["temperature"] == temperature
            assert cell["count"] == here.sum()
            assert column["count"] == everything.sum()
            assert cell["share"] == pytest.approx(here.sum() / everything.sum())


def test_the_heat_map_has_no_more_pairs_than_the_table(tables: Tables) -> None:
    facts = make_facts(tables)
    report = {**facts.configuration["report"], "pairs": 2}
    facts = make_facts(tables, configuration={**facts.configuration, "report": report})
    summary = summarise_run(tables, facts)
    assert len(summary["heat"]["rows"]) == len(summary["pairs"]["rows"]) == 2
    assert summary["heat"]["total"] == 3


def rates_before(tables: Tables, times: float) -> list[dict[Any, Any]]:
    """The rates of the run, multiplied by ``times``."""
    frame = rates_frame(headline_rates(tables["temperature_summary"]))
    for name in ("estimate", "low", "high"):
        frame[name] *= times
    return headline_rates(frame)


@pytest.mark.parametrize(
    ("times", "start"), [(1.0, "No detectable change since"), (9.0, "Changed since")]
)
def test_the_change_since_the_last_comparable_run_is_a_sentence(
    tables: Tables, times: float, start: str
) -> None:
    before = EarlierRun("run-6", "2026-11-23T01:00:00+00:00", rates_before(tables, times))
    change = summarise_run(tables, make_facts(tables, previous=before))["change"]
    assert change["verdict"]["start"] == start
    assert change["verdict"]["run"] == "run-6"
    assert [row["temperature"] for row in change["rows"]] == list(TEMPERATURES)
    assert any(row["changed"] for row in change["rows"]) == (times > 1)


def test_without_an_earlier_run_or_without_rates_there_is_no_change(
    tables: Tables, summary: Section
) -> None:
    assert summary["change"]["rows"] == []
    before = EarlierRun("run-6", "2026-11-23T01:00:00+00:00", rates_before(tables, 1.0))
    change = summarise_run({}, make_facts(tables, previous=before))["change"]
    assert "no table temperature_summary" in change["reason"]


def test_the_ends_and_the_middle_of_the_temperatures() -> None:
    assert ends_and_middle([1.5, 0.2, 0.8, 1.2]) == [0.2, 0.8, 1.5]
    assert ends_and_middle([0.5, 0.5]) == [0.5]
    assert ends_and_middle([]) == []


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
    for group in groups:
        assert [view["why"] for view in group["samples"]] == ["median", "worst", "best", "random"]
        assert all(view["why"] in summary["samples"]["rule"] for view in group["samples"])


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


def test_of_networks_trained_alike_the_first_one_is_shown(tables: Tables, facts: RunFacts) -> None:
    log, texts = tables["training_log"], tables["epoch_samples"]
    better = log.assign(network=2, valid_perplexity=log["valid_perplexity"] / 2)
    both = {
        "training_log": pd.concat([log.assign(network=1), better]),
        "epoch_samples": pd.concat([texts.assign(network=at, text=f"of {at}") for at in (1, 2)]),
    }
    training = summarise_run({**tables, **both}, facts)["training"]
    assert training["networks"] == 2
    assert [row["valid_perplexity"] for row in training["epochs"]] == [80.0, 41.5, 44.0]
    assert {row["text"] for row in training["samples"]} == {"of 1"}


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
    "pair_summary": ("pairs", "heat"),
    "pairings": ("pairs", "heat"),
    "ingredients": ("pairs",),
    "samples": ("samples",),
    "sample_scores": ("samples", "heat"),
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
    assert day("2026-11-24T01:03:56+00:00") == "2026-11-24"
    assert clock("2026-11-24T01:03:56+00:00") == "01:03"


def test_estimates_keep_their_interval_and_count(tables: Tables, summary: Section) -> None:
    frame = tables["temperature_summary"]
    for metric in summary["metrics"]["rows"]:
        for row in metric["generated"]:
            same = frame[(frame["metric"] == metric["key"]) & (frame["group"] == "generated")]
            (kept,) = same[same["temperature"] == row["temperature"]].to_dict("records")
            for name in ("estimate", "low", "high"):
                assert row[name] == kept[name] or (row[name] is None and pd.isna(kept[name]))
            assert row["count"] == kept["count"]
