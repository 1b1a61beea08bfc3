"""Checks a run folder against its manifest: hashes, schemas, and references between tables.

Reading these files cannot run code: tables are Parquet, checkpoints are safetensors, and the rest
is JSON.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import torch

from recipegen.errors import CorruptFile, RecipegenError
from recipegen.labels.labelling import DRAWS, records_of
from recipegen.language.checkpoint import load_model, load_ngram
from recipegen.progress import Progress, silent
from recipegen.stages import STAGES
from recipegen.stages.train import NGRAM
from recipegen.storage.files import Place, hash_file, is_file, listing, reading, size
from recipegen.storage.run_folder import Run
from recipegen.storage.table_files import schema_version
from recipegen.tables import LABELS, REFERENCES, SCHEMAS, TABLES, written_by


@dataclass(frozen=True)
class Problem:
    """Something in a run folder that is not as it should be."""

    file: str
    """The file, relative to the run folder."""
    what: str
    """What is wrong with it."""
    remedy: str
    """What to do."""

    def __str__(self) -> str:
        return f"{self.file}: {self.what}; {self.remedy}"


def verify(run: Run, progress: Progress = silent) -> list[Problem]:
    """All problems in a run folder: files that do not fit the manifest, schemas and references.

    Args:
        run: the run; stages that have not been done yet are no problem.
        progress: told how much is done.
    """
    if problems := [*_record_problems(run)]:
        return problems
    stages = _record(run)
    sound: set[str] = set()
    for done, stage in enumerate(stages):
        progress(done / len(stages), stage)
        for name, facts in stages[stage]["outputs"].items():
            found = list(_file_problems(run, stage, name, facts))
            problems += found
            sound |= set() if found else {name}
    of_labels = list(_label_problems(run))
    sound |= set() if of_labels else {name for name in LABELS if is_file(run.path(name))}
    problems += of_labels
    problems += _references(run, sound)
    problems += _left_over(run, stages)
    return problems


def _record_problems(run: Run) -> Iterator[Problem]:
    """Why the settings or the manifest of a run cannot be read."""
    for name, read in (
        ("configuration.json", lambda: run.configuration),
        ("manifest.json", lambda: _check_record(_record(run))),
    ):
        try:
            read()
        except (RecipegenError, LookupError, TypeError, ValueError, AttributeError) as error:
            known = isinstance(error, RecipegenError)
            what = str(error) if known else f"is not the manifest of a run: {error!r}"
            remedy = "put it back from a copy, or make a run in another folder"
            yield Problem(name, what.removeprefix(f"{run.folder / name}: "), remedy)


def _check_record(stages: Mapping[str, Any]) -> None:
    """Raise an error if a record does not have the form that a finished stage leaves."""
    for record in stages.values():
        for facts in record["outputs"].values():
            _ = Path(facts["file"]), int(facts["bytes"]), facts["sha256"].lower()


def _record(run: Run) -> dict[str, Any]:
    """The stages in the manifest, in the order of the pipeline."""
    recorded = run.manifest["stages"]
    return {stage.name: recorded[stage.name] for stage in STAGES if stage.name in recorded}


def _remedy(run: Run, stage: str) -> str:
    return f"remove it, and `recipegen {stage} --run {run.folder}` makes it anew"


def _file_problems(run: Run, stage: str, name: str, facts: Mapping[str, Any]) -> Iterator[Problem]:
    """The first thing that is wrong with a file that the manifest names."""
    path = run.folder / facts["file"]
    remedy = _remedy(run, stage)
    if (found := size(path)) is None:
        yield Problem(facts["file"], "is missing", remedy)
    elif found != facts["bytes"]:
        yield Problem(facts["file"], f"has {found:,} bytes, not {facts['bytes']:,}", remedy)
    elif hash_file(path) != facts["sha256"]:
        yield Problem(facts["file"], "is not what the stage wrote: another SHA-256", remedy)
    elif path.suffix == ".parquet":
        yield from _table_problems(path, name, remedy)
    elif path.suffix == ".safetensors":
        yield from _checkpoint_problems(path, run.folder / NGRAM, remedy)


def _table_problems(path: Place, name: str, remedy: str) -> Iterator[Problem]:
    try:
        with reading(path) as file:
            schema = pq.read_schema(file)
    except ConnectionError:
        raise
    except (pa.ArrowException, OSError) as error:
        yield Problem(path.name, f"is not a readable table: {error}", remedy)
        return
    version, known = schema_version(schema), SCHEMAS[name].version
    if version != str(known):
        yield Problem(
            path.name,
            f"has schema version {version}, not {known}",
            remedy if name in LABELS else f"`recipegen run --run {path.parent}` makes it anew",
        )
    elif not schema.equals(SCHEMAS[name].schema):
        yield Problem(path.name, "has other columns than the table should have", remedy)


def _label_problems(run: Run) -> Iterator[Problem]:
    """What is wrong with the tables about labels, which people made and no manifest records."""
    for name in LABELS:
        path = run.path(name)
        if not is_file(path):
            continue
        found = list(_table_problems(path, name, LABELS_REMEDY))
        yield from found
        if not found:
            yield from _unreadable(run, name)
    needs = {"labels.parquet": "label_sample.parquet", "label_sample.parquet": DRAWS}
    for file, needed in needs.items():
        if is_file(run.labels_folder / file) and not is_file(run.labels_folder / needed):
            yield Problem(needed, f"is missing, and {file} needs it", LABELS_REMEDY)
    try:
        records_of(run)
    except CorruptFile as error:
        yield Problem(DRAWS, str(error).partition(": ")[2].partition(";")[0], LABELS_REMEDY)


LABELS_REMEDY = "put it back from a copy"


def _unreadable(run: Run, name: str) -> Iterator[Problem]:
    try:
        run.read(name)
    except CorruptFile as error:
        yield Problem(run.path(name).name, str(error).partition(": ")[2], LABELS_REMEDY)


def _checkpoint_problems(path: Place, ngram: Place, remedy: str) -> Iterator[Problem]:
    try:
        if path == ngram:
            load_ngram(path)
        else:
            load_model(path, torch.device("cpu"))
    except RecipegenError as error:
        yield Problem(path.name, str(error).partition(": ")[2], remedy)


def _references(run: Run, sound: set[str]) -> Iterator[Problem]:
    """References to rows of other tables that are not there."""
    for reference in REFERENCES:
        if not {reference.table, *reference.to} <= sound:
            continue
        known: set[Any] = set()
        for table in reference.to:
            known |= set(run.read(table, [reference.key])[reference.key].dropna().unique())
        for column in reference.columns:
            used = set(run.read(reference.table, [column])[column].dropna().unique())
            if lost := sorted(used - known):
                where = " or ".join(reference.to)
                yield Problem(
                    run.path(reference.table).name,
                    f"{len(lost):,} values of {column}, such as {lost[0]!r}, are not in {where}",
                    LABELS_REMEDY
                    if reference.table in LABELS
                    else _remedy(run, TABLES[reference.table].stage),
                )


def _left_over(run: Run, stages: Mapping[str, Any]) -> Iterator[Problem]:
    """Tables in the folder that no stage of the manifest has written."""
    named = {table for stage in stages for table in written_by(stage)}
    for path in listing(run.folder, "*.parquet"):
        if path.stem not in named:
            yield Problem(
                path.name,
                "is not recorded in the manifest",
                f"`recipegen run --run {run.folder}` goes on, or remove it",
            )
