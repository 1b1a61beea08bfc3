"""The folder of a run: where its tables are, and which stages are finished.

A run is a folder, on a disk or in a store (:mod:`recipegen.storage.files`)::

    configuration.json     the settings that were given so far
    manifest.json          the finished stages: fingerprint, tables, rows, hashes
    recipes.parquet ...    one file for each table
    checkpoints/           the network
    labels/                what was drawn for labelling, and the labels of people
    unfinished/            blocks and checkpoints of stages that are not finished
    blocks/                what each block of a finished stage made
    report.html ...

A file is either missing or complete. A stage is recorded in the manifest after its last table has
been written. Its fingerprint covers its settings, the hashes of what it reads and the versions of
the library and of the schema. So a stage is done again exactly when something that it depends on
has changed.
"""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterable, Iterator, Mapping, Set
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, NoReturn

import pandas as pd
import pyarrow.parquet as pq

import recipegen
from recipegen.config import Configuration, configure
from recipegen.errors import MissingTable, UsageError
from recipegen.storage import locks
from recipegen.storage.files import (
    Place,
    hash_file,
    is_file,
    make_folder,
    reach,
    read_json,
    remove_folder,
    remove_partial_files,
    size,
    whole_place,
    write_json,
)
from recipegen.storage.table_files import (
    TableWriter,
    open_parquet,
    part_of_table,
    read_frames,
    read_matching,
    read_rows,
    read_table,
    table_writer,
    write_table,
)
from recipegen.tables import LABELS, SCHEMA_VERSION, SCHEMAS, TABLES


