"""In a folder of reports that was moved elsewhere, every link of every page still works."""

import shutil
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit
from urllib.request import url2pathname

import pandas as pd
import pytest

from recipegen.report.publishing import publish_failure
from recipegen.running.resuming import do_stage
from recipegen.stages import stage_named
from recipegen.storage.run_folder import Run
from tests.report.browsing import Reader, current, found
from tests.report.reading import read

TALL = 6000
"""Height of a window, in pixels, in which the list shows every text of the small run at once."""


@pytest.fixture(scope="module")
def moved(finished: Run, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the reports of two runs, moved elsewhere. The second run failed later."""
    here = tmp_path_factory.mktemp("here")
    for name in ("first", "second run, new?"):
        shutil.copytree(finished.folder, here / name)
        run = Run.prepare(here / name, {"report": {"folder": str(here / "reports")}})
        do_stage(run, stage_named("report"))
    run.fail("train", "the disk is full")
    publish_failure(run)
    there = tmp_path_factory.mktemp("there") / "moved #1"
    shutil.move(here / "reports", there)
    shutil.rmtree(here)
    return there


@pytest.fixture(scope="module")
def links(reader: Reader, moved: Path) -> dict[str, list[tuple[Path, str]]]:
    """For each page, by its path in the folder: its links, each as a file and a fragment."""
    found_links = {}
    for path in sorted(moved.rglob("*.html")):
        with reader.opens(path) as page:
            addresses = page.locator("a").evaluate_all("links => links.map(link => link.href)")
        parts = [urlsplit(address) for address in dict.fromkeys(addresses)]
        name = path.relative_to(moved).as_posix()
        found_links[name] = [(Path(url2pathname(each.path)), each.fragment) for each in parts]
    return found_links


def test_every_link_leads_to_a_file_of_the_folder(
    links: dict[str, list[tuple[Path, str]]], moved: Path
) -> None:
    assert set(links) == {
        "index.html",
        *(f"{run}/{page}" for run in ("first", "second run, new?") for page in PAGES),
    }
    for name, targets in links.items():
        assert targets, name
        for path, _ in targets:
            assert path.is_file(), (name, path)
            assert path.is_relative_to(moved)


PAGES = ("report.html", "samples.html")


def test_every_fragment_is_a_place_of_its_page(links: dict[str, list[tuple[Path, str]]]) -> None:
    places = {
        (path, unquote(fragment))
        for targets in links.values()
        for path, fragment in targets
        if fragment and path.name != "samples.html"
    }
    assert len(places) > 10
    for path, fragment in places:
        assert read(path.read_text(encoding="utf-8")).one(id=fragment)


@pytest.fixture(scope="module")
def into_browser(links: dict[str, list[tuple[Path, str]]]) -> list[tuple[Path, str]]:
    """The links of a report to texts and pairs in the sample browser."""
    return [
        (path, end) for path, end in links["first/report.html"] if path.name == PAGES[1] and end
    ]


def test_a_link_to_a_sample_opens_that_sample(
    reader: Reader, into_browser: list[tuple[Path, str]], finished: Run
) -> None:
    samples = set(finished.read("samples")["sample_id"])
    ends = [(path, end) for path, end in into_browser if not end.startswith("?")]
    assert len(ends) >= 10
    for path, end in ends:
        assert unquote(end) in samples
        with reader.opens(path, f"#{end}") as page:
            assert current(page) == unquote(end)


def test_a_link_to_a_pair_finds_exactly_its_samples(
    reader: Reader, into_browser: list[tuple[Path, str]], finished: Run
) -> None:
    pairs = flagged_pairs(finished)
    ends = [(path, end) for path, end in into_browser if end.startswith("?")]
    assert len(ends) >= 3
    for path, end in ends:
        (pair,) = parse_qs(end[1:])["q"]
        with reader.opens(path, f"#{end}", height=TALL) as page:
            assert found(page) != []
            assert set(found(page)) == pairs[pair]


def flagged_pairs(run: Run) -> dict[str, set[str]]:
    """For each implausible pair, the texts that have it."""
    flagged = run.read("sample_pairs").query("implausible")
    names: pd.Series[str] = flagged["ingredient_a"] + " + " + flagged["ingredient_b"]
    return {str(name): set(ids) for name, ids in flagged["sample_id"].groupby(names)}
