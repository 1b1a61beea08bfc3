"""The items are what the judge has judged, with the group and temperature of their text."""

from collections.abc import Iterator

import pandas as pd
import pytest

from recipegen.errors import CorruptFile
from recipegen.labels.items import items, name_of, parts_of

SCORES = pd.DataFrame(
    {
        "sample_id": ["one", "two", "three", "four"],
        "group": ["generated", "generated", "real", "real"],
        "temperature": [0.5, 1.5, None, None],
        "flagged": [True, False, False, False],
        "implausibility": [1.5, 0.5, None, -1.0],
    }
)
PAIRS = pd.DataFrame(
    [
        ("one", "beef", "chocolate", "implausible"),
        ("one", "beef", "egg", "plausible"),
        ("one", "chocolate", "egg", "unknown"),
        ("two", "beef", "egg", "unusual"),
        ("four", "beef", "egg", "alternatives"),
    ],
    columns=["sample_id", "ingredient_a", "ingredient_b", "verdict"],
).assign(implausible=lambda pairs: pairs["verdict"] == "implausible")


class Source:
    """Tables that come a few rows at a time."""

    def __init__(self, rows: int, pairs: pd.DataFrame = PAIRS) -> None:
        self._rows = rows
        self._tables = {"sample_scores": SCORES, "sample_pairs": pairs}

    def frames(self, table: str, columns: list[str] | None = None) -> Iterator[pd.DataFrame]:
        whole = self._tables[table]
        for first in range(0, len(whole), self._rows):
            piece = whole.iloc[first : first + self._rows].reset_index(drop=True)
            yield piece[columns] if columns else piece


@pytest.mark.parametrize("rows", [1, 2, 3, 100])
def test_pairs_that_can_be_judged_have_group_and_temperature(rows: int) -> None:
    found = pd.concat(items(Source(rows), "pair")).set_index("name")
    assert found.index.tolist() == [
        name_of("one", "beef", "chocolate"),
        name_of("one", "beef", "egg"),
        name_of("two", "beef", "egg"),
        name_of("four", "beef", "egg"),
    ]
    assert found["group"].tolist() == ["generated", "generated", "generated", "real"]
    assert found["temperature"].fillna(-1).tolist() == [0.5, 0.5, 1.5, -1]
    assert found["implausible"].tolist() == [True, False, False, False]


def test_texts_with_fewer_than_two_known_ingredients_are_left_out() -> None:
    found = pd.concat(items(Source(2), "text"))
    assert found["name"].tolist() == ["one", "two", "four"]
    assert found["implausible"].tolist() == [True, False, False]


def test_pairs_of_unknown_texts_are_an_error() -> None:
    strange = pd.concat([PAIRS, PAIRS.tail(1).assign(sample_id="five")])
    with pytest.raises(CorruptFile, match="text 'five' is not in sample_scores"):
        list(items(Source(2, strange), "pair"))


@pytest.mark.parametrize("sample_id", ["a", "a\x1fb", ""])
def test_a_name_has_its_parts(sample_id: str) -> None:
    assert parts_of(name_of(sample_id, "beef", "egg"), "pair") == (sample_id, "beef", "egg")
    assert parts_of(name_of(sample_id), "text") == (sample_id, None, None)
