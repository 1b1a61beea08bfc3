"""The sample browser finds, sorts and opens exactly what is in the tables."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import pandas as pd
import pytest
from playwright.sync_api import Page, expect

from recipegen.report.excerpts import ROLES
from recipegen.report.facts import RunFacts
from recipegen.report.page import samples_page
from tests.report.browsing import Reader, contrast, current, found, many_texts
from tests.report.conftest import BROWSED, Tables

TALL = 6000
"""Height of a window, in pixels, in which the list shows every text of the small run at once."""
MOST_NODES = 500


@pytest.fixture(scope="module")
def texts(tables: Tables) -> pd.DataFrame:
    """The texts in the order in which they were drawn, with title, score and implausible pairs."""
    both = pd.concat([tables["samples"], tables["references"]])[["sample_id", "text"]]
    both = both.merge(tables["sample_scores"], on="sample_id")
    flagged = tables["sample_pairs"].query("implausible")
    pairs = (flagged["ingredient_a"] + " + " + flagged["ingredient_b"]).groupby(
        flagged["sample_id"]
    )
    both["pairs"] = both["sample_id"].map(pairs.agg(set)).fillna("").map(set)
    title = both["text"].str.extract(r"^recipe for (.*?) \| ")[0]
    both["title"] = title.fillna("(no title) " + both["text"])
    return both


Kept = Callable[[pd.DataFrame], "pd.Series[bool]"]

FILTERS: dict[str, tuple[dict[str, str], Kept]] = {
    "nothing": ({}, lambda t: t["text"].notna()),
    "a word": ({"q": "Anchovy"}, lambda t: t["text"].str.contains("anchovy")),
    "some words": ({"q": " butter , flour "}, lambda t: t["text"].str.contains("butter , flour")),
    "a word that no text has": ({"q": "zzz"}, lambda t: t["text"].str.contains("zzz")),
    "an identifier": ({"q": "T1-00003"}, lambda t: t["sample_id"] == "T1-00003"),
    "a pair": (
        {"q": "chocolate + lamb"},
        lambda t: t["pairs"].map(lambda pairs: "chocolate + lamb" in pairs),
    ),
    "a pair the other way round": (
        {"q": "lamb + chocolate"},
        lambda t: t["pairs"].map(lambda pairs: "chocolate + lamb" in pairs),
    ),
    "a temperature": ({"temperature": "1.5"}, lambda t: t["temperature"] == 1.5),
    "a whole temperature": ({"temperature": "1"}, lambda t: t["temperature"] == 1.0),
    "the model": ({"group": "generated"}, lambda t: t["group"] == "generated"),
    "real recipes": ({"group": "real"}, lambda t: t["group"] == "real"),
    "the control": ({"group": "control"}, lambda t: t["group"] == "control"),
    "flagged ones": ({"flagged": "on"}, lambda t: t["pairs"].map(bool)),
    "all at once": (
        {"q": "butter", "group": "generated", "temperature": "1", "flagged": "on"},
        lambda t: (
            t["text"].str.contains("butter") & (t["temperature"] == 1.0) & t["pairs"].map(bool)
        ),
    ),
}


def set_filters(page: Page, values: dict[str, str]) -> None:
    for name, value in values.items():
        if name == "q":
            page.locator("#q").press_sequentially(value)
        elif name == "flagged":
            page.get_by_label("with an implausible pair").check()
        else:
            page.get_by_label(name.capitalize()).select_option(value)


@pytest.mark.parametrize("name", FILTERS)
def test_a_filter_finds_what_the_tables_hold(
    reader: Reader, folder: Path, texts: pd.DataFrame, name: str
) -> None:
    values, kept = FILTERS[name]
    with reader.opens(folder / "samples.html", height=TALL) as page:
        set_filters(page, values)
        listed = found(page)
    assert listed == texts.loc[kept(texts), "sample_id"].tolist()
    assert bool(listed) == (name != "a word that no text has")


@pytest.mark.parametrize(
    ("order", "by", "ascending"),
    [
        ("most implausible", "implausibility", False),
        ("least implausible", "implausibility", True),
        ("title", "title", True),
        ("as drawn", None, True),
    ],
)
def test_a_sort_gives_the_order_of_the_tables(
    reader: Reader,
    folder: Path,
    texts: pd.DataFrame,
    order: str,
    by: str | None,
    ascending: bool,
) -> None:
    if by:
        texts = texts.sort_values(by, ascending=ascending, kind="stable", na_position="last")
    with reader.opens(folder / "samples.html", height=TALL) as page:
        page.get_by_label("Sort").select_option(order)
        assert found(page) == texts["sample_id"].tolist()


def test_a_filter_and_a_sort_go_together(reader: Reader, folder: Path, texts: pd.DataFrame) -> None:
    kept = texts[texts["temperature"] == 1.5].sort_values(
        "implausibility", ascending=False, kind="stable"
    )
    with reader.opens(folder / "samples.html", height=TALL) as page:
        set_filters(page, {"sort": "worst", "temperature": "1.5"})
        assert found(page) == kept["sample_id"].tolist()


# Links


def test_a_link_to_a_text_opens_it_and_shows_it_in_the_list(
    reader: Reader, folder: Path, tables: Tables
) -> None:
    mentions = tables["mentions"].query("sample_id == 'control-00009'")
    with reader.opens(folder / "samples.html", "#control-00009") as page:
        assert current(page) == "control-00009"
        assert in_sight(page, "control-00009")
        assert page.locator("#detail mark").all_inner_texts() == mentions["surface"].tolist()


@pytest.mark.parametrize("name", ["T1-00003", "no such text", "%", ""])
def test_a_link_with_any_end_opens_the_page(reader: Reader, folder: Path, name: str) -> None:
    with reader.opens(folder / "samples.html", f"#{name}") as page:
        assert current(page) == ("T1-00003" if name == "T1-00003" else "T0.2-00000")


@pytest.mark.parametrize("pair", ["anchovy + chocolate", "chocolate + lamb", "mustard + vanilla"])
def test_a_link_to_a_pair_finds_exactly_its_texts(
    reader: Reader, folder: Path, texts: pd.DataFrame, pair: str
) -> None:
    kept = texts[texts["pairs"].map(lambda pairs: pair in pairs)]
    with reader.opens(folder / "samples.html", f"#?q={quote(pair)}", height=TALL) as page:
        assert found(page) == kept["sample_id"].tolist()
        assert current(page) == kept["sample_id"].iloc[0]
        assert page.locator("#detail .pairs").inner_text() == pair


def test_a_pair_whose_name_is_part_of_another_has_its_own_texts(
    reader: Reader, tables: Tables, facts: RunFacts, tmp_path: Path
) -> None:
    pairs = tables["sample_pairs"].copy()
    pairs.loc[pairs["sample_id"] == "T1-00000", ["ingredient_b", "implausible"]] = (
        "lamb shank",
        True,
    )
    pairs.loc[pairs["sample_id"] == "T1-00000", "ingredient_a"] = "chocolate"
    changed = tables | {"sample_pairs": pairs}
    (tmp_path / "samples.html").write_text(
        samples_page(*(changed[name] for name in BROWSED), facts), encoding="utf-8"
    )
    flagged = pairs.query("implausible and ingredient_a == 'chocolate'")
    for other in ("lamb", "lamb shank"):
        fragment = f"#?q={quote(f'chocolate + {other}')}"
        with reader.opens(tmp_path / "samples.html", fragment, height=TALL) as page:
            expected = flagged.loc[flagged["ingredient_b"] == other, "sample_id"]
            assert set(found(page)) == set(expected)
            assert ("T1-00000" in found(page)) == (other == "lamb shank")


def test_a_second_link_forgets_the_filters_of_the_first(
    reader: Reader, folder: Path, texts: pd.DataFrame
) -> None:
    with reader.opens(folder / "samples.html", "#?q=onion&group=real", height=TALL) as page:
        assert {name.split("-")[0] for name in found(page)} == {"real"}
        page.evaluate("location.hash = '#?temperature=1'")
        expect(page.locator("#q")).to_have_value("")
        assert found(page) == texts.loc[texts["temperature"] == 1.0, "sample_id"].tolist()


# Keyboard


def in_sight(page: Page, sample: str) -> bool:
    """Whether the row of a text is visible in the list."""
    return bool(
        page.evaluate(
            """hash => {
              const list = document.getElementById("list").getBoundingClientRect();
              const links = [...document.querySelectorAll("#rows a")];
              const box = links.find(link => link.hash === hash).getBoundingClientRect();
              return box.top >= list.top && box.bottom <= list.bottom;
            }""",
            f"#{sample}",
        )
    )


def press(page: Page, key: str, opens: str) -> None:
    """Press a key, and check that it opens this text and shows its row."""
    page.keyboard.press(key)
    expect(page.locator("#detail .meta")).to_contain_text(f" · {opens}")
    assert current(page) == opens
    assert in_sight(page, opens)


def test_tab_reaches_every_control_and_passes_the_list(reader: Reader, folder: Path) -> None:
    with reader.opens(folder / "samples.html") as page:
        page.locator("#q").focus()
        reached = []
        for _ in range(6):
            reached.append(page.evaluate("document.activeElement.id"))
            page.keyboard.press("Tab")
        assert reached == ["q", "temperature", "group", "sort", "flagged", "list"]
        assert page.evaluate("!document.activeElement.closest('#list')")


def test_keys_open_one_text_after_the_other(
    reader: Reader, folder: Path, texts: pd.DataFrame
) -> None:
    order = texts["sample_id"].tolist()
    with reader.opens(folder / "samples.html") as page:
        page.locator("#list").focus()
        for sample in order[1:15]:
            press(page, "ArrowDown", opens=sample)
        press(page, "ArrowUp", opens=order[13])
        press(page, "End", opens=order[-1])
        press(page, "ArrowDown", opens=order[-1])
        rows = page.evaluate("Math.floor(document.getElementById('list').clientHeight / 58)")
        press(page, "PageUp", opens=order[-1 - rows])
        press(page, "Home", opens=order[0])
        press(page, "PageDown", opens=order[rows])


def test_arrow_keys_go_on_where_the_mouse_has_clicked(
    reader: Reader, folder: Path, texts: pd.DataFrame
) -> None:
    order = texts["sample_id"].tolist()
    with reader.opens(folder / "samples.html") as page:
        page.locator("#rows a").nth(3).click()
        assert current(page) == order[3]
        press(page, "ArrowDown", opens=order[4])
        assert page.evaluate("document.activeElement.id") == "list"


def test_arrow_keys_walk_through_what_was_found(
    reader: Reader, folder: Path, texts: pd.DataFrame
) -> None:
    flagged = texts.loc[texts["pairs"].map(bool), "sample_id"].tolist()
    with reader.opens(folder / "samples.html") as page:
        set_filters(page, {"flagged": "on"})
        page.locator("#list").focus()
        for sample in flagged[:3]:
            press(page, "ArrowDown", opens=sample)


# Texts


def test_marks_are_in_place_where_a_text_has_an_emoji(
    reader: Reader, tables: Tables, facts: RunFacts, tmp_path: Path
) -> None:
    text = "recipe for \N{STEAMING BOWL}\N{CHICKEN} soup | stir the onion \N{CHICKEN} and thyme ."
    samples = tables["samples"].head(1).assign(text=text)
    mentions = pd.DataFrame(
        [
            {
                "sample_id": samples["sample_id"].iloc[0],
                "start": text.index(name),
                "end": text.index(name) + len(name),
                "surface": name,
                "ingredient": name,
                "section": "directions",
                "role": "used",
            }
            for name in ("soup", "onion", "thyme")
        ]
    )
    scores = tables["sample_scores"]
    scores = scores[scores["sample_id"].isin(samples["sample_id"])]
    changed = tables | {"samples": samples, "mentions": mentions, "sample_scores": scores}
    (tmp_path / "samples.html").write_text(
        samples_page(*(changed[name] for name in BROWSED), facts), encoding="utf-8"
    )
    with reader.opens(tmp_path / "samples.html") as page:
        assert page.locator("#detail mark").all_inner_texts() == ["soup", "onion", "thyme"]
        assert page.locator("#detail h2").inner_text() == "\N{STEAMING BOWL}\N{CHICKEN} soup"


CHAT = """Here is a soup! \N{STEAMING BOWL}

