import base64
import hashlib
import math
import os
import re
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from recipegen.evaluation.metrics import METRICS
from recipegen.report.facts import RunFacts
from recipegen.report.page import index_page, report_page, samples_page
from recipegen.report.sections.change import HEADLINE_METRIC
from recipegen.report.sections.section import Section
from recipegen.report.summary import summarise_run
from tests.report.conftest import BIDI, BROWSED, HOSTILE, Tables, make_facts
from tests.report.reading import Element, read


@pytest.fixture(scope="module")
def report(pages: dict[str, str]) -> Element:
    return read(pages["report"])


PAGES = pytest.mark.parametrize(
    "name", ["report", "several", "samples", "index", "trends", "comparison"]
)


def percent(share: float) -> str:
    digits = 2 if share < 0.01 else 1 if share < 1 else 0
    return f"{100 * share:.{digits}f}" if share else "0"


# Figures


def test_every_cell_of_the_table_is_the_estimate_of_the_summary_table(
    tables: Tables, report: Element
) -> None:
    cells = [cell for cell in report.all("td") if "data-metric" in cell.attributes]
    assert len(cells) == len(tables["temperature_summary"])
    frame = tables["temperature_summary"].copy()
    frame["place"] = frame["temperature"].map(lambda t: "" if pd.isna(t) else f"{t:g}")
    estimates = frame.set_index(["metric", "group", "place"])["estimate"].to_dict()
    for cell in cells:
        key = tuple(cell.attributes[f"data-{name}"] for name in ("metric", "group", "temperature"))
        estimate = estimates.get(key)  # type: ignore[call-overload]
        shown = cell.text.split()[0].replace("\N{MINUS SIGN}", "-").replace(",", "")
        if estimate is None or pd.isna(estimate):
            assert shown == "–"
        elif METRICS[str(key[0])].unit == "rate":
            assert shown == percent(estimate)
        else:
            assert float(shown) == pytest.approx(
                estimate, abs=0.5 if abs(estimate) >= 100 else 0.05
            )


def test_the_figures_of_the_first_screen_are_the_rates_of_the_scores(
    tables: Tables, report: Element
) -> None:
    scores = tables["sample_scores"]
    groups = {"Real recipes": ("real", None), "Control": ("control", None)}
    groups |= {f"Temperature {t:g}": ("generated", t) for t in (0.2, 1.0, 1.5)}
    for label, (group, temperature) in groups.items():
        rows = scores[scores["group"] == group]
        rows = rows if temperature is None else rows[rows["temperature"] == temperature]
        rate = rows["implausible_pair_count"].sum() / rows["judged_pair_count"].sum()
        figure = report.one("li", data_figure=label)
        assert figure.one("b").text.split()[0] == percent(rate)
        assert f"{int((rows['pair_count'] > 0).sum())} texts with a pair" in figure.text


def test_the_query_on_the_page_recomputes_the_headline_figures(
    tables: Tables, report: Element, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pd, "read_parquet", lambda path: tables[path.removesuffix(".parquet")])
    names: dict[str, object] = {"pd": pd}
    query = report.one("code", id="query")
    exec("".join(child for child in query.children if isinstance(child, str)), names)
    rates = names["rates"]
    assert isinstance(rates, pd.Series)
    figure = report.one("li", data_figure="Temperature 1.5")
    assert figure.one("b").text.split()[0] == percent(float(rates["generated", 1.5]))


def test_the_worst_pairs_are_those_of_the_tables(tables: Tables, report: Element) -> None:
    rows = report.one("table", id="worst-pairs").all("tr", class_="pair")
    pairings = tables["pairings"].set_index(["ingredient_a", "ingredient_b"])
    counts = tables["pair_summary"].query("group == 'generated'")
    assert rows
    for row in rows:
        a, b = row.one("th").text.split(" + ")
        cells = [cell.text for cell in row.all("td")]
        odds = float(pairings.loc[(a, b), "objection"])
        assert cells[0].split()[0] == percent(1 / (1 + math.exp(-odds)))
        assert cells[1] == str(pairings.loc[(a, b), "count_both"])
        assert cells[2] == f"{pairings.loc[(a, b), 'expected']:.1f}"
        same = counts.query("ingredient_a == @a and ingredient_b == @b")
        assert sum(int(cell) for cell in cells[4:-1]) == same["sample_count"].sum()


