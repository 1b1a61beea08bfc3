"""What a stage is, and how it is done exactly once, step by step.

A long stage has steps. Most steps are cut into blocks. Any number of workers can do the blocks, in
any order, and each block writes files of its own. When all steps are done, the stage gathers what
the blocks wrote into its tables.

Unfinished work is in a workshop, so a killed run goes on from it. The workshop is a folder that is
named by the fingerprint of the stage: a hash of everything that the result of the stage depends on.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor, as_completed
from functools import partial

from recipegen.errors import CorruptFile
from recipegen.machine.memory import give_back
from recipegen.machine.threads import limited_threads
from recipegen.machine.worker_processes import Processes, refuse_cluster, workers
from recipegen.progress import Progress, silent
from recipegen.running.finished_blocks import records, take_over, write_records
from recipegen.running.stage import Blocks, Stage, Whole, Work
from recipegen.storage.files import Place, is_file, read_text, write_text
from recipegen.storage.run_folder import Run
from recipegen.storage.table_files import read_frames, write_table
from recipegen.tables import written_by

logger = logging.getLogger(__name__)


def fingerprint(run: Run, stage: Stage) -> str:
    """A hash of everything that the result of the stage depends on.

    Raises:
        MissingTable: an earlier stage has not been run.
    """
    settings = run.configuration.deciding()
    chosen = {name: settings[name] for name in ("seed", *stage.sections)}
    return run.fingerprint(stage.name, chosen, stage.reads, outside=stage.outside(run))


def is_finished(run: Run, stage: Stage) -> bool:
    """Whether nothing that the stage depends on has changed since it was done.

    Raises:
        MissingTable: an earlier stage has not been run.
    """
    return run.is_finished(stage.name, fingerprint(run, stage))


def open_blocks(run: Run, stage: Stage, key: str, step: Blocks) -> list[str]:
    """The blocks of a step that must be done: new ones, and those whose files are damaged or gone.

    Args:
        run: the run.
        stage: the stage.
        key: its fingerprint.
        step: one of its steps.
    """
    workshop = run.workshop(stage.name, key)
    names = step.names(run, workshop)
    missing = [name for name in names if not _is_done(run, stage, key, name)]
    if missing and step.keys is not None:
        return _not_taken_over(run, stage, key, step.keys(run, workshop), missing)
    return missing


def _not_taken_over(
    run: Run, stage: Stage, key: str, keys: Mapping[str, str], missing: Iterable[str]
) -> list[str]:
    """Take over blocks that the stage has done before, from its tables; the blocks that remain."""
    by_key = dict(iter(records(run, stage.name).groupby("key")))
    remaining = []
    for block in missing:
        if (known := by_key.get(keys[block])) is not None:
            parts = {table: run.shard(stage.name, key, block, table) for table in known["table"]}
            if take_over(run, known, parts):
                write_text(_marker(run, stage.name, key, block), " ".join(parts))
                continue
        remaining.append(block)
    return remaining


def _is_done(run: Run, stage: Stage, key: str, block: str) -> bool:
    try:
        for part in _parts(run, stage, key, block).values():
            for _ in read_frames(part):
                pass
    except FileNotFoundError:
        return False
    except CorruptFile as problem:
        logger.warning("%s %s is done again: %s", stage.name, block, problem)
        return False
    return True


def _parts(run: Run, stage: Stage, key: str, block: str) -> dict[str, Place]:
    """The file that a block wrote for each table; the marker of the block names the tables.

    Raises:
        FileNotFoundError: the block has not been done.
    """
    tables = read_text(_marker(run, stage.name, key, block)).split()
    return {table: run.shard(stage.name, key, block, table) for table in tables}


def do_block(folder: Place, stage: str, key: str, work: Work, block: str) -> int:
    """Do a block, keep its part of each table, and return the number of rows that it made.

    A block is deterministic. So it is harmless to do it twice, even at the same time. All arguments
    can be sent to another process.

    Args:
        folder: the folder of the run.
        stage: the name of the stage.
        key: its fingerprint, so that a worker need not compute it for every block.
        work: the function of one of its steps.
        block: the name of one of the step's blocks.
    """
    run = Run(folder)
    execution = run.configuration.execution
    with limited_threads(execution, execution.workers):
        tables = work(run, run.workshop(stage, key), block)
    for table, frame in tables.items():
        write_table(run.shard(stage, key, block, table), table, frame)
    # The marker is written last: if it exists, the block is done.
    write_text(_marker(run, stage, key, block), " ".join(tables))
    return sum(map(len, tables.values()))


def do_whole(run: Run, stage: Stage, key: str, step: Whole, progress: Progress = silent) -> None:
    """Do a step in one piece, unless it was done before."""
    marker = _marker(run, stage.name, key, step.name)
    if not is_file(marker):
        with limited_threads(run.configuration.execution):
            step.do(run, run.workshop(stage.name, key), progress)
        write_text(marker, "")


def finish(run: Run, stage: Stage, key: str, began: float, progress: Progress = silent) -> None:
    """Do the rest of a stage whose steps are done, and record the stage in the manifest.

    Args:
        run: the run.
        stage: the stage.
        key: its fingerprint when it was begun. If an input has changed since, the next run does
            the stage again.
        began: ``time.time()`` when work on the stage began.
        progress: told how much is done.
    """
    run.start(stage.name)
    with limited_threads(run.configuration.execution):
        stage.perform(run, run.workshop(stage.name, key), progress)
    if stage.gathers:
        _gather(run, stage, key)
    _remember(run, stage, key)
    outputs = {table: run.path(table) for table in written_by(stage.name)}
    outputs |= {name: run.folder / place for name, place in stage.files(run).items()}
    run.finish(stage.name, key, time.time() - began, outputs)
    give_back()
    logger.info("%s: %s", stage.name, _counts(run, stage))


def _remember(run: Run, stage: Stage, key: str) -> None:
    """Note what the blocks of a stage made, if they can be taken over."""
    for step in stage.steps:
        if isinstance(step, Blocks) and step.keys is not None:
            keys = step.keys(run, run.workshop(stage.name, key))
            parts = {block: _parts(run, stage, key, block) for block in keys}
            write_records(run, stage.name, keys, parts)


def _gather(run: Run, stage: Stage, key: str) -> None:
    """Put tables together from what the blocks of all steps made."""
    workshop = run.workshop(stage.name, key)
    steps = (step for step in stage.steps if isinstance(step, Blocks))
    blocks = [name for step in steps for name in step.names(run, workshop)]
    parts = [_parts(run, stage, key, block) for block in blocks]
    for table in stage.gathers:
        run.gather(table, (part[table] for part in parts if table in part))


def do_stage(run: Run, stage: Stage, progress: Progress = silent) -> bool:
    """Do a stage from this process, several blocks at a time; False if there is nothing to do.

    Raises:
        RecipegenError: the stage failed; what it finished is kept.
    """
    began, key = time.time(), fingerprint(run, stage)
    if run.is_finished(stage.name, key):
        logger.info("%s: done before, nothing has changed", stage.name)
        return False
    with workers(run.configuration.execution) as processes:
        for step in stage.steps:
            if isinstance(step, Whole):
                do_whole(run, stage, key, step, progress)
            elif blocks := open_blocks(run, stage, key, step):
                _do_blocks(run, stage, key, step, blocks, processes, progress)
    finish(run, stage, key, began, progress)
    return True


def _do_blocks(
    run: Run,
    stage: Stage,
    key: str,
    step: Blocks,
    blocks: list[str],
    processes: Processes | None,
    progress: Progress,
) -> None:
    """Do blocks at the same time; one that fails does not stop the others."""
    execution = run.configuration.execution
    refuse_cluster(execution)
    do = partial(processes.do, do_block) if processes else do_block
    with (
        limited_threads(execution, execution.workers),
        ThreadPoolExecutor(execution.workers) as pool,
    ):
        futures = [
            pool.submit(do, run.folder, stage.name, key, step.work, block) for block in blocks
        ]
        try:
            for done, _ in enumerate(as_completed(futures), start=1):
                progress(done / len(blocks), f"{done} of {len(blocks)} blocks")
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            if processes:
                processes.drop_work()
            raise
    for future in futures:
        future.result()


def _marker(run: Run, stage: str, key: str, block: str) -> Place:
    return run.workshop(stage, key) / f"{block}.done"


def _counts(run: Run, stage: Stage) -> str:
    outputs: Iterable[tuple[str, dict[str, int]]] = run.outputs(stage.name).items()
    return ", ".join(
        f"{facts['rows']:,} {name.replace('_', ' ')}" if "rows" in facts else f"{name} written"
        for name, facts in outputs
    )
