"""The fields of a recipe are recognised by their names, or named by the settings."""

import json
from pathlib import Path

import pytest

from recipegen.config import Columns
from recipegen.corpus.corpus_files import read_corpus
from recipegen.corpus.field_names import ANY_NAME, fields_of, recipe_of, section_of_field
from recipegen.corpus.recipe import Recipe, Reject
from recipegen.errors import CorpusError

SOUP = ("Pea Soup", ("2 cups peas", "salt"), ("Boil.", "Serve."))


def outline(record: object, columns: Columns = ANY_NAME) -> object:
    found = recipe_of("x", 0, record, columns)
    if isinstance(found, Reject):
        return found.reason
    return found.title, found.ingredients, found.directions


@pytest.mark.parametrize(
    "record",
    [
        {"Title": "Pea Soup", "Ingredients": "2 cups peas\nsalt", "Instructions": "Boil.\nServe."},
        {"recipe_name": "Pea Soup", "ingredients": "2 cups peas|salt|", "Method": "Boil.\nServe."},
        {
            "Title": "Pea Soup",
            "Cleaned_Ingredients": "['peas']",
            "Ingredients": "['2 cups peas', 'salt']",
            "Instructions": "Boil.\nServe.",
        },
        {
            "RecipeName": "\u041f\u0435\u0440\u0435\u0446",
            "TranslatedRecipeName": "Pea Soup",
            "TranslatedIngredients": "2 cups peas\nsalt",
            "Instructions": "x",
            "TranslatedInstructions": "Boil.\nServe.",
        },
        {
            "strMeal": "Pea Soup",
            "strInstructions": "Boil.\r\nServe.",
            "strIngredient1": "peas",
            "strIngredient2": "salt",
            "strIngredient3": "",
            "strIngredient20": None,
            "strMeasure1": "2 cups",
            "strMeasure2": " ",
        },
        {
            "name": "Pea Soup",
            "step 2": "Serve.",
            "step 1": "Boil.",
            "ingredient_1": "2 cups peas",
            "ingredient_2": "salt",
        },
        {
            "title": "Pea Soup",
            "instructions": None,
            "analyzedInstructions": [{"steps": [{"step": "Boil."}, {"step": "Serve."}]}],
            "extendedIngredients": [{"original": "2 cups peas"}, {"original": "salt"}],
        },
        {"id": 7, "recipe": {"title": "Pea Soup", "ingredients": SOUP[1], "steps": list(SOUP[2])}},
        {"title": ["Pea Soup"], "ingredients": "2 cups peas\nsalt", "recipe": "Boil.\nServe."},
        {
            "name": "Pea Soup",
            "steps": [
                {
                    "instruction": "Boil.",
                    "ingredients": [
                        {"food": {"name": "peas"}, "unit": {"name": "cups"}, "amount": 2.0}
                    ],
                },
                {
                    "instruction": "Serve.",
                    "ingredients": [{"food": {"name": "salt"}, "unit": None, "amount": 0.0}],
                },
            ],
        },
    ],
)
def test_fields_are_known_by_their_names(record: dict[str, object]) -> None:
    record = json.loads(json.dumps(record))
    assert outline(record) == SOUP


def test_a_name_that_is_set_counts_alone() -> None:
    record = {
        "title": "No",
        "dish": "Pea Soup",
        "ingredients": ["no"],
        "needs": SOUP[1],
        "do": SOUP[2],
    }
    record = json.loads(json.dumps(record))
    columns = Columns(title="dish", ingredients="needs", directions="do")
    assert outline(record, columns) == SOUP
    assert outline({**record, "dish": None}, columns) == "no title"
    reason = outline({"title": "No", "do": "Boil."}, columns)
    assert reason == "no field 'dish'; there are: title, do; name one with ingest.columns.title"


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        (
            {"instruction": "Write a recipe.", "output": "Soup"},
            "no field is recognised as the title; there are: instruction, output; name one with "
            "ingest.columns.title",
        ),
        (
            {"title": "Soup", "text\x1b": "Boil."},
            "no field is recognised as the directions; there are: title, text\ufffd; name one "
            "with ingest.columns.directions",
        ),
        ({"title": None, "steps": "Boil."}, "no title"),
        ({"title": "Soup", "steps": []}, "no directions"),
        ({"title": 7, "steps": "Boil."}, "title is not text"),
        ({"title": "Soup", "steps": 7}, "directions is neither text nor a list"),
        (["Soup"], "the record is a list, not an object"),
        ("Soup", "the record is a text, not an object"),
        (None, "the record is null, not an object"),
        (3, "the record is a number, not an object"),
    ],
)
def test_a_record_without_its_fields_says_which_there_are(record: object, reason: str) -> None:
    assert outline(record) == reason


