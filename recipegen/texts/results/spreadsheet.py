"""Reads tables of answers as CSV: a row for each, with columns such as model and temperature."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from recipegen.corpus.byte_streams import as_utf8
from recipegen.corpus.csv_rows import read_rows
from recipegen.corpus.field_names import fields_of
from recipegen.corpus.recipe import Reject
from recipegen.texts.json_recipe import ANSWERS
from recipegen.texts.results.answers import Answer, number_in, title_in

MODEL = ("model", "provider", "generator", "group", "model_name")
TEMPERATURE = ("temperature", "temp")
PROMPT = ("prompt", "input", "question", "instruction")
ERROR = ("error",)


def is_table(columns: Sequence[str]) -> bool:
    """Whether the columns of a CSV file are those of answers: the answer, and how it was made."""
    names = [name.lower() for name in columns]
    answers = any(name in ANSWERS for name in names) or fields_of(tuple(columns)).found > 1
    return answers and any(name in (*MODEL, *TEMPERATURE, *PROMPT) for name in names)


def read_table(path: Path, source: str) -> Iterator[Answer | Reject]:
    """The answers in a table.

    Args:
        path: of the table.
        source: its name in tables.

    Raises:
        CorpusError: the file has no header.
    """
    with path.open("rb") as file:
        for found in read_rows(as_utf8(file), source):
            yield found if isinstance(found, Reject) else _answer(path, *found)


def _answer(path: Path, position: int, row: dict[str, str]) -> Answer:
    cells = {name.lower(): cell for name, cell in row.items()}
    answer = _first(cells, ANSWERS)
    recipe = {name: cell for name, cell in row.items() if fields_of((name,)).found}
    failed = "" if answer or recipe else _first(cells, ERROR)
    return Answer(
        id=f"{path.stem}-{_first(cells, ('id',)) or position + 1}",
        position=position,
        answer=answer or recipe or "",
        prompt=_first(cells, PROMPT),
        title=title_in(row),
        model=_first(cells, MODEL),
        temperature=number_in(_first(cells, TEMPERATURE) or None),
        failed=f"failed: {failed}" if failed else "",
    )


def _first(cells: dict[str, str], names: Sequence[str]) -> str:
    """The first cell that is not empty, of the columns with these names."""
    return next((cells[name] for name in names if cells.get(name, "").strip()), "")
