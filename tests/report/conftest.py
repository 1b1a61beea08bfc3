"""All tables of a small run with invented recipes, hostile texts among them."""

import hashlib
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from playwright.sync_api import Error, sync_playwright

from recipegen.config import Configuration, Summarise
from recipegen.evaluation.metrics import Yardsticks
from recipegen.evaluation.per_group.generators import Judged
from recipegen.evaluation.per_group.run_differences import compare_summaries
from recipegen.evaluation.per_group.temperature import describe_texts, summarise
from recipegen.evaluation.per_text.coherence import Ranges
from recipegen.evaluation.per_text.measures import measure_texts
from recipegen.pairing.exchange_equivalent import ExchangeCurve
from recipegen.report.facts import RunEntry, RunFacts
from recipegen.report.page import comparison_page, index_page, report_page, samples_page
from recipegen.report.sections.change import HEADLINE_METRIC
from recipegen.report.sections.section import Section
from recipegen.report.summary import summarise_run
from recipegen.tables import TABLES
from tests.report.browsing import Reader, launch

Tables = dict[str, pd.DataFrame]

BROWSED = ("samples", "mentions", "sample_pairs", "sample_scores", "references")
TEMPERATURES = (0.2, 1.0, 1.5)
HOSTILE = "</script><img src=x onerror=alert(1)>"
BIDI = "\u202eevil\u202c"
PAIRS = (("anchovy", "chocolate"), ("chocolate", "lamb"), ("mustard", "vanilla"))
PLAIN = ("butter", "flour", "onion", "thyme")

WORDS: dict[str, int] = {}


def encode(text: str) -> list[int]:
    """A number for each word of a text."""
    return [WORDS.setdefault(word, len(WORDS)) for word in text.split()]


TRAINING = pd.DataFrame(
    {
        "recipe_id": ["taught"],
        "token_ids": [encode("recipe for soup | stir the butter , flour and serve .")],
    }
)


CURVE = ExchangeCurve(real=1.0, random=0.0, power=2.0)


def make_tables(samples: int = 12, others: Sequence[str] = ()) -> Tables:
    """Every table that a report reads, ``samples`` texts at each temperature.

    Other generators draw at the same temperatures, except the last one, which has no temperature.
    """
    random = np.random.default_rng(7)
    rows: dict[str, list[dict[str, object]]] = {
        name: [] for name in ("samples", "references", "mentions", "sample_pairs", "sample_scores")
    }
    for temperature in TEMPERATURES:
        for at in range(samples):
            bad = random.random() < temperature / 4
            _add(rows, f"T{temperature:g}-{at:05d}", "generated", temperature, at, bad)
    for place, name in enumerate(others, start=1):
        alone = place == len(others)
        for temperature in (None,) if alone else TEMPERATURES:
            for at in range(samples):
                bad = random.random() < place / 12
                _add(rows, f"{name}-{temperature}-{at:05d}", name, temperature, at, bad)
    for at in range(samples):
        _add(rows, f"real-{at:05d}", "real", None, at, at % 12 == 1)
        _add(rows, f"control-{at:05d}", "control", None, at, at % 3 > 0)
    tables = {name: _frame(name, values) for name, values in rows.items()}
    texts = pd.concat([tables["samples"], tables["references"]])[["sample_id", "text"]]
    measures = measure_texts(texts, tables["mentions"], TRAINING, encode, 99, Ranges({}))
    known = pd.concat([tables["samples"], tables["references"]], ignore_index=True)
    described = describe_texts(known, tables["sample_scores"], measures)
    summary = summarise(
        described,
        tables["sample_pairs"],
        Yardsticks(6.0, [], dict.fromkeys(("lines", "directions"), CURVE)),
        Summarise(resamples=100),
        seed=1,
    )
    return tables | {
        "text_measures": measures,
        **summary._asdict(),
        "ingredients": _ingredients(),
        "pairings": _pairings(),
        "word_probabilities": _word_probabilities(),
        "training_log": _training_log(),
        "epoch_samples": _frame(
            "epoch_samples",
            [
                {"epoch": epoch, "prompt": "recipe for", "temperature": 1.0, "text": f"<i>{epoch}"}
                for epoch in (1, 2, 3)
            ],
        ),
        "perplexities": _frame(
            "perplexities",
            [
                {"model": model, "split": split, "perplexity": value, "words": 900}
                for split, *values in (("valid", 41.5, 55.5), ("test", 42.5, np.nan))
                for model, value in zip(("network", "ngram"), values, strict=True)
            ],
        ),
        "recipes": _recipes(),
    }


def _frame(table: str, rows: list[dict[str, object]]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=TABLES[table].column_names)