def test_below_a_pair_stands_what_its_ingredients_go_with(report: Element) -> None:
    table = report.one("table", id="worst-pairs")
    pairs = [row.one("th").text for row in table.all("tr", class_="pair")]
    whys = [row.one("td") for row in table.all("tr", class_="why")]
    columns = len(table.one("thead").all("th"))
    assert {why.attributes["colspan"] for why in whys} == {str(columns)}
    why = dict(zip(pairs, (why.text for why in whys), strict=True))
    assert why["chocolate + lamb"] == (
        "chocolate in 300 recipes, with vanilla, beef; lamb in 200 recipes. "
        "Instead: chocolate + beef."
    )
    assert why["mustard + vanilla"] == "mustard in 300 recipes; vanilla in 200 recipes."


def test_samples_stand_with_their_ingredients_and_bad_pairs_marked(
    tables: Tables, report: Element
) -> None:
    views = [item for item in report.all("article") if "data-sample" in item.attributes]
    assert len(views) == 12
    mentions, pairs = tables["mentions"], tables["sample_pairs"]
    for view in views:
        sample = view.attributes["data-sample"]
        marks = [mark.text for mark in view.all("mark")]
        assert marks == mentions[mentions["sample_id"] == sample]["surface"].tolist()
        flagged = pairs[(pairs["sample_id"] == sample) & pairs["implausible"]]
        listed = [item.one("b").text for item in view.all("li")]
        assert sorted(listed) == sorted(flagged["ingredient_a"] + " + " + flagged["ingredient_b"])
        bad = {mark.text for mark in view.all("mark", class_="used bad")}
        assert bad == {*flagged["ingredient_a"], *flagged["ingredient_b"]}


def test_the_heat_map_stands_above_the_table_of_the_same_pairs(report: Element) -> None:
    section = report.one("section", id="pairs")
    heat = section.one("figure", id="heat")
    assert heat.one("h3").text.startswith("Most frequent: ")
    names = [row.one("th").text for row in section.all("tr", class_="pair")]
    for size in ("wide", "narrow"):
        labels = [text.text for text in heat.one("div", class_=size).all("text")]
        assert [label for label in labels if " + " in label] == names
    caption = heat.one("figcaption").text
    assert "of 12 texts per temperature and of 12 real recipes" in caption
    assert [span.attributes["class"] for span in heat.one("figcaption").all("span")] == [
        f"shade heat-{step}" for step in (1, 2, 3, 4)
    ]


def test_a_run_without_implausible_pairs_has_no_heat_map(tables: Tables, facts: RunFacts) -> None:
    empty = {**tables, "pair_summary": tables["pair_summary"].head(0)}
    section = read(report_page(summarise_run(empty, facts))).one("section", id="pairs")
    assert not section.all("svg")
    assert "No sample holds an implausible pair." in section.text


def test_every_figure_has_a_title_that_says_something_and_a_caption(report: Element) -> None:
    figures = report.all("figure")
    assert len(figures) > 20
    for figure in figures:
        said = [each.text for each in figure.walk() if each.attributes.get("class") == "said"]
        titles = [head.text for head in figure.all("h3")] + said
        assert any(any(c.isdigit() for c in title) for title in titles)
        assert figure.one("figcaption").text.endswith(".")


def test_the_captions_of_the_metrics_count_their_texts(report: Element) -> None:
    figures = {f.one("h4").text: f for f in report.one("section", id="metrics").all("figure")}
    assert figures["Word count"].one("figcaption").text.endswith("12 texts per temperature.")


