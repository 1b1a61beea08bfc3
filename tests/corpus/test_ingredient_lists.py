"""Lists of ingredients are read one by one; anything else is rejected with a reason."""

import io
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recipegen.corpus.byte_streams import as_utf8
from recipegen.corpus.corpus_files import read_lists
from recipegen.corpus.formats.records import read_json_array
from recipegen.corpus.ingredient_lists import IngredientList, read_ingredient_lists
from recipegen.corpus.recipe import Reject
from recipegen.errors import CorpusError
from tests.corpus.probes import json_values, peak_of

FIXTURE = Path(__file__).parents[1] / "data" / "corpora" / "whats-cooking.json"


def read(content: bytes) -> list[IngredientList | Reject]:
    records = read_json_array(as_utf8(io.BytesIO(content)), "train.json")
    return list(read_ingredient_lists(records, "train.json"))


def reason(record: object) -> str:
    (found,) = read(json.dumps([record]).encode())
    assert isinstance(found, Reject)
    return found.reason


def test_every_record_of_the_fixture_is_a_list_or_says_why_not() -> None:
    found = read(FIXTURE.read_bytes())
    assert [
        list(each.ingredients) if isinstance(each, IngredientList) else each.reason
        for each in found
    ] == [
        [
            "cucumbers",
            "feta cheese crumbles",
            "(10 oz.) frozen chopped spinach, thawed and squeezed dry",
            "extra-virgin olive oil",
        ],
        ["crème fraîche", "Dijon mustard®"],
        "no ingredients",
        [
            "FETA cheese crumbles",
            "extra-virgin olive oil",
            "(10 oz.) frozen chopped spinach, thawed and squeezed dry",
            "cucumbers",
        ],
        ["potatoes, butter"],
        "no ingredients",
    ]
    assert [each.position for each in found] == [0, 1, 2, 3, 4, 5]
    assert {each.source for each in found} == {"train.json"}


def test_a_list_has_the_same_name_in_any_order_and_case() -> None:
    first, second, _, same, *_ = read(FIXTURE.read_bytes())
    assert isinstance(first, IngredientList)
    assert isinstance(second, IngredientList)
    assert isinstance(same, IngredientList)
    assert first.list_id == same.list_id != second.list_id
    assert first.row() == {
        "recipe_id": first.list_id,
        "source": "train.json",
        "position": 0,
        "ingredients": first.ingredients,
    }


def test_a_reject_keeps_the_record_as_it_was() -> None:
    reject = read(b'[{"id": 19, "cuisine": "irish", "ingredients": 3}]')[0]
    assert isinstance(reject, Reject)
    assert json.loads(reject.raw) == {"id": 19, "cuisine": "irish", "ingredients": 3}


@pytest.mark.parametrize(
    ("record", "why"),
    [
        ("salt", "the record is neither an object nor a list"),
        (None, "the record is neither an object nor a list"),
        ({}, "no ingredients"),
        ({"ingredients": None}, "no ingredients"),
        ({"ingredients": ["", " \u200b"]}, "no ingredients"),
        ({"ingredients": "['salt', "}, "ingredients begins like a printed list and breaks off"),
        ({"ingredients": 3}, "ingredients is neither text nor a list"),
        ({"ingredients": ["x" * 100_001]}, "ingredients is longer than 100,000 characters"),
    ],
)
def test_what_is_no_list_of_ingredients_says_why(record: object, why: str) -> None:
    assert reason(record) == why


def test_bytes_that_are_no_text_cost_their_record() -> None:
    found = read(b'[{"ingredients": ["sa\xfflt"]}, {"ingredients": ["salt"]}]')
    assert [getattr(each, "reason", "") for each in found] == ["not UTF-8", ""]


def test_a_break_in_the_syntax_ends_the_file() -> None:
    with pytest.raises(CorpusError, match="not valid JSON after 1 records"):
        read(b'[{"ingredients": ["salt"]}, {"ingredients": oops}]')
    with pytest.raises(CorpusError, match="not a JSON array"):
        read(b'{"ingredients": ["salt"]}')


def test_memory_does_not_grow_with_the_file() -> None:
    def peak(lists: int) -> int:
        record = json.dumps({"id": 1, "cuisine": "thai", "ingredients": ["rice", "lime"]})
        file = as_utf8(io.BytesIO(("[" + ",".join([record] * lists) + "]").encode()))

        def read() -> None:
            records = read_json_array(file, "x")
            assert sum(1 for _ in read_ingredient_lists(records, "x")) == lists

        return peak_of(read)

    peak(10)
    assert peak(8_000) < 2 * peak(2_000) + 100_000


@given(st.lists(json_values | st.fixed_dictionaries({"ingredients": json_values})))
def test_every_record_is_accepted_or_rejected(records: list[object]) -> None:
    found = read(json.dumps(records).encode())
    assert [each.position for each in found] == list(range(len(records)))
    for each in found:
        if isinstance(each, IngredientList):
            assert all(each.ingredients)
            "".join((*each.ingredients, each.list_id)).encode()


@pytest.mark.parametrize(
    "content",
    [
        b'{"ingredients": ["salt", "rice"]}\n{"Ingredients": "salt\\nrice"}\n',
        b'[["salt", "rice"], {"ingredients": "salt|rice|"}]',
        b"id,ingredients\n1,\"['salt', 'rice']\"\n2,\"salt\nrice\"\n",
        b'{"recipes": [{"title": "a", "ingredients": ["salt", {"name": "rice"}]}]}',
    ],
    ids=["lines", "array", "csv", "nested"],
)
def test_lists_come_in_any_records(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "lists"
    path.write_bytes(content)
    found = list(read_lists([str(path)]))
    assert {each.ingredients for each in found if isinstance(each, IngredientList)} == {
        ("salt", "rice")
    }


def test_a_file_of_recipes_of_another_kind_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.write_bytes(b"<html></html>")
    with pytest.raises(CorpusError, match="reads as web-page; ingredient lists are records"):
        list(read_lists([str(path)]))