class Run:
    """A run folder: its configuration, its tables, and which stages are finished."""

    def __init__(self, folder: str | Place) -> None:
        self.folder = whole_place(folder)
        self._manifest_lock = threading.Lock()

    @classmethod
    def open(cls, folder: str | Place) -> Run:
        """The run in an existing folder.

        Raises:
            UsageError: the folder is missing or is not a run, or its store does not answer.
        """
        run = cls(folder)
        reach(run.folder)
        if not is_file(run.folder / "configuration.json"):
            raise UsageError(
                f"{folder}: not a run folder; `recipegen run --run {folder}` makes one"
            )
        return run

    @classmethod
    def prepare(cls, folder: str | Place, *layers: Mapping[str, Any]) -> Run:
        """The run in ``folder``, which is made if it is missing; layers override its settings.

        Raises:
            SettingError: a setting is unknown, of the wrong type or out of its bounds.
            UsageError: the folder cannot be written.
        """
        run = cls(folder)
        reach(run.folder)
        kept = run.folder / "configuration.json"
        configuration = configure(*([read_json(kept)] if is_file(kept) else []), *layers)
        try:
            make_folder(run.folder)
            write_json(kept, configuration.model_dump(mode="json"))
        except OSError as error:
            raise UsageError(
                f"{folder}: cannot be written: {error.strerror or error}; "
                "name another folder with --run"
            ) from error
        return run

    @property
    def name(self) -> str:
        """The name of the run, which is that of its folder."""
        return self.folder.name

    @property
    def configuration(self) -> Configuration:
        """The settings that the run's next stage will use."""
        return configure(read_json(self.folder / "configuration.json"))

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keep every other process out of this run, and remove what a killed one left behind.

        Raises:
            RunError: another process works on this run.
        """
        with locks.locked(self.folder):
            remove_partial_files(self.folder)
            yield

    # Tables

    def path(self, table: str) -> Place:
        """The place of the table's file, whether the file exists yet or not."""
        folder = self.labels_folder if table in LABELS else self.folder
        return folder / f"{SCHEMAS[table].name}.parquet"

    @property
    def labels_folder(self) -> Place:
        """Where tables and pages about labels are; no stage touches it."""
        return self.folder / "labels"

    def read(self, table: str, columns: list[str] | None = None) -> pd.DataFrame:
        """The table, or some of its columns.

        Raises:
            MissingTable: the stage that writes it has not been run.
            CorruptFile: the file is damaged, or lacks a column.
        """
        return read_table(self._existing(table), columns)

    def frames(self, table: str, columns: list[str] | None = None) -> Iterator[pd.DataFrame]:
        """The table piece by piece, so that memory does not grow with its size."""
        return read_frames(self._existing(table), columns)

    def rows(
        self, table: str, rows: range, columns: list[str] | None = None
    ) -> Iterator[pd.DataFrame]:
        """Some rows of the table, piece by piece."""
        return read_rows(self._existing(table), rows, columns)

    def matching(
        self,
        table: str,
        column: str,
        values: Set[str],
        columns: list[str] | None = None,
        where: str | None = None,
    ) -> pd.DataFrame:
        """The rows of the table that have one of some values in a column.

        If ``where`` names another column, its value must be true too. Memory does not grow with the
        size of the table.
        """
        return read_matching(self._existing(table), column, values, columns, where)

    def write(self, table: str, frame: pd.DataFrame) -> None:
        """Write the whole table at once, in place of an earlier one."""
        write_table(self.path(table), table, frame)

    @contextmanager
    def writer(self, table: str) -> Iterator[TableWriter]:
        """A writer of the table, which appears when the ``with`` block ends without an error."""
        with table_writer(self.path(table), table) as writer:
            yield writer

    def _existing(self, table: str) -> Place:
        path = self.path(table)
        if not is_file(path):
            self._refuse(f"the table {table}", SCHEMAS[table].stage)
        return path

    # Work that is not finished

    def workshop(self, stage: str, fingerprint: str) -> Place:
        """The folder where a stage keeps unfinished work, so that it can go on after a kill."""
        folder = self._workshops(stage) / fingerprint[:16]
        make_folder(folder)
        return folder

    def shard(self, stage: str, fingerprint: str, block: str, table: str) -> Place:
        """Where a block of a stage keeps its part of a table until the stage is finished."""
        return part_of_table(self.workshop(stage, fingerprint), block, table)

    def remembered(self, stage: str) -> Place:
        """The folder with what is remembered of the blocks of a finished stage."""
        return self.folder / "blocks" / stage

    def gather(self, table: str, shards: Iterable[Place]) -> None:
        """Write the table from its parts, in their order."""
        with self.writer(table) as writer:
            for shard in shards:
                for rows in read_frames(shard):
                    writer.write(rows)

    def _workshops(self, stage: str) -> Place:
        return self.folder / "unfinished" / stage

    # What is finished

    @property
    def manifest(self) -> dict[str, Any]:
        """The stages that are finished, by name, and the last failure."""
        path = self.folder / "manifest.json"
        empty = {"run": self.name, "schema_version": SCHEMA_VERSION, "stages": {}}
        return read_json(path) if is_file(path) else empty

    def fingerprint(self, stage: str, settings: Any, inputs: Iterable[str], **more: str) -> str:
        """A hash of everything that the result of ``stage`` depends on.

        Args:
            stage: the stage.
            settings: the values of its settings, as JSON values.
            inputs: the tables and files that it reads, which earlier stages have written.
            more: further facts, such as the hash of the corpus.

        Raises:
            MissingTable: an input has not been written yet.
        """
        finished = self._outputs()
        for name in inputs:
            if name not in finished:
                self._refuse(name, TABLES[name].stage if name in TABLES else "train")
        facts = {
            "stage": stage,
            "version": recipegen.__version__,
            "schema": SCHEMA_VERSION,
            "settings": settings,
            "inputs": {name: finished[name]["sha256"] for name in inputs},
            **more,
        }
        return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()

    def _refuse(self, what: str, stage: str) -> NoReturn:
        raise MissingTable(
            f"{self.folder}: {what} is not there yet; "
            f"first run `recipegen {stage} --run {self.folder}`"
        )

    def _outputs(self) -> dict[str, dict[str, Any]]:
        stages = self.manifest["stages"].values()
        return {name: facts for stage in stages for name, facts in stage["outputs"].items()}

    def outputs(self, stage: str) -> dict[str, dict[str, Any]]:
        """What a finished stage wrote: file, hash, bytes and rows, by name.

        Raises:
            MissingTable: the stage has not been run.
        """
        record = self.manifest["stages"].get(stage)
        if record is None:
            self._refuse(f"what {stage} writes", stage)
        outputs: dict[str, dict[str, Any]] = record["outputs"]
        return outputs

    def is_finished(self, stage: str, fingerprint: str) -> bool:
        """Whether the stage was finished with this fingerprint and no file has changed its size."""
        record = self.manifest["stages"].get(stage)
        if record is None or record["fingerprint"] != fingerprint:
            return False
        return all(
            size(self.folder / facts["file"]) == facts["bytes"]
            for facts in record["outputs"].values()
        )

    def start(self, stage: str) -> None:
        """Remove the stage and the last failure from the manifest, before the stage is done."""
        with self._changed_manifest() as manifest:
            manifest["stages"].pop(stage, None)
            manifest.pop("failure", None)

    def forget(self, stage: str) -> None:
        """Forget that the stage was done, with all its blocks."""
        with self._changed_manifest() as manifest:
            manifest["stages"].pop(stage, None)
        remove_folder(self._workshops(stage))
        remove_folder(self.remembered(stage))

    def finish(
        self, stage: str, fingerprint: str, seconds: float, outputs: Mapping[str, Place]
    ) -> None:
        """Record a finished stage with the hashes of its outputs, and remove its workshop."""
        record = {
            "fingerprint": fingerprint,
            "finished": datetime.now(UTC).isoformat(timespec="seconds"),
            "seconds": round(seconds, 3),
            "recipegen": recipegen.__version__,
            "outputs": {name: self._facts(path) for name, path in outputs.items()},
        }
        with self._changed_manifest() as manifest:
            manifest["stages"][stage] = record
        remove_folder(self._workshops(stage))

    def fail(self, stage: str, error: str) -> None:
        """Record why the run stopped, and how to go on."""
        with self._changed_manifest() as manifest:
            manifest["failure"] = {
                "stage": stage,
                "error": error,
                "time": datetime.now(UTC).isoformat(timespec="seconds"),
                "resume": f"recipegen run --run {self.folder}",
            }

    def _facts(self, path: Place) -> dict[str, Any]:
        facts: dict[str, Any] = {
            "file": path.relative_to(str(self.folder)).as_posix(),
            "sha256": hash_file(path),
            "bytes": size(path),
        }
        if path.suffix == ".parquet":
            with open_parquet(path) as file:
                facts["rows"] = pq.read_metadata(file).num_rows
        return facts

    @contextmanager
    def _changed_manifest(self) -> Iterator[dict[str, Any]]:
        with self._manifest_lock:
            locks.check(self.folder)
            manifest = self.manifest
            yield manifest
            write_json(self.folder / "manifest.json", manifest)
