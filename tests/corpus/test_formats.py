"""Each format is recognised by its content alone, and its recipes are read."""

import re
from pathlib import Path
from typing import get_args

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from recipegen.config import Columns, CorpusFormat
from recipegen.corpus.archives import SUFFIXES
from recipegen.corpus.corpus_files import read_corpus
from recipegen.corpus.formats.known_formats import FORMATS, Format, Look, look_at
from recipegen.corpus.recipe import Recipe, Reject
from recipegen.errors import CorpusError, UsageError

CORPORA = Path(__file__).parents[1] / "data" / "corpora"

DOCUMENT = (CORPORA.parents[2] / "docs" / "corpora.md").read_text(encoding="utf-8")
EXAMPLES = {
    name: (language, content)
    for name, language, content in re.findall(
        r"### `([\w.-]+)`\n\n```(\w+)\n(.*?)\n```", DOCUMENT, re.DOTALL
    )
}
"""The smallest file of each format, as the documents show it."""

FORMAT_OF = {
    "epicurious.json": "json-array",
    "foodcom.csv": "csv",
    "recipenlg.csv": "csv",
    "recipe1m.json": "json-array",
    "eight-portions.json": "eight-portions",
    "one-a-file/a/apple-crumble.json": "json",
    "one-a-file/b/beet-salad.json": "json",
    "one-a-file/b/empty.json": "json",
    "schema-org-single.json": "schema.org",
    "schema-org-list.json": "schema.org",
    "schema-org-graph.json": "schema.org",
    "schema-org.jsonl": "schema.org-lines",
    "wikibooks.json": "wikibooks",
    "lines.jsonl": "json-lines",
    "other-names.jsonl": "json-lines",
}

OUTLINES = {
    "epicurious.json": [
        "Lentil Soup with Lemon: 3, 2",
        "no title",
        "Frozen Honey Parfait: 3, 2",
        "no directions",
    ],
    "foodcom.csv": [
        "baked winter squash: 3, 3",
        "bob's chili: 3, 2",
        "no directions",
        "code for dinner: 1, 1",
    ],
    "recipenlg.csv": [
        "Walnut Squares: 3, 2",
        "Creamy Corn: 2, 2",
        "no directions",
        "ingredients begins like a printed list and breaks off",
    ],
    "recipe1m.json": ["Penne with Cheese: 2, 2", "Cucumber in Yogurt: 2, 1", "no directions"],
    "eight-portions.json": [
        "Slow Cooker Chicken and Dumplings: 3, 2",
        "no title",
        "Best Lettuce Wraps: 2, 2",
        "no title",
    ],
    "one-a-file": [
        "text that begins with 'Recipes written for this project, one a file.'",
        "Apple Crumble: 3, 2",
        "Beet Salad: 2, 2",
        "no directions",
    ],
    "schema-org-single.json": ["Pancakes: 3, 2"],
    "schema-org-list.json": ["Leek Pie: 2, 3", "no schema.org Recipe in it", "Plain Rice: 1, 2"],
    "schema-org-graph.json": ["Slaw: 1, 2"],
    "schema-org.jsonl": [
        "Pancakes: 3, 2",
        "Leek Pie: 2, 3",
        "no schema.org Recipe in it",
        "Plain Rice: 1, 2",
        "Slaw: 1, 2",
        "not valid JSON",
    ],
    "wikibooks.json": ["Waffles: 3, 2", "fewer than 3 ingredients or 2 steps"],
    "lines.jsonl": ["Pea Soup: 1, 1", "not valid JSON", "Toast: 1, 1"],
    "other-names.jsonl": ["Pea Soup: 0, 2", "no directions"],
}
"""For each record: title and numbers of ingredient lines and steps, or why it is rejected."""


def outline(corpus: Path, **options: object) -> list[str]:
    return [
        f"{record.title}: {len(record.ingredients)}, {len(record.directions)}"
        if isinstance(record, Recipe)
        else record.reason.partition(". recipegen reads")[0]
        for record in read_corpus(str(corpus), **options)  # type: ignore[arg-type]
    ]


