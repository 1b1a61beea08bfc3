"""Draws items of a run for labelling, writes their page, and takes labels in.

All of it lies in the folder ``labels`` of the run: the tables, a page for each draw, and
``draws.json``, which says how each draw was made. No stage writes there.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence, Set
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd

from recipegen.errors import CorruptFile, MissingTable, UsageError
from recipegen.labels.agreement import label_agreement
from recipegen.labels.drawing import Plan, draw
from recipegen.labels.items import items, name_of
from recipegen.labels.page import label_page, page_items
from recipegen.labels.reading import Change, read_file, taken_in
from recipegen.labels.sample import PAIR, item_ids, label_sample, texts_of, with_more
from recipegen.storage.files import Place, is_file, read_json, write_json, write_text
from recipegen.storage.run_folder import Run
from recipegen.tables import LABELS

DRAWS = "draws.json"


@dataclass(frozen=True)
class Record:
    """How a draw was made."""

    draw: int
    """Its number, from 1."""
    page_id: str
    """Its identifier on the page and in the files that the page saves."""
    key: str
    """The key of the identifiers of its items."""
    scores: str
    """A hash of the scores that it was drawn from."""
    plan: dict[str, Any]
    """What was asked for."""


@dataclass(frozen=True)
class Draw:
    """A draw and its page."""

    number: int
    page: Place
    rows: pd.DataFrame
    """Its rows of ``label_sample``."""
    again: bool
    """Whether it had been made before, so that only its page was written again."""


@dataclass(frozen=True)
class Reading:
    """What was taken in."""

    changes: dict[str, Change]
    """What each file changed."""
    labels: pd.DataFrame
    sample: pd.DataFrame
    agreement: pd.DataFrame


# Drawing


def draw_labels(run: Run, plan: Plan, page: Place | None = None) -> Draw:
    """Draw items for labelling, and write their page.

    The same plan gives the same draw again. Another seed draws further items.

    Args:
        run: a run that has been scored; the caller has locked it.
        plan: what is to be drawn.
        page: where the page goes; none stands for the folder ``labels`` of the run.

    Raises:
        MissingTable: the run has not been scored.
        UsageError: there are no such items, or the seed was used for another draw.
    """
    records = records_of(run)
    for record in records:
        if (record.plan["unit"], record.plan["seed"]) == (plan.unit, plan.seed):
            return _again(run, record, plan, page)
    record = _record(run, plan, 1 + max((each.draw for each in records), default=0))
    others = _rows(run, records)
    alike = [each.draw for each in records if each.scores == record.scores]
    same = others["draw"].isin(alike) & (others["unit"] == plan.unit)
    sample = draw(items(run, plan.unit), plan, _names(others[same]))
    rows = label_sample(run, sample, plan, record.draw, record.key)
    drawn = _write_page(run, record, rows, page)
    # The record comes last: a draw without one is drawn anew.
    kept = [others[~same], with_more(others[same], sample, plan.unit), rows]
    run.write("label_sample", pd.concat([each for each in kept if len(each)], ignore_index=True))
    write_json(run.labels_folder / DRAWS, {"draws": [asdict(each) for each in (*records, record)]})
    return drawn


def _again(run: Run, record: Record, plan: Plan, page: Place | None) -> Draw:
    """The draw that was made by this plan, with its page written again."""
    if record.plan != _as_json(plan):
        raise UsageError(
            f"--seed {plan.seed}: draw {record.draw} has this seed and other settings "
            f"({_said(record.plan)}); take another seed to draw more"
        )
    sample = run.read("label_sample")
    rows = sample[sample["draw"] == record.draw]
    return replace(_write_page(run, record, rows, page), again=True)


def _write_page(run: Run, record: Record, rows: pd.DataFrame, page: Place | None) -> Draw:
    texts = texts_of(run, rows)
    if item_ids(rows, texts, record.key) != rows["item_id"].tolist():
        raise UsageError(
            f"draw {record.draw}: texts of the run have changed since; draw anew with another "
            "--seed"
        )
    mentions = run.matching("mentions", "sample_id", set(texts))
    content = label_page(page_items(rows, texts, mentions), record.page_id)
    place = page or run.labels_folder / f"draw-{record.draw}.html"
    write_text(place, content)
    return Draw(record.draw, place, rows, again=False)


def _record(run: Run, plan: Plan, number: int) -> Record:
    scores, texts = run.outputs("score"), run.outputs("generate")
    hashes = [texts["samples"]["sha256"], scores["references"]["sha256"]]
    key = _hash("key", *hashes, plan.unit, str(plan.seed), str(number))
    return Record(
        number,
        _hash("page", key)[:12],
        key,
        _hash(*(scores[name]["sha256"] for name in ("sample_pairs", "sample_scores"))),
        _as_json(plan),
    )


def _hash(*parts: str) -> str:
    return hashlib.sha256("/".join(parts).encode()).hexdigest()


def _as_json(plan: Plan) -> dict[str, Any]:
    return {**asdict(plan), "groups": list(plan.groups)}


def _said(plan: dict[str, Any]) -> str:
    groups = ", ".join(plan["groups"]) or "all"
    return (
        f"count {plan['count']}, groups {groups}, implausible share {plan['implausible_share']:g}"
    )


def records_of(run: Run) -> list[Record]:
    """How the draws of a run were made.

    Raises:
        CorruptFile: the file that says so is damaged.
    """
    path = run.labels_folder / DRAWS
    try:
        return [Record(**each) for each in read_json(path)["draws"]] if is_file(path) else []
    except (LookupError, TypeError) as error:
        raise CorruptFile(f"{path}: not a list of draws; put it back from a copy") from error


def _rows(run: Run, records: Sequence[Record]) -> pd.DataFrame:
    """The rows of ``label_sample`` of draws that were finished."""
    if not records:
        return _empty("label_sample")
    rows = run.read("label_sample")
    return rows[rows["draw"].isin([record.draw for record in records])]


def _names(rows: pd.DataFrame) -> Set[str]:
    """The names of drawn items."""
    columns = [rows[name] for name in ("sample_id", *PAIR)]
    return {
        name_of(*(part for part in parts if isinstance(part, str)))
        for parts in zip(*columns, strict=True)
    }


def _empty(table: str) -> pd.DataFrame:
    return LABELS[table].schema.empty_table().to_pandas()


# Reading


def read_labels(run: Run, files: Sequence[Path]) -> Reading:
    """Take in the labels of some files, all or none.

    Args:
        run: the run; the caller has locked it.
        files: files that the page has saved.

    Raises:
        UsageError: a file cannot be read, is malformed or belongs to another run.
        MissingTable: nothing has been drawn from the run.
    """
    records = records_of(run)
    if not records:
        raise MissingTable(
            f"{run.folder}: nothing has been drawn yet; "
            f"first run `recipegen label draw --run {run.folder}`"
        )
    sample = _rows(run, records)
    draws = {
        record.page_id: set(sample.loc[sample["draw"] == record.draw, "item_id"])
        for record in records
    }
    found = {str(file): _read(file, draws) for file in files}
    labels = run.read("labels") if is_file(run.path("labels")) else _empty("labels")
    changes = {}
    for name, more in found.items():
        changes[name] = taken_in(labels, more)
        labels = changes[name].labels
    agreement = label_agreement(labels, sample.set_index("item_id")["unit"])
    run.write("labels", labels)
    run.write("label_agreement", agreement)
    return Reading(changes, labels, sample, agreement)


def _read(file: Path, draws: dict[str, set[str]]) -> pd.DataFrame:
    try:
        with file.open("rb") as opened:
            return read_file(opened, str(file), draws)
    except OSError as error:
        raise UsageError(f"{file}: cannot be read: {error.strerror or error}") from error


def labelled_now(run: Run) -> pd.DataFrame:
    """The rows of ``label_sample`` whose texts the run still has as they were when drawn.

    If samples are generated again, texts with the same ``sample_id`` may differ. Labels of the
    earlier texts stay in the tables and say nothing about the new ones.
    """
    sample = run.read("label_sample")
    texts = texts_of(run, sample)
    kept = []
    for record in records_of(run):
        rows = sample[sample["draw"] == record.draw]
        kept.append(rows[rows["item_id"] == item_ids(rows, texts, record.key)])
    return pd.concat(kept, ignore_index=True) if kept else sample
