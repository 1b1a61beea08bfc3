"""What a stage is, and how it is done exactly once, whole or block by block.

A long stage has blocks: units of work that are done in any order by any number of workers, each
with files of its own. When all are there, the stage gathers them into its tables. A killed run
finds the finished blocks again, since they lie in a folder that is named by the fingerprint of
the stage: a hash of all that its outcome depends on.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from recipegen.errors import CorruptFile
from recipegen.progress import Progress, silent
from recipegen.store import Run, read_frames, write_table, write_text
from recipegen.tables import written_by

logger = logging.getLogger(__name__)

Tables = Mapping[str, pd.DataFrame]


@dataclass(frozen=True)
class Blocks:
    """How a stage is cut into units of work."""

    tables: tuple[str, ...]
    """The tables that are gathered from the blocks."""
    names: Callable[[Run], list[str]]
    """The blocks of a run, in the order of their rows."""
    work: Callable[[Run, str], Tables]
    """The tables of a block, or some of them."""


@dataclass(frozen=True)
class Stage:
    """A stage of the pipeline: what it reads, what it depends on, and what it does."""

    name: str
    reads: tuple[str, ...]
    """Tables and files that earlier stages write."""
    sections: tuple[str, ...]
    """Sections of the configuration that decide its outcome."""
    perform: Callable[[Run, Path, Progress], None]
    """Writes what is not gathered from blocks; the path is a folder for work to go on from."""
    blocks: Blocks | None = None
    files: Callable[[Run], Mapping[str, str]] = lambda _: {}
    """What it writes besides tables: a name, and the place in the run folder."""
    outside: Callable[[Run], str] = lambda _: ""
    """A hash of what it reads from outside the run."""


def fingerprint(run: Run, stage: Stage) -> str:
    """A hash of all that the outcome of the stage depends on.

    Raises:
        MissingTable: an earlier stage has not been run.
    """
    settings = run.configuration.model_dump(mode="json")
    chosen = {name: settings[name] for name in ("seed", *stage.sections)}
    return run.fingerprint(stage.name, chosen, stage.reads, outside=stage.outside(run))


def is_finished(run: Run, stage: Stage) -> bool:
    """Whether nothing that the stage depends on has changed since it was done.

    Raises:
        MissingTable: an earlier stage has not been run.
    """
    return run.is_finished(stage.name, fingerprint(run, stage))


def open_blocks(run: Run, stage: Stage) -> list[str]:
    """The blocks that are still to be done, or again, since what they wrote is gone or damaged."""
    if stage.blocks is None:
        return []
    key = fingerprint(run, stage)
    return [name for name in stage.blocks.names(run) if not _is_done(run, stage, key, name)]


def _is_done(run: Run, stage: Stage, key: str, block: str) -> bool:
    try:
        for shard in _shards(run, stage, key, block).values():
            for _ in read_frames(shard):
                pass
    except FileNotFoundError:
        return False
    except CorruptFile as problem:
        logger.warning("%s %s is done again: %s", stage.name, block, problem)
        return False
    return True


def _shards(run: Run, stage: Stage, key: str, block: str) -> dict[str, Path]:
    """What a block wrote, by table: its marker names them.

    Raises:
        FileNotFoundError: the block has not been done.
    """
    tables = _marker(run, stage, key, block).read_text(encoding="utf-8").split()
    return {table: run.shard(stage.name, key, block, table) for table in tables}


def do_block(run: Run, stage: Stage, block: str) -> int:
    """Do a block and keep its part of each table; the number of rows it made.

    A block is deterministic, so doing it twice, or twice at once, is harmless.
    """
    if stage.blocks is None:
        raise ValueError(f"{stage.name} has no blocks")
    key = fingerprint(run, stage)
    tables = stage.blocks.work(run, block)
    for table, frame in tables.items():
        write_table(run.shard(stage.name, key, block, table), table, frame)
    # Written last: the block is done when it is there.
    write_text(_marker(run, stage, key, block), " ".join(tables))
    return sum(map(len, tables.values()))


def finish(run: Run, stage: Stage, began: float, progress: Progress = silent) -> None:
    """Do what is left of a stage when its blocks are done, and record it in the manifest.

    Args:
        run: the run.
        stage: the stage.
        began: ``time.time()`` when work on the stage began.
        progress: told how far it is.
    """
    key = fingerprint(run, stage)
    run.start(stage.name)
    stage.perform(run, run.workshop(stage.name, key), progress)
    if stage.blocks is not None:
        shards = [_shards(run, stage, key, name) for name in stage.blocks.names(run)]
        for table in stage.blocks.tables:
            run.gather(table, (wrote[table] for wrote in shards if table in wrote))
    outputs = {table: run.path(table) for table in written_by(stage.name)}
    outputs |= {name: run.folder / place for name, place in stage.files(run).items()}
    run.finish(stage.name, key, time.time() - began, outputs)
    logger.info("%s: %s", stage.name, _counts(run, stage))


def do_stage(run: Run, stage: Stage, progress: Progress = silent) -> bool:
    """Do a stage in this process, some blocks at a time; False where there is nothing to do.

    Raises:
        RecipegenError: the stage failed; what it finished is kept.
    """
    if is_finished(run, stage):
        logger.info("%s: done before, nothing has changed", stage.name)
        return False
    began = time.time()
    if blocks := open_blocks(run, stage):
        _do_blocks(run, stage, blocks, progress)
    finish(run, stage, began, progress)
    return True


def _do_blocks(run: Run, stage: Stage, blocks: list[str], progress: Progress) -> None:
    """Do blocks side by side; one that fails stops none of the others."""
    with ThreadPoolExecutor(run.configuration.execution.workers) as pool:
        futures = [pool.submit(do_block, run, stage, block) for block in blocks]
        try:
            for done, _ in enumerate(as_completed(futures), start=1):
                progress(done / len(blocks), f"{done} of {len(blocks)} blocks")
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    for future in futures:
        future.result()


def _marker(run: Run, stage: Stage, key: str, block: str) -> Path:
    return run.workshop(stage.name, key) / f"{block}.done"


def _counts(run: Run, stage: Stage) -> str:
    outputs: Iterable[tuple[str, dict[str, int]]] = run.outputs(stage.name).items()
    return ", ".join(
        f"{facts['rows']:,} {name.replace('_', ' ')}" if "rows" in facts else f"{name} written"
        for name, facts in outputs
    )
