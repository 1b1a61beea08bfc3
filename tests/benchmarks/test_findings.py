"""``make findings``: the statistics, the runs, and a page whose numbers come from its table."""

from __future__ import annotations

import ast
import re
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from benchmarks.findings import sentences
from benchmarks.findings.__main__ import main, write_page
from benchmarks.findings.charts import CHARTS
from benchmarks.findings.combine import between, difference, over_networks, ratio
from benchmarks.findings.facts import Facts
from benchmarks.findings.labels import MISSED, RIGHT, corrected, overdispersion, with_corrected
from benchmarks.findings.measures import ALIKE, COLUMNS, CORRECTED, RATE, rates_of_alike
from benchmarks.findings.page import ANSWERS, TEMPLATE, answered, page_of, size
from benchmarks.findings.plan import CUTS, Corpus, Plan, seconds_of
from benchmarks.findings.runs import do_runs
from benchmarks.findings.runs import finished as done_of
from benchmarks.findings.table import findings_of, read_findings, write_findings
from benchmarks.findings.words import clustered_mean, clustered_share
from recipegen.errors import UsageError
from recipegen.evaluation.statistics.estimates import wilson
from recipegen.storage.run_folder import Run
from tests.conftest import SMALL

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"


def networks(*found: tuple[str, int, float, float, float], metric: str = RATE) -> pd.DataFrame:
    """Rows of single networks: generator, network, estimate, low, high."""
    columns = ["generator", "network", "estimate", "low", "high"]
    frame = pd.DataFrame(found, columns=columns)
    frame = frame.assign(corpus="c", temperature=1.0, cut_off="", metric=metric, count=10)
    return frame.reindex(columns=COLUMNS)


def interval(rows: pd.DataFrame, generator: str) -> list[float]:
    own = rows[rows["generator"] == generator].iloc[0]
    return [float(own[name]) for name in ("estimate", "low", "high")]


def test_a_single_network_keeps_its_interval() -> None:
    found = over_networks(networks(("book", 1, 0.05, 0.03, 0.09)))
    assert interval(found, "book") == pytest.approx([0.05, 0.03, 0.09])


def test_how_much_networks_differ_is_pooled_over_presets() -> None:
    found = over_networks(
        networks(
            *[("book", 1, 0.02, 0.019, 0.021), ("book", 2, 0.04, 0.039, 0.041)],
            *[("best", 1, 0.10, 0.099, 0.101), ("best", 2, 0.10, 0.099, 0.101)],
        )
    )
    # Residuals of a third of the mean, twice, with two degrees of freedom: t is 4.3027.
    half = 0.1 / 3 * 4.3027 / 2**0.5
    assert interval(found, "best") == pytest.approx([0.1, 0.0, 0.1 + half], abs=1e-4)
    assert interval(found, "book") == pytest.approx([0.03, 0.0, 0.03 + 0.3 * half], abs=1e-4)


def test_the_interval_of_a_mean_is_no_narrower_than_that_of_the_drawing() -> None:
    found = over_networks(networks(("book", 1, 0.5, 0.4, 0.7), ("book", 2, 0.5, 0.4, 0.7)))
    # Two independent estimates: the distances of the ends combine to one over the root of two.
    expected = [0.5, 0.5 - 0.1 / 2**0.5, 0.5 + 0.2 / 2**0.5]
    assert interval(found, "book") == pytest.approx(expected)


def test_rates_stay_below_one_and_other_metrics_do_not() -> None:
    rows = [("book", 1, 0.9, 0.8, 0.95), ("book", 2, 0.3, 0.2, 0.4)]
    assert interval(over_networks(networks(*rows)), "book")[2] == 1
    assert interval(over_networks(networks(*rows, metric="entropy")), "book")[2] > 1


def labels(*found: tuple[float, str, float, float, float]) -> pd.DataFrame:
    """Shares of labelled pairs: temperature, metric, estimate, low and high."""
    columns = ["temperature", "metric", "estimate", "low", "high"]
    frame = pd.DataFrame(found, columns=columns)
    return frame.assign(generator="book", corpus="c", cut_off="").reindex(columns=COLUMNS)


