"""Texts for the UI stay within its limits and contain nothing that it takes for markup."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from recipegen.flows.artifacts import REPORTS_URL, finite_rows, rate_png, report_address
from recipegen.report.markdown import escape
from recipegen.storage.run_folder import Run


def test_generated_text_is_shown_as_it_is() -> None:
    text = "1 | *2* [a](b) <b>_c_</b>\nd"
    assert escape(text) == r"1 \| \*2\* \[a\]\(b\) \<b\>\_c\_\</b\> d"


def test_a_table_has_fifty_rows_of_finite_values() -> None:
    frame = pd.DataFrame({"name": ["a", None] * 30, "rate": [math.inf, 0.1234567] * 30})
    rows = finite_rows(frame)
    assert len(rows) == 50
    assert rows[:2] == [{"name": "a", "rate": None}, {"name": None, "rate": 0.123457}]


def test_a_report_has_an_address_only_where_its_folder_is_served(
    finished: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(REPORTS_URL, "http://reports.example/")
    assert finished.configuration.report.folder is None
    assert report_address(finished) is None
    monkeypatch.delenv(REPORTS_URL)
    assert report_address(finished) is None


def test_the_chart_is_a_small_png(finished: Run) -> None:
    summary = finished.read("temperature_summary")
    png = rate_png(summary[summary["metric"] == "implausible_pair_rate"])
    assert png.startswith(b"\x89PNG")
    assert len(png) < 150_000