def _add(
    rows: dict[str, list[dict[str, object]]],
    sample_id: str,
    group: str,
    temperature: float | None,
    at: int,
    bad: bool,
) -> None:
    """Add a text with two plain ingredients, and also an implausible pair if it is ``bad``."""
    pair = PAIRS[at % len(PAIRS)]
    names = sorted({PLAIN[at % 4], PLAIN[(at + 1) % 4], *(pair if bad else ())})
    title = HOSTILE if at == 0 else BIDI if at == 1 else f"{names[0]} supper"
    text = f"recipe for {title} | stir the {' , '.join(names)} and serve ."
    if at == 2:
        text = "recipe for the the the"
        names, bad = [], False
    for name in names:
        start = text.index(name, text.index(" | "))
        mention = {"sample_id": sample_id, "start": start, "end": start + len(name)}
        rows["mentions"].append(
            {
                **mention,
                "surface": name,
                "ingredient": name,
                "section": "directions",
                "role": "used",
            }
        )
    pairs = [(a, b) for a in names for b in names if a < b]
    for a, b in pairs:
        flagged = bad and (a, b) == pair
        lift = -2.0 if flagged else 0.4
        values = {"sample_id": sample_id, "ingredient_a": a, "ingredient_b": b}
        values["verdict"] = "implausible" if flagged else "plausible"
        rows["sample_pairs"].append({**values, "implausible": flagged, "log_lift": lift})
    rows["sample_scores"].append(
        {
            "sample_id": sample_id,
            "ingredient_count": len(names),
            "pair_count": len(pairs),
            "judged_pair_count": len(pairs),
            "implausible_pair_count": int(bad),
            "unusual_pair_count": 0,
            "pair_support": (0.3 if bad else 0.8) * len(pairs),
            "typical_support": float(len(pairs)),
            "implausibility": (0.5 + at / 100 if bad else -0.4 + at / 100) if pairs else None,
            "p_value": 0.5,
            "flagged": bad,
            "worst_ingredient": pair[0] if bad else None,
            "origin": "directions",
            "group": group,
            "temperature": temperature,
        }
    )
    common = {"sample_id": sample_id, "text": text, "word_count": len(text.split())}
    if group not in ("real", "control"):
        rows["samples"].append(
            {
                **common,
                "group": group,
                "prompt": "recipe for",
                "temperature": temperature,
                "top_k": 0,
                "top_p": 1.0,
                "stopped": at % 5 > 0,
                "entropy": 2.0 + at / 10,
                "log_probability": -2.5 * len(names) - 3,
                "ngram_log_probability": -3.5 * len(names) - 3,
                "prompt_group": "open",
                "recipe_id": None,
            }
        )
    else:
        recipe = hashlib.sha256(str(at).encode()).hexdigest()[:12]
        rows["references"].append(
            {
                **common,
                "group": group,
                "recipe_id": recipe,
                "prompt": "recipe for",
                "stopped": True,
                "log_probability": -2.0 * len(names) - 3,
                "ngram_log_probability": -3.0 * len(names) - 3,
                "entropy": 1.5,
            }
        )


def _ingredients() -> pd.DataFrame:
    """Only chocolate has companions: vanilla, and beef, which is of the same category as lamb."""
    names = sorted({*PLAIN, *(name for pair in PAIRS for name in pair), "beef"})
    return _frame(
        "ingredients",
        [
            {
                "ingredient": name,
                "category": "meat" if name in ("beef", "lamb") else "other",
                "basic": False,
                "count": 200,
                "share": 0.1,
                "companions": ["vanilla", "beef"] if name == "chocolate" else [],
            }
            for name in names
        ],
    )


def _pairings() -> pd.DataFrame:
    return _frame(
        "pairings",
        [
            {
                "ingredient_a": a,
                "ingredient_b": b,
                "count_a": 300,
                "count_b": 200,
                "count_both": at,
                "expected": 20.5 - at,
                "log_lift": -2.4 + at / 2,
                "log_lift_low": -3.5 + at / 2,
                "log_lift_high": -1.3 + at / 2,
                "same_company": 0.6 if a == "beef" else 0.0,
                "objection": 2.0 - at,
                "verdict": "plausible" if a == "beef" else "implausible",
                "verdict_before": "implausible",
                "implausible": a != "beef",
            }
            for at, (a, b) in enumerate([*PAIRS, ("beef", "lamb")])
        ],
    )


def _word_probabilities() -> pd.DataFrame:
    words = ["and", "", ".", "<b>", BIDI]
    return _frame(
        "word_probabilities",
        [
            {
                "prompt": prompt,
                "temperature": temperature,
                "rank": at + 1,
                "word": word,
                "probability": top / 2**at,
                "entropy": 3.25,
            }
            for prompt in ("recipe for soup | chop 1 /", "recipe for <b>pie |")
            for temperature, top in ((1.0, 0.3), (0.2, 0.5))
            for at, word in enumerate(words)
        ],
    )


