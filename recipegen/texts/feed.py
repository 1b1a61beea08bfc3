"""Reads recipes of any generator from a file or a folder.

A file has a text or a JSON object on each line, or it holds the results of another tool
(:mod:`recipegen.texts.results`). Its content says which.

``{"id": ..., "text": ...}`` is our own form. Other forms are read too: fields of a recipe
(``title``, ``ingredients``, ``directions`` and their other names), chat messages, unchanged answers
of an endpoint, and what libraries write (``generated_text``, ``completion``, ...).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO

from recipegen.corpus.byte_streams import as_utf8, head_of, lines_of
from recipegen.corpus.json_lines import decoded_lines
from recipegen.corpus.recipe import Reject, reject
from recipegen.errors import UsageError
from recipegen.texts.results.recognition import recognise, settings_beside, without_texts
from recipegen.texts.text import Text, text_of

_OBJECT = re.compile(rb"^[ \t]*[\[{]", re.MULTILINE)


def read_texts(path: Path) -> tuple[list[Text], list[Reject]]:
    """The recipes in a file or folder, and what cannot be used.

    In a file without any line of JSON, each line is a text. Its id is the number of its line, from
    1. An object without an id gets one from the number of its line: ``line-7``. In a folder, only
    results of other tools are read.

    Raises:
        UsageError: the file cannot be read, or nothing in it can be used.
    """
    seen: set[str] = set()
    texts: list[Text] = []
    rejects: list[Reject] = []
    try:
        for source, found in _found_in(path):
            if isinstance(found, Text) and found.id in seen:
                found = reject(source, found.position, "the id occurs twice", found.id)
            if isinstance(found, Text):
                seen.add(found.id)
                texts.append(found)
            else:
                rejects.append(found)
    except OSError as error:
        raise UsageError(f"{path}: cannot be read: {error.strerror}") from error
    if not texts:
        raise UsageError(f"{path}: {_nothing_in(path, rejects)}")
    return texts, rejects


def files_in(path: Path) -> list[Path]:
    """The files that the texts of a file or folder depend on, in a fixed order."""
    if path.is_dir():
        return sorted(file for file in path.rglob("*") if file.is_file() and not _hidden(file))
    return [path, *settings_beside(path)]


def texts_in(recipes: Iterable[str | Mapping[str, Any]]) -> list[Text]:
    """The recipes of a list of texts and of objects, in any form that a line of a file may have.

    Raises:
        UsageError: one of them is not a recipe.
    """
    texts: list[Text] = []
    seen: set[str] = set()
    for position, recipe in enumerate(recipes):
        plain = {"id": str(position + 1), "text": recipe}
        record = plain if isinstance(recipe, str) else dict(recipe)
        found = text_of("the list", position, record)
        if isinstance(found, Text) and found.id in seen:
            found = reject("the list", position, "the id occurs twice", found.id)
        if isinstance(found, Reject):
            raise UsageError(f"recipe {position}: {found.reason}")
        seen.add(found.id)
        texts.append(found)
    return texts


def _found_in(path: Path) -> Iterator[tuple[str, Text | Reject]]:
    """The name of each file, with each of its texts and rejects."""
    if not path.is_dir():
        yield from ((path.name, found) for found in _found_in_file(path))
        return
    for file in files_in(path):
        name = str(file.relative_to(path))
        kind = recognise(file)
        if kind is not None:
            yield from ((name, found) for found in kind.texts(file, name))
        elif not without_texts(file):
            yield name, reject(name, 0, "passed over: no results of a tool that is known", name)


def _found_in_file(path: Path) -> Iterator[Text | Reject]:
    kind = recognise(path)
    if kind is not None:
        yield from kind.texts(path, path.name)
        return
    if problem := without_texts(path):
        raise UsageError(f"{path}: {problem}")
    with path.open("rb") as file:
        for found in _lines(as_utf8(file), path.name):
            yield found if isinstance(found, Reject) else text_of(path.name, *found)


def _hidden(file: Path) -> bool:
    return file.name.startswith(".")


def _nothing_in(path: Path, rejects: list[Reject]) -> str:
    """Why a file or folder holds no text that can be used."""
    first = next((each for each in rejects if not each.reason.startswith("passed over")), None)
    if path.is_dir():
        why = f"; {first.source}, {first.position + 1}: {first.reason}" if first else ""
        return f"no file holds usable results of inspect_ai, promptfoo or lm-eval, or a table{why}"
    if recognise(path) is not None:
        why = f"; sample {first.position + 1}: {first.reason}" if first else ""
        return f"no sample can be used{why}"
    why = f"; line {first.position + 1}: {first.reason}" if first else ""
    return f'no line is a recipe, such as {{"id": ..., "text": ...}}{why}'


def _lines(file: BinaryIO, source: str) -> Iterator[tuple[int, object] | Reject]:
    """The number of each line that is not blank, with its JSON value or an object for its text."""
    if not _is_plain(head_of(file)):
        yield from decoded_lines(file, source)
        return
    for position, (line, whole) in enumerate(lines_of(file)):
        if not whole:
            yield reject(source, position, "the line is too long", line)
        elif line.strip():
            yield position, {"id": str(position + 1), "text": line.rstrip("\n")}


def _is_plain(head: bytes) -> bool:
    """Whether a file begins with text that is not meant to be JSON."""
    first = head.lstrip().partition(b"\n")[0]
    try:
        json.loads(first)
    except (ValueError, RecursionError):
        return not _OBJECT.search(head)
    return False
