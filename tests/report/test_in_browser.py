"""The pages in a real browser, from disk: the script runs under the policy and says nothing."""

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.report.conftest import HOSTILE, Tables
from tests.report.reading import Element, read

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="there is no chromium on this machine")


@pytest.fixture(scope="module")
def folder(pages: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pages")
    for name, page in pages.items():
        (folder / f"{name}.html").write_text(page, encoding="utf-8")
    return folder


def visit(page: Path, after: str = "", *more: str) -> Element:
    """The page as it stands once its script has run; a console message or a dialogue fails."""
    assert CHROMIUM
    flags = "headless no-sandbox disable-gpu disable-quic no-first-run disable-component-update"
    flags += " disable-background-networking disable-sync dump-dom enable-logging=stderr"
    profile = page.parent / "profile"
    shown = subprocess.run(
        [
            CHROMIUM,
            *(f"--{flag}" for flag in flags.split()),
            f"--user-data-dir={profile}",
            "--virtual-time-budget=5000",
            *more,
            page.as_uri() + after,
        ],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert "CONSOLE" not in shown.stderr
    return read(shown.stdout)


def test_all_texts_can_be_browsed(folder: Path, tables: Tables) -> None:
    page = visit(folder / "samples.html")
    total = len(tables["samples"]) + len(tables["references"])
    assert page.one("output").text == f"{total} of {total}"
    assert "hidden" in page.one("div", id="static").attributes
    rows = page.one("ul", id="rows").all("li")
    assert 0 < len(rows) < total
    assert HOSTILE in rows[0].text
    assert not page.all("img")


def test_a_link_to_a_sample_opens_it(folder: Path, tables: Tables) -> None:
    page = visit(folder / "samples.html", "#T1-00003")
    detail = page.one("article", id="detail")
    mentions = tables["mentions"].query("sample_id == 'T1-00003'")
    assert "T1-00003" in detail.text
    assert [mark.text for mark in detail.all("mark")] == mentions["surface"].tolist()


def test_a_link_to_a_pair_finds_exactly_its_samples(folder: Path, tables: Tables) -> None:
    page = visit(folder / "samples.html", "#?q=chocolate%20%2B%20lamb&group=generated")
    flagged = tables["sample_pairs"].query("implausible and ingredient_b == 'lamb'")
    generated = flagged["sample_id"].isin(tables["samples"]["sample_id"]).sum()
    assert page.one("output").text.startswith(f"{generated} of ")


def test_the_report_says_nothing_on_the_console(folder: Path) -> None:
    page = visit(folder / "report.html")
    assert page.all("svg")
    assert HOSTILE in page.text