## **Pea** Soup

**Ingredients:**

* 2 cups **peas** (or lentils)
* 1 onion
  finely chopped
    - a pinch of salt, optional

---
1. Fry the onion.
2. Add the *peas*.\r
   Serve with <b>bread</b>, not 2*3*4.
Enjoy
it all!

```
no garlic
```"""

CHAT_ROLES = {
    "peas": "used",
    "lentils": "alternative",
    "onion": "used",
    "salt": "optional",
    "bread": "aside",
    "garlic": "absent",
}


@pytest.fixture(scope="module")
def chat(tables: Tables, facts: RunFacts, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A page with one recipe as a chat model writes it; each food is marked once."""
    samples = tables["samples"].head(1).assign(text=CHAT)
    sample_id = samples["sample_id"].iloc[0]
    rows = [
        {
            "sample_id": sample_id,
            "start": CHAT.index(name),
            "end": CHAT.index(name) + len(name),
            "surface": name,
            "ingredient": name,
            "section": "directions",
            "role": role,
        }
        for name, role in CHAT_ROLES.items()
    ]
    pairs = (
        tables["sample_pairs"]
        .head(1)
        .assign(sample_id=sample_id, ingredient_a="garlic", ingredient_b="peas", implausible=True)
    )
    scores = tables["sample_scores"]
    changed = tables | {
        "samples": samples,
        "references": tables["references"].head(0),
        "mentions": pd.DataFrame(rows),
        "sample_pairs": pairs,
        "sample_scores": scores[scores["sample_id"] == sample_id],
    }
    path = tmp_path_factory.mktemp("chat") / "samples.html"
    path.write_text(samples_page(*(changed[name] for name in BROWSED), facts), encoding="utf-8")
    return path


