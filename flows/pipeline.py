"""The parent flow and one sub-flow a stage; a long stage is cut into a task for each block."""

from __future__ import annotations

import time
from pathlib import Path

from prefect import flow, task
from prefect.task_runners import ThreadPoolTaskRunner

from flows import artifacts
from flows.server import prefect_server
from recipegen.errors import RecipegenError
from recipegen.pipeline import Stage, do_block, finish, is_finished, open_blocks
from recipegen.stages import STAGES, stage_named
from recipegen.store import Run


@task(task_run_name="{stage} {block}")
def work(folder: Path, stage: str, block: str) -> int:
    """Do a block of a stage; the number of rows it made."""
    return do_block(Run(folder), stage_named(stage), block)


@task(task_run_name="{stage}")
def complete(folder: Path, stage: str, began: float) -> None:
    """Do what is left of a stage when its blocks are done, and record it."""
    run = Run(folder)
    with artifacts.progress(stage) as progress:
        finish(run, stage_named(stage), began, progress)
