"""Exports of recipe managers and web pages, beyond the smallest files in the documents."""

import gzip
import io
import json
import zipfile
from pathlib import Path

import pytest

from recipegen.corpus.corpus_files import read_corpus
from recipegen.corpus.recipe import Recipe, Reject
from recipegen.errors import CorpusError


def read(tmp_path: Path, content: bytes | str, name: str = "corpus") -> list[Recipe | Reject]:
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return list(read_corpus(str(path)))


def only(found: list[Recipe | Reject]) -> Recipe:
    (recipe,) = found
    assert isinstance(recipe, Recipe), recipe
    return recipe


def archive(members: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as packed:
        for name, content in members.items():
            packed.writestr(name, content)
    return file.getvalue()


# MealMaster ---------------------------------------------------------------------------------------

TWO_COLUMNS = """\
A letter before the first recipe.

---------- Recipe via Meal-Master (tm) v8.02

      Title: ONION TART
 Categories: Pies, Onions
   Servings:  6

      3 lg Onions, thinly sliced              1 c  Heavy cream
  1 1/2 tb Butter                             2    Eggs
           Salt and pepper                         Nutmeg, freshly
                                                   -grated

MMMMM-------------------------CRUST------------------------------
    1/2 lb Flour

  Slice the onions and soften them
  in the butter.

  Beat cream and eggs.
  Bake for 40 minutes.

-----
chatter between recipes
---------- Recipe via Meal-Master (tm) v8.02

      Title: Toast
      Yield: 1 servings

      1 sl Bread

  Toast it.
"""


def test_mealmaster_columns_sections_and_units(tmp_path: Path) -> None:
    tart, toast = read(tmp_path, TWO_COLUMNS)
    assert isinstance(tart, Recipe)
    assert isinstance(toast, Recipe)
    assert (tart.title, tart.position) == ("ONION TART", 0)
    assert tart.ingredients == (
        "3 large Onions, thinly sliced",
        "1 1/2 tablespoon Butter",
        "Salt and pepper",
        "1 cup Heavy cream",
        "2 Eggs",
        "Nutmeg, freshly grated",
        "1/2 pound Flour",
    )
    assert tart.directions == (
        "Slice the onions and soften them in the butter.",
        "Beat cream and eggs. Bake for 40 minutes.",
    )
    assert (toast.title, toast.position) == ("Toast", 1)
    assert (toast.ingredients, toast.directions) == (("1 slice Bread",), ("Toast it.",))


def test_mealmaster_without_a_title_is_a_reject(tmp_path: Path) -> None:
    (found,) = read(tmp_path, "MMMMM----- Meal-Master\n\n  Boil.\nMMMMM\n")
    assert isinstance(found, Reject)
    assert found.reason == "no title"


# Cooklang -----------------------------------------------------------------------------------------

COOK = """\
>> servings: 2
-- a comment
= Batter

Beat @eggs{3} with @plain flour{125%g}(sifted), @milk{} and [- a -] @salt. -- until smooth

Heat @&butter{=1%tbsp} in a #frying pan{}; fry ~rest{2%minutes} a side with @./sauces/Jam{50%g}.

> A note for the cook.
"""


def test_cooklang_ingredients_tools_and_times(tmp_path: Path) -> None:
    recipe = only(read(tmp_path, COOK, "Thin Pancakes.cook"))
    assert recipe.title == "Thin Pancakes"
    assert recipe.ingredients == (
        "3 eggs",
        "125 g plain flour, sifted",
        "milk",
        "salt",
        "1 tbsp butter",
        "50 g Jam",
    )
    assert recipe.directions == (
        "Beat eggs with plain flour, milk and salt.",
        "Heat butter in a frying pan; fry 2 minutes a side with Jam.",
    )


# XML ----------------------------------------------------------------------------------------------


def test_xml_in_another_encoding_and_with_groups(tmp_path: Path) -> None:
    content = """<?xml version="1.0" encoding="ISO-8859-1"?>
    <gourmetDoc><recipe><title>Cr\u00eape</title>
    <ingredient-list><inggroup><groupname>Batter</groupname><ingredient><amount>2</amount>
    <item>eggs &amp; milk</item></ingredient></inggroup></ingredient-list>
    <instructions>&lt;i&gt;Beat.&lt;/i&gt;\nFry.</instructions></recipe></gourmetDoc>"""
    recipe = only(read(tmp_path, content.encode("latin-1")))
    assert recipe.title == "Cr\u00eape"
    assert (recipe.ingredients, recipe.directions) == (("2 eggs & milk",), ("Beat.", "Fry."))


def test_recipe_ml_with_divisions_and_without_steps(tmp_path: Path) -> None:
    content = """<recipeml><menu><recipe><head><title>Tea</title></head><ingredients><ing-div>
    <title>Pot</title><ing><amt><qty>2</qty></amt><item>leaves</item><prep>dried</prep></ing></ing-div>
    </ingredients><directions>Steep.
    Pour.</directions></recipe></menu></recipeml>"""
    recipe = only(read(tmp_path, content))
    assert recipe.ingredients == ("2 leaves, dried",)
    assert recipe.directions == ("Steep.", "Pour.")


def test_xml_opens_no_other_file_and_grows_no_entity(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("xyzzy")
    bombs = "".join(f'<!ENTITY b{n} "{f"&b{n - 1};" * 10}">' for n in range(1, 9))
    content = f"""<?xml version="1.0"?><!DOCTYPE recipeml [<!ENTITY a SYSTEM "{secret.as_uri()}">
    <!ENTITY b0 "peas">{bombs}]><recipeml><recipe><head><title>Tea &a;</title></head>
    <directions><step>Boil. &b8;</step></directions></recipe></recipeml>"""
    try:
        found = repr(read(tmp_path, content))
    except CorpusError as error:
        found = str(error)
    assert "xyzzy" not in found
    assert found.count("peas") < 100


def test_broken_xml_is_one_clear_line(tmp_path: Path) -> None:
    whole = "<recipe><head><title>Tea</title></head><directions>Boil.</directions></recipe>"
    with pytest.raises(CorpusError, match="not valid XML after 2 recipes"):
        read(tmp_path, f"<recipeml>{whole}{whole}<recipe></oops>")


# Packed exports -----------------------------------------------------------------------------------

PAPRIKA = {"name": "Pea Soup", "ingredients": "2 cups peas\nsalt", "directions": "Boil.\n\nServe."}
TANDOOR = {
    "name": "Pea Soup",
    "steps": [
        {
            "name": "",
            "instruction": "Boil.\n\nServe.",
            "ingredients": [
                {"food": {"name": "peas"}, "unit": {"name": "cups"}, "amount": 2.0, "note": ""},
                {"food": {"name": "salt"}, "unit": None, "amount": 0.0, "note": ""},
            ],
        }
    ],
}


def test_paprika_packs_each_recipe_and_then_all(tmp_path: Path) -> None:
    packed = gzip.compress(json.dumps(PAPRIKA).encode())
    content = archive(
        {"Pea Soup.paprikarecipe": packed, "__MACOSX/._Pea Soup.paprikarecipe": b"\0"}
    )
    recipe = only(read(tmp_path, content, "all.paprikarecipes"))
    assert recipe.ingredients == ("2 cups peas", "salt")
    assert recipe.directions == ("Boil.", "Serve.")


def test_tandoor_packs_each_recipe_with_its_picture(tmp_path: Path) -> None:
    inner = archive({"recipe.json": json.dumps(TANDOOR).encode(), "image.jpeg": b"\xff\xd8"})
    recipe, passed_over = read(tmp_path, archive({"1.zip": inner}))
    assert isinstance(recipe, Recipe)
    assert recipe.ingredients == ("2 cups peas", "salt")
    assert recipe.directions == ("Boil. Serve.",)
    assert isinstance(passed_over, Reject)
    assert passed_over.source == "corpus/1.zip"


def test_an_archive_of_pictures_says_so(tmp_path: Path) -> None:
    found = read(tmp_path, archive({"a.jpg": b"x", "b.jpg": b"x", "c.png": b"x"}))
    assert [record.reason for record in found if isinstance(record, Reject)] == [
        "2 files passed over: files with .jpg hold no recipes",
        "1 file passed over: files with .png hold no recipes",
    ]


@pytest.mark.parametrize(
    ("name", "kind"),
    [("xl/workbook.xml", "Excel workbook"), ("word/document.xml", "Word document")],
)
def test_office_documents_are_named(tmp_path: Path, name: str, kind: str) -> None:
    with pytest.raises(CorpusError, match=f"an? {kind}; save the table in it as CSV"):
        read(tmp_path, archive({name: b"<x/>"}))


# Web pages ----------------------------------------------------------------------------------------

LINKED = {
    "@context": "https://schema.org",
    "@graph": [
        {"@type": "WebPage"},
        False,
        {
            "@type": ["recipe"],
            "name": "Pea &amp; Ham",
            "recipeIngredient": ["peas"],
            "recipeInstructions": "Boil.\nServe.",
        },
    ],
}
MICRODATA = (
    '<div itemscope itemtype="http://schema.org/Recipe"><b itemprop="name">Micro</b>'
    '<p itemprop="recipeInstructions">Boil.</p></div>'
)


def page(*scripts: str, body: str = "", charset: str = "utf-8") -> str:
    tags = "".join(f'<script type="application/ld+json">{text}</script>' for text in scripts)
    head = f'<meta charset="{charset}"><title>A page</title>{tags}'
    return f"<!DOCTYPE html><html><head>{head}</head><body>{body}</body></html>"


def test_linked_data_of_a_page_counts_before_microdata(tmp_path: Path) -> None:
    recipe = only(
        read(tmp_path, page("{}", json.dumps(LINKED), json.dumps(LINKED), body=MICRODATA))
    )
    assert recipe.title == "Pea & Ham"
    assert recipe.directions == ("Boil.", "Serve.")
    assert only(read(tmp_path, page('{"@type": "WebPage"}', body=MICRODATA))).title == "Micro"


@pytest.mark.parametrize(
    "script",
    [
        '<!-- {"@type": "Recipe", "name": "Pie", "recipeInstructions": "Bake."} -->',
        '//<![CDATA[\n{"@type": "Recipe", "name": "Pie", "recipeInstructions": "Bake."}\n//]]>',
        '{"@type": "Recipe", "name": "Pie", "recipeInstructions": "Bake.", "x": "a\tb\n",};',
        '{"@type": "Article", "mainEntityOfPage": {"hasPart": {"@type": "schema.org/Recipe", '
        '"name": "Pie", "recipeInstructions": "Bake."}}}',
        '{"@graph": {"0": {"x": 1}, "7": {"name": "Pie", "recipeInstructions": ["Bake."]}}}',
    ],
    ids=["comment", "cdata", "not quite json", "parts", "no type"],
)
def test_linked_data_as_pages_have_it(tmp_path: Path, script: str) -> None:
    recipe = only(read(tmp_path, page(script)))
    assert (recipe.title, recipe.directions) == ("Pie", ("Bake.",))


def test_a_page_without_a_recipe_is_a_reject_that_says_why(tmp_path: Path) -> None:
    (nothing,) = read(tmp_path, page())
    (damaged,) = read(tmp_path, page('{"@type": "Recipe", '))
    assert isinstance(nothing, Reject)
    assert isinstance(damaged, Reject)
    assert nothing.reason.endswith("in this web page: neither JSON-LD nor microdata")
    assert nothing.raw == "A page"
    assert "its JSON-LD is damaged: not valid JSON after 0 records" in damaged.reason


@pytest.mark.parametrize("charset", ["iso-8859-1", "windows-1252", "utf-8", "no-such-thing"])
def test_a_page_says_its_encoding(tmp_path: Path, charset: str) -> None:
    body = MICRODATA.replace("Micro", "Cr\u00eape")
    encoding = "utf-8" if charset == "no-such-thing" else charset
    recipe = only(read(tmp_path, page(body=body, charset=charset).encode(encoding)))
    assert recipe.title == "Cr\u00eape"


def test_a_folder_and_an_archive_of_pages(tmp_path: Path) -> None:
    content = page(json.dumps(LINKED)).encode()
    assert len(read(tmp_path, archive({"a.html": content, "b/c.htm": content}))) == 2
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages" / "a.html").write_bytes(content)
    (tmp_path / "pages" / "a_files").mkdir()
    (tmp_path / "pages" / "a_files" / "style.css").write_bytes(b"x")
    found = list(read_corpus(str(tmp_path / "pages")))
    assert [type(record) for record in found] == [Recipe, Reject]


def test_a_page_that_is_too_long_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="longer than 16 MiB, too long for a page"):
        read(tmp_path, b"<html>" + b" " * (1 << 24))
