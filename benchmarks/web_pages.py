"""How well recipes are read from real web pages, compared with what collectors of the pages expect.

The pages are the test data of a scraping library, ``recipe-scrapers``. Each is a saved page
(``.testhtml``) with a file that says what a person expects of it (``.json``). They are not part of
the project: give the folder ``tests/test_data`` of a copy of that library's repository.

A page *has* its title, ingredients or steps if its structured data (JSON-LD or microdata) contain
every expected line. Among those pages, the benchmark counts in how many the title is equal, and in
how many the number of ingredients and the number of steps are. Pages whose data have no steps at
all are left out, because they are rejects. Collectors keep the names of sections and of steps among
the steps. recipegen leaves these names out, so they are not counted. ``--list`` names every page
that disagrees.

    python -m benchmarks.web_pages FOLDER [--list]
"""

from __future__ import annotations

import argparse
import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from recipegen.corpus.byte_streams import as_utf8
from recipegen.corpus.cleaning import clean_text
from recipegen.corpus.formats import web_page
from recipegen.corpus.formats.schema_org import recipe_of_node
from recipegen.corpus.html_text import without_html
from recipegen.corpus.recipe import Recipe

KINDS = ("title", "ingredients", "steps")


def letters(text: str) -> str:
    """A text by its letters and digits alone, so that commas and cases do not count."""
    return re.sub(r"\W+", "", clean_text(without_html(text))).casefold()


def texts_in(value: object) -> Iterator[str]:
    """All the texts in structured data."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from texts_in(each)
    elif isinstance(value, list):
        for each in value:
            yield from texts_in(each)


def names_in(value: object) -> Iterator[str]:
    """The names of sections and steps in structured data."""
    if isinstance(value, Mapping):
        yield from (
            letters(each)
            for key, each in value.items()
            if key.lower() == "name" and isinstance(each, str)
        )
        for each in value.values():
            yield from names_in(each)
    elif isinstance(value, list):
        for each in value:
            yield from names_in(each)


def agreement(path: Path) -> dict[str, bool | None] | None:
    """Whether each kind agrees with what is expected of a page; None where the page has it not.

    Nothing where the page describes no recipe, or one without steps, which is a reject.
    """
    expected = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    with path.open("rb") as file:
        page = web_page.parsed(as_utf8(file).read())
    nodes, _ = web_page.nodes_of(page, path.name)
    instructions = nodes[0].get("recipeInstructions") if nodes else None
    if not letters("".join(texts_in(instructions))):
        return None
    recipe = recipe_of_node(path.name, 0, nodes[0])
    read = recipe if isinstance(recipe, Recipe) else Recipe(path.name, 0, "", (), ())
    wanted = _wanted(expected, set(names_in(instructions)) - set(map(letters, read.directions)))
    found = {
        "title": letters("".join(texts_in(nodes[0].get("name")))),
        "ingredients": letters("".join(texts_in(nodes[0].get("recipeIngredient")))),
        "steps": letters("".join(texts_in(instructions))),
    }
    agrees = {
        "title": letters(read.title) == "".join(wanted["title"]),
        "ingredients": len(read.ingredients) == len(wanted["ingredients"]),
        "steps": len(read.directions) == len(wanted["steps"]),
    }
    return {
        kind: agrees[kind] if lines and all(line in found[kind] for line in lines) else None
        for kind, lines in wanted.items()
    }


def _wanted(expected: dict[str, Any], names: set[str]) -> dict[str, list[str]]:
    """What is expected of a page, without the names of sections and steps."""
    lines = {
        "title": [expected.get("title", "")],
        "ingredients": expected.get("ingredients", []),
        "steps": expected.get("instructions_list", []),
    }
    wanted = {kind: [*filter(None, map(letters, lines[kind]))] for kind in KINDS}
    wanted["steps"] = [step for step in wanted["steps"] if step not in names]
    return wanted


def main() -> None:
    """Print a table with a row for each kind."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--list", action="store_true", help="name every page that disagrees")
    options = parser.parse_args()
    pages = [
        path
        for path in sorted(options.folder.rglob("*.testhtml"))
        if path.with_suffix(".json").exists()
    ]
    counts: Counter[tuple[str, bool | None]] = Counter()
    described = 0
    for path in pages:
        found = agreement(path)
        described += found is not None
        for kind, agrees in (found or {}).items():
            counts[kind, agrees] += 1
            if agrees is False and options.list:
                print(f"{kind}: {path.relative_to(options.folder)}")
    print(f"{len(pages):,} pages, {described:,} with a recipe and steps in structured data\n")
    print("| | pages that have it | agree | share |")
    print("|---|---|---|---|")
    for kind in KINDS:
        has, agree = counts[kind, True] + counts[kind, False], counts[kind, True]
        print(f"| {kind} | {has:,} | {agree:,} | {agree / has:.1%} |")


if __name__ == "__main__":
    main()