def _training_log() -> pd.DataFrame:
    return _frame(
        "training_log",
        [
            {
                "epoch": epoch,
                "seconds": 10.0 * epoch,
                "words": 1000 * epoch,
                "words_per_second": 100.0,
                "learning_rate": 0.001,
                "train_perplexity": 100 / epoch,
                "valid_perplexity": valid,
            }
            for epoch, valid in ((1, 80.0), (2, 41.5), (3, 44.0))
        ],
    )


def _recipes() -> pd.DataFrame:
    splits = ["train"] * 8 + ["valid", "test"]
    return pd.DataFrame({"recipe_id": [str(at) for at in range(10)], "split": splits})


def make_facts(tables: Tables, **changes: object) -> RunFacts:
    values: dict[str, object] = {
        "run": "run-7",
        "title": f"Soups {HOSTILE}",
        "configuration": Configuration().model_dump(mode="json"),
        "corpus": "invented",
        "credit": {"source": "Invented for tests", "licence": "CC0", "note": None},
        "stage_seconds": {"ingest": 1.5, "train": 65.0},
        "row_counts": {name: len(frame) for name, frame in tables.items()},
        "version": "0.1.0",
        "finished": "2026-11-24T01:03:56+00:00",
    }
    return RunFacts(**{**values, **changes})  # type: ignore[arg-type]


@pytest.fixture(scope="session")
def tables() -> Tables:
    return make_tables()


@pytest.fixture(scope="session")
def facts(tables: Tables) -> RunFacts:
    return make_facts(tables)


RUNS = [
    RunEntry(
        "old", "Old run", "2026-01-01T00:00:00+00:00", "finished", "All well.", None, "o.html"
    ),
    RunEntry("new", HOSTILE, "2026-02-01T00:00:00+00:00", "failed", error="out of memory"),
    RunEntry("mid", "x", "2026-01-15T00:00:00+00:00", "partial", report="javascript:alert(1)"),
]


@pytest.fixture(scope="session")
def summary(tables: Tables, facts: RunFacts) -> Section:
    return summarise_run(tables, facts)


@pytest.fixture(scope="session")
def pages(tables: Tables, facts: RunFacts, summary: Section) -> dict[str, str]:
    return {
        "report": report_page(summary),
        "samples": samples_page(*(tables[name] for name in BROWSED), facts),
        "index": index_page(RUNS),
        "trends": index_page(_comparable(tables["temperature_summary"])),
        "several": report_page(
            summarise_run(make_tables(others=("a chat model", HOSTILE, "mine")), facts)
        ),
        "comparison": comparison_page(*_compared(tables)),
    }


def _comparable(summary: pd.DataFrame) -> list[RunEntry]:
    """Three comparable runs; the second one has rates twice as high."""
    rates = summary[summary["metric"] == HEADLINE_METRIC]
    doubled = rates.assign(**{name: 2 * rates[name] for name in ("estimate", "low", "high")})
    return [
        RunEntry(
            f"run-{day}",
            HOSTILE,
            f"2026-03-0{day}T00:00:00+00:00",
            "finished",
            report="r.html",
            comparable="same",
            rates=frame.astype(object).where(frame.notna(), None).to_dict("records"),
        )
        for day, frame in enumerate((rates, doubled, rates), start=1)
    ]


def _compared(tables: Tables) -> tuple[pd.DataFrame, Judged, str, str]:
    """The comparison of a run with one whose texts are longer."""
    summary = tables["temperature_summary"]
    longer = summary.copy()
    longer.loc[longer["metric"] == "word_count", ["estimate", "low", "high"]] += 100
    rows = compare_summaries(summary, longer).assign(run_a="run-7", run_b=HOSTILE, same=False)
    judged = Judged(tables["operating_points"], tables["generator_tests"])
    return rows, judged, f"Of two, {HOSTILE}", "by one judge"


@pytest.fixture(scope="session")
def folder(pages: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the pages as files. Tests must not change it."""
    folder = tmp_path_factory.mktemp("pages")
    for name, page in pages.items():
        (folder / f"{name}.html").write_text(page, encoding="utf-8")
    return folder


@pytest.fixture(scope="package")
def reader() -> Iterator[Reader]:
    """One browser for all tests of the reports, closed before other tests run an event loop."""
    with sync_playwright() as playwright:
        try:
            browser = launch(playwright)
        except Error as error:
            reason = f"no Chromium starts here: {error.message.splitlines()[0]}"
            pytest.fail(reason) if os.environ.get(
                "RECIPEGEN_BROWSER"
            ) == "required" else pytest.skip(reason)
        yield Reader(browser)
        browser.close()