def test_labels_correct_the_rate_of_their_network_and_temperature() -> None:
    means = over_networks(networks(("book", 1, 0.04, 0.03, 0.05), ("best", 1, 0.04, 0.03, 0.05)))
    both = labels((1.0, RIGHT, 0.5, 0.4, 0.6), (np.nan, MISSED, 0.01, 0.005, 0.02))
    found = with_corrected(means, both).set_index("generator")
    assert found.loc["book", "corrected"] == pytest.approx(0.04 * 0.5 + 0.96 * 0.01)
    assert found.loc["book", "corrected_low"] < 0.0296 < found.loc["book", "corrected_high"]
    assert found.loc["best", CORRECTED].isna().all()
    # Without labels of the other pairs nobody knows how many are missed.
    assert with_corrected(means, both[:1])["corrected"].isna().all()


def test_the_corrected_interval_holds_the_error_of_each_share() -> None:
    rate, right, none = (0.04, 0.03, 0.05), (0.5, 0.5, 0.5), (0.0, 0.0, 0.0)
    assert corrected(rate, right, none) == pytest.approx((0.02, 0.015, 0.025), rel=0.02)
    assert corrected((0.04,) * 3, (0.5, 0.4, 0.6), none) == pytest.approx(
        (0.02, 0.016, 0.024), rel=0.02
    )
    missed = corrected((0.04,) * 3, right, (0.0, 0.0, 0.01))
    assert missed == pytest.approx((0.02, 0.02, 0.02 + 0.0096), rel=0.02)


def test_labels_count_for_less_if_labellers_differ_by_more_than_chance() -> None:
    def said(*absurd: float) -> pd.DataFrame:
        rows = [
            (f"reader {number}", float(place < 10 * share))
            for number, share in enumerate(absurd)
            for place in range(10)
        ]
        return pd.DataFrame(rows, columns=["labeller", "absurd"])

    assert overdispersion(said(0.5, 0.5)) == 1
    assert overdispersion(said(0.5)) == overdispersion(said(0.0, 0.0)) == 1
    # Two readers of ten labels, .2 and .8: 2 * 10 * .3^2 / .25 over one degree of freedom.
    assert overdispersion(said(0.2, 0.8)) == pytest.approx(7.2)


def test_recipes_of_about_the_same_size_are_compared() -> None:
    columns = ["group", "ingredient_count", "implausible_pair_count", "judged_pair_count"]
    rows = [("generated", 6, 1, 10), ("generated", 9, 3, 30), ("generated", 8, 2, 10)]
    rows += [("generated", 10, 20, 45), ("generated", 7, 0, 0), ("other", 7, 1, 20)]
    found = rates_of_alike(pd.DataFrame(rows, columns=columns).assign(temperature=1.0))
    assert found["group"].tolist() == ["generated"]
    rate = 6 / 50
    error = (3 / 2 * ((1 - 1.2) ** 2 + (3 - 3.6) ** 2 + (2 - 1.2) ** 2) / 50**2) ** 0.5
    expected = [rate, rate - 1.959964 * error, rate + 1.959964 * error, 50]
    assert found[["estimate", "low", "high", "count"]].iloc[0].tolist() == pytest.approx(expected)


@pytest.mark.parametrize(
    ("first", "said"), [(0.012, "length is not the reason"), (0.075, "length may be the reason")]
)
def test_the_page_says_whether_length_explains_the_rise(first: float, said: str) -> None:
    facts = rates((0.2, 0.01, 0.008, 0.012), (1.5, 0.08, 0.07, 0.09), onset=0.8)
    alike = facts.table[facts.table["temperature"].notna()].assign(metric=ALIKE)
    alike.loc[alike["temperature"] == 0.2, "high"] = first
    sizes = pd.DataFrame(
        {"question": "setup", "metric": ["alike_from", "alike_to"], "estimate": [6.0, 9.0]}
    )
    facts.table = pd.concat([facts.table, alike, sizes], ignore_index=True)
    answer = sentences.alike(facts)
    assert "Among those of 6 to 9 ingredients" in answer
    assert answer.endswith(f"so {said}.")


def test_differences_ratios_and_points_between() -> None:
    estimate, low, high = difference((5.0, 2.0, 9.0), (1.0, 0.0, 5.0))
    assert (estimate, low, high) == pytest.approx((4, 4 - 5, 4 + 17**0.5))
    assert ratio((4.0, 2.0, 8.0), (2.0, 2.0, 2.0)) == pytest.approx((2, 1, 4))
    assert np.isnan(ratio((4.0, 2.0, 8.0), (0.0, 0.0, 1.0))).all()
    x, y = pd.Series([3.0, 1.0]), pd.Series([30.0, 10.0])
    assert between(x, y, 1.5) == 15
    assert np.isnan(between(x, y, 3.1))


