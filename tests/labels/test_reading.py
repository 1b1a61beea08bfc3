"""A file of labels is taken in whole or refused with the reason; the latest label counts."""

import io
import json
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recipegen.errors import UsageError
from recipegen.labels.categories import LABELS
from recipegen.labels.reading import read_file, taken_in

DRAWS = {"d1": {"i1", "i2"}, "d2": {"i3"}}
GOOD = {
    "draw": "d1",
    "item_id": "i1",
    "labeller": "Ada",
    "date": "2026-11-30T12:00:00.000Z",
    "label": "absurd",
    "note": "",
}


def read(*lines: object) -> pd.DataFrame:
    text = "\n".join(each if isinstance(each, str) else json.dumps(each) for each in lines)
    return read_file(io.BytesIO(text.encode()), "a.jsonl", DRAWS)


def labelled(item: str = "i1", label: str = "absurd", day: int = 1) -> dict[str, Any]:
    return {**GOOD, "item_id": item, "label": label, "date": f"2026-11-{day:02d}T12:00:00Z"}


def test_a_line_becomes_a_row_with_its_date_in_utc() -> None:
    line = {
        **GOOD,
        "date": "2026-11-30T13:30:00+01:30",
        "note": " a\n b\u202e ",
        "labeller": " Ada ",
    }
    assert read(line, "").to_dict("records") == [
        {
            "item_id": "i1",
            "labeller": "Ada",
            "date": "2026-11-30T12:00:00.000+00:00",
            "label": "absurd",
            "note": "a b",
        }
    ]


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("{", "line 2: not valid JSON"),
        ("[]", "line 2: it is not a JSON object"),
        ({**GOOD, "draw": "other"}, "line 2: it belongs to another run, or to a draw that is gone"),
        ({**GOOD, "item_id": "i3"}, "line 2: the draw has no item 'i3'"),
        ({**GOOD, "label": "absurb"}, "line 2: the label 'absurb' is none of absurd, unusual, "),
        ({**GOOD, "label": None}, "line 2: label: Input should be"),
        ({**GOOD, "labeller": " \u202e"}, "line 2: labeller: "),
        ({**GOOD, "labeller": "a" * 101}, "line 2: labeller: "),
        ({**GOOD, "date": "yesterday"}, "line 2: date: "),
        ({**GOOD, "date": "2026-11-30T12:00:00"}, "line 2: date: "),
        ({**GOOD, "verdict": "plausible"}, "line 2: verdict: Extra inputs are not permitted"),
        ({k: v for k, v in GOOD.items() if k != "date"}, "line 2: date: Field required"),
    ],
)
def test_a_file_with_a_wrong_line_is_refused(line: object, says: str) -> None:
    with pytest.raises(UsageError) as error:
        read(GOOD, line)
    assert str(error.value).startswith("a.jsonl, ")
    assert says in str(error.value)
    assert str(error.value).endswith("; nothing was taken in")


def test_an_empty_file_is_refused() -> None:
    with pytest.raises(UsageError, match="no labels in it"):
        read("", "")


def test_a_later_label_replaces_an_earlier_one_and_never_the_other_way_round() -> None:
    first = taken_in(read(GOOD).head(0), read(labelled(day=2), labelled("i2", day=2)))
    assert first[1:] == (2, 0, 0)
    later = taken_in(first.labels, read(labelled(label="ordinary", day=3)))
    assert later[1:] == (0, 1, 0)
    assert later.labels["label"].tolist() == ["ordinary", "absurd"]
    older = taken_in(later.labels, read(labelled(label="unclear", day=1)))
    assert older[1:] == (0, 0, 1)
    pd.testing.assert_frame_equal(older.labels, later.labels)


def test_labellers_do_not_replace_each_other() -> None:
    bob = {**labelled(label="ordinary", day=5), "labeller": "Bob"}
    both = taken_in(read(GOOD), read(bob)).labels
    assert both["labeller"].tolist() == ["Ada", "Bob"]


LINES = st.lists(
    st.builds(
        labelled,
        st.sampled_from(["i1", "i2"]),
        st.sampled_from(LABELS),
        st.integers(1, 28),
    ),
    min_size=1,
)


@settings(max_examples=20)
@given(LINES, LINES)
def test_reading_again_changes_nothing(
    first: list[dict[str, Any]], second: list[dict[str, Any]]
) -> None:
    once = taken_in(taken_in(read(GOOD).head(0), read(*first)).labels, read(*second))
    again = taken_in(once.labels, read(*second))
    assert (again.new, again.replaced) == (0, 0)
    pd.testing.assert_frame_equal(again.labels, once.labels)
    in_order = sorted([*first, *second], key=lambda each: str(each["date"]))
    latest = {each["item_id"]: each["date"][:10] for each in in_order}
    found = zip(once.labels["item_id"], once.labels["date"], strict=True)
    assert {item: date[:10] for item, date in found} == latest
