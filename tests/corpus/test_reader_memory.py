"""No reader of a format needs more memory for a longer file.

The example of a format in docs/corpora.md is repeated. If that does not give a longer file of the
same format, ``PARTS`` says how to write one.
"""

from pathlib import Path

import pytest

from recipegen.corpus.corpus_files import read_corpus
from recipegen.corpus.recipe import Recipe
from tests.corpus.probes import peak_of
from tests.corpus.test_formats import EXAMPLES

JSON = '{"title": "Tea", "ingredients": ["leaves"], "steps": ["Boil."]},'
LINKED = '{"@type": "Recipe", "name": "Tea", "recipeInstructions": "Boil."},'

PARTS = {
    "json-array": ("[", JSON, "null]"),
    "json-object": ("{", f'"1": {JSON}', '"2": {}}'),
    "json-nested": ('{"recipes": [', JSON, "null]}"),
    "csv": ("title,ingredients,steps\n", "Tea,leaves,Boil.\n", ""),
    "schema.org": ("[", LINKED, "null]"),
    "eight-portions": (
        "{",
        '"a": {"title": "Tea", "instructions": "Boil.", "picture_link": null},',
        '"b": {}}',
    ),
    "wikibooks": (
        "{",
        '"Cookbook:Tea": {"title": "Tea", "ingredients": ["a", "b", "c"], '
        '"steps": ["Boil.", "Serve."]},',
        '"b": {}}',
    ),
    "recipe-ml": (
        "<recipeml>",
        "<recipe><head><title>Tea</title></head><directions>Boil.</directions></recipe>",
        "</recipeml>",
    ),
    "gourmet": (
        "<gourmetDoc>",
        "<recipe><title>Tea</title><instructions>Boil.</instructions></recipe>",
        "</gourmetDoc>",
    ),
    "copy-me-that": (
        "<meta content='copymethat'>",
        "<div class='recipe'><div id='name'>Tea</div>"
        "<ol id='recipeInstructions'><li>Boil.</li></ol></div>",
        "",
    ),
    "recipe-keeper": (
        "<body>",
        "<div class='recipe-details'><p itemprop='name'>Tea</p>"
        "<div itemprop='recipeDirections'><p>Boil.</p></div></div>",
        "",
    ),
}
"""The start of a file, a recipe, and the end, for formats whose example cannot be repeated."""

ONE_RECIPE = {"web-page", "cooklang"}
"""Formats that hold one recipe in each file, so that no file is long."""

REPEATED = [
    name for name, (kind, _) in EXAMPLES.items() if kind != "python" and name not in ONE_RECIPE
]

LONGER = "Boil." + " Stir." * 100
"""Steps of a longer recipe, so that files are long with few recipes."""

SHORT, LONG = 200_000, 600_000
"""Bytes of two files, each of several pieces as readers read them."""


def parts(name: str) -> tuple[str, str, str]:
    return PARTS.get(name) or ("", EXAMPLES[name][1] + "\n", "")


def read(path: Path) -> int:
    return sum(isinstance(record, Recipe) for record in read_corpus(str(path)))


@pytest.mark.parametrize("name", REPEATED)
def test_a_longer_file_holds_more_recipes(tmp_path: Path, name: str) -> None:
    start, recipe, end = parts(name)
    found = []
    for count in (1, 3):
        path = tmp_path / str(count)
        path.write_text(start + recipe * count + end, encoding="utf-8")
        found.append(read(path))
    assert found[0] > 0
    assert found[1] == 3 * found[0], "say in PARTS how to write a longer file"


@pytest.mark.parametrize("name", REPEATED)
def test_memory_does_not_grow_with_the_file(tmp_path: Path, name: str) -> None:
    start, recipe, end = parts(name)
    recipe = recipe.replace("Boil.", LONGER)
    path = tmp_path / "corpus"

    def peak(size: int) -> int:
        count = size // len(recipe)
        path.write_text(start + recipe * count + end, encoding="utf-8")
        return peak_of(lambda: read_at_least(count))

    def read_at_least(count: int) -> None:
        assert read(path) >= count

    peak(10 * len(recipe))
    assert peak(LONG) - peak(SHORT) < (LONG - SHORT) / 2
