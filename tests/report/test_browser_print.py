"""On paper the report is light and complete, whatever the reader's theme."""

import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pypdfium2
import pytest

from tests.report.browsing import Reader, look, luminance
from tests.report.reading import Element, read

QUOTES_AND_MARKS = {"Pi", "Pf", "Cf"}


@pytest.fixture(scope="module")
def printed(reader: Reader, folder: Path) -> Iterator[pypdfium2.PdfDocument]:
    """The report as a reader who prefers dark pages prints it, with no other setting."""
    with reader.opens(folder / "report.html", dark=True) as page:
        document = pypdfium2.PdfDocument(page.pdf(format="A4"))
    yield document
    document.close()


@pytest.fixture(scope="module")
def words(printed: pypdfium2.PdfDocument) -> str:
    return squeezed("".join(page.get_textpage().get_text_range() for page in printed))


def squeezed(text: str) -> str:
    """A text without what line breaks can change, and without the quotes that the style adds."""
    plain = unicodedata.normalize("NFKC", text)
    kept = (c for c in plain if not c.isspace() and unicodedata.category(c) not in QUOTES_AND_MARKS)
    return "".join(kept)


@pytest.fixture(scope="module")
def report(pages: dict[str, str]) -> Element:
    return read(pages["report"])


def test_paper_is_white_and_ink_dark(printed: pypdfium2.PdfDocument) -> None:
    for page in printed:
        picture = page.render(scale=1).to_pil()
        assert picture.getpixel((5, 5)) == (255, 255, 255)
        assert luminance(look(picture).paper) > 0.9
        darkest = min(colour for _, colour in picture.convert("L").getcolors())
        assert darkest < 128


def test_nothing_is_cut_off_at_the_edge(printed: pypdfium2.PdfDocument) -> None:
    for page in printed:
        width, height = page.get_size()
        text = page.get_textpage()
        for at in range(text.count_rects()):
            left, bottom, right, top = text.get_rect(at)
            assert 0 <= left < right <= width
            assert 0 <= bottom < top <= height


def test_every_heading_is_printed(report: Element, words: str) -> None:
    headings = [found.text for name in ("h2", "h3", "h4", "summary") for found in report.all(name)]
    assert len(headings) > 30
    for heading in headings:
        assert squeezed(heading) in words


def test_every_row_of_every_table_is_printed(report: Element, words: str) -> None:
    rows = [row.text for table in report.all("table") for row in table.all("tr")]
    assert len(rows) > 100
    for row in rows:
        assert squeezed(row) in words, row


def test_the_chosen_samples_are_printed(report: Element, words: str) -> None:
    samples = [found for found in report.all("article") if "data-sample" in found.attributes]
    assert len(samples) == 12
    for sample in samples:
        for part in sample.all("p", class_="text"):
            assert squeezed(part.text) in words


def test_the_opened_text_is_printed(reader: Reader, folder: Path) -> None:
    with reader.opens(folder / "samples.html", "#T1-00005", dark=True) as page:
        open_text = squeezed(page.locator("#detail").inner_text())
        document = pypdfium2.PdfDocument(page.pdf(format="A4"))
    with document:
        (sheet,) = document
        assert open_text in squeezed(sheet.get_textpage().get_text_range())
        assert luminance(look(sheet.render(scale=1).to_pil()).paper) > 0.9