def recipes(corpus: Path, **options: object) -> dict[str, Recipe]:
    records = read_corpus(str(corpus), **options)  # type: ignore[arg-type]
    return {record.title: record for record in records if isinstance(record, Recipe)}


@pytest.mark.parametrize("name", FORMAT_OF)
def test_exactly_one_format_matches_whatever_the_name(name: str) -> None:
    head = (CORPORA / name).read_bytes()
    assert [known.name for known in FORMATS if known.matches(look_at(head))] == [FORMAT_OF[name]]


@pytest.mark.parametrize("name", FORMAT_OF)
def test_a_look_at_half_of_the_first_record_is_enough(name: str) -> None:
    """Only the first bytes of a corpus are looked at, and they may end inside a record."""
    head = (CORPORA / name).read_bytes()
    if not look_at(head).lines:
        half = head[: len(head) // 2]
        assert [known.name for known in FORMATS if known.matches(look_at(half))] == [
            FORMAT_OF[name]
        ]


def test_the_settings_and_the_documents_name_the_formats_that_there_are() -> None:
    assert {known.name for known in FORMATS} == set(get_args(CorpusFormat))
    table = DOCUMENT.split("## Formats")[1].split("\n\n")[1]
    first_cells = [row.split("|")[1] for row in table.splitlines()[2:]]
    assert set(re.findall("`(.*?)`", " ".join(first_cells))) == set(get_args(CorpusFormat))
    assert set(EXAMPLES) == set(get_args(CorpusFormat)) - {"foodcom", "recipenlg", "recipe1m"}


@pytest.mark.parametrize("known", FORMATS, ids=lambda known: known.name)
def test_each_format_has_an_ending_and_a_name_that_people_use(known: Format) -> None:
    assert known.suffixes
    assert all(re.fullmatch(r"\.[a-z0-9]+", suffix) for suffix in known.suffixes)
    assert known.called or known.exports_of


def test_the_documents_name_the_endings_that_are_read() -> None:
    (named,) = re.findall(r"whose names end in (.*?)\. Each ending", DOCUMENT, re.DOTALL)
    assert set(re.findall("`(.*?)`", named)) == {*SUFFIXES, ".zip"}


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_file_with_the_ending_of_a_format_is_found_in_a_folder(
    tmp_path: Path, suffix: str
) -> None:
    (tmp_path / f"Soups{suffix.upper()}").write_text(EXAMPLES["json-array"][1])
    assert recipes(tmp_path).keys() == {"Pea soup"}


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_smallest_file_of_each_format_is_read(tmp_path: Path, name: str) -> None:
    language, content = EXAMPLES[name]
    path = tmp_path / "corpus"
    if language == "python":
        exec(content, {"pd": pd, "path": path})
    else:
        path.write_text(content, encoding="utf-8")
        matching = [known.name for known in FORMATS if known.matches(look_at(path.read_bytes()))]
        assert matching == [name]
    found = recipes(path)["Pea soup"]
    cups = {"mealmaster": "2 cup peas"}.get(name, "2 cups peas")
    assert found.ingredients[:2] == (cups, "salt")
    steps = {"cooklang": ("Boil peas in a pot for 20 minutes.", "Serve with salt.")}
    assert found.directions == steps.get(name, ("Boil.", "Serve."))


@pytest.mark.parametrize(
    ("head", "name"),
    [
        (b'[\n{"@type": "Recipe", "name": "Soup"}\n]', "schema.org"),
        (b'{"@graph": [\n{"@type": "Recipe"},\n{"@type": "Recipe"}\n]}', "schema.org"),
        (b'{"@type": "Recipe"}\n{"@type": "Recipe"}', "schema.org-lines"),
        (b'[{}, {}, {"title": "Soup"}]', "json-array"),
        (b"[]", "json-array"),
        (b"[1, null]", "json-array"),
        (b"{}", "json-lines"),
        (b"{\n}", "json"),
        (b'{"Cookbook:Pie": {}, "b": {"steps": []}}', "wikibooks"),
        (b'{"a": {}, "b": {"steps": []}}', "json-object"),
        (b'{"a": {}, "b": {"instructions": "", "picture_link": null}}', "eight-portions"),
        (b'{"a": {}, "b": {"instructions": ""}}', "json-object"),
        (b'{"recipe": {"title": "Soup", "steps": "Boil."}}', "json-object"),
        (b'{"recipe": {"title": "Soup"}}\n{"recipe": {"title": "Pie"}}', "json-lines"),
        (b'{"recipes": [{"title": "Soup", "steps": "Boil."}]}', "json-nested"),
        (b'{"n": 1, "data": {"hits": [{"name": "Soup", "steps": ["B', "json-nested"),
        (b'{"title": "Soup", "steps": [{"name": "a", "method": "b"}]}', "json-lines"),
        (b'{"title": "Soup", "steps": "Boil."},\n{"title": "Pie"},\n', "json-lines"),
        (b'[{"@type": "Recipe"}]\n[{"@type": "Recipe"}]', "schema.org"),
        (b'{"title": "Soup", "nutrition": {"steps": 3}}', "json-lines"),
        (b'{broken\n{"title": "Soup"}\n', "json-lines"),
        (b'{"title": "Soup",\n "directions": [\n  {"text": "Boil."}\n ]}', "json"),
        (b"title,directions,ingredients\r\n", "csv"),
        (b"Recipe Name;Method\n", "csv"),
        (b"recipe_name\tinstructions\n", "csv"),
        (b"sep=;\r\nname;steps\r\n", "csv"),
        (b"<!doctype html><p>", "web-page"),
        (b'<?xml version="1.0"?>\n<!-- a --><html>', "web-page"),
        (b'<html><meta content="copymethat">', "copy-me-that"),
        (b'<div class="recipe-details"><p itemprop="recipeDirections">', "recipe-keeper"),
        (b'<?xml version="1.0"?><recipeml version="0.5">', "recipe-ml"),
        (b'<?xml version="1.0"?><!DOCTYPE gourmetDoc><gourmetDoc>', "gourmet"),
        (b"MMMMM----- Recipe via Meal-Master (tm) v8.05\n", "mealmaster"),
        (b"---------- Recipe via MEAL-MASTER (tm)\n", "mealmaster"),
        (b"Chop the @onion{1} in a #bowl{}.\n", "cooklang"),
    ],
)
def test_formats_by_the_smallest_files_that_show_them(head: bytes, name: str) -> None:
    assert [known.name for known in FORMATS if known.matches(look_at(head))] == [name]


def test_what_is_no_corpus_matches_nothing() -> None:
    for head in (
        b"%PDF-1.7",
        b"user,rating\n",
        b'"title\n',
        b"<?xml?><a/>",
        b"\0\1",
        b"PAR1",
        b"3",
    ):
        assert not [known.name for known in FORMATS if known.matches(look_at(head))]
    assert look_at(b" \n") == Look()


@pytest.mark.parametrize("name", OUTLINES)
def test_every_record_of_a_fixture_is_a_recipe_or_says_why_not(name: str) -> None:
    assert outline(CORPORA / name) == OUTLINES[name]


@pytest.mark.parametrize("name", [name for name in OUTLINES if (CORPORA / name).is_file()])
def test_a_format_can_be_named(name: str) -> None:
    assert outline(CORPORA / name, layout=FORMAT_OF[name]) == OUTLINES[name]


def test_foodcom_titles_lose_their_blanks_and_steps_keep_their_quotes() -> None:
    found = recipes(CORPORA / "foodcom.csv")
    assert found["baked winter squash"].directions[1] == "cut the squash in half , don't peel it"
    assert found["bob's chili"].directions[1].endswith('simmer for "an hour" or so')
    assert found["bob's chili"].ingredients == ("ground beef", "tomatoes", "baker's beans")


def test_recipenlg_cells_are_json() -> None:
    found = recipes(CORPORA / "recipenlg.csv")
    assert found["Creamy Corn"].ingredients[1] == '1 (8 oz.) pkg. cream cheese, "cubed"'
    assert "350°" in found["Walnut Squares"].directions[1]


def test_recipe1m_texts_lie_in_objects() -> None:
    penne = recipes(CORPORA / "recipe1m.json")["Penne with Cheese"]
    assert penne.ingredients == ("6 ounces penne", "2 cups cheese sauce")
    assert penne.directions == ("Boil the penne.", "Stir in the sauce.")


def test_eight_portions_lose_the_advertisement() -> None:
    dumplings = recipes(CORPORA / "eight-portions.json")["Slow Cooker Chicken and Dumplings"]
    assert dumplings.ingredients == ("4 chicken breasts", "2 tablespoons butter", "1 onion, diced")
    assert dumplings.directions[1] == "Cover, and cook for 5 to 6 hours on High."


def test_schema_org_sections_steps_and_html_become_steps() -> None:
    found = recipes(CORPORA / "schema-org-list.json")
    assert found["Leek Pie"].directions == (
        "Slice the leeks.",
        "Soften them in butter.",
        "Fill the pastry & bake.",
    )
    assert found["Plain Rice"].directions == (
        "Rinse the rice.",
        "Simmer it in two cups of water.",
    )


def test_fields_of_other_names_are_mapped_and_texts_cut_into_lines() -> None:
    columns = Columns(title="name", ingredients="needs", directions="method")
    found = recipes(CORPORA / "other-names.jsonl", columns=columns)
    assert found["Pea Soup"].ingredients == ("1 cup peas", "salt")
    assert found["Pea Soup"].directions == ("Boil the peas.", "Salt them.")
    assert outline(CORPORA / "other-names.jsonl", columns=columns)[1] == "no directions"


def test_a_mapping_where_fields_are_known_is_a_wrong_setting() -> None:
    with pytest.raises(UsageError, match=r"ingest\.columns is for json-array.* is eight-portions"):
        outline(CORPORA / "eight-portions.json", columns=Columns(title="name"))
    with pytest.raises(UsageError, match=r"ingest\.columns is for json-array.* is foodcom"):
        outline(CORPORA / "foodcom.csv", layout="foodcom", columns=Columns(title="name"))


def test_settings_that_do_not_fit_the_embedded_corpus_are_not_ignored() -> None:
    with pytest.raises(UsageError, match="this file is wikibooks"):
        outline(Path("wikibooks"), columns=Columns(title="name"))
    with pytest.raises(CorpusError, match="not a JSON array"):
        outline(Path("wikibooks"), layout="json-array")


def write_parquet(path: Path, rows: int = 1200) -> None:
    columns = {
        "name": [f"Soup {number}" if number != 7 else None for number in range(rows)],
        "ingredients": [["1 cup peas", "salt"]] * rows,
        "method": ["Boil the peas.\nSalt them."] * rows,
        "picture": [b"\xff"] * rows,
    }
    pq.write_table(pa.table(columns), path, row_group_size=500)


def test_parquet_rows_are_recipes(tmp_path: Path) -> None:
    path = tmp_path / "soups.data"
    write_parquet(path)
    records = list(read_corpus(str(path), columns=Columns(title="name", directions="method")))
    assert [record.position for record in records] == list(range(1200))
    assert [record.position for record in records if isinstance(record, Reject)] == [7]
    last = records[-1]
    assert isinstance(last, Recipe)
    assert last.directions == ("Boil the peas.", "Salt them.")


def test_parquet_without_the_columns_says_which_there_are(tmp_path: Path) -> None:
    path = tmp_path / "soups.parquet"
    write_parquet(path, 2)
    with pytest.raises(CorpusError, match=r"no column 'dish'; there are.*ingest\.columns\.title"):
        outline(path, columns=Columns(title="dish"))
    assert outline(path) == ["Soup 0: 2, 2", "Soup 1: 2, 2"]


def test_a_damaged_parquet_file_is_one_clear_line(tmp_path: Path) -> None:
    path = tmp_path / "soups.parquet"
    write_parquet(path, 2)
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(CorpusError, match="damaged Parquet file"):
        outline(path)
