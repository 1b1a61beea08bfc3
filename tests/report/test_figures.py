"""Every figure on the page of a real run is computed again, by other code, from its tables."""

from __future__ import annotations

import hashlib
import math
import re
from collections import Counter
from collections.abc import Callable, Iterator

import numpy as np
import pandas as pd
import pytest
from sacrebleu.metrics import BLEU

from recipegen.evaluation.metrics import LABEL_METRICS, METRICS
from recipegen.language.vocabulary import words_of
from recipegen.storage.run_folder import Run
from tests.report.reading import Element, read

NUMBER = re.compile(r"[−+-]?\d[\d,]*(?:\.\d+)?")
TABLES = (
    "samples references sample_scores sample_pairs text_measures temperature_summary "
    "temperature_tests trends pair_summary pairings word_probabilities sample_words training_log "
    "perplexities recipes rejects vocabulary ingredient_model"
)
MAIN = "generated"


@pytest.fixture(scope="module")
def tables(finished: Run) -> dict[str, pd.DataFrame]:
    return {name: pd.read_parquet(finished.folder / f"{name}.parquet") for name in TABLES.split()}


@pytest.fixture(scope="module")
def page(finished: Run) -> Element:
    return read((finished.folder / "report.html").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def texts(tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Every text with its scores and measures."""
    both = pd.concat([tables["samples"], tables["references"]])
    scores = tables["sample_scores"].drop(columns=["group", "temperature"])
    return both.merge(scores, on="sample_id").merge(tables["text_measures"], on="sample_id")


def of(texts: pd.DataFrame, group: str, temperature: float | None) -> pd.DataFrame:
    """The rows of a group at a temperature, or at all temperatures."""
    rows = texts[texts["group"] == group]
    return rows if temperature is None else rows[rows["temperature"] == temperature]


def measured_together(texts: pd.DataFrame, group: str, temperature: float | None) -> pd.DataFrame:
    """The rows of a group at a temperature, or those without a temperature."""
    rows = of(texts, group, temperature)
    return rows if temperature is not None else rows[rows["temperature"].isna()]


def shows(shown: str, value: float | None, scale: float = 1.0) -> bool:
    """Whether the first number in a text is this value, rounded. No value is shown as a dash."""
    if value is None or math.isnan(value):
        return shown.strip().startswith("–")
    found = NUMBER.search(shown)
    assert found, f"no number in {shown!r}"
    digits = found[0].replace(",", "").replace("−", "-")
    half = 0.5 * 10.0 ** -len(digits.partition(".")[2])
    return abs(float(digits) - scale * value) <= half * (1 + 1e-6)


# By temperature: each metric by its definition, on the rows of a group --------------------------


def ratio(above: str, below: str) -> Callable[[pd.DataFrame], float]:
    def compute(rows: pd.DataFrame) -> float:
        bottom = rows[below].sum()
        return float(rows[above].sum() / bottom) if bottom else math.nan

    return compute


def mean(column: str) -> Callable[[pd.DataFrame], float]:
    return lambda rows: float(rows[column].astype("float64").mean())


def perplexity(column: str) -> Callable[[pd.DataFrame], float]:
    def compute(rows: pd.DataFrame) -> float:
        known = rows[rows[column].notna()]
        stopped = known["stopped"].astype("float64").fillna(0)
        drawn = known["word_count"] - known["prompt"].str.split().str.len() + stopped
        return float(np.exp(-known[column].sum() / drawn.sum())) if len(known) else math.nan

    return compute


def blocks(rows: pd.DataFrame) -> Iterator[list[list[str]]]:
    """Blocks of the texts in the order of the SHA-256 of their identifiers; all are in the part."""
    assert len(rows) <= 2000
    block: list[list[str]] = []
    order = rows["sample_id"].map(lambda name: hashlib.sha256(name.encode()).hexdigest())
    for text in rows.assign(order=order).sort_values("order")["text"]:
        block.append(words_of(text))
        if sum(map(len, block)) >= 5000:
            yield block
            block = []


def by_block(measure: Callable[[list[list[str]]], list[float]]) -> Callable[..., float]:
    def compute(rows: pd.DataFrame) -> float:
        values = [value for block in blocks(rows) for value in measure(block)]
        return float(np.mean(values)) if values else math.nan

    return compute


def distinct(n: int) -> Callable[..., float]:
    def measure(block: list[list[str]]) -> list[float]:
        grams = Counter(
            tuple(words[at : at + n]) for words in block for at in range(len(words) - n + 1)
        )
        return [len(grams) / grams.total()]

    return by_block(measure)


def bleu_of_each(block: list[list[str]]) -> list[float]:
    texts = [" ".join(words) for words in block if len(words) > 3]
    judge = BLEU(tokenize="none", smooth_method="none", force=True)
    return [
        judge.corpus_score([text], [[other] for other in texts[:at] + texts[at + 1 :]]).score / 100
        for at, text in enumerate(texts)
    ]


def zipf(block: list[list[str]]) -> list[float]:
    counts = pd.Series([word for words in block for word in words]).value_counts()
    ranks = np.log(np.arange(1, len(counts) + 1))
    return [-float(np.cov(ranks, np.log(counts))[0, 1] / np.var(ranks, ddof=1))]


DEFINED: dict[str, Callable[[pd.DataFrame], float]] = {
    "implausible_pair_rate": ratio("implausible_pair_count", "judged_pair_count"),
    "unusual_pair_rate": ratio("unusual_pair_count", "judged_pair_count"),
    "unjudged_pair_rate": lambda rows: float(
        1 - rows["judged_pair_count"].sum() / rows["pair_count"].sum()
        if rows["pair_count"].sum()
        else math.nan
    ),
    "implausible_sample_rate": lambda rows: float(
        (rows[rows["judged_pair_count"] > 0]["implausible_pair_count"] > 0).mean()
    ),
    "flagged_recipe_rate": lambda rows: float(
        rows[rows["implausibility"].notna()]["flagged"].astype(float).mean()
    ),
    "implausibility": mean("implausibility"),
    "ingredient_count": mean("ingredient_count"),
    "word_perplexity": perplexity("log_probability"),
    "ngram_perplexity": perplexity("ngram_log_probability"),
    "entropy": mean("entropy"),
    "word_count": lambda rows: float(rows["text"].map(words_of).str.len().mean()),
    "stopped_rate": mean("stopped"),
    "distinct_1": distinct(1),
    "distinct_2": distinct(2),
    "distinct_3": distinct(3),
    "self_bleu": by_block(bleu_of_each),
    "zipf_coefficient": by_block(zipf),
    "repeated_4gram_rate": ratio("repeated_4grams", "all_4grams"),
    "looping_rate": lambda rows: float((rows["loop_words"] > 0).mean()),
    "unknown_word_rate": ratio("unknown_words", "word_count"),
    "mauve": lambda rows: math.nan if len(rows) < 500 else pytest.fail("not foreseen here"),
    **{f"new_{n}gram_rate": ratio(f"new_{n}grams", f"all_{n}grams") for n in (4, 6, 8, 10)},
    "copied_words": mean("copied_words"),
    "nearest_similarity": mean("nearest_similarity"),
    "title_ingredient_rate": ratio("used_title_ingredients", "title_ingredients"),
    "used_list_rate": ratio("used_listed_ingredients", "listed_ingredients"),
    "listed_use_rate": ratio("used_listed_ingredients", "used_ingredients"),
    "unusual_quantity_rate": ratio("unusual_quantities", "quantities"),
    "one_title_rate": mean("one_title"),
}
BEYOND_NORMAL = ("original_implausible_pair_rate", "memorised_rate")
"""Metrics that need the longest span that real recipes copy."""

ON_A_CURVE = "exchanged_share"
"""The metric that needs the curve of the table ``ingredient_model``."""


def exchanged(rows: pd.DataFrame, model: pd.DataFrame) -> float:
    """The d at which the curve random + (real - random) (1 - d)^power has the pairs' support."""
    origin = rows["origin"].mode().iloc[0]
    (curve,) = model.loc[model["parameter"] == f"exchanged.{origin}", "values"]
    real, random, power = map(float, curve)
    typical = rows["typical_support"].sum()
    if not typical:
        return math.nan
    left = (rows["pair_support"].sum() / typical - random) / (real - random)
    return float(1 - min(max(left, 0.0), 1.0) ** (1 / power))


def defined(metric: str, rows: pd.DataFrame, normal: float) -> float:
    memorised = rows["copied_words"] > normal
    if metric == "memorised_rate":
        return float(memorised.mean())
    if metric == "original_implausible_pair_rate":
        return DEFINED["implausible_pair_rate"](rows[~memorised])
    return DEFINED[metric](rows)


def test_every_metric_is_computed_here_too() -> None:
    # Those that rest on labels are worked by hand in the tests of evaluation/labelled.
    computed = {*DEFINED, *BEYOND_NORMAL, ON_A_CURVE, *LABEL_METRICS}
    lacking, unknown = set(METRICS) - computed, computed - set(METRICS)
    assert not lacking, "add a second computation of each to DEFINED"
    assert not unknown, "these are no metrics; remove them here"


def test_every_cell_of_the_table_by_temperature(
    page: Element, texts: pd.DataFrame, tables: dict[str, pd.DataFrame]
) -> None:
    normal = texts[texts["group"] == "real"]["copied_words"].quantile(0.99)
    ends = tables["temperature_summary"]
    cells = [cell for cell in page.all("td") if "data-metric" in cell.attributes]
    seen = set()
    for cell in cells:
        metric, group, at = (
            cell.attributes[f"data-{name}"] or "" for name in ("metric", "group", "temperature")
        )
        temperature = float(at) if at else None
        scale = 100.0 if METRICS[metric].unit == "rate" else 1.0
        own = measured_together(texts, group, temperature)
        if metric == ON_A_CURVE:
            value = exchanged(own, tables["ingredient_model"])
        else:
            value = defined(metric, own, normal)
        assert shows(cell.text, value, scale), (metric, group, at, cell.text, value)
        seen.add((metric, group))
        own = measured_together(ends[ends["metric"] == metric], group, temperature)
        assert_interval(cell, own.iloc[0], scale)
    groups = {*texts["group"]}
    measured = set(METRICS) - set(LABEL_METRICS)
    assert seen == {(metric, group) for metric in measured for group in groups}


def assert_interval(cell: Element, row: pd.Series, scale: float) -> None:
    small = cell.all("small")
    if not small or "no interval" in small[0].text:
        assert pd.isna(row["low"])
        return
    low, high = small[0].text.split(" to ")
    assert shows(low, row["low"], scale)
    assert shows(high, row["high"], scale)


# The first screen --------------------------------------------------------------------------------


def test_the_headline(page: Element, texts: pd.DataFrame) -> None:
    sentence = page.one("p", class_="headline several").text
    found = re.match(
        r"Of two generators, another comes closest to real cooking: cooks would object to (\S+) % "
        r"of its ingredient pairs \(real recipes of the same sizes: (\S+) %\)",
        sentence,
    )
    assert found, sentence
    for rate, shown in zip(at_equal_sizes(texts, "another", "real"), found.groups(), strict=True):
        assert shows(shown, rate, 100)


def at_equal_sizes(texts: pd.DataFrame, *groups: str) -> list[float]:
    """The rate of implausible pairs of two groups, from the texts, at equal sizes."""
    both = texts[texts["group"].isin(groups) & texts["temperature"].isna()]
    counts = both.pivot_table(
        index="ingredient_count", columns="group", values="sample_id", aggfunc="count", fill_value=0
    )
    # The composed recipes have at most twelve ingredients, so that each number is a class.
    assert counts.index.max() <= 12
    weights = 1 / counts.rdiv(1).sum(axis=1)
    rates = []
    for group in groups:
        sums = (
            both[both["group"] == group]
            .groupby("ingredient_count")[["implausible_pair_count", "judged_pair_count"]]
            .sum()
        )
        bad, judged = sums.mul(weights / counts[group], axis=0).sum()
        rates.append(bad / judged)
    return rates


def test_the_table_of_generators(page: Element, texts: pd.DataFrame) -> None:
    rows = page.one("table", id="generators").one("tbody").all("tr")
    named = {row.one("th").text.split("  ")[0].split(" T")[0].strip(): row for row in rows}
    assert next(iter(named)).startswith("another")
    assert len(rows) == 3
    cells = [cell.text for cell in rows[0].all("td")]
    known = texts[(texts["group"] == "another") & texts["temperature"].isna()]
    raw = DEFINED["implausible_pair_rate"](known)
    rates = [*at_equal_sizes(texts, "another", "real"), raw]
    for shown, rate in zip(re.findall(r"[\d.]+", cells[4]), rates, strict=True):
        assert shows(shown, rate, 100)


def test_the_identity(page: Element, tables: dict[str, pd.DataFrame]) -> None:
    facts = {
        item.one("dt").text: item.one("dd").text
        for item in page.one("dl", class_="identity").all("div")
    }
    splits = tables["recipes"]["split"].value_counts()
    assert f"{len(tables['recipes'])} recipes" in facts["Corpus"]
    assert all(f"{splits[name]} {name}" in facts["Corpus"] for name in ("train", "valid", "test"))
    assert f"{len(tables['rejects'])} records rejected" in facts["Corpus"]
    assert f"vocabulary {len(tables['vocabulary'])}" in facts["Generators"]
    assert facts["Samples"].startswith(f"{len(tables['samples'])} texts")
    assert facts["Compared with"].startswith(f"{len(tables['references'])} texts")


# Trends and tests --------------------------------------------------------------------------------


def test_the_tests_against_real_recipes(page: Element, tables: dict[str, pd.DataFrame]) -> None:
    summary = tables["temperature_summary"].query("metric == 'implausible_pair_rate'")
    real = summary[summary["group"] == "real"].iloc[0]
    rates = summary.set_index(["group", "temperature"])
    tests = tables["temperature_tests"].query("metric == 'implausible_pair_rate'")
    tests = tests.set_index(["group", "temperature"])
    rows = page.one("table", id="tests").one("tbody").all("tr")
    assert rows
    for row in rows:
        group, _, at = row.one("th").text.rpartition(", T = ")
        if not group:  # a generator whose temperature is not known
            continue
        key = (group, float(at))
        points, interval, p, detectable = (cell.text for cell in row.all("td"))
        change = rates.loc[key, "estimate"] - real["estimate"]
        own = rates.loc[key]
        below = math.hypot(own["estimate"] - own["low"], real["high"] - real["estimate"])
        above = math.hypot(own["high"] - own["estimate"], real["estimate"] - real["low"])
        half = (below + above) / 2
        assert shows(points, change, 100)
        low, high = interval.split(" to ")
        assert shows(low, change - below, 100)
        assert shows(high, change + above, 100)
        assert shows(detectable, (1.959964 + 0.841621) / 1.959964 * half, 100)
        adjusted = tests.loc[key, "p_adjusted"]
        assert adjusted < 0.001 if p.startswith("<") else shows(p, adjusted)


def test_the_trend(page: Element, texts: pd.DataFrame, tables: dict[str, pd.DataFrame]) -> None:
    text = page.one("section", id="rate").text
    found = re.search(
        r"The LSTM: for one unit of temperature the rate changes by (\S+) points "
        r"\((\S+) to (\S+); p (.*?)\)",
        text,
    )
    assert found, text
    heated = sorted(t for t in of(texts, MAIN, None)["temperature"].unique() if t > 0)
    rates = [DEFINED["implausible_pair_rate"](of(texts, MAIN, t)) for t in heated]
    assert shows(found[1], float(np.polyfit(heated, rates, 1)[0]), 100)
    slopes = tables["trends"].query("statistic == 'slope'").set_index("group")
    assert shows(found[2], slopes.loc[MAIN, "low"], 100)
    assert shows(found[3], slopes.loc[MAIN, "high"], 100)


# Pairs -------------------------------------------------------------------------------------------


def test_the_worst_pairs(
    page: Element, texts: pd.DataFrame, tables: dict[str, pd.DataFrame]
) -> None:
    flagged = tables["sample_pairs"].query("implausible").merge(texts, on="sample_id")
    known = tables["pairings"].set_index(["ingredient_a", "ingredient_b"])
    table = page.one("table", id="worst-pairs")
    heads = [cell.text for cell in table.one("thead").all("th")][5:-1]
    rows = table.all("tr", class_="pair")
    assert rows
    for row in rows:
        a, b = row.one("th").text.split(" + ")
        odds, both, expected, lift, *counts, real = (cell.text for cell in row.all("td"))
        pair = known.loc[(a, b)]
        assert shows(odds, 1 / (1 + math.exp(-pair["objection"])), 100)
        assert shows(both, pair["count_both"])
        assert shows(expected, pair["expected"])
        assert shows(lift, pair["log_lift"])
        own = flagged.query("ingredient_a == @a and ingredient_b == @b")
        for head, count in zip(heads, counts, strict=True):
            at = float(head.removeprefix("T = "))
            written = own[own["group"].str.startswith(MAIN) & (own["temperature"] == at)]
            assert shows(count, len(written)), (a, b, head)
        assert shows(real, (own["group"] == "real").sum())


# Samples and how they came about -----------------------------------------------------------------


def test_what_stands_at_each_chosen_sample(
    page: Element, texts: pd.DataFrame, tables: dict[str, pd.DataFrame]
) -> None:
    titles = tables["recipes"].set_index("recipe_id")["title"]
    views = [view for view in page.all("article") if "data-sample" in view.attributes]
    assert views
    for view in views:
        row = texts[texts["sample_id"] == view.attributes["data-sample"]].iloc[0]
        text = view.text
        if pd.isna(row["implausibility"]):
            assert "not scored" in text
        else:
            found = re.search(r"implausibility (\S+)", text)
            assert found
            assert shows(found[1], row["implausibility"])
        assert f"{row['word_count']} words" in text
        copied = re.search(r"training recipe: (\d+) words, from “(.*?)”", text)
        if copied:
            assert int(copied[1]) == row["copied_words"]
            assert copied[2] == titles[row["copied_recipe_id"]]
        likeness = re.search(r"”\. The two share (\S+\s%) of their 3-grams", text)
        if likeness:
            assert shows(likeness[1], row["nearest_similarity"], 100)


def test_the_next_words(page: Element, tables: dict[str, pd.DataFrame]) -> None:
    frame = tables["word_probabilities"]
    captions = [
        figure.one("figcaption").text
        for figure in page.one("section", id="next-words").all("figure")
    ]
    groups = list(frame.groupby(["prompt", "temperature"], sort=False))
    assert len(captions) == len(groups)
    for caption, (_, rows) in zip(captions, groups, strict=True):
        entropy, rest = caption.split(" bits. ")
        assert shows(entropy, rows["entropy"].iloc[0])
        top = rows.sort_values("rank").head(10)
        assert rest.startswith(f"{len(top)} words are shown")
        assert shows(rest.partition("; ")[2], 1 - top["probability"].sum(), 100)


def test_the_steps(page: Element, tables: dict[str, pd.DataFrame]) -> None:
    drawn = tables["sample_words"].query("drawn")
    paragraphs = page.one("section", id="steps").all("p", class_="text steps")
    assert paragraphs
    for paragraph in paragraphs:
        link = paragraph.one("a").attributes["href"] or ""
        own = drawn[drawn["sample_id"] == link.partition("#")[2]].sort_values("position")
        spans = paragraph.all("span")
        assert spans
        for span, (_, row) in zip(spans, own.iterrows(), strict=False):
            title = span.attributes["title"] or ""
            assert span.text == (row["word"] or "(end)")
            assert shows(title, row["probability"], 100)
            assert f"rank {row['rank']};" in title


# Training ----------------------------------------------------------------------------------------


def test_the_training(page: Element, tables: dict[str, pd.DataFrame]) -> None:
    log = tables["training_log"].set_index("epoch")
    section = page.one("section", id="training")
    best = log["valid_perplexity"].idxmin()
    found = re.search(
        r"best of (\d+) epochs .*? was epoch (\d+), with a perplexity of (\S+)\. The", section.text
    )
    assert found
    assert (int(found[1]), int(found[2])) == (len(log), best)
    assert shows(found[3], log.loc[best, "valid_perplexity"])
    perplexities = tables["perplexities"].set_index(["split", "model"])["perplexity"]
    for split in ("valid", "test"):
        own = re.search(rf"{split} (\S+) \(n-grams (\S+?)\)", section.text)
        assert own
        assert shows(own[1], perplexities[split, "network"])
        assert shows(own[2], perplexities[split, "ngram"])
    for row in section.one("tbody").all("tr"):
        epoch = log.loc[int(row.one("th").text)]
        train, valid, speed, _ = (cell.text for cell in row.all("td"))
        assert shows(train, epoch["train_perplexity"])
        assert shows(valid, epoch["valid_perplexity"])
        assert shows(speed, epoch["words_per_second"])


def test_the_rows_of_each_table(page: Element, finished: Run) -> None:
    section = page.one("section", id="data")
    heads = {head.one("code").text: head.one("small").text for head in section.all("h4")}
    assert heads
    for name, shown in heads.items():
        path = finished.path(name)
        assert shows(shown, len(pd.read_parquet(path))), name