def test_ingredients_of_one_text_count_as_far_as_they_differ() -> None:
    alone, together = pd.Series(list("abcdefgh")), pd.Series(list("aabbccdd"))
    flags = pd.Series([True, True, True, True, False, False, False, False])
    share, low, high = clustered_share(flags, alone, 0.95)
    # The error of eight texts with one each is that of the sample variance, over n - 1.
    assert (share, low, high) == pytest.approx(wilson(0.5, 7, 1.959964))
    assert clustered_share(flags, together, 0.95) == pytest.approx(wilson(0.5, 3, 1.959964))
    assert clustered_share(flags[:0], alone[:0], 0.95)[0] is np.nan
    mean = clustered_mean(pd.Series([1.0, 2.0, 3.0]), pd.Series(list("abc")), 0.95)
    assert mean == pytest.approx((2, 2 - 4.3027 / 3**0.5, 2 + 4.3027 / 3**0.5), abs=1e-4)


def rates(*found: tuple[float, float, float, float], onset: float) -> Facts:
    """A table with one question, from rows of temperature, estimate, low and high."""
    curve = [("book", at, RATE, *ends) for at, *ends in found]
    rise = difference(found[-1][1:], found[0][1:])
    rows = [
        *curve,
        ("real", np.nan, RATE, 0.01, 0.008, 0.012),
        ("book", np.nan, "rise", *rise),
        ("book", np.nan, "above_real_from", onset, np.nan, np.nan),
    ]
    columns = ["generator", "temperature", "metric", "estimate", "low", "high"]
    table = pd.DataFrame(rows, columns=columns).assign(question="temperature", cut_off="")
    setup = pd.DataFrame([{"question": "setup", "metric": "networks", "generator": "book"}])
    whole = pd.concat([table, setup]).assign(corpus="Site", **dict.fromkeys(CORRECTED, np.nan))
    return Facts(whole)


def test_the_answer_says_what_the_intervals_allow() -> None:
    low, high = (0.2, 0.01, 0.008, 0.012), (1.5, 0.08, 0.07, 0.09)
    said = sentences.temperature(rates(low, high, onset=0.8))
    assert said.startswith("Yes.")
    assert "From T\N{NO-BREAK SPACE}=\N{NO-BREAK SPACE}0.8 on" in said
    falling = sentences.temperature(rates((0.2, *high[1:]), (1.5, *low[1:]), onset=np.nan))
    assert falling.startswith("No: it falls.")
    assert "not detectably beyond real recipes" in falling
    flat = sentences.temperature(rates(low, (1.5, 0.011, 0.009, 0.013), onset=np.nan))
    assert flat.startswith("No rise can be detected.")


def test_a_corrected_rate_stands_beside_the_raw_one() -> None:
    facts = rates((0.2, 0.01, 0.008, 0.012), (1.5, 0.08, 0.07, 0.09), onset=0.8)
    facts.table = facts.table.assign(corrected=0.03, corrected_low=0.02, corrected_high=0.04)
    said = sentences.temperature(facts).replace("\N{NARROW NO-BREAK SPACE}", " ")
    assert "and 8.0 % (7.0 to 9.0) at" in said
    assert "no cook would put together is 3.0 % (2.0 to 4.0) and 3.0 % (2.0 to 4.0)." in said


def better(same: tuple[float, ...], equal: tuple[float, ...]) -> Facts:
    """A table of two presets, with the ratios of their rates."""
    rows = [
        ("setup", "book", "networks", 2.0, np.nan, np.nan),
        ("setup", "best", "networks", 2.0, np.nan, np.nan),
        ("setup", "", "headline_temperature", 1.0, np.nan, np.nan),
        ("network", "book", "perplexity", 12.0, np.nan, np.nan),
        ("network", "best", "perplexity", 8.0, np.nan, np.nan),
        ("network", "best", "times_first_preset", *same),
        ("network", "best", "times_first_preset_at_equal_entropy", *equal),
    ]
    columns = ["question", "generator", "metric", "estimate", "low", "high"]
    table = pd.DataFrame(rows, columns=columns)
    return Facts(table.assign(corpus="Site", network=np.nan, **dict.fromkeys(CORRECTED, np.nan)))