def test_many_and_long_names_are_looked_at_but_not_kept() -> None:
    names = tuple(f"{'x' * 1000}{number}" for number in range(20))
    assert fields_of((*names, "title")).title == ("title",)
    assert fields_of(("title", "steps")) is fields_of(("title", "steps"))
    assert fields_of((*names, "title")) is not fields_of((*names, "title"))


def test_a_field_of_text_has_a_section_only_by_a_sure_name() -> None:
    assert section_of_field("Recipe Ingredient") == "ingredients"
    assert section_of_field("recipe") is None
    assert section_of_field("comment") is None


CSV = b"""\xef\xbb\xbfsep=;\r\nId;Recipe Name;Ingredients;Steps\r
1;Pea Soup;"2 cups peas\nsalt";"['Boil.', 'Serve.']"\r\n"""


@pytest.mark.parametrize(
    "content",
    [
        CSV,
        CSV.replace(b"sep=;\r\n", b""),
        CSV.replace(b"sep=;\r\n", b"").replace(b";", b"\t"),
        CSV.replace(b";", b",").replace(b"sep=,\r\n", b"").replace(b"'Boil.', ", b"'Boil.', "),
        CSV.decode("utf-8-sig").encode("utf-16"),
    ],
    ids=["sep", "semicolon", "tab", "comma", "utf-16"],
)
def test_tables_of_any_columns(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "soups.csv"
    path.write_bytes(content)
    (found,) = read_corpus(str(path))
    assert isinstance(found, Recipe)
    assert (found.position, found.title, found.ingredients, found.directions) == (0, *SOUP)


def test_a_table_whose_columns_are_not_known_can_be_mapped(tmp_path: Path) -> None:
    path = tmp_path / "soups.csv"
    path.write_bytes(b"plat,etapes\nPea Soup,Boil.|Serve.|\n")
    with pytest.raises(CorpusError, match=r"columns: plat, etapes.*ingest\.columns\.title"):
        list(read_corpus(str(path)))
    (found,) = read_corpus(str(path), columns=Columns(title="plat", directions="etapes"))
    assert isinstance(found, Recipe)
    assert (found.title, found.ingredients, found.directions) == (
        "Pea Soup",
        (),
        ("Boil.", "Serve."),
    )
    with pytest.raises(CorpusError, match=r"no column 'gang'; there are: plat, etapes"):
        list(read_corpus(str(path), columns=Columns(title="gang", directions="etapes")))
    with pytest.raises(CorpusError, match=r"no column 'zutaten'; there are: plat, etapes"):
        columns = Columns(title="plat", ingredients="zutaten", directions="etapes")
        list(read_corpus(str(path), columns=columns))


def test_the_name_of_a_record_is_its_title_where_it_has_no_other(tmp_path: Path) -> None:
    record = {"ingredients": ["peas"], "directions": "Boil."}
    path = tmp_path / "soups.json"
    path.write_text(json.dumps({"Pea Soup": record, "7": record, "x": {**record, "title": "Stew"}}))
    titles = [getattr(each, "title", None) for each in read_corpus(str(path))]
    assert titles == ["Pea Soup", None, "Stew"]


@pytest.mark.parametrize(
    "content",
    [
        b'[{"title": "Pea Soup", "a": NaN, "steps": "Boil."}, {"title": "Stew", "steps": ["B"]},]',
        b'[{"title": "Pea Soup", "x": Infinity, "steps": "B"}]\n[{"title": "Stew", "steps": "B"}];',
        b'{"title": "Pea Soup", "steps": "Boil."},\n{"title": "Stew", "steps": "B\tB"};\n',
        b'{"title": "Pea\nSoup",\n "steps": ["Boil.",]\n},\n{"title": "Stew",\n "steps": "B"\n}\n;',
        b'{"n": 2, "hits": [{"recipe": {"title": "Pea Soup", "steps": "B"}}, '
        b'{"recipe": {"title": "Stew", "steps": "B"}}]}',
    ],
    ids=["array", "arrays", "lines", "documents", "hits"],
)
def test_what_is_not_quite_json_is_read(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "soups.json"
    path.write_bytes(content)
    assert [getattr(each, "title", each) for each in read_corpus(str(path))] == ["Pea Soup", "Stew"]
