"""Every page in a real browser, offline: no requests or messages, all visible, texts stay text."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.report.browsing import Reader, contrast, look, luminance, pictures, texts_drawn
from tests.report.conftest import BIDI, HOSTILE

PAGES = ["report", "several", "samples", "index", "trends", "comparison"]
EACH_PAGE = pytest.mark.parametrize("name", PAGES)
CHARTED = pytest.mark.parametrize(("name", "count"), [("report", 25), ("trends", 1)])
LABELLED = pytest.mark.parametrize(
    ("name", "count"), [("report", 25), ("several", 25), ("trends", 1)]
)
EACH_THEME = pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
EACH_WIDTH = pytest.mark.parametrize("width", [1280, 400])


def open_all(page: Page) -> None:
    """Open everything that a click on a summary opens."""
    page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")


# Nothing from outside, nothing cut off


@EACH_PAGE
@EACH_THEME
def test_a_page_asks_for_nothing_and_says_nothing(
    reader: Reader, folder: Path, name: str, dark: bool
) -> None:
    with reader.opens(folder / f"{name}.html", dark=dark) as page:
        assert page.locator("h1").is_visible()
        page.mouse.wheel(0, 2000)
        open_all(page)
        page.wait_for_timeout(100)


@EACH_PAGE
@EACH_WIDTH
def test_no_page_is_wider_than_the_window(
    reader: Reader, folder: Path, name: str, width: int
) -> None:
    with reader.opens(folder / f"{name}.html", width=width) as page:
        open_all(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= width


# What is drawn


@CHARTED
@EACH_THEME
@EACH_WIDTH
def test_each_chart_is_drawn(
    reader: Reader, folder: Path, name: str, count: int, dark: bool, width: int
) -> None:
    with reader.opens(folder / f"{name}.html", dark=dark, width=width) as page:
        drawn = page.locator("figure svg").filter(visible=True).all()
        assert len(drawn) >= count
        for chart, picture in zip(drawn, pictures(page, drawn), strict=True):
            chart_id, seen = chart.get_attribute("id"), look(picture)
            assert (luminance(seen.paper) < 0.1) == dark, chart_id
            assert seen.ink > 0.02, chart_id
            assert seen.vivid > 0.005, chart_id
            assert seen.colours >= 6, chart_id


@LABELLED
@EACH_THEME
@EACH_WIDTH
def test_the_words_of_each_chart_can_be_read(
    reader: Reader, folder: Path, name: str, count: int, dark: bool, width: int
) -> None:
    with reader.opens(folder / f"{name}.html", dark=dark, width=width) as page:
        paper = page.evaluate("getComputedStyle(document.body).backgroundColor.match(/\\d+/g)")
        charts = page.locator("figure svg").filter(visible=True).all()
        assert len(charts) >= count
        for chart in charts:
            drawn = texts_drawn(chart)
            assert drawn
            for text in drawn:
                assert text["visibility"] == "visible", text
                assert 0 <= text["left"] < text["right"] <= width, text
                assert min(text["width"], text["height"]) > 2, text
                assert contrast(text["colour"], tuple(map(int, paper))) >= 4.5, text


@EACH_THEME
@EACH_WIDTH
def test_the_first_sample_is_drawn_with_its_marks(
    reader: Reader, folder: Path, dark: bool, width: int
) -> None:
    with reader.opens(folder / "report.html", dark=dark, width=width) as page:
        sample = page.locator("article:has(mark)").first
        marks = sample.locator("mark").all()
        for mark in marks:
            assert mark.is_visible()
            assert (mark.bounding_box() or {"width": 0})["width"] > 10
        seen, *marked = map(look, pictures(page, [sample, *marks]))
        assert (luminance(seen.paper) < 0.1) == dark
        assert seen.ink > 0.02
        for each in marked:
            assert each.paper != seen.paper
            assert each.ink > 0.02


# Without script


def test_the_report_needs_no_script(reader: Reader, folder: Path) -> None:
    with reader.opens(folder / "report.html", script=False) as page:
        assert page.locator(".headline").is_visible()
        assert page.locator("figure svg").filter(visible=True).count() >= 25
        assert page.locator("article[data-sample]").filter(visible=True).count() == 12
        assert page.locator("#worst-pairs tr").first.is_visible()
        for details in page.locator("details").all():
            if details.get_attribute("open") is None:
                details.locator("summary").click()
        tables = page.locator("table")
        assert tables.filter(visible=True).count() == tables.count()


def test_chosen_samples_need_no_script(reader: Reader, folder: Path) -> None:
    with reader.opens(folder / "samples.html", script=False) as page:
        assert page.get_by_text("needs JavaScript").is_visible()
        assert not page.locator("#filters").is_visible()
        samples = page.locator("article[data-sample]").filter(visible=True)
        assert samples.count() == 9
        assert samples.locator("mark").filter(visible=True).count() > 9


# Hostile texts


@pytest.fixture(scope="module")
def unprotected(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The pages without their Content Security Policy."""
    bare = tmp_path_factory.mktemp("unprotected")
    for path in folder.glob("*.html"):
        page, cut = re.subn(
            r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", path.read_text("utf-8")
        )
        assert cut == 1
        (bare / path.name).write_text(page, encoding="utf-8")
    return bare


@EACH_PAGE
@pytest.mark.parametrize("guard", ["policy", "no policy", "policy cut out"])
def test_hostile_texts_stay_text(
    reader: Reader, folder: Path, unprotected: Path, name: str, guard: str
) -> None:
    place = unprotected if guard == "policy cut out" else folder
    with reader.opens(place / f"{name}.html", policy=guard == "policy") as page:
        open_all(page)
        if name == "samples":
            page.fill("#q", HOSTILE)
            page.locator("#rows a").first.click()
        assert page.get_by_text(HOSTILE).filter(visible=True).count() > 0
        assert page.locator("img, i, script[src]").count() == 0


@EACH_PAGE
def test_no_link_runs_a_script(reader: Reader, folder: Path, name: str) -> None:
    with reader.opens(folder / f"{name}.html") as page:
        kinds = page.locator("a").evaluate_all("links => links.map(link => link.protocol)")
        assert set(kinds) <= {"file:"}


def test_an_address_that_would_run_is_a_file_that_is_not_there(
    reader: Reader, folder: Path
) -> None:
    with reader.opens(folder / "index.html") as page:
        link = page.locator("li[data-run='mid'] a").first
        assert link.evaluate("link => link.href") == f"{folder.as_uri()}/javascript%3Aalert%281%29"


def test_bidirectional_marks_turn_nothing_around_them(reader: Reader, folder: Path) -> None:
    with reader.opens(folder / "samples.html", "#T1-00001") as page:
        for title in (page.locator("#rows bdi", has_text="evil").first, page.locator("h2 bdi")):
            assert title.text_content() == BIDI
            assert title.evaluate("title => getComputedStyle(title).unicodeBidi") == "isolate"
