"""The page shows a text as its author laid it out, with the two ingredients marked."""

import json

import pandas as pd
import pytest

from recipegen.labels.page import label_page, page_items
from tests.report.reading import read

LISTED = "# Tart\n\n- 1 lemon\n- no  nuts\n\n1. Bake the lemon , covered."


def item(text: str, pair: tuple[str | None, str | None], *marks: tuple[str, str, str]) -> object:
    """The only item of a page; a mark is a surface, an ingredient and a role."""
    mentions = [
        {
            "sample_id": "s",
            "start": text.index(surface),
            "end": text.index(surface) + len(surface),
            "ingredient": name,
            "role": role,
        }
        for surface, name, role in marks
    ]
    columns = ["sample_id", "start", "end", "ingredient", "role"]
    row = {"item_id": "i", "sample_id": "s", "ingredient_a": pair[0], "ingredient_b": pair[1]}
    (only,) = page_items(pd.DataFrame([row]), {"s": text}, pd.DataFrame(mentions, columns=columns))
    return only


def test_lines_and_blanks_stay_and_only_what_is_in_the_dish_is_marked() -> None:
    marks = [("lemon", "lemon", "used"), ("nuts", "nut", "absent")]
    assert item(LISTED, ("lemon", "nut"), *marks) == {
        "id": "i",
        "pair": ["lemon", "nut"],
        "title": [],
        "text": [["# Tart\n\n- 1 ", 0], ["lemon", 1], [LISTED.partition("lemon")[2], 0]],
    }


def test_the_networks_form_is_shown_as_title_and_text_without_blanks_before_commas() -> None:
    text = "recipe for lemon tart | bake the egg , then rest ."
    marks = [
        ("lemon", "lemon", "used"),
        ("egg", "egg", "optional"),
        ("bake", "other", "used"),
    ]
    assert item(text, ("egg", "lemon"), *marks) == {
        "id": "i",
        "pair": ["egg", "lemon"],
        "title": [["lemon", 2], [" tart", 0]],
        "text": [["bake the ", 0], ["egg", 1], [", then rest.", 0]],
    }


def test_a_whole_text_has_no_marks() -> None:
    found = item(LISTED, (None, None), ("lemon", "lemon", "used"))
    assert found == {"id": "i", "pair": None, "title": [], "text": [[LISTED, 0]]}


@pytest.mark.parametrize("hostile", ["</script><b>", "<!--<script>", "\u2028\u202e"])
def test_a_text_cannot_leave_its_element(hostile: str) -> None:
    shown = item(hostile, (None, None))
    page = read(label_page([shown], "d"))  # type: ignore[list-item]
    (data,) = page.all("script", id="data")
    assert json.loads("".join(map(str, data.children)))["items"] == [shown]
    assert [each.name for each in page.walk()].count("script") == 2
