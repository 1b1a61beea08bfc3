"""Reads the files that the page saves, and puts their labels to those that are there.

A file is taken in whole or not at all: the first line that is wrong refuses it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Set
from datetime import UTC, datetime
from typing import Annotated, Any, BinaryIO, NamedTuple

import pandas as pd
from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from recipegen.corpus.byte_streams import as_utf8
from recipegen.corpus.json_lines import decoded_lines
from recipegen.corpus.recipe import Reject
from recipegen.errors import UsageError
from recipegen.labels.categories import LABELS, Label
from recipegen.tables import LABELS as TABLES

KEY = ["item_id", "labeller"]
"""A labeller has one label for an item."""

_SPACE = re.compile(r"\s+")


def _one_line(text: str) -> str:
    """The text without marks of direction, surrogates and other invisible characters."""
    return "".join(each for each in _SPACE.sub(" ", text).strip() if each.isprintable())


Line = Annotated[str, AfterValidator(_one_line)]


class Said(BaseModel):
    """A line of a file: what a labeller says about an item."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    draw: str
    item_id: str
    labeller: Annotated[Line, Field(min_length=1, max_length=100)]
    date: AwareDatetime
    label: Label
    note: Annotated[Line, Field(max_length=1000)] = ""


class Change(NamedTuple):
    """What a file changes."""

    labels: pd.DataFrame
    """All labels, as rows of the table ``labels``."""
    new: int
    """Number of labels for items that the labeller had not labelled."""
    replaced: int
    """Number of labels in the place of other, older ones."""
    same: int
    """Number of labels that change nothing."""


def read_file(file: BinaryIO, name: str, draws: Mapping[str, Set[str]]) -> pd.DataFrame:
    """The labels of a file, as rows of the table ``labels``.

    Args:
        file: its content, JSON Lines.
        name: its name, for errors.
        draws: the items of each draw of the run, by the identifier of the draw.

    Raises:
        UsageError: a line is malformed or about another run, or there is none.
    """
    rows = [_row(said) for said in _lines(as_utf8(file), name, draws)]
    if not rows:
        raise UsageError(f"{name}: no labels in it; nothing was taken in")
    return pd.DataFrame(rows, columns=TABLES["labels"].column_names)


def _lines(file: BinaryIO, name: str, draws: Mapping[str, Set[str]]) -> Iterator[Said]:
    for found in decoded_lines(file, name):
        if isinstance(found, Reject):
            raise _refused(name, found.position, found.reason)
        position, value = found
        said = _said(value, name, position)
        if said.draw not in draws:
            raise _refused(name, position, "it belongs to another run, or to a draw that is gone")
        if said.item_id not in draws[said.draw]:
            raise _refused(name, position, f"the draw has no item {said.item_id!r}")
        yield said


def _said(value: object, name: str, position: int) -> Said:
    try:
        return Said.model_validate(value)
    except ValidationError as error:
        raise _refused(name, position, _reason(error)) from None


def _reason(error: ValidationError) -> str:
    """The first thing that is wrong with a line."""
    first = error.errors(include_url=False)[0]
    field = ".".join(map(str, first["loc"]))
    if field == "label" and isinstance(first["input"], str):
        return f"the label {first['input'][:40]!r} is none of {', '.join(LABELS)}"
    return f"{field}: {first['msg']}" if field else "it is not a JSON object"


def _refused(name: str, position: int, reason: str) -> UsageError:
    return UsageError(f"{name}, line {position + 1}: {reason}; nothing was taken in")


def _row(said: Said) -> dict[str, Any]:
    date: datetime = said.date.astimezone(UTC)
    return {
        "item_id": said.item_id,
        "labeller": said.labeller,
        "date": date.isoformat(timespec="milliseconds"),
        "label": said.label,
        "note": said.note,
    }


def taken_in(labels: pd.DataFrame, more: pd.DataFrame) -> Change:
    """Labels with those of a file: of each labeller the latest label of an item counts.

    Reading a file again changes nothing.

    Args:
        labels: the labels that are there.
        more: the labels of the file.
    """
    both = pd.concat([labels, more], ignore_index=True)
    # Of labels with the same date, the one that was read last counts.
    kept = both.sort_values("date", kind="stable").drop_duplicates(KEY, keep="last")
    now = kept.sort_values(KEY, ignore_index=True)
    before = set(labels.itertuples(index=False, name=None))
    had = set(labels[KEY].itertuples(index=False, name=None))
    changed = [row for row in now.itertuples(index=False, name=None) if row not in before]
    replaced = sum((row[0], row[1]) in had for row in changed)
    same = len(more) - len(changed)
    return Change(now, len(changed) - replaced, replaced, same)