def test_a_chat_recipe_is_laid_out_as_its_author_did(reader: Reader, chat: Path) -> None:
    with reader.opens(chat) as page:
        text = page.locator("#detail .text")
        assert text.evaluate("text => [...text.children].map(each => each.tagName)") == [
            *("P", "H3", "P", "UL", "HR", "OL", "P", "PRE"),
        ]
        assert text.locator("p").all_inner_texts() == [
            "Here is a soup! \N{STEAMING BOWL}",
            "Ingredients:",
            "Enjoy\nit all!",
        ]
        assert text.locator("h3").inner_text() == "Pea Soup"
        assert text.locator("ul > li").all_inner_texts() == [
            "2 cups peas (or lentils)",
            "1 onion\n  finely chopped",
            "a pinch of salt, optional",
        ]
        assert text.locator("ol > li").all_inner_texts() == [
            "Fry the onion.",
            "Add the peas.\n   Serve with <b>bread</b>, not 2*3*4.",
        ]
        assert text.locator("pre").inner_text() == "no garlic"
        assert text.locator("strong").all_inner_texts() == ["Pea", "Ingredients:", "peas"]
        assert text.locator("em").all_inner_texts() == ["peas"]
        depths = text.locator("ul > li").evaluate_all("all => all.map(each => each.className)")
        assert depths == ["", "", "depth-2"]


