"""No page breaks a rule of WCAG 2.2, level A or AA, that axe-core can check."""

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.report.browsing import Reader
from tests.report.test_in_browser import EACH_THEME, EACH_WIDTH, open_all

RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"],
    "resultTypes": ["violations"],
}
INSIDE_CHARTS = {"exclude": [["svg[role=img] *"]]}
"""The contrast of words in a chart is measured in another test: axe cannot tell what they are on.
To a screen reader a chart is one image."""


@pytest.mark.parametrize(("dark", "width"), [(False, 1280), (True, 400)])
def test_axe_finds_no_violation_where_generators_are_compared(
    reader: Reader, folder: Path, dark: bool, width: int
) -> None:
    with reader.opens(folder / "several.html", dark=dark, width=width, height=1400) as page:
        open_all(page)
        results = Axe().run(page, context=INSIDE_CHARTS, options=RULES)
    assert not results.violations_count, results.generate_report()


@EACH_THEME
@EACH_WIDTH
@pytest.mark.parametrize(
    ("name", "fragment"),
    [
        ("report", ""),
        ("samples", ""),
        ("samples", "#?q=chocolate%20%2B%20lamb"),
        ("index", ""),
        ("trends", ""),
        ("comparison", ""),
    ],
)
def test_axe_finds_no_violation(
    reader: Reader, folder: Path, name: str, fragment: str, dark: bool, width: int
) -> None:
    path = folder / f"{name}.html"
    with reader.opens(path, fragment, dark=dark, width=width, height=1400) as page:
        # What is folded is most of a report: it is looked at in both themes and both widths, but
        # not in all combinations of them.
        if dark == (width == 400):
            open_all(page)
        results = Axe().run(page, context=INSIDE_CHARTS, options=RULES)
    assert not results.violations_count, results.generate_report()


def test_axe_finds_what_is_wrong(reader: Reader, tmp_path: Path) -> None:
    """axe-core applies the rules above, so it finds these two faults."""
    page = '<html><title>x</title><p style="color:#aaa;background:#fff">pale</p></html>'
    (tmp_path / "bad.html").write_text(page, encoding="utf-8")
    with reader.opens(tmp_path / "bad.html") as bad:
        results = Axe().run(bad, context=INSIDE_CHARTS, options=RULES)
    assert {found["id"] for found in results.response["violations"]} == {
        "color-contrast",
        "html-has-lang",
    }
