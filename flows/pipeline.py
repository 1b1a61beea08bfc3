"""The parent flow and its sub-flows, one a stage; each block of a long stage is a task."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from pathlib import Path

from flows.server import prefect_server  # first: it sets Prefect's environment

from prefect import Flow, flow, task  # isort: skip
from prefect.futures import as_completed
from prefect.runtime import flow_run
from prefect.task_runners import ThreadPoolTaskRunner

from flows import artifacts
from recipegen.config import Configuration
from recipegen.console import showing_progress
from recipegen.pipeline import do_block, finish, is_finished, open_blocks
from recipegen.publish import publish_failure
from recipegen.stages import STAGES, stage_named
from recipegen.store import Run


@task(task_run_name="{stage} {block}", persist_result=False)
def work(folder: Path, stage: str, block: str) -> int:
    """Do a block of a stage; the number of rows it made."""
    return do_block(Run(folder), stage_named(stage), block)


@task(task_run_name="{stage}", persist_result=False)
def complete(folder: Path, stage: str, began: float) -> None:
    """Do what is left of a stage when its blocks are done, and record it."""
    with showing_progress(stage) as bar, artifacts.showing_progress(stage, bar) as progress:
        finish(Run(folder), stage_named(stage), began, progress)


def do_stage(folder: Path, stage: str) -> None:
    """Do a stage of the run in ``folder``, block by block, unless nothing has changed."""
    run, began = Run(folder), time.time()
    if not is_finished(run, stage_named(stage)):
        if blocks := open_blocks(run, stage_named(stage)):
            _do_blocks(folder, stage, blocks)
        complete(folder, stage, began)


def _do_blocks(folder: Path, stage: str, blocks: list[str]) -> None:
    """Do blocks side by side; one that fails stops none of the others."""
    with showing_progress(stage) as bar, artifacts.showing_progress(f"{stage}-blocks", bar) as told:
        futures = [work.submit(folder, stage, block) for block in blocks]
        for done, _ in enumerate(as_completed(futures), start=1):
            told(done / len(blocks), f"{done} of {len(blocks)} blocks")
    for future in futures:
        future.result()


STAGE_FLOWS: dict[str, Flow[[Path, str], None]] = {
    stage.name: Flow(
        do_stage,
        name=stage.name,
        flow_run_name="{stage}",
        description=stage.perform.__doc__,
        persist_result=False,
    )
    for stage in STAGES
}


def run_name() -> str:
    """Corpus, model and date of a run."""
    configuration = flow_run.parameters["configuration"]
    if isinstance(configuration, dict):
        configuration = Configuration.model_validate(configuration)
    corpus = Path(configuration.ingest.corpus).name.split(".")[0]
    model = f"LSTM {configuration.train.layers}x{configuration.train.hidden_size}"
    return f"{corpus}, {model}, {datetime.now(UTC):%Y-%m-%d %H:%M}"


@flow(name="recipegen", flow_run_name=run_name, persist_result=False)
def run_pipeline(configuration: Configuration, folder: Path) -> None:
    """Do every stage of a run that is not done yet, and show what it found.

    Args:
        configuration: the settings, laid over those that the run was given before.
        folder: the folder of the run, made where it is missing.
    """
    run = Run.prepare(folder, configuration.model_dump(mode="json"))
    workers = run.configuration.execution.workers
    runner: ThreadPoolTaskRunner[int] = ThreadPoolTaskRunner(max_workers=workers)
    with run.locked():
        for stage in STAGES:
            try:
                stage_flow = STAGE_FLOWS[stage.name].with_options(task_runner=runner)  # type: ignore[arg-type]
                stage_flow(run.folder, stage.name)
            except BaseException as error:
                run.fail(stage.name, str(error) or type(error).__name__)
                publish_failure(run)
                raise
    artifacts.publish(run)


def run_locally(run: Run) -> None:
    """Do a run in this process, reporting to the configured Prefect server or one of our own."""
    with prefect_server(run.folder / "prefect-server.log", tag=run.name):
        run_pipeline(run.configuration, run.folder)