def test_each_role_is_marked_in_its_own_way(reader: Reader, chat: Path) -> None:
    with reader.opens(chat) as page:
        marks = page.locator("#detail .text mark")
        classes = marks.evaluate_all("all => all.map(each => [each.innerText, each.className])")
        assert dict(classes) == CHAT_ROLES | {"peas": "used bad"}
        look = """all => all.map(each => {
          const [own, sign] = [getComputedStyle(each), getComputedStyle(each, "::after")];
          return [own.borderBottomStyle, own.textDecorationLine, sign.content].join(" ");
        })"""
        assert len(set(marks.evaluate_all(look))) == len({*CHAT_ROLES.values(), "used bad"})
        titles = marks.evaluate_all("all => all.map(each => each.title)")
        assert "garlic: named as left out" in titles
        assert "peas: in an implausible pair" in titles
        legend = page.locator(".legend mark").evaluate_all("all => all.map(each => each.className)")
        assert legend == [*ROLES, "used bad"]


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("width", [360, 1600])
def test_a_chat_recipe_fits_into_any_window(
    reader: Reader, chat: Path, dark: bool, width: int
) -> None:
    with reader.opens(chat, dark=dark, width=width) as page:
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        paper = page.locator("#detail").evaluate("e => getComputedStyle(e).backgroundColor")
        for mark in page.locator("#detail .text mark").all():
            ink, own = mark.evaluate(
                "e => [getComputedStyle(e).color, getComputedStyle(e).backgroundColor]"
            )
            behind = paper if own == "rgba(0, 0, 0, 0)" else own
            assert contrast(rgb(ink), rgb(behind)) >= 4.5


def rgb(colour: str) -> tuple[int, ...]:
    """Red, green and blue of a colour as the browser computes it."""
    return tuple(map(int, re.findall(r"\d+", colour)[:3]))


# Many texts


@contextmanager
def watched(reader: Reader, path: Path) -> Iterator[Page]:
    """Open a page with many texts. At the end it must have no more than ``MOST_NODES`` elements."""
    with reader.opens(path) as page:
        yield page
        assert page.evaluate("document.querySelectorAll('*').length") <= MOST_NODES


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory, facts: RunFacts) -> tuple[Path, Tables]:
    tables = many_texts(14_000)
    path = tmp_path_factory.mktemp("many") / "samples.html"
    page = samples_page(*(tables[name] for name in BROWSED), facts)
    path.write_text(page, encoding="utf-8")
    return path, tables


def test_14000_samples_are_few_elements(reader: Reader, many: tuple[Path, Tables]) -> None:
    path, tables = many
    with watched(reader, path) as page:
        assert page.locator("output").inner_text() == "18,000 of 18,000"
    with watched(reader, path) as page:
        page.get_by_label("with an implausible pair").check()
        flagged = tables["sample_pairs"]["sample_id"].nunique()
        assert page.locator("output").inner_text() == f"{flagged:,} of 18,000"
    with watched(reader, path) as page:
        page.evaluate("document.getElementById('list').scrollTop = 400000")
        expect(page.locator("#rows li").first).to_have_attribute("aria-posinset", "6894")