def test_a_metric_without_values_is_named_with_its_reason_and_has_no_frame(
    report: Element,
) -> None:
    section = report.one("section", id="metrics")
    missing = section.one("ul", class_="unmeasured").text
    assert "MAUVE of the LSTM, real recipes, the control: fewer than 500 texts" in missing
    assert "Distinct 1, Distinct 2, Distinct 3, Self BLEU, Zipf coefficient" in missing
    assert "MAUVE" not in {head.text for head in section.all("h4")}
    assert not section.all("svg", id="metric-mauve")


def test_a_rate_that_was_not_measured_has_no_frame_either(tables: Tables, facts: RunFacts) -> None:
    frame = tables["temperature_summary"].copy()
    rate = frame["metric"] == HEADLINE_METRIC
    frame.loc[rate, ["estimate", "low", "high"]] = None
    page = read(report_page(summarise_run({**tables, "temperature_summary": frame}, facts)))
    section = page.one("section", id="rate")
    assert not section.all("svg")
    assert section.one("p", class_="missing").text == "Not shown: the rate has not been measured."


def test_the_next_words_stand_as_a_table_too(tables: Tables, report: Element) -> None:
    words = tables["word_probabilities"]
    prompt = words["prompt"].iloc[0]
    own = words[words["prompt"] == prompt]
    table = report.one("section", id="next-words").all("table")[0]
    for place, row in enumerate(table.one("tbody").all("tr"), start=1):
        cells = [cell.text for cell in row.all("td")]
        for at, temperature in enumerate((1.0, 0.2)):
            (same,) = own[(own["temperature"] == temperature) & (own["rank"] == place)].to_dict(
                "records"
            )
            assert cells[2 * at + 1].split()[0] == percent(same["probability"])


def test_the_training_is_told(report: Element) -> None:
    text = report.one("section", id="training").text
    assert "epoch 2, with a perplexity of 41.5" in text
    assert "valid 41.5 (n-grams 55.5), test 42.5 (n-grams –)." in text


def test_credits_and_licence_are_named(pages: dict[str, str]) -> None:
    for name in ("report", "samples"):
        assert "Invented for tests. Licence: CC0" in read(pages[name]).one("footer").text


# Missing things


def test_a_run_without_tables_has_a_page_that_says_why(facts: RunFacts) -> None:
    page = read(report_page(summarise_run({}, facts)))
    reasons = [item.text for item in page.all("p", class_="missing")]
    assert len(reasons) == 10
    assert "Not shown: there is no table training_log: the stage train has not been run." in reasons


def test_a_partial_run_says_so_first(tables: Tables) -> None:
    facts = make_facts(tables, failure="stopped in stage score")
    page = read(report_page(summarise_run({}, facts)))
    assert "stopped in stage score" in page.one("p", class_="banner").text


def test_samples_of_an_empty_run_are_marked_as_missing(tables: Tables, facts: RunFacts) -> None:
    page = read(samples_page(*(tables[name].head(0) for name in BROWSED), facts))
    assert "has no rows" in page.one("p", class_="missing").text


def test_without_script_chosen_samples_are_there_and_the_page_says_so(
    pages: dict[str, str],
) -> None:
    page = read(pages["samples"])
    assert "hidden" in page.one("div", id="browser").attributes
    static = page.one("div", id="static")
    assert "hidden" not in static.attributes
    assert "needs JavaScript" in static.text
    assert len(static.all("article")) == 9


# Safety


@PAGES
def test_hostile_texts_stay_text(pages: dict[str, str], name: str) -> None:
    page = read(pages[name])
    assert not page.all("img")
    assert HOSTILE in page.text
    assert "onerror" not in {key for element in page.walk() for key in element.attributes}


def test_bidirectional_marks_are_isolated(pages: dict[str, str]) -> None:
    page = read(pages["samples"] + pages["report"])
    for element in page.walk():
        own = "".join(child for child in element.children if isinstance(child, str))
        if BIDI in own and element.name not in ("script", "title", "desc"):
            assert element.name == "bdi" or element.attributes.get("dir")