def test_networks_are_compared_at_one_temperature_and_at_one_entropy() -> None:
    said = sentences.network(better((0.5, 0.4, 0.6), (0.9, 0.7, 1.2)))
    assert "yes, fewer. The `best` networks (perplexity 8.0) have 0.50 (0.40 to 0.60)" in said
    assert "next word: no difference can be detected. There they have 0.90" in said
    both = better((0.5, 0.4, 0.6), (0.9, 0.7, 1.2))
    both.table = pd.concat([both.table, both.table.assign(corpus="Other")], ignore_index=True)
    more = " On Other it is 0.50 (0.40 to 0.60) times as many at the same temperature, and 0.90"
    assert more in sentences.network(both)
    assert "On Other" not in said
    worse = sentences.network(better((1.5, 1.1, 1.9), (np.nan, np.nan, np.nan)))
    assert "no, more." in worse
    assert "it cannot be told" in worse


def test_runs_share_what_they_can_and_the_estimate_counts_it_once() -> None:
    corpora = [Corpus.named("Site=site.json"), Corpus.named("folder/other.json.gz")]
    assert [(each.name, each.path.name) for each in corpora] == [
        ("Site", "site.json"),
        ("other", "other.json.gz"),
    ]
    runs = Plan().runs(corpora)
    assert len(runs) == 2 * 3 * (1 + len(CUTS)) == len({run.folder for run in runs})
    assert runs[1].folder == "site/book-top-k-40"
    assert runs[1].configuration.train == runs[0].configuration.train
    assert runs[1].configuration.generate.top_k == (40,)
    first, again = (seconds_of(runs[0], first=each) for each in (True, False))
    assert first > again > seconds_of(runs[1], first=False)
    hours = sum(seconds_of(run, first=run.cut.cut is None) for run in runs) / 3600
    assert hours < 6


@pytest.mark.parametrize(
    ("holds", "said"),
    [
        ([True], "It rises for a, too."),
        ([False], "For a it does not."),
        ([True, True], "It rises for both other kinds of network, too."),
        ([True, True, True], "It rises for all 3 other kinds of network, too."),
        ([True, False, True], "It rises for 2 of the 3 other kinds of network, too."),
    ],
)
def test_other_cases_are_counted_in_plain_words(holds: list[bool], said: str) -> None:
    assert sentences.in_the_others("It rises", holds, "abc") == said


def test_a_part_of_the_full_command_is_told_from_smaller_runs() -> None:
    assert Plan().runs_of_all == 2 * 3 * (1 + len(CUTS))
    assert Plan(networks={"fast": 3}).runs_of_all == Plan().runs_of_all
    assert Plan(networks={"fast": 1}).runs_of_all is None
    assert Plan(samples=10).runs_of_all is None


