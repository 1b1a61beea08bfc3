"""A person labels forty items by keyboard in a real browser, and what was saved is read in."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page

from recipegen.labels.drawing import Plan
from recipegen.labels.labelling import draw_labels, read_labels
from recipegen.labels.page import label_page
from recipegen.labels.reading import read_file
from recipegen.storage.run_folder import Run
from tests.conftest import copied
from tests.report.browsing import Reader, listen
from tests.report.conftest import BIDI, HOSTILE
from tests.report.test_browser_access import RULES
from tests.report.test_in_browser import EACH_THEME

LABELS = ("absurd", "unusual", "ordinary", "unclear")

Visit = Callable[[], Page]


@pytest.fixture
def context(reader: Reader) -> Iterator[BrowserContext]:
    """A browser without network in which nobody has labelled anything."""
    with reader.fresh() as context:
        yield context


@pytest.fixture
def visit(context: BrowserContext, page: Path) -> Visit:
    def opened() -> Page:
        tab = context.new_page()
        tab.goto(page.as_uri())
        return tab

    return opened


def start(tab: Page, labeller: str = "Ada") -> None:
    tab.get_by_label("Your name").fill(labeller)
    tab.keyboard.press("Enter")


def close(tab: Page) -> None:
    """Close a tab as a person does; at once would leave Chromium no time to keep what was done."""
    with tab.expect_event("close"):
        tab.close(run_before_unload=True)


def save(tab: Page, file: Path) -> Path:
    with tab.expect_download() as saved:
        tab.keyboard.press("e") if tab.locator("#work").is_visible() else tab.get_by_role(
            "button", name="Save to a file"
        ).click()
    saved.value.save_as(file)
    return file


def lines_of(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def items_of(tab: Page) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = tab.evaluate("JSON.parse(data.textContent).items")
    return items


def test_forty_items_are_labelled_by_keyboard_and_read_in(
    run: Run, visit: Visit, tmp_path: Path
) -> None:
    given = [LABELS[at % 4] for at in range(40)]
    tab = visit()
    said = listen(tab)
    items = items_of(tab)
    tab.keyboard.type("Ada")  # the field has the focus
    tab.keyboard.press("Enter")
    for at, label in enumerate(given[:25]):
        a, b = items[at]["pair"]
        assert tab.locator("#item").inner_text() == f"{a} + {b}"
        tab.keyboard.press(str(1 + LABELS.index(label)))
    # One is undone: it is shown again, and gets another label.
    assert tab.locator("#count").inner_text() == "25 of 40 labelled"
    tab.keyboard.press("u")
    assert tab.locator("#count").inner_text() == "24 of 40 labelled"
    assert tab.locator("#item").inner_text() == " + ".join(items[24]["pair"])
    assert "Undone: No cook would do this" in tab.locator("#said").inner_text()
    given[24] = "ordinary"
    tab.keyboard.press("n")
    tab.keyboard.type("a 1, and a 2: keys in a note are letters")
    tab.keyboard.press("Enter")
    tab.keyboard.press("3")
    tab.keyboard.press("p")
    assert tab.locator("#state").inner_text() == "Paused"
    tab.keyboard.press("1")  # not while paused
    assert said == []
    close(tab)

    tab = visit()
    assert tab.get_by_label("Your name").input_value() == "Ada"
    tab.keyboard.press("Enter")
    assert tab.locator("#count").inner_text() == "25 of 40 labelled"
    for at, label in enumerate(given[25:], start=25):
        assert tab.locator("#item").inner_text() == " + ".join(items[at]["pair"])
        tab.keyboard.press(str(1 + LABELS.index(label)))
    assert tab.locator("#state").inner_text() == "All labelled"
    file = save(tab, tmp_path / "ada.jsonl")

    assert [line["label"] for line in lines_of(file)] == given
    assert [line["item_id"] for line in lines_of(file)] == [item["id"] for item in items]
    labelled = copied(run, tmp_path)
    found = read_labels(labelled, [file])
    assert found.changes[str(file)][1:] == (40, 0, 0)
    labels = labelled.read("labels").set_index("item_id").loc[[item["id"] for item in items]]
    assert labels["label"].tolist() == given
    assert set(labels["labeller"]) == {"Ada"}
    assert {at: note for at, note in enumerate(labels["note"]) if note} == {
        24: "a 1, and a 2: keys in a note are letters"
    }


def test_two_labellers_at_one_browser_do_not_see_each_others_labels(
    visit: Visit, tmp_path: Path
) -> None:
    tab = visit()
    start(tab, "Ada")
    tab.keyboard.press("1")
    tab.keyboard.press("p")
    tab.get_by_role("button", name="Another labeller").click()
    start(tab, "Bob")
    assert tab.locator("#count").inner_text() == "0 of 40 labelled"
    tab.keyboard.press("2")
    bob = lines_of(save(tab, tmp_path / "bob.jsonl"))
    assert [(line["labeller"], line["label"]) for line in bob] == [("Bob", "unusual")]


def test_two_tabs_of_one_labeller_go_on_from_each_other(visit: Visit, tmp_path: Path) -> None:
    one, other = visit(), visit()
    for tab in (one, other):
        start(tab)
    one.keyboard.press("1")
    other.locator("#count", has_text="1 of 40").wait_for()
    other.keyboard.press("2")
    one.locator("#count", has_text="2 of 40").wait_for()
    assert [line["label"] for line in lines_of(save(one, tmp_path / "a.jsonl"))] == [
        "absurd",
        "unusual",
    ]


def test_all_can_be_done_with_buttons_and_keys_can_be_switched_off(visit: Visit) -> None:
    tab = visit()
    start(tab)
    tab.get_by_label("Use the keys").uncheck()
    tab.keyboard.press("1")
    assert tab.locator("#count").inner_text() == "0 of 40 labelled"
    tab.get_by_role("button", name="Unusual, but fine").click()
    assert tab.locator("#said").inner_text() == "Unusual, but fine. 1 of 40 labelled."
    assert tab.evaluate("document.activeElement.id") == "item"
    tab.get_by_role("button", name="Undo").click()
    assert tab.get_by_role("button", name="Undo").is_disabled()
    tab.get_by_role("button", name="Pause").click()
    tab.get_by_role("button", name="Go on").click()
    assert tab.locator("#work").is_visible()


def test_a_key_that_is_held_down_counts_once(visit: Visit) -> None:
    tab = visit()
    start(tab)
    tab.keyboard.down("1")
    tab.keyboard.down("1")  # as the keyboard repeats it
    tab.keyboard.up("1")
    tab.keyboard.press("Control+2")
    assert tab.locator("#count").inner_text() == "1 of 40 labelled"


def test_a_browser_that_keeps_nothing_says_so(visit: Visit) -> None:
    tab = visit()
    tab.evaluate("() => { Storage.prototype.setItem = () => { throw new Error('full'); }; }")
    start(tab)
    tab.keyboard.press("1")
    assert tab.get_by_text("This browser does not keep").is_visible()


def test_what_is_kept_from_elsewhere_does_no_harm(visit: Visit) -> None:
    tab = visit()
    key = f"labels {tab.evaluate('JSON.parse(data.textContent).draw')} Ada"
    for kept in ("{", "3", '[{"item_id": "x", "label": "absurd"}]'):
        tab.evaluate("([key, kept]) => localStorage.setItem(key, kept)", [key, kept])
        tab.reload()
        start(tab)
        assert tab.locator("#count").inner_text() == "0 of 40 labelled"


def test_hostile_texts_stay_text(context: BrowserContext, tmp_path: Path) -> None:
    item = {"id": "i", "pair": [HOSTILE, BIDI], "title": [[HOSTILE, 1]], "text": [[HOSTILE, 0]]}
    path = tmp_path / "hostile.html"
    path.write_text(label_page([item], "d"), encoding="utf-8")
    tab = context.new_page()
    said = listen(tab)
    tab.goto(path.as_uri())
    start(tab, HOSTILE)
    assert tab.locator("#text").inner_text() == HOSTILE
    assert tab.locator("img").count() == 0
    tab.keyboard.press("1")
    file = save(tab, tmp_path / "hostile.jsonl")
    with file.open("rb") as saved:
        assert read_file(saved, "hostile", {"d": {"i"}})["labeller"].tolist() == [HOSTILE]
    assert [line for line in said if not line.startswith("request for blob:")] == [
        f"request for {path.as_uri()}"
    ]


@EACH_THEME
@pytest.mark.parametrize("width", [1280, 360])
def test_the_page_can_be_read_wide_and_narrow_light_and_dark(
    reader: Reader, page: Path, dark: bool, width: int
) -> None:
    with reader.fresh() as context:
        tab = context.new_page()
        tab.set_viewport_size({"width": width, "height": 740})
        tab.emulate_media(color_scheme="dark" if dark else "light")
        tab.goto(page.as_uri())
        for part in ("start", "work", "rest"):
            assert tab.locator(f"#{part}").is_visible()
            assert tab.evaluate("document.documentElement.scrollWidth") <= width
            if dark == (width == 360):  # both themes and both widths, not all four together
                results = Axe().run(tab, options=RULES)
                assert not results.violations_count, results.generate_report()
            if part == "start":
                start(tab)
                for button in tab.locator("#answer button").all():
                    box = button.bounding_box()
                    assert box is not None
                    assert box["y"] + box["height"] <= 740, "the buttons are always in sight"
            else:
                tab.keyboard.press("p")


def test_whole_texts_are_labelled_too(run: Run, context: BrowserContext, tmp_path: Path) -> None:
    changed = copied(run, tmp_path)
    drawn = draw_labels(changed, Plan(unit="text", count=40, implausible_share=0.5))
    tab = context.new_page()
    tab.goto(Path(str(drawn.page)).as_uri())
    assert tab.get_by_text("Some of it does not belong in one dish.").is_visible()
    start(tab)
    assert tab.locator("#item").inner_text() == "Recipe 1"
    tab.keyboard.press("3")
    assert tab.locator("#item").inner_text() == "Recipe 2"
    file = save(tab, tmp_path / "a.jsonl")
    assert read_labels(changed, [file]).labels["label"].tolist() == ["ordinary"]