@PAGES
def test_nothing_is_loaded_from_anywhere(pages: dict[str, str], name: str) -> None:
    loading = {"src", "srcset", "data", "poster", "action", "style"}
    for element in read(pages[name]).walk():
        assert not loading & set(element.attributes), element.name
        assert element.name not in ("link", "iframe", "object", "embed", "base")
        assert not any(key.startswith("on") for key in element.attributes)
    assert not re.search(r"url\((?!#)|@import", pages[name])


@PAGES
def test_links_lead_to_pages_beside_or_below(pages: dict[str, str], name: str) -> None:
    for link in read(pages[name]).all("a"):
        address = link.attributes["href"] or ""
        assert ":" not in address.split("#")[0]
        assert not address.startswith("/")


@PAGES
def test_the_policy_allows_the_style_and_the_script_of_the_page_alone(
    pages: dict[str, str], name: str
) -> None:
    page = read(pages[name])
    policy = page.one("meta", http_equiv="Content-Security-Policy").attributes["content"] or ""
    assert policy.startswith("default-src 'none'")
    scripts = [s for s in page.all("script") if s.attributes.get("type") is None]
    for element in [page.one("style"), *scripts]:
        digest = hashlib.sha256(str(element.children[0]).encode()).digest()
        assert f"'sha256-{base64.b64encode(digest).decode()}'" in policy
    assert "unsafe" not in policy


@PAGES
def test_identifiers_are_unique_and_links_inside_the_page_resolve(
    pages: dict[str, str], name: str
) -> None:
    elements = list(read(pages[name]).walk())
    ids = [element.attributes["id"] for element in elements if "id" in element.attributes]
    assert len(set(ids)) == len(ids)
    inside = [e.attributes["href"] or "" for e in elements if "href" in e.attributes]
    assert {address[1:] for address in inside if address.startswith("#")} <= set(ids)


def test_the_same_run_gives_the_same_bytes(
    tables: Tables, facts: RunFacts, summary: Section, pages: dict[str, str]
) -> None:
    assert report_page(summary) == pages["report"]
    assert samples_page(*(tables[name] for name in BROWSED), facts) == pages["samples"]


BUILD = """
import hashlib
import pandas as pd
from tests.report.conftest import BROWSED, RUNS, _comparable, _compared, make_facts, make_tables
from recipegen.report.page import comparison_page, index_page, report_page, samples_page
from recipegen.report.summary import summarise_run

tables = make_tables()
facts = make_facts(tables)
summary = tables["temperature_summary"]
for page in (
    report_page(summarise_run(tables, facts)),
    samples_page(*(tables[name] for name in BROWSED), facts),
    index_page([*RUNS, *_comparable(summary)]),
    comparison_page(*_compared(tables)),
):
    print(hashlib.sha256(page.encode()).hexdigest())
"""


@pytest.mark.slow
def test_every_page_is_the_same_in_another_process_with_other_hashes_of_texts() -> None:
    root = Path(__file__).parents[2]
    built = [
        subprocess.run(
            [sys.executable, "-c", BUILD],
            env={**os.environ, "PYTHONHASHSEED": seed, "OMP_NUM_THREADS": "1"},
            cwd=root,
            capture_output=True,
            text=True,
            check=True,
        ).stdout.split()
        for seed in ("1", "2")
    ]
    assert len(built[0]) == 4
    assert built[0] == built[1]


def test_a_report_is_small(pages: dict[str, str]) -> None:
    assert len(pages["report"].encode()) < 1_000_000


# The index


def test_runs_are_listed_the_newest_first(pages: dict[str, str]) -> None:
    runs = [item for item in read(pages["index"]).all("li") if "data-run" in item.attributes]
    assert [item.attributes["data-run"] for item in runs] == ["new", "mid", "old"]
    assert "failed" in runs[0].text
    assert "out of memory" in runs[0].text
    assert "All well." in runs[2].text
    assert runs[2].one("a").attributes["href"] == "o.html"


def test_an_index_without_runs_says_so() -> None:
    assert "No run has been reported yet." in read(index_page([])).text
