"""The section about the judge shows corrected rates only beside raw ones, and says their basis."""

import pandas as pd
import pytest

from recipegen.config import configure
from recipegen.evaluation.labelled.corrected_rates import Errors
from recipegen.evaluation.labelled.judge_quality import RUN, quality_table, rates_table
from recipegen.report.facts import RunFacts
from recipegen.report.page import report_page
from recipegen.report.sections.judge_quality import (
    ASSUMPTIONS,
    NO_LABELS,
    NOT_ASKED,
    Section,
    checked_section,
    correction,
    next_labels,
)
from recipegen.report.summary import summarise_run
from tests.evaluation.labelled.test_judge_quality import TEXTS, WISH
from tests.report.reading import read

HOT = "Temperature 1.5"
SHIPPED = Errors((90, 100), (1, 200), 0.03)
TABLES = {
    "corrected_rates": rates_table(TEXTS, SHIPPED, WISH),
    "judge_quality": quality_table(TEXTS, 0.95),
}
NOTHING = {name: table.iloc[:0] for name, table in TABLES.items()}


def section(tables: dict[str, pd.DataFrame], *, corrected: bool = True) -> Section:
    settings = configure({"summarise": {"corrected": corrected}}).model_dump(mode="json")
    return checked_section(tables, RunFacts("run", "", settings, "", {}, {}, {}, "", ""))


def test_each_corrected_rate_stands_beside_the_raw_one() -> None:
    (table,) = section(TABLES)["rates"]
    assert table["title"] == "absurd pairs"
    rows = {row["texts"]: row for row in table["rows"]}
    assert {*rows} == {
        "the LSTM, T = 0.5",
        "the LSTM, T = 1.5",
        "the LSTM, all temperatures",
        "real",
    }
    cold = rows["the LSTM, T = 0.5"]
    assert cold["raw"] == pytest.approx(0.1)
    assert cold["corrected"][0]["estimate"] == pytest.approx(0.085)
    assert cold["labels"] == 60
    assert all(len(row["corrected"]) == len(table["columns"]) for row in rows.values())


def test_a_rate_by_labels_of_other_texts_says_what_it_assumes() -> None:
    said = section(TABLES)["sentences"]
    assert all(words in said for words in ASSUMPTIONS.values())
    own = TABLES["corrected_rates"]
    alone = {**TABLES, "corrected_rates": own[own["basis"] == "labels of these texts"]}
    assert not any(words in section(alone)["sentences"] for words in ASSUMPTIONS.values())


def test_the_judges_quality_is_said_in_words() -> None:
    said = " ".join(section(TABLES)["sentences"])
    # By the sizes of the strata, 280 of the 400 implausible pairs are absurd.
    assert "Of the pairs that the judge calls implausible, 70.0\u202f% (" in said
    assert "45 implausible pairs and 90 others are labelled" in said
    assert "Worth labelling next: the LSTM" in said


def test_more_labels_are_needed_if_one_rate_is_far_from_known() -> None:
    own = TABLES["corrected_rates"].query("basis == 'labels of these texts' and unit == 'pair'")
    known = own.assign(more_implausible=0.0, more_others=0.0)
    assert "More labels are not needed." in " ".join(next_labels(known))
    # Of one of them, there are too few texts for so many labels as would be needed.
    far = known.copy()
    far.loc[far.index[0], ["more_implausible", "more_others"]] = float("nan")
    assert list(next_labels(far)) == []


def test_without_labels_the_page_says_so() -> None:
    assert section(NOTHING)["sentences"] == [NO_LABELS]
    assert section(NOTHING)["rates"] == []
    assert section(NOTHING, corrected=False)["sentences"] == [NOT_ASKED]


def test_a_figure_is_corrected_by_the_basis_that_assumes_least() -> None:
    rates = TABLES["corrected_rates"]
    cold = correction(rates, "generated", 0.5)
    assert cold is not None
    assert cold["estimate"] == pytest.approx(0.085)
    assert not cold["assumes"]
    real = correction(rates, "real", None)
    assert real is not None
    assert real["assumes"]
    assert correction(rates, "control", None) is None
    assert correction(None, "real", None) is None
    assert correction(rates[rates["basis"] == RUN].iloc[:0], "real", None) is None


def test_the_page_has_both_rates_side_by_side(
    tables: dict[str, pd.DataFrame], facts: RunFacts
) -> None:
    page = read(report_page(summarise_run({**tables, **TABLES}, facts)))
    (figure,) = (item for item in page.all("li") if item.attributes.get("data-figure") == HOT)
    assert "corrected by labels: 31.0" in figure.text
    assert figure.text.index("%") < figure.text.index("corrected")
    (table,) = (each for each in page.all("table") if each.attributes.get("id") == "corrected-pair")
    cells = [cell.text for cell in table.all("td")]
    assert "10.0" in cells[0]
    assert "8.5" in cells[1]