def test_the_page_says_how_much_of_the_full_command_is_done(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    facts = Facts(read_findings(ROOT / "docs" / "findings.csv"))
    said = {}
    for runs, of_all in ((24.0, 24.0), (8.0, 24.0), (2.0, float("nan"))):
        given = {"runs": runs, "runs_of_all": of_all, "samples": 9, "cut_samples": 3}
        monkeypatch.setattr(Facts, "setting", lambda _, name, given=given: given.get(name, 0.95))
        said[runs] = size(facts).splitlines()[0]
    assert said[24.0].startswith("The runs are those of the full command")
    assert said[8.0].startswith("These are 8 of the 24 runs of the full command")
    assert "reduced run" in said[2.0]


def test_a_plan_becomes_a_table_and_a_page_and_nothing_is_done_twice(
    finished: Run, corpus: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What was learned before is copied, so that only samples are drawn and judged."""
    work, out = tmp_path / "work", tmp_path / "out"
    out.mkdir()
    shutil.copytree(finished.folder, work / "composed" / "book")
    plan = Plan(
        networks={"book": 1},
        samples=40,
        cut_samples=40,
        recipes=None,
        temperatures=(0.2, 1.0, 1.5),
        cut_temperatures=(1.0,),
        cuts=CUTS[:1],
        settings={**SMALL, "generate": {"max_tokens": 60, "others": []}},
    )
    planned = plan.runs([Corpus("Composed", corpus)])
    runs = do_runs(planned, work)
    trained = [run.manifest["stages"]["train"]["finished"] for run in (finished, *runs)]
    assert len(set(trained)) == 1
    assert capsys.readouterr().out.count(": done;") == 2
    assert do_runs(planned, work)[0].manifest == runs[0].manifest
    assert capsys.readouterr().out.count("was done before") == 2
    assert done_of(planned, work) == planned
    assert (
        done_of(plan.runs([Corpus("Composed", corpus), Corpus("Other", corpus)]), work) == planned
    )
    with pytest.raises(UsageError, match="no run is finished"):
        done_of(plan.runs([Corpus("Other", corpus)]), work)

    table = findings_of(plan, planned, runs)
    assert table["estimate"].dtype == np.float64  # others are not rounded in the file
    write_findings(table, out / "findings.csv")
    read = read_findings(out / "findings.csv")
    assert read["estimate"].to_numpy() == pytest.approx(
        table["estimate"].to_numpy(), nan_ok=True, rel=1e-4
    )
    write_page(out)
    page = (out / "findings.md").read_text(encoding="utf-8")
    assert page == page_of(Facts(read))
    names = answered(Facts(read))
    assert {file.stem for file in out.glob("*.png")} == {f"findings-{name}" for name in names}
    assert "Not measured yet: only one kind of network" in page
    assert_numbers_are_those_of_the_runs(read, runs)


def assert_numbers_are_those_of_the_runs(table: pd.DataFrame, runs: list[Run]) -> None:
    whole = runs[0]
    summary = whole.read("temperature_summary").query("group == 'generated'")
    rate = summary[summary["metric"] == RATE].set_index("temperature")["estimate"]
    own = table.query("question == 'temperature' and metric == @RATE and generator == 'book'")
    found = own.set_index("temperature")["estimate"]
    assert found.to_dict() == pytest.approx(rate.to_dict(), rel=1e-4)
    # Each implausible pair of a hot sample is brought in by a word; each ingredient counts once.
    words = whole.read("pair_words").drop_duplicates(["sample_id", "ingredient"])
    hot = words[words["sample_id"].str.startswith("T1.5-")].dropna(subset="probability")
    row = table.query("metric == 'unlikely_share_implausible' and temperature == 1.5").iloc[0]
    assert row["count"] == len(hot)
    assert row["estimate"] == pytest.approx((hot["probability"] < 0.01).mean(), rel=1e-4)


@pytest.mark.slow
def test_the_quick_form_of_the_command(corpus: Path, tmp_path: Path) -> None:
    main([f"Composed={corpus}", "--quick", "--work", str(tmp_path), "--out", str(tmp_path)])
    page = (tmp_path / "findings.md").read_text(encoding="utf-8")
    assert "Composed, preset `book`: 2 networks" in page


def test_the_page_is_made_from_the_committed_table() -> None:
    facts = Facts(read_findings(DOCS / "findings.csv"))
    assert (DOCS / "findings.md").read_text(encoding="utf-8") == page_of(facts)
    drawn = {file.name for file in DOCS.glob("findings-*.png")}
    assert drawn == {f"findings-{name}.png" for name in answered(facts)}
    assert set(ANSWERS) == set(CHARTS)


def test_no_number_is_written_into_the_page_by_hand() -> None:
    template = re.sub(r"\{\{.*?\}\}", "", TEMPLATE.read_text(encoding="utf-8"))
    assert re.findall(r"\d", template.replace("distinct_2", "")) == []
    source = ast.parse(Path(sentences.__file__).read_text(encoding="utf-8"))
    texts = [each.value for each in ast.walk(source) if isinstance(each, ast.Constant)]
    written = [text for text in texts if isinstance(text, str) and re.search(r"\d", text)]
    assert set(written) <= {"distinct_2"}


@pytest.mark.parametrize("column", ["estimate", "low", "high"])
def test_each_rate_of_the_page_follows_the_table(column: str) -> None:
    table = read_findings(DOCS / "findings.csv")
    page = page_of(Facts(table))
    shown = table[table["metric"].isin((RATE, "exchanged_share")) & table["network"].isna()]
    shown = shown[shown["question"].isin(("temperature", "exchanged")) & shown[column].notna()]
    assert len(shown) > 10
    for place in shown.index[:: len(shown) // 5]:
        changed = table.copy()
        changed.loc[place, column] += 0.5
        assert page_of(Facts(changed)) != page, table.loc[place].to_dict()


def test_the_first_paragraph_of_readme_quotes_the_answer() -> None:
    first = (ROOT / "README.md").read_text(encoding="utf-8").split("\n\n")[1]
    answer = sentences.temperature(Facts(read_findings(ROOT / "docs" / "findings.csv")))
    assert " ".join(answer.split()) in " ".join(first.split())
